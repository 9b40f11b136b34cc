"""English words that stand near years and names, and what each kind of them tells.

Capitalised words before a year are names only if they are not among these.
"""

from __future__ import annotations

from typing import Final

# Begin a sentence before a name: "However, Ng (2019)".
LEADS: Final = frozenset(
    "a according after also although and as at because both but by cf compare despite during eg "
    "finally first for from furthermore hence however in indeed like moreover next of on one only "
    "or our per recently reviewed second see similarly since so still than that the their then "
    "these this those though thus to under unlike until when where whereas while with yet".split()
)
# Stand before a name within a bracket: "(see Ng, 2019)".
ASIDES: Final = frozenset(
    "see also eg g cf ie e by from review reviewed and or but after , . ( [".split()
)
# Are part of a date, but may be surnames: "May (2019)".
DATES: Final = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday "
    "saturday sunday mon tue tues wed thu thur thurs fri sat sun spring summer autumn fall winter "
    "christmas easter".split()
)
# Tell that a date is meant: "in May (2019)".
BEFORE_DATES: Final = frozenset(
    "in on since until till from during early mid late last next this".split()
)
# Stand before a year and are hardly ever surnames: "(Table, 2019)".
COMMON: Final = DATES | frozenset(
    "table tables figure figures fig figs box boxes chapter chapters section part parts appendix "
    "page pages line equation step level phase stage grade type class group room ward version "
    "edition update updated volume number issue year years day days week weeks month months age "
    "aged study studies trial trials review reviews report reports guideline guidelines guidance "
    "survey census data results source sources press photo image copyright covid internet online "
    "pain exercise exercises health care medicine medical science sciences sport sports diet walk "
    "walking running swimming cycling yoga research education treatment diabetes cancer stroke "
    "balance strength sleep war world international national department hospital university "
    "olympics congress conference usa uk eu us uae england scotland wales ireland britain london "
    "europe africa asia america australia canada china japan india germany france italy spain "
    "brazil geneva paris vienna berlin rome madrid sydney toronto boston chicago washington "
    "men women adults children people patients participants sars aids".split()
)

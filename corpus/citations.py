"""In-text citations: where they stand in a text, and which references they mean.

An author-year citation whose names and year fit a reference is a citation in any usual form. One
that fits none is kept, unresolved, only where nothing else can be meant ("Surname et al., 2019",
"Surname & Surname, 2019", "Surname and Surname (2019)", "(Surname, 2019)"); otherwise it is no
citation. Numbers count in square brackets or as superscripts, never as "(3)", and only against
the document's own list. Names are read in English form: joined by "&" or "and", or "et al.".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from corpus.model import Citation, Name, Reference
from corpus.references import ET_AL, PARTICLES, plain_key, publication_keys, same_publication

_T = TypeVar("_T")

# --- The references, looked up by author and year or by number ---------------------------------

_ABBREVIATION: Final = re.compile(r"\s*\(([^()\s]+)\)")  # World Health Organization (WHO)
_LOOSE: Final = 2  # the first author and the year fit, the number of authors does not


@dataclass(frozen=True, slots=True)
class _Author:
    """A name as compared: `full` has its particles ("van hecke"), `bare` has not ("hecke")."""

    full: str
    bare: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A reference as a citation sees it; `id` is that of the shared entry for the same work."""

    id: str
    own: bool
    suffix: str
    authors: tuple[_Author, ...]
    whole: bool  # False if the list of authors ends in "et al."
    acronyms: frozenset[str]  # of an organisation: "WHO"
    near_acronyms: frozenset[str]  # with one initial left out: "NICE" for N-I-H-C-E


_Fit = tuple[bool, int, int]  # from another list, names, suffix: the smallest fits best


class Bibliography:
    """What the citations of one document may refer to, indexed once.

    `references` are the document's own list, if it has one, followed by the list that documents
    share. An entry with `text` or `label` stands in the document itself: such entries go first
    when several fit, and numbers mean only them. Where an own entry and a shared one are the
    same publication, the shared entry's id is given for both.
    """

    def __init__(self, references: Iterable[Reference]) -> None:
        listed = tuple(references)
        own = [reference for reference in listed if _is_own(reference)]
        ids = _ids(own, [reference for reference in listed if not _is_own(reference)])
        self.labelled = any(reference.label is not None for reference in own)
        self._works = _works(listed, ids)
        self._numbers = _numbers(own, ids, labelled=self.labelled)

    @property
    def numbered(self) -> bool:
        """Whether the document has a list of its own, so that a number can mean something."""
        return bool(self._numbers)

    def resolve(
        self,
        names: Sequence[str],
        year: int | None,
        suffix: str = "",
        *,
        et_al: bool = False,
        exact: bool = False,
    ) -> tuple[str, ...]:
        """Ids of the references that one cited work may be: none, one, or several if ambiguous.

        Best first: number of authors as the form says, then merely the first author's name and
        the year. A second name that is not among a work's authors excludes that work, and so
        does another suffix ("2019b" is never 2019a).

        :param names: the names as printed, without "et al."; an organisation is one name.
        :param year: None for "n.d." and "in press".
        :param exact: leave out works whose number of authors is not what the form says.
        """
        fits = [(_fit(work, names, suffix, et_al), work.id) for work in self._named(names, year)]
        found = [(fit, id_) for fit, id_ in fits if fit and not (exact and fit[1] == _LOOSE)]
        best = min((fit for fit, _ in found), default=None)
        return _once(id_ for fit, id_ in found if fit == best)

    def resolve_number(self, number: int) -> tuple[str, ...]:
        """Ids of the own entries with this number: by label, or by place if none has a label."""
        return self._numbers.get(number, ())

    def knows(self, name: str, year: int | None) -> bool:
        """Whether some work of this year has `name` for its first author."""
        return bool(self._named((name,), year))

    def _named(self, names: Sequence[str], year: int | None) -> tuple[_Candidate, ...]:
        found = self._works.get((_bare(names[0]), year), ())
        acronym = self._works.get((names[0], year), ()) if names[0].isupper() else ()
        return _once((*found, *acronym))


def _once(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(items))


def _is_own(reference: Reference) -> bool:
    return bool(reference.text) or reference.label is not None


def _ids(own: Sequence[Reference], shared: Sequence[Reference]) -> dict[str, str]:
    """For each entry's id, the id to give: that of the first shared entry for the same work."""
    given: dict[str, str] = {}
    by_key: dict[str, Reference] = {}
    for reference in (*shared, *own):
        keys = sorted(publication_keys(reference))
        known = [by_key[key] for key in keys if key in by_key]
        same = next((k for k in known if same_publication(k, reference)), reference)
        given[reference.id] = given.get(same.id, same.id)
        for key in keys:
            by_key.setdefault(key, reference)
    return given


def _numbers(
    own: Sequence[Reference], ids: Mapping[str, str], *, labelled: bool
) -> dict[int, tuple[str, ...]]:
    numbers: dict[int, tuple[str, ...]] = {}
    for position, reference in enumerate(own, 1):
        number = reference.label if labelled else position
        if number is not None:
            numbers[number] = _once((*numbers.get(number, ()), ids[reference.id]))
    return numbers


def _works(
    references: Sequence[Reference], ids: Mapping[str, str]
) -> dict[tuple[str, int | None], tuple[_Candidate, ...]]:
    """References under (first author, year); capitals are an organisation's initials."""
    works: dict[tuple[str, int | None], tuple[_Candidate, ...]] = {}
    for reference in references:
        work = _candidate(reference, ids[reference.id])
        if not work.authors:
            continue
        for name in {work.authors[0].bare} | work.acronyms | work.near_acronyms:
            key = (name, reference.year)
            works[key] = (*works.get(key, ()), work)
    return works


def _candidate(reference: Reference, id_: str) -> _Candidate:
    named = [name for name in reference.author if name != ET_AL]
    acronyms, near = _acronyms(named[0].literal) if named else (frozenset[str](), frozenset[str]())
    return _Candidate(
        id=id_,
        own=_is_own(reference),
        suffix=reference.year_suffix,
        authors=tuple(_author(name) for name in named),
        whole=len(named) == len(reference.author),
        acronyms=acronyms,
        near_acronyms=near,
    )


def _author(name: Name) -> _Author:
    printed = name.family or _ABBREVIATION.sub("", name.literal)
    return _Author(plain_key(printed), _bare(printed))


def _bare(name: str) -> str:
    words = plain_key(name).split()
    while len(words) > 1 and words[0] in PARTICLES:
        words.pop(0)
    return " ".join(words)


def _acronyms(literal: str) -> tuple[frozenset[str], frozenset[str]]:
    """Initials of an organisation's name, and those with one initial (not the first) left out."""
    words = re.findall(r"[^\W\d_]+", _ABBREVIATION.sub("", literal))
    initials = "".join(word[0] for word in words if word[0].isupper())
    printed = [found[1] for found in _ABBREVIATION.finditer(literal)]
    exact = frozenset({*printed, *([initials] if len(initials) > 1 else [])})
    shorter = {initials[:i] + initials[i + 1 :] for i in range(1, len(initials))}
    return exact, frozenset(name for name in shorter if len(name) > 2) - exact


def _fit(work: _Candidate, names: Sequence[str], suffix: str, et_al: bool) -> _Fit | None:
    """How well `work` fits the names and suffix as printed; None if it contradicts them."""
    if suffix and work.suffix and suffix != work.suffix:
        return None
    fit = _names_fit(work, names, et_al)
    return None if fit is None else (not work.own, fit, int(suffix != work.suffix))


def _names_fit(work: _Candidate, names: Sequence[str], et_al: bool) -> int | None:
    """0 as the form says, 1 for "et al." with two authors, 2 loose, None if a name is strange."""
    printed = [_bare(name) for name in names]
    listed = [author.bare for author in work.authors]
    if work.whole and any(name not in listed for name in printed[1:]):
        return None
    in_order = printed[1:] == listed[1 : len(printed)]
    if not in_order or not _first_fits(work, names[0]):
        return _LOOSE
    if et_al:
        return _et_al_fit(len(listed) + (not work.whole), len(printed))
    return 0 if work.whole and len(printed) == len(listed) else _LOOSE


def _first_fits(work: _Candidate, name: str) -> bool:
    return plain_key(name) == work.authors[0].full or name in work.acronyms


def _et_al_fit(authors: int, named: int) -> int:
    if authors <= named:
        return _LOOSE
    return 0 if authors > 2 else 1


# --- Where the years stand ---------------------------------------------------------------------

_REACH: Final = 300  # characters before a year in which its names are looked for
_YEAR: Final = r"(?:(?:1[89]|20)\d\d[a-k]?|n\.\s?d\.|in\spress)"
_SCAN: Final = re.compile(
    rf"""
    (?P<open>[(\[]) | (?P<close>[)\]]) | (?P<paragraph>\n[ \t]*\n)
    | (?P<years>
        (?<![\w$£€\#/\u2010-\u2015-])(?<!\d[.,])      # not within a number, a price or a range
        {_YEAR}
        (?: (?:,?\s(?:and|&)\s|\s?[,;]\s?)            # "2010, 2012", "2010 and 2012", "2019a,b"
            (?: {_YEAR} | [b-k](?![\w'\u2019]) )
            (?= \s?(?:[,;:.)\]&]|and\b|$) )           # not "2010, 2000 people"
        )*
        (?![\w%])(?![.,]\d{{1,3}}(?!\d))              # not "2000.5", "2000,50", "2000%"
        (?!\s?[\u2010-\u2015/-]\s?\d)                 # not "1999-2004"
      )
    """,
    re.VERBOSE,
)
_ONE_YEAR: Final = re.compile(
    r"(?P<year>\d{4})(?P<suffix>[a-k]?)|(?P<none>n\.\s?d\.|in\spress)|(?<![a-z])[b-k](?![a-z])"
)
_LOCATOR: Final = re.compile(r"(?:[,:;][^()\[\]\n]{0,60})?[)\]]")  # the ", p. 12)" of a narrative


@dataclass(frozen=True, slots=True)
class _Year:
    start: int
    end: int
    year: int | None
    suffix: str


@dataclass(frozen=True, slots=True)
class _Years:
    """Years that belong to the same names. Offsets count from the beginning of the text."""

    years: tuple[_Year, ...]
    opener: int | None  # the bracket they stand in
    floor: int  # the names do not begin before this offset
    narrative: bool  # the bracket holds years only: "Smith (2010)"

    @property
    def start(self) -> int:
        return self.years[0].start

    @property
    def end(self) -> int:
        return self.years[-1].end


def _year_groups(text: str, start: int, end: int) -> Iterator[_Years]:
    openers: list[int] = []
    floor = start
    for found in _SCAN.finditer(text, start, end):
        kind = found.lastgroup
        if kind == "open":
            openers.append(found.start())
        elif kind == "close":
            if openers and text[openers[-1]] + found[0] in {"()", "[]"}:
                openers.pop()
        elif kind == "paragraph":
            openers.clear()
            floor = found.end()
        else:
            years = _years(found)
            yield _group(text, years, openers[-1] if openers else None, floor)
            floor = years[-1].end


def _group(text: str, years: tuple[_Year, ...], opener: int | None, floor: int) -> _Years:
    if opener is not None and years[0].start - opener > _REACH:
        opener = None  # a bracket that was never closed
    narrative = opener is not None and not text[opener + 1 : years[0].start].strip()
    stop = opener if narrative and opener is not None else years[0].start
    floor = max(floor, stop - _REACH)
    if opener is not None and not narrative:
        floor = _behind_semicolon(text, max(floor, opener + 1), stop)
    return _Years(years, opener, floor, narrative)


def _behind_semicolon(text: str, floor: int, stop: int) -> int:
    """Offset behind the last semicolon of `text[floor:stop]`, that of "&amp;" apart, or `floor`."""
    found = text.rfind(";", floor, stop)
    while found >= 0 and text.endswith("&amp", floor, found):
        found = text.rfind(";", floor, found)
    return found + 1 if found >= 0 else floor


def _years(found: re.Match[str]) -> tuple[_Year, ...]:
    """The years of a group; a bare letter ("2019a,b") repeats the year before it."""
    years: list[_Year] = []
    for one in _ONE_YEAR.finditer(found[0]):
        start, end = found.start() + one.start(), found.start() + one.end()
        if one["year"]:
            years.append(_Year(start, end, int(one["year"]), one["suffix"]))
        elif one["none"]:
            years.append(_Year(start, end, None, ""))
        elif years and "" < years[-1].suffix < one[0]:
            years.append(_Year(start, end, years[-1].year, one[0]))
        else:
            break  # "2019, b": not a suffix
    return tuple(years)


# --- Which names stand before them -------------------------------------------------------------

_MARKS: Final = "\u0300-\u036f"  # combining diacritics, which are not \w
_APOSTROPHES: Final = "'\u2019\u02bc"
_TOKEN: Final = re.compile(
    rf"""
    (?P<word> (?<![\w{_MARKS}]) (?:Ste?\.\s)?            # "St. John" is one surname
              [^\W\d_][\w{_MARKS}{_APOSTROPHES}\u2010\u2011-]* )
    | &amp; | [^\s*_]                                    # Markdown's emphasis is passed over
    """,
    re.VERBOSE,
)
_POSSESSIVE: Final = re.compile(rf"[{_APOSTROPHES}]s$|(?<=s)[{_APOSTROPHES}]$")
_PREFIXED: Final = re.compile(rf"(?:[dltn]|al|el|dell|all)[{_APOSTROPHES}\u2010-]", re.IGNORECASE)
_MOST_NAMES: Final = 30


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    word: bool


@dataclass(frozen=True, slots=True)
class _Names:
    """The names before a year, as far left as they may reach: `units` are one name each."""

    units: tuple[tuple[_Token, ...], ...]
    et_al: bool
    joint: str  # what stands before the last name: "&", "and", ", &", ", and", "," or ""
    comma: bool  # a comma stands between names and year
    before: str  # the word or character left of the names, "" at the beginning

    def text(self, unit: int, word: int = 0) -> str:
        return _name(self.units[unit][word:])


def _name(words: Sequence[_Token]) -> str:
    return _POSSESSIVE.sub("", " ".join(word.text for word in words))


def _tokens(text: str, start: int, end: int) -> list[_Token]:
    return [
        _Token(found[0], found.start(), found["word"] is not None)
        for found in _TOKEN.finditer(text, start, end)
    ]


def _read_names(tokens: list[_Token]) -> _Names:
    """Read names from right to left; `tokens` is what stands before the year and is used up."""
    while len(tokens) > 1 and tokens[-1].text in {"s", *_APOSTROPHES}:  # "et al.'s"
        tokens.pop()
    comma = _take(tokens, ",")
    et_al = _take_et_al(tokens)
    units: list[tuple[_Token, ...]] = []
    joints: list[str] = []
    while len(units) < _MOST_NAMES and (unit := _take_name(tokens)):
        units.insert(0, unit)
        joint = _joint(tokens)
        if not joint:
            break
        joints.append(joint)
        del tokens[-len(joint.split()) :]
    before = joints[-1].split()[-1] if units and len(joints) == len(units) else ""
    if not before and tokens:
        before = tokens[-1].text
    return _Names(tuple(units), et_al, joints[0] if len(units) > 1 else "", comma, before)


def _take(tokens: list[_Token], text: str) -> bool:
    if tokens and tokens[-1].text == text:
        tokens.pop()
        return True
    return False


def _take_et_al(tokens: list[_Token]) -> bool:
    """Take "et al." or "and colleagues", with the comma before it, off the end."""
    bracketless = [token.text.casefold() for token in tokens[-5:] if token.text != "."]
    last = [_POSSESSIVE.sub("", text) for text in bracketless[-2:]]
    if last not in (["et", "al"], ["and", "colleagues"], ["and", "others"]):
        return False
    for word in reversed(last):
        _take(tokens, ".")
        if not _POSSESSIVE.sub("", tokens.pop().text.casefold()) == word:
            return False
    _take(tokens, ",")
    return True


def _take_name(tokens: list[_Token]) -> tuple[_Token, ...]:
    """Take a run of capitalised words, and of particles before them, off the end."""
    taken: list[_Token] = []
    while tokens and len(taken) < 8 and _is_name_word(tokens[-1], first=not taken):
        taken.insert(0, tokens.pop())
    return tuple(taken)


def _is_name_word(token: _Token, *, first: bool) -> bool:
    if not token.word or any(c.isdigit() for c in token.text):
        return False
    lower = token.text[0].islower()
    if lower and not first:
        return token.text.casefold() in PARTICLES or _is_prefixed(token.text)
    return not lower or _is_prefixed(token.text)


def _is_prefixed(word: str) -> bool:
    """Whether the capital comes after a prefix, as in "d'Hooghe" and "al-Sayed"."""
    found = _PREFIXED.match(word)
    return found is not None and word[found.end() : found.end() + 1].isupper()


def _joint(tokens: Sequence[_Token]) -> str:
    """What joins the name just taken to another one before it, or ""."""
    last = [token.text.replace("&amp;", "&") for token in tokens[-2:]]
    if not last or last[-1] not in {",", "&", "and"}:
        return ""
    return ", " + last[-1] if last[-1] != "," and last[0] == "," else last[-1]


# --- From names and years to citations ---------------------------------------------------------

_LEADS: Final = frozenset(
    "a after although and as at because both but by cf compare despite during eg finally first for "
    "from furthermore hence however in indeed like moreover next of on one or our per recently "
    "reviewed second see similarly since so still than that the their then these this those though "
    "thus to under unlike until when where whereas while with yet also according both only".split()
)
_NOT_BEFORE_DATES: Final = frozenset(
    "in on since until till from during early mid late last next this".split()
)
_DATES: Final = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday "
    "saturday sunday mon tue tues wed thu thur thurs fri sat sun spring summer autumn fall winter "
    "christmas easter".split()
)
_COMMON: Final = _DATES | frozenset(
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
    "brazil geneva paris vienna berlin rome madrid sydney toronto boston chicago washington"
    " men women adults children people patients participants sars aids".split()
)
_ASIDES: Final = frozenset(
    "see also e.g eg g cf i.e ie e by from review reviewed and or but after in: , . ( [".split()
)
_SURNAME: Final = re.compile(rf"[^\W\d_][\w{_MARKS}{_APOSTROPHES}\u2010\u2011-]+")


def find_citations(
    text: str, start: int, end: int, bibliography: Bibliography
) -> tuple[Citation, ...]:
    """Find the in-text citations of `text[start:end]`, in order and without overlaps.

    Offsets are half-open, count code points from the beginning of `text`, and hold
    `text[citation.start:citation.end] == citation.marker`.

    Each cited work has a citation of its own where its words can be delimited: "(see Ng & Ho,
    2019; Ito et al., 2021a, p. 3)" gives "Ng & Ho, 2019" and "Ito et al., 2021a". Works that
    share their names or brackets share one citation, with the ids in the order of the works:
    "Ng and Ho (2010, 2012)", "Ito, 2019a,b", "[3,5-7]". If only some of the works of such a
    marker are found, each year, number or range becomes a citation of its own, so that what is
    missing shows as unresolved and what was found is kept. `ambiguous` means that several
    references fit one of the works.

    A bracketed number that is not in a numbered list of the document is unresolved; without such
    a list "[3]" is a citation only if it resolves, and "[3,5-7]" (three numbers or more, rising)
    always. Superscripts after punctuation are treated like brackets, and those directly after a
    word ("pain³") are citations only if they resolve and the word is no unit.
    """
    found = [
        *_author_year_citations(text, start, end, bibliography),
        *_bracketed_numbers(text, start, end, bibliography),
        *_superscripts(text, start, end, bibliography),
    ]
    kept: list[Citation] = []
    for citation in sorted(found, key=lambda c: (c.start, -c.end)):
        if not kept or citation.start >= kept[-1].end:
            kept.append(citation)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class _Part:
    """A year, number or range of a marker, and for each work it names the ids that fit."""

    start: int
    end: int
    works: tuple[tuple[str, ...], ...]


def _cited(text: str, start: int, end: int, parts: Sequence[_Part]) -> Iterator[Citation]:
    """One citation for the marker `text[start:end]`, or one for each part if some are missing."""
    works = [work for part in parts for work in part.works]
    if all(works) or not any(works):
        ids = _once(id_ for work in works for id_ in work)
        ambiguous = any(len(work) > 1 for work in works)
        yield Citation(text[start:end], start, end, ids, ambiguous)
        return
    for part in parts:
        whole = part.works if all(part.works) else ()
        ids = _once(id_ for work in whole for id_ in work)
        ambiguous = any(len(work) > 1 for work in whole)
        yield Citation(text[part.start : part.end], part.start, part.end, ids, ambiguous)


def _author_year_citations(
    text: str, start: int, end: int, bibliography: Bibliography
) -> Iterator[Citation]:
    for group in _year_groups(text, start, end):
        stop = group.opener if group.narrative and group.opener is not None else group.start
        tokens = _tokens(text, group.floor, stop)
        after = text[group.end : min(end, group.end + 70)]
        names = _read_names(list(tokens))
        found = _organisation(tokens, group, bibliography) or _people(
            names, group, after, bibliography
        )
        if found is None:
            begin = _unmistakable(names, group, after)
            if begin is None:
                continue
            found = begin, tuple(_Part(y.start, y.end, ((),)) for y in group.years)
        begin, parts = found
        marker = _marker(begin, group, after)
        yield from _cited(text, *marker, parts)


def _marker(begin: int, group: _Years, after: str) -> tuple[int, int]:
    """From the first name to the year, or to the bracket after it in "Smith (2010, p. 3)".

    Where that bracket holds more than a locator ("Ng (2010; but see Ho, 2012)") the years alone
    are the marker.
    """
    if not group.narrative:
        return begin, group.end
    locator = _LOCATOR.match(after)
    if locator is None or _SCAN_YEAR.search(locator[0]):
        return group.start, group.end
    return begin, group.end + locator.end()


_SCAN_YEAR: Final = re.compile(_YEAR)
_Found = tuple[int, tuple[_Part, ...]]


def _organisation(
    tokens: Sequence[_Token], group: _Years, bibliography: Bibliography
) -> _Found | None:
    """The longest run of two words or more before the year that is the name of an author."""
    words = [token for token in _without_abbreviation(tokens) if token.word or token.text == "&"]
    for first in range(max(0, len(words) - 14), len(words) - 1):
        run = [word for word in words[first:] if word.word]
        name = _name(run)
        if not any(bibliography.knows(name, year.year) for year in group.years):
            continue
        # the surname "Martin Ginis" is left to `_people`, unless all of it fits
        parts = _parts(group, (name,), bibliography, et_al=False, exact=len(run) < 3)
        if parts and (words[first].text[0].isupper() or name.split()[0].casefold() in PARTICLES):
            return words[first].start, parts
    return None


def _without_abbreviation(tokens: Sequence[_Token]) -> Sequence[_Token]:
    """Leave out the last token's comma and "[WHO]" in "World Health Organization [WHO], 2020"."""
    kept = list(tokens)
    _take(kept, ",")
    if len(kept) > 3 and kept[-1].text in {"]", ")"} and kept[-3].text in {"[", "("}:
        del kept[-3:]
    return kept


def _parts(
    group: _Years, names: Sequence[str], bibliography: Bibliography, *, et_al: bool, exact: bool
) -> tuple[_Part, ...]:
    """Each year with the works it means, or nothing if none of the years is found."""
    parts = tuple(
        _Part(
            year.start,
            year.end,
            (bibliography.resolve(names, year.year, year.suffix, et_al=et_al, exact=exact),),
        )
        for year in group.years
    )
    return parts if any(part.works[0] for part in parts) else ()


def _people(names: _Names, group: _Years, after: str, bibliography: Bibliography) -> _Found | None:
    """Try the names from the longest reading ("However, Ng and Ho") to the shortest ("Ho")."""
    for unit, words in enumerate(names.units):
        others = [names.text(other) for other in range(unit + 1, len(names.units))]
        for word in range(len(words)):
            skipped = words[word - 1].text if word else names.before if not unit else ""
            single = not others and not names.et_al
            if single and not _may_be_a_name(words[word:], skipped, names, group, after):
                continue
            # "Home Page (2012)": a name cut out of a longer one has to fit exactly
            exact = word > 0 and skipped.casefold() not in _LEADS
            readable = [names.text(unit, word), *others]
            parts = _parts(group, readable, bibliography, et_al=names.et_al, exact=exact)
            if parts:
                return words[word].start, parts
    return None


def _may_be_a_name(
    words: Sequence[_Token], before: str, names: _Names, group: _Years, after: str
) -> bool:
    """Whether one name alone before a year can be an author's: "May (2019)", not "in May 2019"."""
    if group.opener is None:
        return False
    name = _name(words).casefold()
    if name in _DATES:
        set_off = names.comma or group.narrative
        return set_off and before.casefold() not in _NOT_BEFORE_DATES
    if names.comma and not group.narrative:
        return True
    return not after.strip() or after.lstrip()[0] in ")];,.:"


def _unmistakable(names: _Names, group: _Years, after: str) -> int | None:
    """Offset of the first name, if the form can only be a citation though nothing fits it."""
    units = _without_leads(names.units)
    if not units:
        return None
    if names.et_al:
        return units[0 if group.opener is not None and not group.narrative else -1][0].start
    if any(year.year is not None and year.year < 1900 for year in group.years):
        return None
    if not all(_is_surname(unit) for unit in units):
        return None
    if len(units) > 1:
        return _pair(names, units, group)
    return units[0][0].start if _is_lone_name(names, units, group, after) else None


def _without_leads(units: Sequence[tuple[_Token, ...]]) -> list[tuple[_Token, ...]]:
    """Drop "However," and "See" from the beginning of the names."""
    kept = list(units)
    while kept:
        words = kept[0]
        while words and words[0].text.casefold() in _LEADS:
            words = words[1:]
        if words:
            return [words, *kept[1:]]
        kept.pop(0)
    return kept


def _pair(names: _Names, units: Sequence[tuple[_Token, ...]], group: _Years) -> int | None:
    """Offset of the first of several names that "&" or "and" joins."""
    ampersand = "&" in names.joint
    if not ampersand and (names.joint == "," or group.opener is None):
        return None
    if group.opener is None and not names.comma:
        return None
    listed = names.joint.startswith(",") or not group.narrative
    return units[0 if listed else -2][0].start


def _is_surname(words: Sequence[_Token]) -> bool:
    own = [word.text for word in words if word.text.casefold() not in PARTICLES]
    plain = _POSSESSIVE.sub("", own[0]) if len(own) == 1 else ""
    return bool(_SURNAME.fullmatch(plain)) and plain.casefold() not in _COMMON


def _is_lone_name(
    names: _Names, units: Sequence[tuple[_Token, ...]], group: _Years, after: str
) -> bool:
    """Whether it is "(Surname, 2019)", perhaps after "see", with nothing more behind the year."""
    name = units[0][-1].text
    if group.opener is None or group.narrative or not names.comma:
        return False
    if name.isupper() and len(name) < 3:  # "(UN, 2019)" might be, "(IV, 2019)" is not
        return False
    led = len(units[0]) < len(names.units[0]) or len(units) < len(names.units)
    aside = not names.before or names.before.casefold() in _ASIDES
    return (led or aside) and after.lstrip()[:1] in {"", ")", "]", ";", ",", ":"}


# --- Numbers -----------------------------------------------------------------------------------

_RANGE: Final = r"\u2010-\u2015\u2212-"
_NUMBER: Final = rf"\d{{1,3}}(?:\s?[{_RANGE}]\s?\d{{1,3}})?"
_BRACKETED: Final = re.compile(
    rf"\[\s?(?P<list>{_NUMBER}(?:\s?[,;]\s?{_NUMBER})*)\s?\](?!:)"  # "[3]:" defines a link
)
_ELEMENT: Final = re.compile(rf"(\d+)(?:\s?[{_RANGE}]\s?(\d+))?")
_MOST_IN_RANGE: Final = 100
_INTERVAL_BEFORE: Final = re.compile(
    r"(?i)(?:\bCIs?|\bIQR|\binterval|\branges?|\branged|\bscale|\bscores?|\bSD|=|:)\s{0,2}$"
)
_SUPERSCRIPT_DIGITS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SUPERSCRIPT: Final = re.compile(
    rf"(?<=[^\W\d_]|[.,;:!?)\]\u201d\"'\u2019])"  # directly after a word or its punctuation
    rf"[{_SUPERSCRIPT_DIGITS}]{{1,3}}"
    rf"(?:[,\u2d52\u207b{_RANGE}][{_SUPERSCRIPT_DIGITS}]{{1,3}})*"
    rf"(?![\w\u207b\u207a{_SUPERSCRIPT_DIGITS}])"
)
_TO_DIGITS: Final = str.maketrans(
    {digit: str(value) for value, digit in enumerate(_SUPERSCRIPT_DIGITS)} | {"\u207b": "-"}
)
_WORD_BEFORE: Final = re.compile(r"[^\W\d_]+$")
_UNITS: Final = frozenset(
    "chi eta rho tau phi psi mol min sec yard yards feet foot inch inches metre metres meter "
    "meters mile miles sigma omega kappa".split()
)


def _bracketed_numbers(
    text: str, start: int, end: int, bibliography: Bibliography
) -> Iterator[Citation]:
    for found in _BRACKETED.finditer(text, start, end):
        parts = _number_parts(found["list"], found.start("list"), bibliography)
        if parts and _is_numeric_citation(text, found, parts, bibliography):
            yield from _cited(text, found.start(), found.end(), parts)


def _is_numeric_citation(
    text: str, found: re.Match[str], parts: Sequence[_Part], bibliography: Bibliography
) -> bool:
    works = [work for part in parts for work in part.works]
    printed = [int(number) for number in re.findall(r"\d+", found["list"])]
    before = text[max(0, found.start() - 12) : found.start()]
    if len(printed) == 2 and _INTERVAL_BEFORE.search(before):
        return False
    if bibliography.labelled or (bibliography.numbered and all(works)):
        return True
    return len(printed) > 2 and printed == sorted(set(printed))


def _number_parts(printed: str, offset: int, bibliography: Bibliography) -> tuple[_Part, ...]:
    """The numbers and ranges of a marker; nothing if one is 0, falls, or spans too much."""
    parts: list[_Part] = []
    for found in _ELEMENT.finditer(printed):
        first, last = int(found[1]), int(found[2] or found[1])
        if not 0 < first <= last < first + _MOST_IN_RANGE or (found[2] and first == last):
            return ()
        works = tuple(bibliography.resolve_number(n) for n in range(first, last + 1))
        parts.append(_Part(offset + found.start(), offset + found.end(), works))
    return tuple(parts)


def _superscripts(
    text: str, start: int, end: int, bibliography: Bibliography
) -> Iterator[Citation]:
    if not bibliography.numbered:
        return
    for found in _SUPERSCRIPT.finditer(text, start, end):
        parts = _number_parts(found[0].translate(_TO_DIGITS), found.start(), bibliography)
        if not parts:
            continue
        resolved = all(work for part in parts for work in part.works)
        word = _WORD_BEFORE.search(text, max(start, found.start() - 20), found.start())
        if word is None and (resolved or bibliography.labelled):
            yield from _cited(text, found.start(), found.end(), parts)
        elif word is not None and resolved and _is_prose(word[0]):
            yield from _cited(text, found.start(), found.end(), parts)


def _is_prose(word: str) -> bool:
    """Whether a raised number after `word` is a note, not an exponent: "pain³", not "cm³"."""
    return len(word) > 2 and word.islower() is not word.isupper() and word not in _UNITS

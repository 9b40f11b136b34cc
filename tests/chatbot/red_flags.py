"""What the tests of red flags share."""

from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
URGENT_DOCUMENT = "when-to-get-urgent-help"


SMALL = f"""
version = 1
date = 2026-11-22
language = "en"

[reading]
fillers = ["my", "the"]
harmless = ["stroke of luck"]
not_a_denial = ["no idea"]

[clauses]
breaks = ["but"]
joins = ["and"]
starts = ["my"]
ends_denial = ["and"]

[[set_aside]]
name = "denied"
reach = "ahead"
denies = true
words = ["no", "not"]

[words]
chest = ["chest", "breastbone"]
hurts = ["hurt*", "pain"]
both = ["{{chest}} {{hurts}}"]

[[emergency]]
name = "chest pain"
sections = ["{URGENT_DOCUMENT} > What should I do if I have chest pain?"]
patterns = ["{{chest}} + {{hurts}}", "reading ... #2.0-3.9", "stroke"]
"""

BARS = "[bars]\nline = -0.5\nno_line = 0.0\nset_aside = 0.1\nlong = 0.1\n"


def names(flags, message):
    return [flag.name for flag in flags.seen(message)]

"""Does a question lean on an earlier one, and what would it be with that one's subject?

No language model: signs of a question that is not whole (it begins with "and", has a pronoun with
nothing to stand for, is very short), and the two questions one after the other. A question without
such signs leans on an earlier one if the documents answer it only with that one's subject, which
the reader finds out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from chatbot.understand.everyday import split
from index.lexical import Tokenizer

# Earlier questions that are looked at for a subject, the latest first.
_BACK = 3
# A question of more words stands by itself.
_LONGEST = 16
_SHORT = 4

_BEGINS = re.compile(r"(?:and|also|but|or|so|then|what about|how about)\b", re.IGNORECASE)
# Such a beginning makes only a short question lean: "on duloxetine, fine to hit the gym?" does not.
_BEGINS_SHORT = re.compile(
    r"(?:same (?:for|with)|only|even|not|without|with|after|before|during|in|at|on|for|to)\b",
    re.IGNORECASE,
)
_FEW = 6
# Short, and whole all the same: "What is pacing?", "Does yoga help?", "tell me about glia".
_WHOLE = re.compile(
    r"(?:what|who|where|how|why|when|which)(?:'s|’s| is| are| was| were| do| does| can| should) \w"
    r"|(?:is|are|do|does|can|could|should|will|would|may|has|have) \w+ \w"
    r"|tell me (?:more )?about \w|explain \w",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\b(?:too|as well|then|also|instead|either)\s*\W*$", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|those|these|this|one|ones|that)\b", re.IGNORECASE
)
# "Is it safe to swim?", "the fact that", "one leg": these words stand for nothing earlier.
_FIT = (
    r"(?:safe|ok|okay|normal|true|possible|better|worse|good|bad|late|best|worth|all right|alright"
    r"|dangerous|harmful|important|common|hard|difficult|wise|fine|right|time)"
)
_EMPTY_IT = re.compile(
    rf"\bit(?:'s|’s| is| be| was| take| takes)? (?:\w+ly |too |very )?{_FIT}?"
    r" ?(?:to|that|if|when)\b"
    rf"|\b(?:is|was|isn't) it (?:\w+ly |too |very )?{_FIT}\b(?! than)"
    r"(?=.*\b(?:to|that|if|when|\w+ing)\b)"
    r"|\bthat (?:i|my|you|the|a|he|she|we|is|are|can|does|has|have)\b"
    rf"|\b(?:this|these|those|their|its|one|that) (?!{_FIT}\b)[a-z]{{4,}}\b"
    r"|\b(?:no|any|every|some)[ -]?one\b|\bone of\b",
    re.IGNORECASE,
)
# They say that something is asked, or how much; a passage need not hold them.
_WEAK = frozenset(
    "long time much many often soon good bad better best really still just well like know tell mean"
    " go going get getting take make do done thing things people person way ways kind sort use used"
    " using too also then each day per normal normally ok okay proof proven evidence true sure say"
    " said call called anything something anyone common usually maybe please hi hello thanks safe"
    " help helps work works again more less same different start begin happen happens".split()
)
_STEMS = Tokenizer("en")
_WEAK_STEMS = frozenset(_STEMS(" ".join(sorted(_WEAK))))

# So many content words before a pronoun are enough for it to stand for one of them.
_BEFORE = 3


def could_lean(question: str) -> bool:
    """Whether a question is short enough to be part of an earlier one."""
    return 0 < len(split(question)) <= _LONGEST


def leans_on_earlier(question: str) -> bool:
    """Whether a question is probably not whole without an earlier one."""
    if not could_lean(question):
        return False
    words = split(question)
    start = question.lstrip(" …-.,")
    if _BEGINS.match(start) or _ENDS.search(question) or _has_empty_pronoun(question):
        return True
    if len(words) <= _SHORT and not _WHOLE.match(start):
        return True
    return len(words) <= _FEW and bool(_BEGINS_SHORT.match(start))


def _has_empty_pronoun(question: str) -> bool:
    """Whether a pronoun comes before any words of its own question that it could stand for."""
    rest = _EMPTY_IT.sub(" ", question)
    found = _PRONOUN.search(rest)
    return found is not None and len(_new_stems(rest[: found.start()])) <= _BEFORE


def subject(history: Sequence[str], answered: Callable[[str], bool]) -> str:
    """The latest earlier question that stands by itself and was answered; empty if none was."""
    for earlier in list(reversed(history))[:_BACK]:
        if split(earlier) and not leans_on_earlier(earlier) and answered(earlier):
            return earlier
    return ""


def joined(question: str, earlier: str) -> str:
    """Both questions as one text; it is searched for and shown."""
    return f"{question} ({earlier})"


def _new_stems(text: str) -> list[str]:
    return [stem for stem in dict.fromkeys(_STEMS(text)) if stem not in _WEAK_STEMS]

"""What somebody wrote in the rules file -> a pattern that can be looked for.

A pattern says which phrases a message must hold: "{chest} + {hurts} & {diabetes} - {shingles}".
`+` wants the next phrase near the first in its sentence, `++` in the sentences around it, `&`
anywhere in the message, `-` nowhere in it. In a phrase stand words, beginnings of words ("crush*"),
numbers ("#30-69"), lists in braces, and `...` for up to five words of any kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_NUMBER = re.compile(r"#(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)")
_WORD = re.compile(r"[a-z]+\*?|\d+")
_LIST = re.compile(r"\{([a-z_]+)\}")
_JOINTS = re.compile(r"(?:^|\s+)(\+\+|[+&-])(?:\s+|$)")


@dataclass(frozen=True, slots=True)
class Step:
    """One element of a phrase: "pain", "crush*", "#30-69", "{chest}". `far` when `...` precedes it,
    `first` when it must begin a sentence.
    """

    key: str
    far: bool = False
    first: bool = False

    @property
    def list_name(self) -> str:
        """The list that is meant, or empty."""
        return self.key[1:-1] if self.key[0] == "{" else ""


Phrase = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Phrases that together are a sign: all of `near`, close to each other, and all of `around`,
    not far from there, none of them said to be absent or past; all of `anywhere`; none of
    `nowhere`. `text` is how the file has it. One that is `certain` needs no example to agree.
    """

    text: str
    near: tuple[Phrase, ...]
    around: tuple[Phrase, ...] = ()
    anywhere: tuple[Phrase, ...] = ()
    nowhere: tuple[Phrase, ...] = ()
    certain: bool = False

    @property
    def wanted(self) -> tuple[Phrase, ...]:
        """The phrases that a message must hold."""
        return (*self.near, *self.around, *self.anywhere)

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """All of its phrases."""
        return (*self.wanted, *self.nowhere)


def parse_pattern(text: str) -> Pattern:
    """Read a pattern.

    :raises ValueError: it is not written as this module describes.
    """
    pieces = _JOINTS.split(text.strip())
    phrases: dict[str, list[Phrase]] = {
        "+": [parse_phrase(pieces[0])],
        "++": [],
        "&": [],
        "-": [],
    }
    for sign, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        phrases[sign].append(parse_phrase(piece))
    near, around, anywhere, nowhere = (tuple(phrases[sign]) for sign in ("+", "++", "&", "-"))
    return Pattern(text, near, around, anywhere, nowhere)


def parse_phrase(text: str) -> Phrase:
    """Read a phrase.

    :raises ValueError: it is empty or holds something that is no word, number or list.
    """
    steps = tuple(_steps(text))
    if not steps or steps[0].far or text.split()[-1] == "...":
        raise ValueError(f"{text!r} must begin and end with a word, a number or a {{list}}")
    return steps


def _steps(text: str) -> Iterator[Step]:
    far = False
    pieces = text.split()
    first = pieces[:1] == ["^"]
    for piece in pieces[first:]:
        if piece == "...":
            far = True
            continue
        yield Step(_key(piece), far, first)
        far = first = False


@cache  # the same few thousand words stand in the rules again and again
def _key(piece: str) -> str:
    # As in a question, whose apostrophes are left out: "can't" is one word, "cant".
    word = piece.replace("'", "")
    if not any(kind.fullmatch(word) for kind in (_WORD, _LIST, _NUMBER)):
        raise ValueError(
            f"{piece!r} is no word in small letters, no beginning such as 'crush*', no number "
            "such as '#30-69' and no {list}"
        )
    return word


def number_range(key: str) -> tuple[float, float] | None:
    """The least and the largest number that "#30-69" means; None for any other key."""
    found = _NUMBER.fullmatch(key)
    return (float(found[1]), float(found[2])) if found else None

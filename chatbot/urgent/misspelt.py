"""A message -> the same as somebody types it who spells by ear, or whose fingers slip.

Without such copies among the examples, misspelling by itself would sound urgent: people write in
haste what is urgent, and writers of examples know that.
"""

from __future__ import annotations

import random
import re
from zlib import crc32

# What is written for what is heard alike or nearly so, either way where that occurs.
_BY_EAR = (
    ("ph", "f"), ("ght", "t"), ("ck", "k"), ("tion", "shun"), ("ee", "ea"), ("ea", "ee"),
    ("ie", "ei"), ("ei", "ie"), ("ou", "ow"), ("ai", "ay"), ("th", "f"), ("wh", "w"), ("kn", "n"),
    ("ss", "s"), ("ll", "l"), ("tt", "t"), ("pp", "p"), ("mm", "m"), ("rr", "r"), ("ce", "se"),
    ("ci", "si"), ("er", "a"), ("or", "er"), ("ure", "er"), ("oo", "u"), ("ough", "uff"),
    ("le", "el"), ("x", "cks"), ("qu", "kw"), ("ing", "in"), ("ed", "d"), ("a", "e"), ("e", "i"),
    ("i", "e"), ("o", "u"), ("u", "o"),
)  # fmt: skip
_NEXT_KEY = str.maketrans("qwertyuiopasdfghjklzxcvbnm", "wertyuioposdfghjklkxcvbnmn")
# Of a message's words, so many are misspelt.
_SHARES = (0.2, 0.35, 0.5, 0.7)
_SHORTEST = 3  # letters; nobody misspells "is"
# Parts of all messages, or of their words or gaps, that go wrong in each way.
_ONCE_MORE, _SMALL_LETTERS, _NO_MARKS, _RUN_TOGETHER, _GAPS_LOST = 0.25, 0.6, 0.4, 0.15, 0.3


def misspelt(message: str) -> str:
    """The message, misspelt: always the same way."""
    draw = random.Random(crc32(message.encode()))
    share = draw.choice(_SHARES)
    words = message.split()
    for place, word in enumerate(words):
        if draw.random() < share and re.search(f"[a-z]{{{_SHORTEST}}}", word):
            once = _word(word, draw)
            words[place] = _word(once, draw) if draw.random() < _ONCE_MORE else once
    text = " ".join(words)
    if draw.random() < _SMALL_LETTERS:
        text = text.lower()
    if draw.random() < _NO_MARKS:
        text = re.sub("[?.,!']", "", text)
    if draw.random() < _RUN_TOGETHER:
        text = re.sub(" ", lambda _: "" if draw.random() < _GAPS_LOST else " ", text)
    return text


def _word(word: str, draw: random.Random) -> str:
    """A word with one mistake: by ear, a letter left out, two swapped, a wrong key, one doubled."""
    if len(word) < 2:
        return word
    alike = [(heard, written) for heard, written in _BY_EAR if heard in word.lower()]
    kind = draw.random()
    if kind < 0.55 and alike:
        heard, written = draw.choice(alike)
        return re.sub(heard, written, word, count=1, flags=re.IGNORECASE)
    place = draw.randrange(1, len(word))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    if kind < 0.7:
        return before + after
    if kind < 0.82:
        return before[:-1] + letter + before[-1] + after
    if kind < 0.92:
        return before + letter.lower().translate(_NEXT_KEY) + after
    return before + letter + letter + after

"""Is a question in a language that the documents are not in? The only file that knows py3langid.

Most questions are in the documents' language and a short one is easily taken for Danish. So the
detector is asked only about a question most of whose words no English list knows.
"""

from __future__ import annotations

import sys
import tomllib
from array import array
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from index.disk.pieces import Pieces
from index.vocabulary import WORD

LANGUAGES = Path(__file__).with_name("languages.toml")

# A question of which this share of words is English is English, whatever the detector says.
_ENGLISH = 0.7
# How sure the detector must be: of a question in the Latin alphabet, and where the documents are
# not in English, so that no list speaks for their language.
_SURE = 0.7
_SURE_WITHOUT_LIST = 0.95
# Fewer words in the Latin alphabet say too little.
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its code and English name; `sentence` says in it that documents are English."""

    code: str
    name: str
    sentence: str = ""


def foreign_language(
    question: str, languages_of_corpus: Collection[str], known: Callable[[str], bool]
) -> Language | None:
    """The language of a question that none of the documents is in; None in doubt.

    :param languages_of_corpus: BCP 47 tags; "" of a document that names none, which is taken for
        English.
    :param known: whether a word is English or stands in the documents.
    """
    own = _codes(languages_of_corpus)
    words = WORD.findall(question)
    latin = [word for word in words if word.isascii() or _is_latin(word)]
    if not words or ("en" in own and _mostly(known, words)):
        return None
    if len(latin) == len(words) and len(words) < _FEWEST:
        return None
    code, sure = _identifier().classify(question)
    if 2 * len(latin) > len(words) and sure < (_SURE if "en" in own else _SURE_WITHOUT_LIST):
        return None
    return None if code in own else languages().get(code)


def said(language: Language, languages_of_corpus: Collection[str]) -> str:
    """What to tell somebody who asked in another language, in English and in theirs."""
    own = sorted(_codes(languages_of_corpus))
    names = [languages()[code].name if code in languages() else code for code in own]
    sentence = f"This looks like {language.name}. The documents are in {' and '.join(names)}."
    return f"{sentence} {language.sentence}".strip() if own == ["en"] else sentence


@cache
def languages(path: Path = LANGUAGES) -> dict[str, Language]:
    """The languages of a file, by code."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["languages"]
    return {code: Language(code, **table) for code, table in tables.items()}


def _codes(tags: Iterable[str]) -> set[str]:
    return {(tag or "en").split("-")[0].lower() for tag in tags}


def _mostly(known: Callable[[str], bool], words: list[str]) -> bool:
    return sum(known(word) for word in words) >= _ENGLISH * len(words)


def _is_latin(word: str) -> bool:
    """Whether a word is in the Latin alphabet, with or without accents."""
    return all(character < "\u0250" or "\u1e00" <= character < "\u1f00" for character in word)


class _OnDisk:
    """Numbers in a file without a name: of ten million a question needs some hundred."""

    def __init__(self, numbers: array[int]) -> None:
        file = TemporaryFile()
        numbers.tofile(file)
        file.flush()
        self._bytes = Pieces(file)
        self._size = numbers.itemsize

    def __getitem__(self, place: int) -> int:
        begin = place * self._size
        return int.from_bytes(self._bytes.read(begin, begin + self._size), sys.byteorder)


def _on_disk(numbers: array[int]) -> _OnDisk | array[int]:
    try:
        return _OnDisk(numbers)
    except OSError:  # nothing can be written here; then it takes 39 MB of memory
        return numbers


@cache
def _identifier() -> LanguageIdentifier:
    """The detector: one and a half seconds, so only for a question that needs it."""
    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    # Made anew of the languages that count: `set_languages` would keep all others beside them.
    kept = [number for number, code in enumerate(whole.nb_classes) if code in languages()]
    return LanguageIdentifier(
        whole.nb_ptc[:, kept],
        whole.nb_pc[kept],
        [whole.nb_classes[number] for number in kept],
        _on_disk(whole.tk_nextmove),
        whole.tk_output,
        norm_probs=True,
        tk_row=whole.tk_row,
    )

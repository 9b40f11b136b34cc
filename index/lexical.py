"""Which passages share words with a question: BM25. The only file that knows bm25s and Snowball."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from bm25s.tokenization import STOPWORDS_EN, Tokenized
from numpy.typing import NDArray

_WORD = re.compile(r"\w+")
_SNOWBALL = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish",
}  # fmt: skip
# Words of a question that say that it is one; passages hold them by chance.
_QUESTION_WORDS = frozenset(
    "am can could did do does had has have he her his how i me my our shall she should so us we"
    " were what when where which who why would you your".split()
)
_STOP = frozenset(STOPWORDS_EN) - {"no", "not"} | _QUESTION_WORDS


class Tokenizer:
    """Words as BM25 counts them: lower case, without accents, reduced to their stem."""

    def __init__(self, language: str) -> None:
        """:param language: BCP 47 tag; a language without a stemmer keeps its words whole."""
        name = _SNOWBALL.get(language.split("-")[0].lower())
        self._stemmer = Stemmer.Stemmer(name) if name else None
        self._stop = _STOP if name == "english" else frozenset[str]()

    def __call__(self, text: str) -> list[str]:
        """The words of `text` in order, repeated as often as they stand there."""
        folded = unicodedata.normalize("NFKD", text.lower())
        plain = "".join(c for c in folded if not unicodedata.combining(c))
        words = [word for word in _WORD.findall(plain) if word not in self._stop]
        return list(self._stemmer.stemWords(words)) if self._stemmer else words


class Lexical:
    """BM25 over passages; the row of a passage is its place in the index."""

    def __init__(self, model: bm25s.BM25, *, language: str) -> None:
        self._model = model
        self._tokenize = Tokenizer(language)

    @classmethod
    def build(cls, texts: Sequence[str], *, language: str) -> Lexical:
        """Count the words of `texts`, one text a passage with its heading."""
        tokenize = Tokenizer(language)
        documents = [tokenize(text) for text in texts]
        # Sorted, so that the same passages give the same bytes in every process.
        words = sorted({word for document in documents for word in document})
        if not words:  # BM25 divides by the mean length; "-" is a word that no question holds
            words, documents = ["-"], [["-"]] * len(documents)
        vocabulary = {word: number for number, word in enumerate(words)}
        ids = [[vocabulary[word] for word in document] for document in documents]
        model = bm25s.BM25()
        model.index(Tokenized(ids=ids, vocab=vocabulary), show_progress=False)
        return cls(model, language=language)

    @classmethod
    def open(cls, folder: Path, *, language: str) -> Lexical:
        """Open what `save` wrote; the arrays are memory-mapped."""
        return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False), language=language)

    def save(self, folder: Path) -> None:
        """Write the index: arrays as `.npy`, words and settings as JSON."""
        self._model.save(folder, show_progress=False)

    def scores(self, question: str) -> NDArray[np.float32]:
        """BM25 of every passage, `(n,)` float32, 0 or more; higher shares more and rarer words."""
        words = set(self._tokenize(question))
        ids = sorted(self._model.vocab_dict[word] for word in words & self._model.vocab_dict.keys())
        if not ids:
            return np.zeros(int(self._model.scores["num_docs"]), dtype=np.float32)
        return np.asarray(self._model.get_scores_from_ids(ids), dtype=np.float32)

    def rows_with(self, question: str) -> list[NDArray[np.int32]]:
        """For each different word of a question the rows that hold it, ascending."""
        starts, rows = self._model.scores["indptr"], self._model.scores["indices"]
        found = []
        for word in sorted(set(self._tokenize(question))):
            number = self._model.vocab_dict.get(word)
            span = slice(0, 0) if number is None else slice(starts[number], starts[number + 1])
            found.append(np.sort(rows[span]).astype(np.int32))
        return found

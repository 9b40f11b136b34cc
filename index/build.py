"""A corpus -> an index on disk; only what the last one does not hold is read and embedded."""

from __future__ import annotations

import errno
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, overload

import numpy as np

from corpus.citations.bibliography import Bibliography
from corpus.load import NOTHING_KNOWN, load_corpus
from corpus.model import Corpus, Document, Passage, Skipped, printable
from corpus.split import heading_of, split
from index.calibration.fit import calibrate
from index.dense import APPROXIMATE, EXACT_LIMIT, Record, is_large, record_type, write_approximate
from index.disk.contents import Contents, read_contents, write_lines
from index.disk.documents import starts, write_documents
from index.disk.folder import DEFAULT_STORE, IndexFolder, Manifest, ModelRecord, locked
from index.disk.kept import KeptVectors
from index.disk.lines import Lines
from index.disk.summary import Summary
from index.disk.taken_over import (
    beside,
    known_files,
    sentences_before,
    split_before,
    write_as_read,
)
from index.encoding.encoder import Embed, Encoder, Progress, Vectors
from index.encoding.exported import Compared, export, is_whole, model_folder
from index.errors import UnusableIndex
from index.material import Material, answering_rows, numbered
from index.sample import sample
from index.search import Searcher
from index.vocabulary import Vocabulary, searched_text

Item = TypeVar("Item")

# Another version of one of these may read, split, tokenise or embed the same file differently.
_LIBRARIES = (
    "bm25s", "faiss-cpu", "lxml", "markdown-it-py", "mdit-py-plugins", "numpy", "onnxruntime",
    "pypdfium2", "PyStemmer", "PyYAML", "scikit-learn", "scipy", "selectolax",
    "sentence-transformers", "sentencex", "tokenizers", "torch", "transformers",
)  # fmt: skip


# Questions on which the exported model is compared with the model itself: a second's work.
_COMPARED = 100
# Passages that are embedded together: what is in memory of them while a build runs.
_TOGETHER = 20_000

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


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


@cache
def program() -> str:
    """The sha256 of this program's own code that reads, splits and searches documents.

    Passages that other code has made are not served: a change of the splitter counts as a change
    of the documents. Vectors are kept as long as their texts are the same.
    """
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for package in ("corpus", "index"):
        for path in sorted(path for path in (root / package).rglob("*") if _is_program(path)):
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _is_program(path: Path) -> bool:
    """Code, or the numbers and questions that the calibration starts from."""
    return path.suffix == ".py" or (path.parent.name == "calibration" and "json" in path.suffix)


def build_index(
    folder: Path,
    encoder: Encoder,
    *,
    store: Path = DEFAULT_STORE,
    full: bool = False,
    report: Callable[[str], None] | None = None,
) -> Built:
    """Bring the index of a corpus folder up to date.

    Another process that builds the same index is waited for. A build that dies leaves the old
    index as it was.

    :param full: read and embed every document again. The bytes written are the same, only later.
    :param report: is told, in a sentence each, of files that are not read and of waiting.
    :raises CorpusError: a document cannot be used; the old index stays.
    :raises BuildError: the index cannot be written (no space, no permission), or would lie
        inside the corpus.
    """
    report = report or _silently
    place = IndexFolder.of(folder, store)
    if Path(os.path.realpath(store)).is_relative_to(os.path.realpath(folder)):
        raise BuildError(
            f"The store {store} lies inside the folder of documents. Choose another place with "
            "--store DIR"
        )
    try:
        with place.locked(lambda: report("Another process is building this index; waiting.")):
            last = None if full else _last(place)
            known = known_files(last) if last and _is_ours(last) else NOTHING_KNOWN
            corpus = load_corpus(folder, known=known)
            for skipped in corpus.skipped:
                report(_not_read(skipped, tried=skipped not in known.unread.values()))
            if last and last.manifest.model != model_record(encoder):
                last = None
            if last and _is_current(last.manifest, corpus, store):
                place.sweep(last.manifest)
                return Built(last.manifest, embedded=0, unchanged=True)
            return _build(corpus, encoder, place, last=last, report=report)
    except OSError as error:
        problem = "the disk is full" if error.errno in _FULL else error.strerror or str(error)
        raise BuildError(
            f"The index cannot be written to {place.path} ({problem.lower()}). Make room, or "
            "choose another place with --store DIR"
        ) from error


def _last(place: IndexFolder) -> Contents | None:
    """The index as it is, if it is whole and these libraries made it."""
    try:
        contents = read_contents(place)
    except UnusableIndex:
        return None
    return contents if contents.manifest.libraries == libraries() else None


def _is_ours(last: Contents | None) -> bool:
    """Whether this very program has read and split the documents of an index."""
    return last is not None and last.manifest.program == program()


def _not_read(skipped: Skipped, *, tried: bool) -> str:
    """What people are told of a file.

    :param tried: False if it is as the last build has left it.
    """
    said = f"Not read: {skipped.file} ({skipped.reason})"
    if tried or not skipped.over_limit:
        return said
    return f"{said}. It was not tried again; python -m index build --full does"


def _is_current(manifest: Manifest, corpus: Corpus, store: Path) -> bool:
    return (
        manifest.corpus_digest == corpus.digest
        # A file that could not be read because of another may be read now.
        and manifest.documents_digest == documents_digest(corpus.documents)
        and manifest.program == program()
        and is_whole(manifest.asking, manifest.model.fingerprint, store=store)
    )


def documents_digest(documents: Iterable[Document]) -> str:
    """A sha256 over the id of every document and the sha256 of its file."""
    digest = hashlib.sha256()
    for document in documents:
        digest.update(f"{document.id}\0{document.sha256}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def gather(
    corpus: Corpus,
    encoder: Encoder,
    *,
    last: Contents | None = None,
    embed: Embed | None = None,
    folder: Path | None = None,
) -> tuple[Material, int]:
    """Split a corpus and embed it: what a searcher is made of, and how many texts were embedded.

    :param last: an index by the same model. Its vectors are taken over for texts that it holds
        already, and its passages for documents that this program has split before.
    :param embed: embeds texts in place of `encoder.encode_texts`.
    :param folder: where passages and vectors are written as they come, and read again when they
        are needed, so that they take no memory. Without it they stay there.
    """
    embed = embed or encoder.encode_texts
    documents = {document.id: document for document in corpus.documents}
    new = passages_of(corpus, encoder, last=last)
    passages: Sequence[Passage] = written_passages(folder, new) if folder else list(new)
    texts = Texts(documents, passages)
    embedded = 0

    def parts() -> Iterator[Vectors]:
        nonlocal embedded
        for part, new in _vectors(texts, embed, last=last, kind=record_type(len(texts))):
            embedded += new
            yield part

    vectors = stored_vectors(folder, parts(), (len(texts), encoder.dimension))
    pairs = answering_rows(corpus.documents, passages)
    material = Material(
        passages=passages,
        texts=texts,
        vectors=vectors,
        starts=starts(documents, passages),
        questions=_question_vectors(pairs, last, embed),
        pairs=pairs,
        language=_language(corpus.documents),
    )
    return material, embedded


def _build(
    corpus: Corpus,
    encoder: Encoder,
    place: IndexFolder,
    *,
    last: Contents | None,
    report: Callable[[str], None],
) -> Built:
    store = place.path.parent
    documents = {document.id: document for document in corpus.documents}
    with place.writing() as unfinished:
        embed = KeptVectors(place.unfinished(f"vectors-{_means(encoder)}"), encoder).vectors
        material, embedded = gather(corpus, encoder, last=last, embed=embed, folder=unfinished)
        asking = export(
            encoder,
            _compared(corpus.documents, material.texts),
            _compared_with(material.vectors),
            store=store,
            report=report,
            before=_compared_before(last) if last and _is_ours(last) else None,
        )
        write_lines(unfinished / "references.jsonl", corpus.references)
        write_as_read(unfinished, corpus)
        write_documents(unfinished, corpus.documents)
        material = write_material(unfinished, material, documents)
        searcher = write_searcher(unfinished, material)
        before = sentences_before(last) if last and _is_ours(last) else {}
        calibrated = calibrate(
            material,
            corpus.documents,
            questions=_background(encoder, store=store, report=report),
            sentences=beside(before, encoder.encode_texts),
            searcher=searcher,
        )
        calibrated.save(unfinished)
        manifest = place.publish(
            unfinished,
            {
                "corpus": printable(corpus.name),
                "corpus_digest": corpus.digest,
                "language": material.language,
                "program": program(),
                "documents": len(corpus.documents),
                "documents_digest": documents_digest(corpus.documents),
                "passages": len(material.passages),
                "model": model_record(encoder),
                "asking": asking,
                "libraries": libraries(),
                "calibration": calibrated.calibration,
            },
        )
    return Built(manifest, embedded=embedded, unchanged=False)


def written_passages(folder: Path, passages: Iterable[Passage]) -> Lines[Passage]:
    """Write passages as they come, and open what was written."""
    write_lines(folder / "passages.jsonl", passages)
    return Lines(folder / "passages.jsonl", Passage)


def write_material(folder: Path, material: Material, documents: Mapping[str, Document]) -> Material:
    """Write what is looked up in documents, passages and vectors, which are there already.

    :return: the material, searched approximately if there is much of it.
    """
    Summary.of(documents.values()).save(folder)
    np.save(folder / "starts.npy", material.starts, allow_pickle=False)
    texts = (searched_text(documents[one.document_id], one) for one in material.passages)
    Vocabulary.of(texts).save(folder)
    if not is_large(len(material.passages)):
        return material
    write_approximate(material.vectors, folder / APPROXIMATE)
    return replace(material, approximate=folder / APPROXIMATE)


def write_searcher(folder: Path, material: Material) -> Searcher:
    """Write what a searcher has learnt and counted."""
    searcher = material.searcher()
    searcher.lexical.save(folder / "lexical")
    if searcher.taught:
        searcher.taught.save(folder)
    return searcher


def split_corpus(
    corpus: Corpus, encoder: Encoder, *, last: Contents | None = None
) -> list[Passage]:
    """The passages of every document; see `passages_of`."""
    return list(passages_of(corpus, encoder, last=last))


def passages_of(
    corpus: Corpus, encoder: Encoder, *, last: Contents | None = None
) -> Iterator[Passage]:
    """The passages of every document, in the order of the index: by document id, then offset.

    :param last: an index by the same model; see `gather`.
    """
    shared = corpus.references
    before = split_before(last, shared) if last and _is_ours(last) else {}
    for document in corpus.documents:
        known, own = before.get(document.id, (None, ()))
        if known != document:
            bibliography = Bibliography((*document.references, *shared))
            own = split(document, bibliography, measure=encoder.count_tokens, window=encoder.window)
        for passage in own:
            if document.text[passage.start : passage.end] != passage.text:
                raise AssertionError(f"passage {passage.id!r} is no part of its document")
            yield passage


class Texts(Sequence[str]):
    """The words that passages are searched by, headings first, put together when asked for."""

    def __init__(self, documents: Mapping[str, Document], passages: Sequence[Passage]) -> None:
        self._documents = documents
        self._passages = passages

    def __len__(self) -> int:
        return len(self._passages)

    def __iter__(self) -> Iterator[str]:
        return map("\n".join, self.pairs())

    @overload
    def __getitem__(self, place: int, /) -> str: ...

    @overload
    def __getitem__(self, place: slice, /) -> list[str]: ...

    def __getitem__(self, place: int | slice, /) -> str | list[str]:
        if isinstance(place, slice):
            return ["\n".join(self._pair(passage)) for passage in self._passages[place]]
        return "\n".join(self._pair(self._passages[place]))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The heading and the text of each passage, as they are embedded."""
        return map(self._pair, self._passages)

    def _pair(self, passage: Passage) -> tuple[str, str]:
        document = self._documents[passage.document_id]
        return heading(document, passage), embedded_text(document, passage)


def heading(document: Document, passage: Passage) -> str:
    """Title and section of a passage as they are embedded."""
    return heading_of(document.title, passage.section)


def embedded_text(document: Document, passage: Passage) -> str:
    """The words of a passage as they are embedded: with the lead-in of a list cut in two."""
    if passage.lead_in is None:
        return passage.text
    return f"{document.text[slice(*passage.lead_in)]}\n{passage.text}"


def _vectors(
    texts: Texts, embed: Embed, *, last: Contents | None, kind: type[np.floating]
) -> Iterator[tuple[Vectors, int]]:
    """Vectors of passages, some at a time, and how many of them were embedded anew.

    A vector is the unit vector of the text plus the unit vector of the heading: one inner product
    with a question then scores both (cosine of the text plus cosine of the heading, -2 to 2).
    """
    known = _known(last, kind) if last else {}
    with _progress(len(texts), "Reading") as progress:
        done = 0
        for part in batched(texts.pairs(), _TOGETHER):
            rows = np.array([known.get(_key(pair), -1) for pair in part])
            new = np.flatnonzero(rows < 0)
            made = _embedded([part[number] for number in new], embed, progress.update)
            vectors = np.empty((len(part), made.shape[1]), dtype=np.float32)
            vectors[new] = made
            if last:
                vectors[rows >= 0] = last.vectors[rows[rows >= 0]]
            done += len(part)
            progress.update(done - progress.n)
            yield vectors, len(new)


def _embedded(pairs: Sequence[tuple[str, str]], embed: Embed, progress: Progress) -> Vectors:
    """Vectors of headings with texts, each different one embedded once."""
    headings, texts = (sorted({pair[which] for pair in pairs}) for which in (0, 1))
    text_vectors, heading_vectors = embed(texts, progress=progress), embed(headings)
    text_rows = {text: row for row, text in enumerate(texts)}
    heading_rows = {name: row for row, name in enumerate(headings)}
    own = text_vectors[[text_rows[text] for _, text in pairs]]
    return own + heading_vectors[[heading_rows[name] for name, _ in pairs]]


def stored_vectors(folder: Path | None, parts: Iterable[Vectors], shape: tuple[int, int]) -> Record:
    """Write vectors as they come, in the type of so many, and map what was written.

    :param folder: where; without it they stay in memory.
    """
    kind = record_type(shape[0])
    if folder is None:
        return np.concatenate([part.astype(kind) for part in parts])
    path = folder / "vectors.npy"
    with path.open("wb") as opened:
        header = {"descr": np.dtype(kind).str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(opened, header)
        for part in parts:
            opened.write(part.astype(kind).tobytes())
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Items in lists of at most `size`."""
    remaining = iter(items)
    while part := list(islice(remaining, size)):
        yield part


def _progress(texts: int, what: str) -> Any:
    # Only a build shows how far it is.
    from tqdm import tqdm

    return tqdm(total=texts, desc=what, unit="text", disable=None)


def _means(encoder: Encoder) -> str:
    """A name for vectors that were made by the same model, libraries and arithmetic."""
    means = repr((model_record(encoder), sorted(libraries().items())))
    return hashlib.sha256(means.encode()).hexdigest()[:16]


def _background(encoder: Encoder, *, store: Path, report: Callable[[str], None]) -> Embed:
    """Embeds the background questions, once for a store and a model."""
    folder = model_folder(encoder.fingerprint, store)

    def embedded(texts: Sequence[str], /, *, progress: Progress | None = None) -> Vectors:
        with locked(folder, lambda: report("Another process embeds questions; waiting.")):
            kept = KeptVectors(folder / f"background-{_means(encoder)}", encoder)
            return kept.vectors(texts, progress=progress)

    return embedded


def _known(last: Contents, kind: type[np.floating]) -> dict[bytes, int]:
    """The row in the last index of each heading with its text.

    None where its vectors are less exact than those that are wanted.
    """
    if np.dtype(kind).itemsize > last.vectors.dtype.itemsize:
        return {}
    texts = Texts(last.documents, last.passages)
    return {_key(pair): row for row, pair in enumerate(texts.pairs())}


def _key(pair: tuple[str, str]) -> bytes:
    """A heading and a text, in sixteen bytes."""
    joined = "\0".join(pair).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).digest()


def _question_vectors(
    pairs: Sequence[tuple[str, int]], last: Contents | None, embed: Embed
) -> dict[str, Vectors]:
    """The vector of each known question; one that the last index holds is taken from there."""
    vectors: dict[str, Vectors] = {}
    if last and last.taught:
        documents = [document for document in last.documents.values() if document.questions]
        before = numbered(answering_rows(documents, last.passages))
        vectors = {question: last.taught.questions[number] for question, number in before.items()}
    asked = numbered(pairs)
    new = [question for question in asked if question not in vectors]
    with _progress(len(new), "Questions") as progress:
        encoded = embed(new, progress=progress.update)
    vectors |= dict(zip(new, encoded, strict=True))
    return {question: vectors[question] for question in asked}


def model_record(encoder: Encoder) -> ModelRecord:
    """The model as a manifest names it."""
    return ModelRecord(
        name=encoder.name,
        fingerprint=encoder.fingerprint,
        precision=encoder.precision,
        dimension=encoder.dimension,
        window=encoder.window,
    )


def _compared(documents: Iterable[Document], texts: Sequence[str]) -> list[str]:
    """What two encoders are compared on: the documents' own questions, else passages, from all
    over the corpus, and one text that is too long for any model.
    """
    own = [item.question for document in documents for item in document.questions]
    return [*sample(own or texts, _COMPARED), "\n".join(sample(texts, _COMPARED))]


def _compared_before(last: Contents) -> Compared:
    """What the build of an index, by this program, has compared."""
    asked = _compared(last.documents.values(), Texts(last.documents, last.passages))
    return Compared(last.manifest.asking.export, frozenset(asked))


def _compared_with(vectors: Record) -> Vectors:
    """Vectors among which two encoders must find the same: all that can be searched quickly."""
    return np.asarray(vectors[:: -(-len(vectors) // EXACT_LIMIT) or 1], dtype=np.float32)


def _language(documents: Sequence[Document]) -> str:
    """The language of most documents; English when they do not say."""
    tags = Counter(document.source.language or "en" for document in documents)
    return min(tags, key=lambda tag: (-tags[tag], tag))


def _silently(_: str) -> None:
    pass

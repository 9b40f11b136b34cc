"""A corpus -> an index on disk; only what the last one does not hold is read and embedded."""

from __future__ import annotations

import errno
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from corpus.citations.bibliography import Bibliography
from corpus.load import NOTHING_KNOWN, load_corpus
from corpus.model import Corpus, Document, Passage, Skipped, printable
from corpus.split import heading_of, split
from index.calibration.fit import calibrate
from index.contents import Contents, read_contents, write_lines
from index.dense import EXACT_LIMIT, write_approximate
from index.encoder import Embed, Encoder, Progress, Vectors
from index.errors import UnusableIndex
from index.exported import Compared, export, is_whole, model_folder
from index.folder import DEFAULT_STORE, IndexFolder, Manifest, ModelRecord, locked
from index.kept import KeptVectors
from index.material import Material, answering_rows, numbered
from index.sample import sample
from index.taken_over import (
    beside,
    known_files,
    sentences_before,
    split_before,
    write_as_read,
)

# Another version of one of these may read, split, tokenise or embed the same file differently.
_LIBRARIES = (
    "bm25s", "faiss-cpu", "lxml", "markdown-it-py", "mdit-py-plugins", "numpy", "onnxruntime",
    "pypdfium2", "PyStemmer", "PyYAML", "scikit-learn", "scipy", "selectolax",
    "sentence-transformers", "sentencex", "tokenizers", "torch", "transformers",
)  # fmt: skip


# Questions on which the exported model is compared with the model itself: a second's work.
_COMPARED = 100

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
        and manifest.documents == {document.id: document.sha256 for document in corpus.documents}
        and manifest.program == program()
        and is_whole(manifest.asking, manifest.model.fingerprint, store=store)
    )


def gather(
    corpus: Corpus, encoder: Encoder, *, last: Contents | None = None, embed: Embed | None = None
) -> tuple[Material, int]:
    """Split a corpus and embed it: what a searcher is made of, and how many texts were embedded.

    :param last: an index by the same model. Its vectors are taken over for texts that it holds
        already, and its passages for documents that this program has split before.
    :param embed: embeds texts in place of `encoder.encode_texts`.
    """
    embed = embed or encoder.encode_texts
    passages = split_corpus(corpus, encoder, last=last)
    parts = _embedded({document.id: document for document in corpus.documents}, passages)
    known = _known(last) if last else {}
    vectors, embedded = _vectors(parts, known, embed, dimension=encoder.dimension)
    pairs = answering_rows(corpus.documents, passages)
    material = Material(
        passages=passages,
        texts=[f"{name}\n{text}" for name, text in parts],
        vectors=vectors,
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
    unfinished_vectors = KeptVectors(place.unfinished(f"vectors-{_means(encoder)}"), encoder)
    material, embedded = gather(corpus, encoder, last=last, embed=unfinished_vectors.vectors)
    asked = _compared(corpus.documents, material.texts)
    asking = export(
        encoder,
        asked,
        material.vectors,
        store=store,
        report=report,
        before=_compared_before(last) if last and _is_ours(last) else None,
    )
    searcher = material.searcher()
    with place.writing() as unfinished:
        write_lines(unfinished / "documents.jsonl", corpus.documents)
        write_lines(unfinished / "passages.jsonl", material.passages)
        write_lines(unfinished / "references.jsonl", corpus.references)
        write_as_read(unfinished, corpus)
        np.save(unfinished / "vectors.npy", material.vectors, allow_pickle=False)
        searcher.lexical.save(unfinished / "lexical")
        if searcher.taught:
            searcher.taught.save(unfinished)
        if len(material.passages) > EXACT_LIMIT:
            write_approximate(searcher.searched, unfinished / "approximate.faiss")
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
                "documents": {document.id: document.sha256 for document in corpus.documents},
                "passages": len(material.passages),
                "model": model_record(encoder),
                "asking": asking,
                "libraries": libraries(),
                "calibration": calibrated.calibration,
            },
        )
    return Built(manifest, embedded=embedded, unchanged=False)


def split_corpus(
    corpus: Corpus, encoder: Encoder, *, last: Contents | None = None
) -> list[Passage]:
    """The passages of every document, in the order of the index: by document id, then offset.

    :param last: an index by the same model; see `gather`.
    """
    shared = corpus.references
    before = split_before(last, shared) if last and _is_ours(last) else {}
    passages: list[Passage] = []
    for document in corpus.documents:
        known, own = before.get(document.id, (None, ()))
        if known == document:
            passages += own
            continue
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
    pairs: Sequence[tuple[str, str]],
    known: Mapping[tuple[str, str], Vectors],
    embed: Embed,
    *,
    dimension: int,
) -> tuple[Vectors, int]:
    """Vector of each (heading, text): unit vector of the text plus unit vector of the heading.

    One inner product with a question then scores both (cosine of the text plus cosine of the
    heading, -2 to 2).
    """
    new = [number for number, pair in enumerate(pairs) if pair not in known]
    texts = sorted({pairs[number][1] for number in new})
    headings = sorted({pairs[number][0] for number in new})
    with _progress(len(texts) + len(headings), "Reading") as progress:
        text_vectors = embed(texts, progress=progress.update)
        heading_vectors = embed(headings, progress=progress.update)
    text_rows = {text: row for row, text in enumerate(texts)}
    heading_rows = {name: row for row, name in enumerate(headings)}
    vectors = np.empty((len(pairs), dimension), dtype=np.float32)
    for number, pair in enumerate(pairs):
        if pair in known:
            vectors[number] = known[pair]
        else:
            name, text = pair
            vectors[number] = text_vectors[text_rows[text]] + heading_vectors[heading_rows[name]]
    return vectors, len(new)


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


def _embedded(
    documents: Mapping[str, Document], passages: Iterable[Passage]
) -> list[tuple[str, str]]:
    """Heading and text of each passage, as they are embedded."""
    named = ((documents[passage.document_id], passage) for passage in passages)
    return [(heading(document, one), embedded_text(document, one)) for document, one in named]


def _known(last: Contents) -> dict[tuple[str, str], Vectors]:
    """Vectors of the last index by (heading, text)."""
    return dict(zip(_embedded(last.documents, last.passages), last.vectors, strict=True))


def _question_vectors(
    pairs: Sequence[tuple[str, int]], last: Contents | None, embed: Embed
) -> dict[str, Vectors]:
    """The vector of each known question; one that the last index holds is taken from there."""
    vectors: dict[str, Vectors] = {}
    if last and last.taught:
        documents = tuple(last.documents.values())
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
    texts = [f"{name}\n{text}" for name, text in _embedded(last.documents, last.passages)]
    asked = _compared(last.documents.values(), texts)
    return Compared(last.manifest.asking.export, frozenset(asked))


def _language(documents: Sequence[Document]) -> str:
    """The language of most documents; English when they do not say."""
    tags = Counter(document.source.language or "en" for document in documents)
    return min(tags, key=lambda tag: (-tags[tag], tag))


def _silently(_: str) -> None:
    pass

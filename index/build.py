"""A corpus -> an index on disk; only what the last one does not hold is read and embedded."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from corpus.load import NOTHING_KNOWN, load_corpus
from corpus.model import Corpus, Document, Skipped, printable
from index import made_by
from index.calibration.fit import calibrate
from index.dense import APPROXIMATE, EXACT_LIMIT, Record, is_large, write_approximate
from index.disk.contents import Contents, read_contents, write_lines
from index.disk.documents import write_documents
from index.disk.folder import DEFAULT_STORE, IndexFolder, Manifest, locked
from index.disk.kept import KeptVectors
from index.disk.summary import Summary
from index.disk.taken_over import beside, known_files, sentences_before, write_as_read
from index.encoding.encoder import Embed, Encoder, Progress, Vectors
from index.encoding.exported import Compared, export, is_whole, model_folder
from index.errors import UnusableIndex
from index.gather import gather
from index.material import Material
from index.sample import sample
from index.search import Searcher
from index.texts import Texts
from index.vocabulary import Vocabulary, searched_text

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
            known = known_files(last) if last and made_by.is_ours(last) else NOTHING_KNOWN
            corpus = load_corpus(folder, known=known)
            for skipped in corpus.skipped:
                report(_not_read(skipped, tried=skipped not in known.unread.values()))
            if last and last.manifest.model != made_by.model_record(encoder):
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
    return contents if contents.manifest.libraries == made_by.libraries() else None


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
        and manifest.program == made_by.program()
        and is_whole(manifest.asking, manifest.model.fingerprint, store=store)
    )


def documents_digest(documents: Iterable[Document]) -> str:
    """A sha256 over the id of every document and the sha256 of its file."""
    digest = hashlib.sha256()
    for document in documents:
        digest.update(f"{document.id}\0{document.sha256}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


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
        embed = KeptVectors(place.unfinished(f"vectors-{made_by.means(encoder)}"), encoder).vectors
        material, embedded = gather(corpus, encoder, last=last, embed=embed, folder=unfinished)
        asking = export(
            encoder,
            _compared(corpus.documents, material.texts),
            _compared_with(material.vectors),
            store=store,
            report=report,
            before=_compared_before(last) if last and made_by.is_ours(last) else None,
        )
        write_lines(unfinished / "references.jsonl", corpus.references)
        write_as_read(unfinished, corpus)
        write_documents(unfinished, corpus.documents)
        material = write_material(unfinished, material, documents)
        searcher = write_searcher(unfinished, material)
        before = sentences_before(last) if last and made_by.is_ours(last) else {}
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
                "program": made_by.program(),
                "documents": len(corpus.documents),
                "documents_digest": documents_digest(corpus.documents),
                "passages": len(material.passages),
                "model": made_by.model_record(encoder),
                "asking": asking,
                "libraries": made_by.libraries(),
                "calibration": calibrated.calibration,
            },
        )
    return Built(manifest, embedded=embedded, unchanged=False)


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


def _background(encoder: Encoder, *, store: Path, report: Callable[[str], None]) -> Embed:
    """Embeds the background questions, once for a store and a model."""
    folder = model_folder(encoder.fingerprint, store)

    def embedded(texts: Sequence[str], /, *, progress: Progress | None = None) -> Vectors:
        with locked(folder, lambda: report("Another process embeds questions; waiting.")):
            kept = KeptVectors(folder / f"background-{made_by.means(encoder)}", encoder)
            return kept.vectors(texts, progress=progress)

    return embedded


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


def _silently(_: str) -> None:
    pass

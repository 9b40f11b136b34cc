"""A folder -> Corpus. Whatever cannot be used is named, never dropped in silence."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.limits import LimitedReading
from corpus.model import Corpus, CorpusError, Document, Reference, Skipped, printable
from corpus.questions import QUESTIONS_FILE, with_questions
from corpus.readers import LIMITED, READERS
from corpus.readers.characters import unreadable
from corpus.references.csl import load_references
from corpus.sources import SOURCES_FILE, Sources, read_sources

LIBRARY = Path(__file__).parent / "library"
DEFAULT_CORPUS = LIBRARY / "exercise-and-neuropathic-pain"
REFERENCES_FILE = "references.json"
_HIDDEN = (".", "~$")  # the second are what Word keeps beside a file that is open
_OTHER_FORMATS = (
    (b"%PDF-", ".pdf", "a PDF"),
    (b"PK\x03\x04", ".docx", "a Word file or another archive"),
)
# Formats of word processors that are not read, but can be saved as one that is.
_SAVED_AS_WORD = (".doc", ".dot", ".odt", ".rtf", ".pages", ".wpd")
# Files that say something about the documents and are none.
_BESIDE = (REFERENCES_FILE, SOURCES_FILE, QUESTIONS_FILE)
_ABOUT_THE_FOLDER = ("readme", "license", "licence", "changelog", "notice")


@dataclass(frozen=True, slots=True)
class Known:
    """What this very program has made of files before, by their paths and their sha256.

    `documents` as in `Corpus.as_read`; `unread` are faults as in `Corpus.skipped`.
    """

    documents: Mapping[tuple[str, str], Document]
    unread: Mapping[tuple[str, str], Skipped]


NOTHING_KNOWN = Known({}, {})


def load_corpus(folder: Path | str = DEFAULT_CORPUS, *, known: Known = NOTHING_KNOWN) -> Corpus:
    """Read every document below `folder`.

    Hidden files and folders are left alone; README and LICENSE files, unknown formats and links
    that lead out of the folder are listed in `Corpus.skipped`. A file of a format that its author
    cannot mend with an editor (`corpus.readers.LIMITED`) is listed there too when it cannot be
    read, as a fault, and the others are read.

    :param known: files that are not parsed again, whether they could be read or not.
    :raises CorpusError: no such folder, no document in it that can be read, a text document or
        reference list that is malformed, or two of them with one id. The message names file, line
        and field.
    """
    path = Path(folder)
    files = _files(path)
    hashes = _hashes(path, files)
    sources = read_sources(path)
    documents, skipped = _read_all(path, files, sources, hashes, known)
    references = path / REFERENCES_FILE
    shared = load_references(references) if references.is_file() else ()
    as_read = tuple(sorted(documents.values(), key=lambda document: document.id))
    applied = [sources.applied(document) for document in as_read]
    ordered = with_questions(applied, path / QUESTIONS_FILE)
    _refuse_shared_ids(shared, ordered, references)
    if _hashes(path, _files(path)) != hashes:
        raise CorpusError("changed while it was read", path=path, advice="Run the command again")
    return Corpus(
        path=path.resolve(),
        name=path.resolve().name.replace("-", " ").replace("_", " "),
        documents=ordered,
        references=shared,
        digest=_digest(hashes),
        skipped=tuple(sorted(skipped, key=lambda one: one.file)),
        as_read=as_read,
    )


def _read_all(
    folder: Path,
    files: Collection[_File],
    sources: Sources,
    hashes: Mapping[str, str],
    known: Known,
) -> tuple[dict[str, Document], list[Skipped]]:
    documents: dict[str, Document] = {}
    skipped = [Skipped(printable(file.name), file.skipped) for file in files if file.skipped]
    failed: list[CorpusError] = []
    read = [file for file in files if file.is_document]
    sources.refuse_unknown({file.name for file in read})
    with LimitedReading() as limited:
        # Of two files with one id the text, which its author wrote as it is, is kept.
        for file in sorted(read, key=lambda file: file.suffix in LIMITED):
            path, key = folder / file.name, (file.name, hashes.get(file.name, ""))
            if key in known.unread:
                skipped.append(known.unread[key])
                failed.append(CorpusError(known.unread[key].reason, path=path))
                continue
            remembered = key[1]
            try:
                document = known.documents.get(key) or _read(path, file.name, limited)
                remembered = ""  # what follows is about another file as well
                _refuse_second(document, documents, folder)
            except CorpusError as error:
                if file.suffix not in LIMITED:
                    raise
                failed.append(error)
                skipped.append(_unread(file.name, error, remembered))
            else:
                documents[document.id] = document
    if failed and not documents:
        raise failed[0]
    return documents, skipped


def _unread(name: str, error: CorpusError, sha256: str) -> Skipped:
    reason, limit = _why(error), error.over_limit
    return Skipped(printable(name), reason, fault=True, sha256=sha256, over_limit=limit)


def _why(error: CorpusError) -> str:
    """What an error says, without the file that it is about."""
    place = f"line {error.line}: " if error.line else ""
    return f"{place}{error.problem}. {error.advice}" if error.advice else f"{place}{error.problem}"


def loading_errors(folder: Path | str) -> tuple[CorpusError, ...]:
    """Every reason why `load_corpus` refuses a folder, where it names only the first itself."""
    path = Path(folder)
    try:
        load_corpus(path)
        return ()
    except CorpusError as error:
        errors = {str(error): error}
    try:
        files = [file for file in _files(path) if not file.skipped]
    except CorpusError:
        return tuple(errors.values())
    known: dict[str, Document] = {}
    with LimitedReading() as limited:
        for file in files:
            try:
                _try_file(file.name, path, known, limited)
            except CorpusError as error:
                errors.setdefault(str(error), error)
    return tuple(errors.values())


def is_left_out(error: CorpusError) -> bool:
    """Whether the file of an error is only left out, where others stop the loading."""
    return error.path is not None and error.path.suffix.lower() in LIMITED


def _try_file(name: str, folder: Path, known: dict[str, Document], limited: LimitedReading) -> None:
    if name == REFERENCES_FILE:
        load_references(folder / name)
    elif name == SOURCES_FILE:
        read_sources(folder)
    if name in _BESIDE:
        return
    document = _read(folder / name, name, limited)
    _refuse_second(document, known, folder)
    known[document.id] = document


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the folder: its path inside it, with "/", and why it is not read, if so."""

    name: str
    suffix: str  # in lower case
    skipped: str

    @property
    def is_document(self) -> bool:
        return not self.skipped and self.name not in _BESIDE


def _files(folder: Path) -> list[_File]:
    """Every file that is not hidden, in the order of its path on any machine.

    A folder may hold tens of thousands, so what the system says of each is asked for once.
    """
    if not folder.is_dir():
        raise _no_folder(folder)
    return sorted(_below(folder, "", folder.resolve()), key=lambda file: file.name)


def _below(folder: Path, inside: str, root: Path) -> Iterator[_File]:
    try:
        with os.scandir(folder) as entries:
            found = [entry for entry in entries if not entry.name.startswith(_HIDDEN)]
    except OSError as error:
        raise unreadable(Path(error.filename or folder), error) from None
    for entry in found:
        name = f"{inside}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _below(Path(entry.path), f"{name}/", root)
        else:
            stem, suffix = _parted(entry.name)
            yield _File(name, suffix, _reason_to_skip(entry, name, stem, suffix, root))


def _parted(name: str) -> tuple[str, str]:
    """Stem and suffix of a file's name, in lower case."""
    stem, dot, suffix = name.lower().rpartition(".")
    return (stem, dot + suffix) if stem and suffix else (name.lower(), "")


def _no_folder(path: Path) -> CorpusError:
    return CorpusError(
        "is not a folder" if path.exists() else "does not exist",
        path=path,
        advice="Give the folder that holds the documents",
    )


def _no_document(path: Path) -> CorpusError:
    advice = f"Put {_suffixes()} files into the folder"
    return CorpusError("holds no document", path=path, advice=advice)


def _reason_to_skip(entry: os.DirEntry[str], name: str, stem: str, suffix: str, root: Path) -> str:
    if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root):
        return "a link that leads out of the folder"
    if not entry.is_file():
        return "not a file" if os.path.exists(entry.path) else "a link that leads nowhere"
    if printable(entry.name) != entry.name:
        return "its name has characters that cannot be shown"
    if stem in _ABOUT_THE_FOLDER:
        return "about the folder, not part of it"
    if entry.name in _BESIDE and name != entry.name:
        return "only the one at the top of the folder is read"
    if suffix in _SAVED_AS_WORD:
        return "not a format that is read; open it and save it as .docx"
    if suffix not in READERS and entry.name not in _BESIDE:
        return f"not a format that is read ({_suffixes()})"
    return ""


def _read(file: Path, name: str, limited: LimitedReading) -> Document:
    suffix = file.suffix.lower()
    document = _limited(file, name, limited) if suffix in LIMITED else READERS[suffix](file, name)
    if not document.id:
        raise CorpusError(
            "no id can be made from the file's name",
            path=file,
            advice="Name the file with letters or digits, or give an 'id' in its front matter",
        )
    if not any(section.blocks for section in document.sections):
        raise CorpusError("there is no text", path=file, advice="Write the document or remove it")
    return document


def _limited(file: Path, name: str, limited: LimitedReading) -> Document:
    """Read a file of a format that parsers can choke on; what is no such file is told apart."""
    try:
        return limited.read(file, name)
    except CorpusError as error:
        content = _beginning(file)
        if not content:
            advice = "Remove it, or copy it here again"
            raise CorpusError("the file is empty", path=file, advice=advice) from None
        for begins, suffix, what in _OTHER_FORMATS:
            if content.startswith(begins) and file.suffix.lower() != suffix:
                problem = f"it is {what}, whatever its name says"
                advice = f"Rename it to end in {suffix}, or save it in the format of its name"
                raise CorpusError(problem, path=file, advice=advice) from None
        raise error


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(8)
    except OSError as error:
        raise unreadable(file, error) from None


def _refuse_second(document: Document, known: dict[str, Document], folder: Path) -> None:
    if document.id in known:
        raise CorpusError(
            f"{document.id!r} is already the id of {known[document.id].file}",
            path=folder / document.file,
            field="id",
            advice="Give one of the two another id or file name",
        )


def _refuse_shared_ids(
    shared: Sequence[Reference], documents: Sequence[Document], path: Path
) -> None:
    own = {reference.id for document in documents for reference in document.references}
    for reference in shared:
        if reference.id in own:
            raise CorpusError(
                f"{reference.id!r} is the id of a reference that a document prints itself",
                path=path,
                field="id",
                advice="Give the shared reference another id",
            )


def corpus_digest(folder: Path | str) -> str:
    """The digest that `load_corpus` would give, from the files' bytes alone.

    :raises CorpusError: the folder or a file in it cannot be read, or it holds no document.
    """
    path = Path(folder)
    return _digest(_hashes(path, _files(path)))


def _digest(hashes: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name, content in hashes.items():
        digest.update(f"{name}\0{content}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _hashes(folder: Path, files: Collection[_File]) -> dict[str, str]:
    """The sha256 of every file that counts, by its path inside the folder, in order."""
    hashes = {}
    for file in files:
        if file.skipped:
            continue
        path = os.path.join(folder, file.name)
        try:
            with open(path, "rb") as opened:
                hashes[file.name] = hashlib.sha256(opened.read()).hexdigest()
        except OSError as error:
            raise unreadable(Path(path), error) from None
    if not hashes.keys() - set(_BESIDE):
        raise _no_document(folder)
    return hashes


def _suffixes() -> str:
    return ", ".join(READERS)

"""A build after a change parses and splits only what changed, and writes what a full one writes;
verification holds every format against its files."""

import json
import shutil
from dataclasses import replace
from functools import cache

import msgspec
import pytest

import corpus.load
import index.texts
from corpus import load_corpus
from index import CorruptIndex, Index, StaleIndex, build_index, verify_index
from index.disk.folder import FileRecord
from index.disk.lines import write_lines
from tests.conftest import FRONT_MATTER, WordCountEncoder
from tests.corpus.exported import to_html, to_jats
from tests.corpus.exported_office import write_docx, write_pdf
from tests.index.test_store import contents, write_manifest

LISTED = "\n## References\n\n- Smith, J. (2017). Walking. Journal, 1, 2. doi:10.1000/xyz\n"
SHARED = [
    {
        "id": "ng-2019",
        "title": "Swimming",
        "author": [{"family": "Ng", "given": "A."}],
        "issued": {"date-parts": [[2019]]},
    }
]


def write_text(document, path):
    """The sections as Markdown, in plain text below a title."""
    opening = FRONT_MATTER.format(title="x") if path.suffix == ".md" else "Pain\n"
    sections = (
        f"# {section.path[-1]}\n\n{document.text[section.start : section.end].strip()}"
        for section in document.sections
        if section.path
    )
    path.write_text("\n\n".join([opening, *sections, "Rest (Ng, 2019)."]))


WRITERS = {
    "feet.html": lambda document, path: path.write_text(to_html(document)),
    "article.xml": lambda document, path: path.write_text(to_jats(document)),
    "shoes.docx": write_docx,
    "water.pdf": write_pdf,
    "sleep.md": write_text,
    "pain.txt": write_text,
}
SOURCES = '"feet.html":\n  title: Numb feet\n  topics: [feet]\n  questions:\n{}'
ASKED = '    - question: What helps?\n      section: "{}"\n'


@cache
def beginning(number, sections):
    """The first sections of a bundled document."""
    document = load_corpus().documents[number]
    return replace(document, sections=document.sections[:sections])


@pytest.fixture
def folder(tmp_path):
    """A file of each format beside a list of sources, of questions and of references."""
    folder = tmp_path / "mixed"
    folder.mkdir()
    for number, (name, write) in enumerate(WRITERS.items()):
        write(beginning(number, 3), folder / name)
    (folder / "walking.md").write_text(
        FRONT_MATTER.format(title="Walking") + f"## Why?\n\nIt helps (Smith, 2017).\n{LISTED}"
    )
    (folder / "references.json").write_text(json.dumps(SHARED))
    (folder / "sources.yaml").write_text(SOURCES.format(ASKED.format(heading(folder, "feet"))))
    ask(folder, "Does it help?", "walking > Why?")
    return folder


def heading(folder, name):
    document = next(one for one in load_corpus(folder).documents if one.id == name)
    return next(section.path[-1] for section in document.sections if section.path)


def ask(folder, question, section):
    with (folder / "questions.jsonl").open("a") as opened:
        opened.write(json.dumps({"question": question, "sections": [section]}) + "\n")


@pytest.fixture
def work(monkeypatch):
    """The files that are parsed, and the documents that are split."""
    read, split = corpus.load._read, index.texts.split
    done = {"read": [], "split": []}

    def counted_read(file, name, limited):
        done["read"].append(name)
        return read(file, name, limited)

    def counted_split(document, *rest, **more):
        done["split"].append(document.id)
        return split(document, *rest, **more)

    monkeypatch.setattr("corpus.load._read", counted_read)
    monkeypatch.setattr("index.texts.split", counted_split)
    return done


def change_title(folder):
    listed = folder / "sources.yaml"
    listed.write_text(listed.read_text().replace("Numb feet", "Feet that are numb"))


def shorten(name):
    number = list(WRITERS).index(name)
    return lambda folder: WRITERS[name](beginning(number, 2), folder / name)


def rename(old, new):
    return lambda folder: (folder / old).rename(folder / new)


CHANGES = {
    **{f"another {name}": (shorten(name), [name], [name.partition(".")[0]]) for name in WRITERS},
    "a file more": (
        lambda folder: shutil.copy(folder / "feet.html", folder / "hands.html"),
        ["hands.html"],
        ["hands"],
    ),
    "a file less": (lambda folder: (folder / "shoes.docx").unlink(), [], []),
    "another name": (rename("water.pdf", "sea.pdf"), ["sea.pdf"], ["sea"]),
    "another entry of sources": (change_title, [], ["feet"]),
    "no sources": (lambda folder: (folder / "sources.yaml").unlink(), [], ["feet"]),
    "a question more": (
        lambda folder: ask(folder, "Why should I walk?", "walking > Why?"),
        [],
        ["walking"],
    ),
    "no questions": (lambda folder: (folder / "questions.jsonl").unlink(), [], ["walking"]),
    "other references": (
        lambda folder: (folder / "references.json").write_text("[]"),
        [],
        ["article", "feet", "pain", "shoes", "sleep", "walking", "water"],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_only_what_changed_is_read_and_split_and_the_bytes_are_those_of_a_full_build(
    folder, tmp_path, work, change
):
    store, full = tmp_path / "store", tmp_path / "full"
    build_index(folder, WordCountEncoder(), store=store)
    act, read, split = CHANGES[change]
    act(folder)
    work["read"].clear(), work["split"].clear()
    assert not build_index(folder, WordCountEncoder(), store=store).unchanged
    assert work == {"read": read, "split": split}
    build_index(folder, WordCountEncoder(), store=full, full=True)
    assert contents(store) == contents(full)
    verify_index(folder, store=store)


def test_a_change_taken_back_gives_the_first_bytes_again(folder, tmp_path):
    store = tmp_path / "store"
    build_index(folder, WordCountEncoder(), store=store)
    first, sources = contents(store), (folder / "sources.yaml").read_text()
    (folder / "sources.yaml").unlink()
    build_index(folder, WordCountEncoder(), store=store)
    assert contents(store) != first
    (folder / "sources.yaml").write_text(sources)
    build_index(folder, WordCountEncoder(), store=store)
    assert contents(store) == first


def test_other_code_takes_nothing_over(folder, tmp_path, work, monkeypatch):
    store = tmp_path / "store"
    build_index(folder, WordCountEncoder(), store=store)
    first = {name: sorted(done) for name, done in work.items()}
    work["read"].clear(), work["split"].clear()
    monkeypatch.setattr("index.made_by.program", lambda: "changed")
    build_index(folder, WordCountEncoder(), store=store)
    assert {name: sorted(done) for name, done in work.items()} == first


def test_another_model_splits_anew_and_reads_nothing(folder, tmp_path, work):
    """Its window is another, so the passages of the last index may not fit into it."""
    store, full = tmp_path / "store", tmp_path / "full"
    build_index(folder, WordCountEncoder(), store=store)
    work["read"].clear(), work["split"].clear()
    small = WordCountEncoder()
    small.window = 64
    build_index(folder, small, store=store)
    assert (work["read"], len(work["split"])) == ([], 7)
    build_index(folder, small, store=full)
    assert contents(store) == contents(full)


def test_a_file_that_took_too_long_is_tried_again_by_a_full_build_alone(
    folder, tmp_path, work, monkeypatch
):
    store, full, said = tmp_path / "store", tmp_path / "full", []

    def build(**how):
        said.clear(), work["read"].clear()
        return build_index(folder, WordCountEncoder(), store=store, report=said.append, **how)

    def told(words):
        return [line for line in said if "water.pdf" in line and words in line]

    with monkeypatch.context() as hurried:
        hurried.setattr("corpus.load.LimitedReading", lambda: Hurried("water.pdf"))
        build()
    assert told("seconds")
    assert not told("not tried again")
    with pytest.raises(StaleIndex, match=r"water.*--full"):
        verify_index(folder, store=store)
    assert build().unchanged
    assert not work["read"]
    (folder / "sleep.md").write_text((folder / "sleep.md").read_text() + "\nRest.\n")
    assert not build().unchanged
    assert work["read"] == ["sleep.md"]
    assert told("seconds") == told("not tried again; python -m index build --full does")
    assert not build(full=True).unchanged
    assert not told("")
    assert "water" in Index.open(folder, store=store, encoder=WordCountEncoder()).documents
    verify_index(folder, store=store)
    build_index(folder, WordCountEncoder(), store=full)
    assert contents(store) == contents(full)


def test_a_file_that_cannot_be_read_is_parsed_once_and_named_at_every_build(folder, tmp_path, work):
    store, full, said = tmp_path / "store", tmp_path / "full", []

    def build():
        said.clear(), work["read"].clear()
        return build_index(folder, WordCountEncoder(), store=store, report=said.append)

    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    build()
    first = list(said)
    assert len(first) == 1
    assert "broken.pdf" in first[0]
    (folder / "shoes.docx").unlink()
    build()
    assert (said, work["read"]) == (first, [])
    build_index(folder, WordCountEncoder(), store=full)
    assert contents(store) == contents(full)
    write_pdf(beginning(0, 2), folder / "broken.pdf")
    build()
    assert (said, work["read"]) == ([], ["broken.pdf"])
    build_index(folder, WordCountEncoder(), store=full, full=True)
    assert contents(store) == contents(full)


def test_a_file_that_another_one_kept_out_is_read_when_that_has_gone(folder, tmp_path, work):
    store = tmp_path / "store"
    shutil.copy(folder / "feet.html", folder / "sleep.html")
    build_index(folder, WordCountEncoder(), store=store)
    (folder / "sleep.md").unlink()
    build_index(folder, WordCountEncoder(), store=store)
    assert "sleep" in Index.open(folder, store=store, encoder=WordCountEncoder()).documents


def test_a_folder_with_nothing_but_a_file_that_could_not_be_read_is_refused(tmp_path):
    folder, store = tmp_path / "one", tmp_path / "store"
    folder.mkdir()
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    (folder / "a.txt").write_text("Title\n\nOne sentence.\n")
    build_index(folder, WordCountEncoder(), store=store)
    (folder / "a.txt").unlink()
    with pytest.raises(corpus.load.CorpusError, match="damaged"):
        build_index(folder, WordCountEncoder(), store=store)


class Hurried(corpus.load.LimitedReading):
    """Has no time at all for one file."""

    def __init__(self, file):
        super().__init__()
        self.file = file

    def read(self, path, file):
        self._seconds = 0.0 if file == self.file else 30.0
        return super().read(path, file)


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_verification_refuses_a_stored_text_that_is_not_that_of_its_file(folder, tmp_path, name):
    """Whatever the format, and with every hash of the index as it should be."""
    store, identifier = tmp_path / "store", name.partition(".")[0]
    build_index(folder, WordCountEncoder(), store=store)
    (path,) = store.glob("*/manifest.json")
    manifest = json.loads(path.read_text())
    stored = path.parent / manifest["data"] / "documents.jsonl"
    documents = [json.loads(line) for line in stored.read_text().splitlines()]
    (own,) = (document for document in documents if document["id"] == identifier)
    own["text"] += "x"
    write_lines(stored, documents)
    for file in (stored, stored.with_suffix(".begins.npy")):
        manifest["files"][file.name] = msgspec.to_builtins(FileRecord.of(file))
    write_manifest(path, manifest)
    with pytest.raises(CorruptIndex, match=identifier):
        verify_index(folder, store=store)

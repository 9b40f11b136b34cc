"""What lies on disk is what was written, looked up one at a time, whatever its order and size."""

import json
from tempfile import TemporaryFile

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.beside import Beside
from corpus.model import Question
from index import CorruptIndex, Index, build_index, verify_index
from index.disk.contents import read_contents
from index.disk.folder import FileRecord, IndexFolder
from index.disk.lines import Lines, write_lines
from index.disk.names import Names, NamesWriter
from index.disk.pieces import Pieces
from index.vocabulary import Vocabulary, searched_text
from tests.index.test_store import write_manifest
from tests.index.test_taken_over import folder as mixed  # noqa: F401

TEXT = st.text(max_size=20)


@settings(deadline=None)  # writes files
@given(st.lists(st.builds(Question, TEXT, TEXT), max_size=12), st.integers(0, 3), st.data())
def test_lines_are_those_that_were_written(tmp_path_factory, items, kept, data):
    path = tmp_path_factory.mktemp("lines") / "questions.jsonl"
    write_lines(path, items)
    lines = Lines(path, Question, kept=kept)
    assert (len(lines), list(lines), lines[:]) == (len(items), items, items)
    assert lines[::2] == items[::2]
    for row in data.draw(st.permutations(range(-len(items), len(items)))):
        assert lines[row] == items[row]
    for outside in (len(items), -len(items) - 1):
        with pytest.raises(IndexError):
            lines[outside]


def test_a_file_of_another_length_is_refused(tmp_path):
    path = tmp_path / "questions.jsonl"
    write_lines(path, [Question("a", "b")])
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(ValueError, match="does not belong"):
        Lines(path, Question)


def test_a_line_that_does_not_decode_is_named(tmp_path):
    path = tmp_path / "questions.jsonl"
    write_lines(path, [Question("a", "b"), Question("c", "d")])
    path.write_bytes(path.read_bytes()[:-3] + b"!!\n")
    lines = Lines(path, Question)
    assert lines[0] == Question("a", "b")
    with pytest.raises(CorruptIndex, match=r"Line 2 of .*questions\.jsonl"):
        lines[1]


@settings(deadline=None)  # writes files
@given(st.lists(st.tuples(TEXT, st.integers(0, 9))))
def test_a_name_has_the_numbers_that_it_was_written_with(tmp_path_factory, pairs):
    path = tmp_path_factory.mktemp("names") / "a.npy"
    writer = NamesWriter()
    for name, number in pairs:
        writer.add(name, number)
    writer.save(path)
    names = Names.open(path)
    for name in {name for name, _ in pairs} | {"another"}:
        assert names.numbers(name) == [number for own, number in reversed(pairs) if own == name]


def test_what_is_looked_up_is_what_is_listed(mixed, tmp_path, encoder):  # noqa: F811
    """Each document, passage and publication by its name or place, against a walk over all."""
    index = Index.open(mixed, store=tmp_path / "store", encoder=encoder)
    passages, documents = list(index.passages), list(index.documents.values())
    assert list(index.documents) == sorted(document.id for document in documents)
    for number, document in enumerate(documents):
        assert index.documents[document.id] == index.documents.at(number) == document
        own = [passage for passage in passages if passage.document_id == document.id]
        assert index.passages_of(document.id) == own
        for passage in own:
            row = passages.index(passage)
            start, end = index.searcher.document_rows(row)
            assert passages[start:end] == own
    listed = {r.id: r for document in documents for r in document.references}
    assert listed
    shared = read_contents(IndexFolder.of(mixed, tmp_path / "store")).references
    assert dict(index.references) == {**listed, **{r.id: r for r in shared}}
    for name in ("none", ""):
        assert index.passages_of(name) == []
        for mapping in (index.documents, index.references):
            with pytest.raises(KeyError):
                mapping[name]
    texts = [searched_text(index.documents[one.document_id], one) for one in passages]
    assert msgspec.to_builtins(index.vocabulary()) == msgspec.to_builtins(Vocabulary.of(texts))
    topics = {topic for document in documents for topic in document.topics}
    assert index.summary.topics.keys() == topics == {"feet"}
    assert set(index.summary.languages) == {one.source.language for one in documents}
    assert index.summary.titles == [document.title for document in documents]


def test_of_many_passages_opening_reads_none_and_verification_all(
    leaflets, tmp_path, encoder, monkeypatch
):
    monkeypatch.setattr("index.dense.EXACT_LIMIT", 2)
    build_index(leaflets, encoder, store=tmp_path / "store")
    (path,) = (tmp_path / "store").glob("*/manifest.json")
    manifest = json.loads(path.read_text())
    passages = path.parent / manifest["data"] / "passages.jsonl"
    passages.write_text(passages.read_text().replace("Water carries you", "Water carries all"))
    manifest["files"]["passages.jsonl"] = msgspec.to_builtins(FileRecord.of(passages))
    write_manifest(path, manifest)
    Index.open(leaflets, store=tmp_path / "store", encoder=encoder, build=False)
    with pytest.raises(CorruptIndex, match="not a part of its document"):
        verify_index(leaflets, store=tmp_path / "store")


def test_a_large_index_is_written_alike_by_full_and_later_builds(
    leaflets, tmp_path, encoder, monkeypatch, write
):
    monkeypatch.setattr("index.dense.EXACT_LIMIT", 2)
    build_index(leaflets, encoder, store=tmp_path / "store")
    write("new.md", "## Who can help?\n\nA physiotherapist can help.\n")
    later = build_index(leaflets, encoder, store=tmp_path / "store")
    full = build_index(leaflets, encoder, store=tmp_path / "full")
    assert later.embedded == 1
    assert later.manifest == full.manifest


def test_few_things_beside_many_are_one_mapping():
    beside = Beside({"a": 1, "b": 2}, {"b": 3, "c": 4})
    assert dict(beside) == {"a": 1, "b": 3, "c": 4}
    assert (len(beside), beside.get("z")) == (3, None)


@given(content=st.binary(max_size=200), place=st.integers(0, 200), size=st.integers(0, 200))
def test_a_piece_of_a_file_is_those_bytes_of_it(content, place, size):
    with TemporaryFile() as file:
        file.write(content)
        file.flush()
        pieces = Pieces(file)
        assert len(pieces) == len(content)
        assert pieces.read(place, place + size) == content[place : place + size]

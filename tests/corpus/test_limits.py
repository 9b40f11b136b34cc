"""Limits of time and memory for files that parsers choke on, and folders that hold such files."""

import re
import subprocess
import sys
import time
import zipfile

import pytest

from corpus import CorpusError, load_corpus
from corpus.__main__ import main
from corpus.check.findings import Kind
from corpus.check.run import check_corpus
from corpus.limits import LimitedReading
from corpus.readers import LIMITED
from tests.corpus.docx_files import p, write
from tests.corpus.pdf_files import Pdf

GOOD = "Walk every day.\n\nRest when you are tired.\n"


@pytest.fixture
def folder(tmp_path):
    """A Word file, a PDF and a text that can be read, and four files that cannot."""
    folder = tmp_path / "leaflets"
    folder.mkdir()
    write(folder / "shoes.docx", p("Wear good shoes."))
    Pdf().page().text(72, 72, "Swim with a friend.").write(folder / "water.pdf")
    (folder / "walking.txt").write_text(f"Walking\n\n{GOOD}")
    Pdf().page().picture(0, 0, 595, 842).write(folder / "scan.pdf")
    Pdf(extra="/Encrypt << /Filter /Unheard /V 9 >> /ID [<00> <00>]").page().write(
        folder / "secret.pdf"
    )
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 and no more")
    write(folder / "bomb.docx", p("a" * 70_000_000))
    return folder


def test_what_cannot_be_read_is_reported_and_the_rest_is_read(folder):
    corpus = load_corpus(folder)
    assert [document.id for document in corpus.documents] == ["shoes", "walking", "water"]
    reasons = {skipped.file: skipped.reason for skipped in corpus.skipped if skipped.fault}
    assert reasons.keys() == {"scan.pdf", "secret.pdf", "broken.docx", "bomb.docx"}
    assert "OCR" in reasons["scan.pdf"]
    assert "password" in reasons["secret.pdf"]
    assert "unpacks" in reasons["bomb.docx"]
    assert not any(str(folder) in reason or "Traceback" in reason for reason in reasons.values())


def test_a_file_that_cannot_be_read_is_a_fault_of_the_check(folder, capsys):
    report = check_corpus(load_corpus(folder))
    found = {finding.file for finding in report.findings if finding.kind == Kind.UNREADABLE}
    assert found == {"scan.pdf", "secret.pdf", "broken.docx", "bomb.docx"}
    assert main(["check", str(folder)]) == 1
    assert "fault scan.pdf: file not read: it is a scan" in capsys.readouterr().out


def test_a_text_that_its_author_can_mend_still_stops_the_loading(folder):
    (folder / "bad.md").write_text("no front matter")
    with pytest.raises(CorpusError, match=r"bad\.md"):
        load_corpus(folder)


def test_a_folder_of_nothing_but_bad_files_is_refused_with_a_reason(tmp_path):
    (tmp_path / "broken.docx").write_bytes(b"no")
    with pytest.raises(CorpusError, match="no Word file"):
        load_corpus(tmp_path)


def test_two_files_with_one_id_are_not_both_read(folder):
    write(folder / "walking.docx", p("Walk every day."))
    corpus = load_corpus(folder)
    (twin,) = [skipped for skipped in corpus.skipped if skipped.file == "walking.docx"]
    assert "already the id of walking.txt" in twin.reason
    assert twin.fault


def test_a_reader_that_takes_too_long_is_ended_and_the_next_file_is_read(tmp_path, folder):
    slow = tmp_path / "slow.docx"
    rows = "<w:tr><w:tc>" + p("cell") * 40 + "</w:tc></w:tr>"
    write(slow, "<w:tbl>" + rows * 8_000 + "</w:tbl>")
    with LimitedReading(seconds=0.5) as limited:
        start = time.perf_counter()
        with pytest.raises(CorpusError, match="seconds"):
            limited.read(slow, "slow.docx")
        assert time.perf_counter() - start < 5
    with LimitedReading() as limited:
        assert limited.read(folder / "shoes.docx", "shoes.docx").text == "Wear good shoes."


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_a_reader_that_takes_too_much_memory_is_reported(tmp_path, folder):
    large = tmp_path / "large.docx"
    write(large, "".join(p(f"Paragraph {n} of a very long text.") for n in range(150_000)))
    with LimitedReading(memory=300_000_000) as limited:
        with pytest.raises(CorpusError, match=r"0\.3 GB of memory|break off"):
            limited.read(large, "large.docx")
        assert limited.read(folder / "shoes.docx", "shoes.docx").text == "Wear good shoes."


def test_a_reader_that_dies_is_reported_and_replaced(folder, monkeypatch):
    with LimitedReading() as limited:
        limited.read(folder / "shoes.docx", "shoes.docx")
        monkeypatch.setattr(limited, "_time_for", lambda _: (limited._process.kill(), 30)[1])
        with pytest.raises(CorpusError, match="break off"):
            limited.read(folder / "scan.pdf", "scan.pdf")
        monkeypatch.undo()
        assert limited.read(folder / "shoes.docx", "shoes.docx").text == "Wear good shoes."


def test_one_process_reads_many_files(folder):
    with LimitedReading() as limited:
        limited.read(folder / "shoes.docx", "shoes.docx")
        first = limited._process
        limited.read(folder / "water.pdf", "water.pdf")
        with pytest.raises(CorpusError):
            limited.read(folder / "broken.docx", "broken.docx")
        assert limited._process is first


def test_a_document_is_the_same_from_the_other_process(folder):
    with LimitedReading() as limited:
        for path in (folder / "shoes.docx", folder / "water.pdf"):
            own = LIMITED[path.suffix](path, path.name)
            assert limited.read(path, path.name) == own


def test_a_folder_of_text_starts_no_process_and_no_parser(tmp_path):
    (tmp_path / "walking.txt").write_text(f"Walking\n\n{GOOD}")
    code = (
        "import sys, subprocess; subprocess.Popen = None; from corpus import load_corpus; "
        f"load_corpus({str(tmp_path)!r}); "
        "print([n for n in ('pypdfium2', 'lxml', 'selectolax') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_document_of_5000_pages_is_read_within_the_limit_or_reported(tmp_path):
    pdf = Pdf()
    for number in range(5_000):
        pdf.page().text(72, 72, f"Text of page {number}, which says no more than this.")
    pdf.write(tmp_path / "long.pdf")
    with LimitedReading() as limited:
        document = limited.read(tmp_path / "long.pdf", "long.pdf")
    assert len(document.source.pages) == 5_000


def test_a_zip_with_a_false_size_is_a_trap(tmp_path):
    path = write(tmp_path / "x.docx", p("Walk."))
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("word/document.xml").file_size
    at = data.rindex(b"word/document.xml") - 22
    assert int.from_bytes(data[at : at + 4], "little") == size
    data[at : at + 4] = (size - 10).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(CorpusError):
        LIMITED[".docx"](path, "x.docx")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("nothing.pdf", b"", "the file is empty"),
        ("nothing.docx", b"", "the file is empty"),
        ("picture.pdf", b"PK\x03\x04 and so on", r"it is a Word file.*Rename it to end in \.docx"),
        ("letter.docx", b"%PDF-1.7 and so on", r"it is a PDF.*Rename it to end in \.pdf"),
        ("letter.html", b"%PDF-1.7 and so on", r"it is a PDF.*Rename it to end in \.pdf"),
        ("letter.doc", b"anything", r"save it as \.docx"),
        ("letter.odt", b"anything", r"save it as \.docx"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_called_what_it_is(folder, name, data, said):
    (folder / name).write_bytes(data)
    (skipped,) = [one for one in load_corpus(folder).skipped if one.file == name]
    assert re.search(said, skipped.reason)


def test_what_word_keeps_beside_an_open_file_is_left_alone(folder):
    before = load_corpus(folder)
    (folder / "~$letter.docx").write_bytes(b"x")
    after = load_corpus(folder)
    assert (after.digest, after.skipped) == (before.digest, before.skipped)


def test_it_is_said_which_faults_stop_the_reading(tmp_path, capsys):
    (tmp_path / "empty.txt").write_bytes(b"")
    assert main(["check", str(tmp_path)]) == 2
    assert "nothing is read before" not in capsys.readouterr().err
    (tmp_path / "empty.pdf").write_bytes(b"")
    assert main(["check", str(tmp_path)]) == 2
    assert "nothing is read before" in capsys.readouterr().err

import os
import subprocess
import unicodedata

import pytest

from corpus import DEFAULT_CORPUS, CorpusError, load_corpus
from corpus.load import corpus_digest
from corpus.readers.characters import MAX_BYTES

GOOD = """---
title: Feet
language: en
publisher: Test Clinic
license: CC-BY-4.0
review_status: not clinically reviewed
---
# Feet

Look at them daily.
"""


def put(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def error_of(folder):
    with pytest.raises(CorpusError) as caught:
        load_corpus(folder)
    assert "\n" not in str(caught.value)
    return caught.value


def test_front_matter_becomes_source_and_title(tmp_path):
    extra = "published: 2024-02-01\nreviewed: 2025-03-02\nurl: https://clinic.example/feet\n"
    put(tmp_path, "feet.md", GOOD.replace("language", extra + "topics: [feet]\nlanguage"))
    (document,) = load_corpus(tmp_path).documents
    assert (document.id, document.title, document.topics) == ("feet", "Feet", ("feet",))
    assert document.source.publisher == "Test Clinic"
    assert document.source.published == "2024-02-01"
    assert document.source.reviewed == "2025-03-02"
    assert document.source.url == "https://clinic.example/feet"


def test_text_is_the_file_in_nfc_with_newlines_and_without_mark(tmp_path):
    decomposed = unicodedata.normalize("NFD", "naïve café")
    put(tmp_path, "a.md", b"\xef\xbb\xbf" + f"{GOOD}{decomposed}".replace("\n", "\r\n").encode())
    (document,) = load_corpus(tmp_path).documents
    assert document.text == GOOD + "naïve café"


def test_sha256_is_that_of_the_file(tmp_path):
    path = put(tmp_path, "a.md", GOOD.replace("\n", "\r\n"))
    (document,) = load_corpus(tmp_path).documents
    said = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout
    assert said.startswith(document.sha256)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD.encode() + b"caf\xe9", ["not UTF-8", "0xe9", f"{len(GOOD.encode()) + 3:,}", ":11:"]),
        (b"\xef\xbb\xbf" + GOOD.encode() + b"\xff", ["0xff", f"{len(GOOD.encode()) + 3:,}"]),
        (GOOD.encode() + "€".encode()[:2], ["not UTF-8", "0xe2"]),
        (GOOD.encode("utf-16"), ["not UTF-8", "0xff"]),
        (GOOD.encode() + b"\0", ["NUL"]),
        (b"", ["empty"]),
        (b" \n\n", ["empty"]),
        (b"x" * (MAX_BYTES + 1), ["limit"]),
    ],
)
def test_unreadable_bytes_name_the_file_and_the_byte(tmp_path, content, said):
    path = put(tmp_path, "bad.md", content)
    message = str(error_of(tmp_path))
    assert all(part in message for part in [str(path), *said])


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("title: Feet\n", "", 2, "title"),
        ("license: CC-BY-4.0\n", "license:\n", 5, "license"),
        ("license: CC-BY-4.0\n", "license: [1]\n", 5, "license"),
        ("license", "licence", 5, "licence"),
        ("language: en", "language: 'English please'", 3, "language"),
        ("---\n#", "reviewed: last week\n---\n#", 7, "reviewed"),
        ("---\n#", "published: 2024-13-01\n---\n#", 7, "published"),
        ("---\n#", "url: javascript:alert(1)\n---\n#", 7, "url"),
        ("---\n#", "url: 'https://['\n---\n#", 7, "url"),
        ("---\n#", "id: ../up\n---\n#", 7, "id"),
        ("---\n#", "topics: feet\n---\n#", 7, "topics"),
        ("---\n#", "questions: [a]\n---\n#", 7, "questions"),
        ("title: Feet", "title: Feet: a guide", 2, None),
        ("title: Feet", "title: [12]", 2, "title"),
        ("title: Feet", "title: Feet\ntitle: Hands", 3, "title"),
        ("---\ntitle", "title", 1, None),
    ],
)
def test_wrong_front_matter_names_file_line_and_field(tmp_path, old, new, line, field):
    path = put(tmp_path, "feet.md", GOOD.replace(old, new, 1))
    error = error_of(tmp_path)
    assert (error.path, error.field) == (path, field)
    assert error.line == line or (field == "title" and not new)  # missing: points at the block
    assert error.advice or "YAML" in error.problem or "mapping" in error.problem


def test_question_must_name_a_heading(tmp_path):
    questions = "questions: [{question: q, section: Hat}]"
    put(tmp_path, "a.md", GOOD.replace("---\n#", f"{questions}\n---\n#"))
    assert "'Hat'" in str(error_of(tmp_path))


def test_two_documents_with_one_id_name_both_files(tmp_path):
    put(tmp_path, "feet.md", GOOD)
    put(tmp_path, "more/feet.md", GOOD)
    message = str(error_of(tmp_path))
    assert "feet.md" in message
    assert "more/feet.md" in message


def test_a_shared_reference_cannot_pass_for_a_documents_own(tmp_path):
    own = "\n## References\n\n- Smith, J. (2017). Feet. Journal, 1, 2.\n"
    put(tmp_path, "feet.md", GOOD + own)
    put(tmp_path, "references.json", '[{"id": "feet#ref-1", "title": "Wrong"}]')
    assert "feet#ref-1" in str(error_of(tmp_path))


def test_folder_without_documents_is_refused(tmp_path):
    put(tmp_path, "README.md", "About.")
    assert "holds no document" in str(error_of(tmp_path))
    assert "does not exist" in str(error_of(tmp_path / "none"))
    assert "not a folder" in str(error_of(tmp_path / "README.md"))


def test_document_without_text_is_refused(tmp_path):
    put(tmp_path, "feet.md", GOOD.replace("Look at them daily.\n", ""))
    assert "no text" in str(error_of(tmp_path))
    put(tmp_path, "feet.md", GOOD)
    put(tmp_path, "title.txt", "Only a title\n")
    assert "title.txt:1" in str(error_of(tmp_path))


def test_hidden_files_are_left_alone_and_others_reported(tmp_path):
    put(tmp_path, "feet.md", GOOD)
    put(tmp_path, ".draft.md", b"\xff")
    put(tmp_path, ".git/x.md", b"\xff")
    put(tmp_path, "scan.tiff", b"\xff")
    corpus = load_corpus(tmp_path)
    assert [document.id for document in corpus.documents] == ["feet"]
    assert [skipped.file for skipped in corpus.skipped] == ["scan.tiff"]


def test_a_link_within_the_folder_is_read_by_its_own_name(tmp_path):
    put(tmp_path, "corpus/.store/0a1b2c", "<title>Feet</title><h1>Feet</h1><p>Dry them well.</p>")
    (tmp_path / "corpus" / "feet.html").symlink_to(tmp_path / "corpus" / ".store" / "0a1b2c")
    corpus = load_corpus(tmp_path / "corpus")
    assert [(document.id, document.file) for document in corpus.documents] == [
        ("feet", "feet.html")
    ]


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    put(tmp_path, "secret.md", GOOD)
    put(tmp_path, "corpus/feet.md", GOOD)
    (tmp_path / "corpus" / "out.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "corpus" / "up").symlink_to(tmp_path)
    (tmp_path / "corpus" / "nowhere.md").symlink_to(tmp_path / "gone.md")
    corpus = load_corpus(tmp_path / "corpus")
    assert [document.id for document in corpus.documents] == ["feet"]
    assert {s.file: s.reason.split()[1] for s in corpus.skipped} == {
        "out.md": "link",
        "up": "link",
        "nowhere.md": "link",
    }


def test_names_that_cannot_be_shown_are_skipped_and_said_on_one_line(tmp_path):
    put(tmp_path, "feet.md", GOOD)
    put(tmp_path, "two\nlines.md", GOOD)
    (tmp_path / os.fsdecode(b"\xff.md")).write_text(GOOD)
    corpus = load_corpus(tmp_path)
    assert [document.id for document in corpus.documents] == ["feet"]
    assert sorted(s.file for s in corpus.skipped) == ["\\udcff.md", "two\\nlines.md"]
    assert "\n" not in str(CorpusError("bad", path=tmp_path / "two\nlines.md"))


def test_file_without_permission_is_named(tmp_path):
    path = put(tmp_path, "feet.md", GOOD)
    path.chmod(0)
    for parent in tmp_path, tmp_path.parent, tmp_path.parent.parent:
        parent.chmod(0o755)
    reading, writing = os.pipe()
    if os.fork() == 0:  # root may read anything, so a child that is nobody tries
        if os.getuid() == 0:
            os.setuid(65534)
        try:
            load_corpus(tmp_path)
        except CorpusError as error:
            os.write(writing, str(error).encode())
        os._exit(0)
    os.wait()
    os.close(writing)
    assert "feet.md: cannot be read (permission denied)" in os.read(reading, 1000).decode()


def test_digest_changes_with_every_file_that_counts_and_no_other(tmp_path):
    put(tmp_path, "feet.md", GOOD)
    put(tmp_path, "references.json", "[]")
    first = load_corpus(tmp_path).digest
    assert first == corpus_digest(tmp_path)
    put(tmp_path, "README.md", "new")
    assert corpus_digest(tmp_path) == first
    put(tmp_path, "references.json", "[ ]")
    second = corpus_digest(tmp_path)
    put(tmp_path, "feet.md", GOOD + "!")
    assert len({first, second, corpus_digest(tmp_path)}) == 3


def test_ten_thousand_tiny_files_load(tmp_path):
    for number in range(10_000):
        (tmp_path / f"{number}.txt").write_text(f"Title {number}\nOne sentence.\n")
    assert len(load_corpus(tmp_path).documents) == 10_000


def test_bundled_corpus_loads():
    corpus = load_corpus(DEFAULT_CORPUS)
    assert len(corpus.documents) >= 30
    assert all(document.source.license == "CC-BY-4.0" for document in corpus.documents)

import subprocess
import sys

import pytest

from corpus import CorpusError, load_corpus
from corpus.__main__ import main
from corpus.check.findings import Kind
from corpus.check.run import check_corpus
from corpus.load import corpus_digest
from corpus.sources import SOURCES_FILE
from tests.conftest import FRONT_MATTER

PAGE = """<html lang=en><title>Feet</title><meta name=dc.publisher content="The file's own">
<h1>Feet</h1><h2>At night</h2><p>Look at your feet.</p>"""
NOTES = FRONT_MATTER.format(title="Notes") + "# Notes\n\nText.\n"
RETRACTED = """<article><front><article-meta><title-group><article-title>Feet</article-title>
</title-group><related-article related-article-type="retraction-forward"/></article-meta></front>
<body><p>Text.</p></body></article>"""


@pytest.fixture
def folder(tmp_path):
    def folder(sources=None, **files):
        for name, content in {"feet_html": PAGE, **files}.items():
            (tmp_path / name.replace("_", ".")).write_text(content, encoding="utf-8")
        if sources is not None:
            (tmp_path / SOURCES_FILE).write_text(sources, encoding="utf-8")
        return tmp_path

    return folder


def test_an_entry_goes_before_what_the_file_says(folder):
    sources = """# comment
feet.html:
  title: Looking after feet
  publisher: Example Clinic
  url: https://clinic.example/feet
  license:
  published: 2024
  reviewed: 2025-03-02
  review_status: reviewed by a nurse
  topics: [feet, shoes]
  audience: adults
  questions:
    - question: And at night?
      section: At night
"""
    (document,) = load_corpus(folder(sources)).documents
    source = document.source
    assert (document.title, source.publisher) == ("Looking after feet", "Example Clinic")
    assert (source.url, source.language) == ("https://clinic.example/feet", "en")
    assert (source.published, source.reviewed) == ("2024", "2025-03-02")
    assert (source.review_status, source.license) == ("reviewed by a nurse", "")
    assert (document.topics, document.audience) == (("feet", "shoes"), "adults")
    assert document.questions[0].section == "At night"


@pytest.mark.parametrize(
    ("sources", "line", "field", "said"),
    [
        ("fete.html:\n  title: x", 1, "fete.html", "Did you mean 'feet.html'?"),
        ("\nnotes.md:\n  title: x", 2, "notes.md", "front matter of its own"),
        ("references.json:\n  title: x", 1, "references.json", "no document"),
        ("feet.html:\n  publishre: x", 2, "publishre", "Did you mean 'publisher'?"),
        ("feet.html:\n  id: x", 2, "id", "unknown"),
        ("feet.html:\n  reviewed: last week", 2, "reviewed", "no date"),
        ("feet.html:\n  reviewed: 2025", 2, "reviewed", "no date"),
        ("feet.html:\n  url: javascript:x", 2, "url", "no web address"),
        ("feet.html:\n  language: English please", 2, "language", "no language tag"),
        ("feet.html:\n  topics: x", 2, "topics", "list of texts"),
        ("feet.html:\n  title: [x]", 2, "title", "must be text"),
        ("feet.html:\n  title: a\n  title: b", 3, "title", "given twice"),
        ("feet.html:\n  title: a\nfeet.html:\n  url:", 3, "feet.html", "given twice"),
        ("feet.html: words", 1, "feet.html", "no 'field: value' lines"),
        ("- feet.html", 1, None, "not a list of 'field: value' lines"),
        ("feet.html:\n  title: a: b", 2, None, "not valid YAML"),
        (
            "feet.html:\n  questions: [{question: q, section: Hat}]",
            2, "questions", "no section of feet.html is headed 'Hat'",
        ),
        ("a: &a [x]\nb: *a", 1, "a", "no 'field: value' lines"),
    ],
)  # fmt: skip
def test_a_wrong_entry_names_file_line_and_field(folder, sources, line, field, said):
    with pytest.raises(CorpusError) as caught:
        load_corpus(folder(sources, references_json="[]", notes_md=NOTES))
    error = caught.value
    assert (error.path.name, error.line, error.field) == (SOURCES_FILE, line, field)
    assert said in str(error)


@pytest.mark.parametrize("sources", ["", "# only comments\n\n", "feet.html:\n"])
def test_a_file_that_says_nothing_changes_nothing(folder, sources):
    (document,) = load_corpus(folder(sources)).documents
    assert document.source.publisher == "The file's own"


def test_any_change_of_the_file_changes_the_digest(folder):
    place = folder()
    digests = {corpus_digest(place)}
    for sources in ("", "feet.html:\n  title: a", "feet.html:\n  title: b"):
        digests.add(corpus_digest(folder(sources)))
    assert len(digests) == 4
    assert load_corpus(place).digest in digests


def test_only_the_one_at_the_top_of_the_folder_is_read(folder):
    place = folder()
    (place / "more").mkdir()
    (place / "more" / SOURCES_FILE).write_text("broken: [", encoding="utf-8")
    (place / "more" / "references.json").write_text("[", encoding="utf-8")
    skipped = {skipped.file: skipped.reason for skipped in load_corpus(place).skipped}
    assert set(skipped) == {"more/sources.yaml", "more/references.json"}
    assert "top of the folder" in skipped["more/sources.yaml"]


def test_a_retraction_cannot_be_talked_away(folder):
    place = folder("bad.xml:\n  review_status: reviewed by a doctor", bad_xml=RETRACTED)
    corpus = load_corpus(place)
    (document,) = [d for d in corpus.documents if d.file == "bad.xml"]
    assert document.source.review_status == "retracted"
    assert any("stays 'retracted'" in note for note in document.notes)
    faults = [f for f in check_corpus(corpus).findings if f.kind == Kind.RETRACTED]
    assert [(fault.file, fault.fault) for fault in faults] == [("bad.xml", True)]


def test_the_check_notes_what_nobody_said_of_a_file(folder):
    def missing(place):
        found = check_corpus(load_corpus(place)).findings
        return [finding.text for finding in found if finding.kind == Kind.NO_SOURCE]

    (text,) = missing(folder())
    assert text.startswith("no license, review_status;")
    assert missing(folder("feet.html:\n  license: a\n  review_status: b")) == []


def test_init_writes_what_was_found_and_reads_it_back(folder, capsys):
    place = folder(odd_txt='A "title": with \\ and \U0010fffd \t\n\nText.')
    before = load_corpus(place).documents
    assert main(["init", str(place)]) == 0
    assert "wrote" in capsys.readouterr().err
    written = (place / SOURCES_FILE).read_text(encoding="utf-8")
    assert '"feet.html":\n  title: "Feet"\n  publisher: "The file\'s own"\n  url:\n' in written
    after = load_corpus(place).documents
    assert [(d.title, d.source) for d in after] == [(d.title, d.source) for d in before]


def test_init_never_overwrites_and_lists_what_is_missing(folder, capsys):
    sources = "feet.html:\n  title: mine\n"
    place = folder(sources, new_txt="New\n\nText.")
    assert main(["init", str(place)]) == 1
    shown = capsys.readouterr()
    assert shown.out == "no entry: new.txt\n"
    assert "left as it is" in shown.err
    assert (place / SOURCES_FILE).read_text(encoding="utf-8") == sources


def test_init_writes_nothing_where_every_document_has_front_matter(leaflets, capsys):
    assert main(["init", str(leaflets)]) == 0
    assert "no sources.yaml is needed" in capsys.readouterr().err
    assert not (leaflets / SOURCES_FILE).exists()


def test_init_says_what_cannot_be_done(folder, tmp_path, capsys):
    assert main(["init", str(tmp_path / "none")]) == 2
    assert "does not exist" in capsys.readouterr().err
    run = [sys.executable, "-m", "corpus", "init"]
    assert subprocess.run(run, capture_output=True, check=False).returncode == 2

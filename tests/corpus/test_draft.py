"""The shared way of readers whose formats hold no plain text."""

import pytest

from corpus.check.findings import Kind
from corpus.check.run import check_corpus
from corpus.model import Corpus, Source
from corpus.readers.draft import MOST_NOTES, Draft
from corpus.readers.scripts import subscript, superscript


def document(draft):
    said = {"id": "feet", "title": "Feet", "sha256": "0" * 64, "file": "feet.pdf"}
    return draft.document(source=Source(language="en"), **said)


def test_what_is_left_out_is_a_note_of_the_check(tmp_path):
    draft = Draft()
    draft.paragraph("Look at your feet.")
    draft.note("page 3: a picture\nwithout text is left out")
    feet = document(draft)
    corpus = Corpus(tmp_path, "leaflets", (feet,), (), "0" * 64)
    (found,) = [f for f in check_corpus(corpus).findings if f.kind == Kind.LEFT_OUT]
    assert found.text == "page 3: a picture without text is left out"
    assert (found.file, found.fault) == ("feet.pdf", False)


def test_notes_are_counted_when_there_are_too_many():
    draft = Draft()
    draft.paragraph("Look at your feet.")
    for number in range(MOST_NOTES + 5):
        draft.note(f"page {number}: a picture is left out")
    draft.note("page 0: a picture is left out")
    notes = document(draft).notes
    assert len(notes) == MOST_NOTES + 1
    assert notes[0] == "page 0: a picture is left out (2 times)"
    assert notes[-1] == "and 5 more of this kind"


@pytest.mark.parametrize(
    ("raised", "written"),
    [
        ("3", "³"),
        ("12", "¹²"),
        ("3,5–7", "³,⁵–⁷"),
        ("3, 5-7", "³,⁵–⁷"),
        ("-3", "⁻³"),
        ("ab", "^(ab)"),
        ("th", "th"),
        ("®", "®"),
        (" 2 ", " ² "),
    ],
)
def test_raised_characters_stay_raised(raised, written):
    assert superscript(raised) == written


def test_lowered_characters_stay_lowered():
    assert "CO" + subscript("2") == "CO₂"
    assert "k" + subscript("cat") == "k_(cat)"

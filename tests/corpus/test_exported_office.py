"""The bundled documents, written as Word and PDF and read back, give the passages they gave."""

import pytest

from corpus import load_corpus
from corpus.readers import READERS
from tests.corpus.exported_office import write_docx, write_pdf
from tests.corpus.spans import assert_spans_lie_in_the_text
from tests.corpus.test_jats import passages


def test_bundled_documents_written_for_word_give_the_same_passages(tmp_path):
    for document in load_corpus().documents:
        path = write_docx(document, tmp_path / "x.docx")
        again = READERS[".docx"](path, path.name)
        assert again.title == document.title
        assert passages(again) == passages(document)
        assert_spans_lie_in_the_text(again)


@pytest.mark.parametrize("columns", [1, 2])
def test_bundled_documents_printed_to_pdf_give_the_same_passages(tmp_path, columns):
    for document in load_corpus().documents:
        path = write_pdf(document, tmp_path / "x.pdf", columns=columns)
        again = READERS[".pdf"](path, path.name)
        assert again.title == document.title
        assert passages(again) == passages(document)
        assert_spans_lie_in_the_text(again)

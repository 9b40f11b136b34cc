"""What holds for the spans of every document, whatever file it was read from."""

from itertools import pairwise

from corpus.model import Document


def assert_spans_lie_in_the_text(document: Document) -> None:
    """Sections ascend, blocks lie in them, items in blocks, citations stand at their markers."""
    for section in document.sections:
        assert 0 <= section.heading_start <= section.start <= section.end <= len(document.text)
        for block in section.blocks:
            assert section.start <= block.start < block.end <= section.end
            assert document.text[block.start : block.end].strip()
            assert all(block.start <= a < b <= block.end for a, b in block.items)
    for before, after in pairwise(document.sections):
        assert before.end <= after.heading_start
    for citation in document.citations:
        assert document.text[citation.start : citation.end] == citation.marker
    assert list(document.source.pages) == sorted(document.source.pages)
    assert all(0 <= page <= len(document.text) for page in document.source.pages)

"""A reference is shown on one line, with the best link, and nothing is left of empty fields."""

from __future__ import annotations

from typing import Any

import pytest

from corpus.model import Name, Reference
from corpus.references.display import format_reference, reference_url
from corpus.references.names import ET_AL


def test_a_reference_is_shown_on_one_line() -> None:
    reference = Reference(
        id="geneen2017",
        title="Physical activity and exercise for chronic pain in adults",
        author=(Name("Geneen", "Louise J."), Name("Moore", "R. A.")),
        year=2017,
        container_title="Cochrane Database of Systematic Reviews",
        volume="4",
        doi="10.1002/14651858.CD011279.pub3",
        pmid="28436583",
        verified_by="A. Librarian, PubMed, 2026-11",
    )
    assert format_reference(reference) == (
        "Geneen, L. J. & Moore, R. A. (2017). Physical activity and exercise for chronic pain in "
        "adults. Cochrane Database of Systematic Reviews, 4. "
        "https://doi.org/10.1002/14651858.CD011279.pub3"
    )


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, ""),
        ({"title": "Why?"}, "Why?"),
        ({"title": "A", "year": 2017}, "A. (2017)."),
        ({"author": (Name("Ng", "A"),)}, "Ng, A."),
        ({"author": (Name("Ng"), ET_AL), "year": 2017, "year_suffix": "b"}, "Ng et al. (2017b)."),
        ({"author": (Name("Treede", "Rolf-Detlef"),)}, "Treede, R.-D."),
        ({"author": (Name("King", "Martin L., Jr."),)}, "King, M. L., Jr."),
        ({"title": "A", "container_title": "Pain", "page": "3-4"}, "A. Pain, 3-4."),
        ({"title": "A", "container_title": "Pain", "issue": "4"}, "A. Pain, no. 4."),
        ({"title": "A", "pmid": "12"}, "A. PMID 12"),
        ({"title": "A", "url": "https://example.org"}, "A. https://example.org"),
        ({"title": "A", "url": "javascript:x"}, "A."),
        ({"type": "chapter", "title": "A", "container_title": "B"}, "A. In B."),
        ({"title": "A", "text": "As   printed, 2017"}, "As   printed, 2017"),
    ],
)
def test_missing_fields_leave_no_stray_punctuation(fields: dict[str, Any], shown: str) -> None:
    assert format_reference(Reference(id="a", **fields)) == shown


def test_more_than_six_authors_are_shown_as_six_et_al() -> None:
    authors = tuple(Name(f"N{n}") for n in range(7))
    assert format_reference(Reference(id="a", author=authors[:6])).endswith("N4 & N5.")
    assert format_reference(Reference(id="a", author=authors)) == "N0, N1, N2, N3, N4, N5 et al."


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"doi": "10.1000/a(1)", "pmid": "1"}, "https://doi.org/10.1000/a(1)"),
        ({"doi": "10.1002/1<1::AID>3.0;2-#"}, "https://doi.org/10.1002/1%3C1::AID%3E3.0;2-%23"),
        ({"pmid": "12", "url": "https://a.org"}, "https://pubmed.ncbi.nlm.nih.gov/12/"),
        ({"url": "https://a.org/b"}, "https://a.org/b"),
        ({"url": "ftp://a.org"}, ""),
        ({"url": 'https://a.org/"onload'}, ""),
        ({}, ""),
    ],
)
def test_the_best_link_is_chosen(fields: dict[str, str], url: str) -> None:
    assert reference_url(Reference(id="a", **fields)) == url  # type: ignore[arg-type]

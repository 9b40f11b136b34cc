"""CSL-JSON is read strictly, and what is refused is named by line and field."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.model import CorpusError, Name, Reference
from corpus.references.csl import load_references, to_csl
from corpus.references.names import ET_AL

ENTRY: dict[str, Any] = {
    "id": "geneen2017",
    "type": "article-journal",
    "genre": "systematic review",
    "title": "Physical activity and exercise for chronic pain in adults",
    "author": [{"family": "Geneen", "given": "Louise J."}, {"family": "Moore", "given": "R. A."}],
    "issued": {"date-parts": [[2017, 4]]},
    "container-title": "Cochrane Database of Systematic Reviews",
    "volume": 4,
    "DOI": "10.1002/14651858.CD011279.pub3",
    "PMID": 28436583,
    "verified": True,
    "verified_by": "A. Librarian, PubMed, 2026-11",
    "unchecked": ["author"],
    "PMCID": "PMC5461882",
    "note": "ignored",
}


def written(path: Path, *entries: object) -> Path:
    file = path / "references.json"
    file.write_text(json.dumps(entries, indent=2, ensure_ascii=False), encoding="utf-8")
    return file


def loaded(path: Path, **changes: object) -> Reference:
    (reference,) = load_references(written(path, ENTRY | changes))
    return reference


def test_a_csl_entry_keeps_its_fields(tmp_path: Path) -> None:
    assert loaded(tmp_path) == Reference(
        id="geneen2017",
        type="article-journal",
        genre="systematic review",
        title="Physical activity and exercise for chronic pain in adults",
        author=(Name("Geneen", "Louise J."), Name("Moore", "R. A.")),
        year=2017,
        container_title="Cochrane Database of Systematic Reviews",
        volume="4",
        doi="10.1002/14651858.CD011279.pub3",
        pmid="28436583",
        verified=True,
        verified_by="A. Librarian, PubMed, 2026-11",
        unchecked=("author",),
    )


def test_an_entry_needs_only_an_id_and_a_title(tmp_path: Path) -> None:
    (reference,) = load_references(written(tmp_path, {"id": "a", "title": "A"}))
    assert reference == Reference(id="a", title="A")
    assert reference.verified is None


@pytest.mark.parametrize(
    ("issued", "year", "suffix"),
    [
        ({"date-parts": [[2017]]}, 2017, ""),
        ({"date-parts": [["2017", "3"]]}, 2017, ""),
        ({"raw": "2017-03-01"}, 2017, ""),
        ({"raw": "2021a"}, 2021, "a"),
        ({"literal": "March 2017"}, 2017, ""),
        ({"literal": "in press"}, None, ""),
        ({}, None, ""),
        (None, None, ""),
    ],
)
def test_the_year_is_read_from_each_kind_of_date(
    tmp_path: Path, issued: object, year: int | None, suffix: str
) -> None:
    reference = loaded(tmp_path, issued=issued)
    assert (reference.year, reference.year_suffix) == (year, suffix)


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ({"family": "van Hecke", "given": "O."}, Name("van Hecke", "O.")),
        (
            {"family": "Hecke", "given": "O.", "non-dropping-particle": "van"},
            Name("van Hecke", "O."),
        ),
        (
            {"family": "Beethoven", "given": "L.", "dropping-particle": "van"},
            Name("Beethoven", "L. van"),
        ),
        ({"family": "King", "given": "M. L.", "suffix": "Jr."}, Name("King", "M. L., Jr.")),
        ({"literal": "World Health Organization"}, Name(literal="World Health Organization")),
        ({"family": "et al."}, ET_AL),
    ],
)
def test_names_are_read_with_their_particles(
    tmp_path: Path, author: dict[str, str], name: Name
) -> None:
    assert loaded(tmp_path, author=[author]).author == (name,)


@pytest.mark.parametrize(
    "doi",
    [
        "10.1000/a(1)b",
        "https://doi.org/10.1000/a(1)b",
        "http://dx.doi.org/10.1000/a%281%29b",
        "doi:10.1000/a(1)b",
        "DOI: 10.1000/a(1)b",
    ],
)
def test_a_doi_is_made_bare(tmp_path: Path, doi: str) -> None:
    assert loaded(tmp_path, DOI=doi).doi == "10.1000/a(1)b"


def test_markup_and_line_breaks_leave_a_title(tmp_path: Path) -> None:
    title = "Exercise <i>in vivo</i>:\n  p < 0.05 and  x > 1"
    assert loaded(tmp_path, title=title).title == "Exercise in vivo: p < 0.05 and x > 1"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("id", {"id": ""}),
        ("id", {"id": None}),
        ("title", {"title": None}),
        ("title", {"title": ["A"]}),
        ("author", {"author": "Geneen"}),
        ("author", {"author": ["Geneen"]}),
        ("author", {"author": [{"given": "Louise"}]}),
        ("author", {"author": [{"family": "Geneen", "literal": "WHO"}]}),
        ("issued", {"issued": 2017}),
        ("issued", {"issued": {"date-parts": [[]]}}),
        ("issued", {"issued": {"date-parts": [["x"]]}}),
        ("issued", {"issued": {"date-parts": [[20177]]}}),
        ("year-suffix", {"year-suffix": "ab"}),
        ("DOI", {"DOI": "www.example.org"}),
        ("PMID", {"PMID": "PMC123"}),
        ("URL", {"URL": "javascript:alert(1)"}),
        ("URL", {"URL": "https://"}),
        ("verified", {"verified": "yes"}),
        ("verified", {"verified": 1}),
        ("verified_by", {"verified_by": ""}),
        ("verified_by", {"verified_by": None}),
        ("unchecked", {"unchecked": "author"}),
        ("unchecked", {"unchecked": [1]}),
        ("volume", {"volume": True}),
        ("genre", {"genre": ["review"]}),
    ],
)
def test_a_malformed_entry_is_refused_by_line_and_field(
    tmp_path: Path, field: str, changes: dict[str, object]
) -> None:
    file = written(tmp_path, {"id": "a", "title": "A"}, ENTRY | changes)
    with pytest.raises(CorpusError) as caught:
        load_references(file)
    begins = next(
        n for n, line in enumerate(file.read_text().splitlines(), 1) if n > 2 and "{" in line
    )
    assert (caught.value.path, caught.value.line, caught.value.field) == (file, begins, field)
    assert caught.value.advice


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[\n {"id": "a",\n  "title" "A"}\n]', 3),
        ("", 1),
        ('{"id": "a"}', 1),
        ('[\n\n {"id": "a", "title": "A"},\n\n 7\n]', 5),
        ('[\n {"id": "a", "title": "A"},\n {"id": "a", "title": "B"}]', 3),
        ('[\n {"id": "a", "title": "A", "title": "B"}]', 2),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "references.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        load_references(file)
    assert (caught.value.path, caught.value.line) == (file, line)
    assert caught.value.advice


@pytest.mark.parametrize("data", [b"\xff\xfe[]", b"[" * 100_000, b"[" + b"9" * 5000 + b"]"])
def test_a_file_that_is_no_json_text_is_refused(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "references.json"
    file.write_bytes(data)
    with pytest.raises(CorpusError):
        load_references(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be read"):
        load_references(tmp_path / "none.json")


def test_an_empty_list_is_a_list_without_entries(tmp_path: Path) -> None:
    assert load_references(written(tmp_path)) == ()


def test_to_csl_and_load_references_are_inverse(tmp_path: Path) -> None:
    reference = replace(loaded(tmp_path), year_suffix="a", issue="2", url="https://example.org/a")
    assert load_references(written(tmp_path, to_csl(reference))) == (reference,)


def test_to_csl_leaves_empty_fields_out_but_not_verified() -> None:
    assert to_csl(Reference(id="a")) == {"id": "a", "verified": None}
    assert to_csl(Reference(id="a", year=2017, text="A. 2017.", verified=False)) == {
        "id": "a",
        "issued": {"date-parts": [[2017]]},
        "text": "A. 2017.",
        "verified": False,
    }

"""In-text citations: the usual forms resolve, look-alikes do not, and every offset holds."""

from __future__ import annotations

import string
import time
import unicodedata
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.citations.bibliography import Bibliography
from corpus.citations.find import find_citations
from corpus.model import Citation, Name, Reference
from corpus.references.lists import parse_reference_list
from corpus.references.names import ET_AL


def work(authors: str, year: int | None, suffix: str = "", **fields: Any) -> Reference:
    """A reference such as "Smith|Jones" 2010, with the id "smith2010"; organisations in < >."""
    names = tuple(
        Name(literal=name.strip("<>")) if name.startswith("<") else Name(name, "X.")
        for name in authors.split("|")
    )
    first = (names[0].family or names[0].literal).split()[-1].casefold()
    return Reference(
        id=fields.pop("id", f"{first}{year}{suffix}"),
        author=names,
        year=year,
        year_suffix=suffix,
        **fields,
    )


SHARED = (
    work("Smith", 2010),
    work("Smith", 2012),
    work("Smith|Jones", 2011),
    work("Smith|Jones|Lee", 2012, id="smith3"),
    work("Brown|Green", 2015),
    work("Brown|Green|White", 2016),
    work("Meyer|Löwe|Witte", 2021, "a"),
    work("Meyer|Löwe|Witte", 2021, "b"),
    work("Ng", 2019, "a"),
    work("Ng", 2019, "b"),
    work("van Hecke|Austin|Khan", 2014),
    work("da Silva Santos|Galdino", 2018),
    work("Martin Ginis|Groot|Best", 2018),
    work("de Groot", 2017),
    work("O'Connor|Hill", 2013),
    work("Martínez-Calderón|Flores|Luque", 2017),
    work("Haanpää|Attal|Backonja", 2011),
    work("d'Hooghe|Nagels|Bissay", 2010),
    work("St. John|Ames", 2009),
    work("Müller|Weiler|Brendle", 2021),
    work("Mueller|Tuttle|LeMaster", 2013),
    work("<World Health Organization>", 2020),
    work("<National Institute for Health and Care Excellence>", 2013),
    work("<Centers for Disease Control and Prevention>", 2022, id="cdc"),
    work("<International Association for the Study of Pain (IASP)>", 2012, id="iasp"),
    work("Page|O'Connor|Pitt", 2012),
    work("May", 2019),
    work("Ito", None, id="ito"),
)
BIBLIOGRAPHY = Bibliography(SHARED)


def find(text: str, references: Sequence[Reference] = SHARED) -> list[Citation]:
    found = find_citations(text, 0, len(text), Bibliography(references))
    for citation in found:
        assert text[citation.start : citation.end] == citation.marker
    return list(found)


def said(text: str, references: Sequence[Reference] = SHARED) -> list[tuple[str, str]]:
    """Marker and ids of each citation, with a "?" before the ids if they are ambiguous."""
    return [
        (c.marker, "?" * c.ambiguous + " ".join(c.reference_ids)) for c in find(text, references)
    ]


# --- Forms that resolve ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "marker", "ids"),
    [
        # one author, two, more
        ("It helps (Smith, 2010).", "Smith, 2010", "smith2010"),
        ("It helps (Smith 2010).", "Smith 2010", "smith2010"),
        ("It helps [Smith, 2010].", "Smith, 2010", "smith2010"),
        ("It helps (Smith & Jones, 2011).", "Smith & Jones, 2011", "smith2011"),
        ("It helps (Smith &amp; Jones, 2011).", "Smith &amp; Jones, 2011", "smith2011"),
        ("It helps (Smith and Jones, 2011).", "Smith and Jones, 2011", "smith2011"),
        ("It helps (Smith, Jones, & Lee, 2012).", "Smith, Jones, & Lee, 2012", "smith3"),
        ("It helps (Smith, Jones and Lee 2012).", "Smith, Jones and Lee 2012", "smith3"),
        ("It helps (Smith et al., 2012).", "Smith et al., 2012", "smith3"),
        ("It helps (Smith et al. 2012).", "Smith et al. 2012", "smith3"),
        ("It helps (Smith et al, 2012).", "Smith et al, 2012", "smith3"),
        ("It helps (Smith et. al., 2012).", "Smith et. al., 2012", "smith3"),
        ("It helps (Smith, et al., 2012).", "Smith, et al., 2012", "smith3"),
        ("It helps (Smith et al.., 2012).", "Smith et al.., 2012", "smith3"),
        ("It helps (Smith, Jones, et al., 2012).", "Smith, Jones, et al., 2012", "smith3"),
        ("It helps (Smith *et al.*, 2012).", "Smith *et al.*, 2012", "smith3"),
        ("It helps (Smith\net al.,\n2012).", "Smith\net al.,\n2012", "smith3"),
        # narrative
        ("Smith (2010) found it.", "Smith (2010)", "smith2010"),
        ("Smith and Jones (2011) found it.", "Smith and Jones (2011)", "smith2011"),
        ("Smith & Jones [2011] found it.", "Smith & Jones [2011]", "smith2011"),
        ("Smith, Jones, and Lee (2012) found it.", "Smith, Jones, and Lee (2012)", "smith3"),
        ("Smith et al. (2012) found it.", "Smith et al. (2012)", "smith3"),
        ("Smith and colleagues (2012) found it.", "Smith and colleagues (2012)", "smith3"),
        ("Smith's (2010) study.", "Smith's (2010)", "smith2010"),
        ("Smith\u2019s (2010) study.", "Smith\u2019s (2010)", "smith2010"),
        ("Smith et al.'s (2012) study.", "Smith et al.'s (2012)", "smith3"),
        ("Smith et al.\u2019s (2012) study.", "Smith et al.\u2019s (2012)", "smith3"),
        ("Smith (2010, p. 12) found it.", "Smith (2010, p. 12)", "smith2010"),
        ("However, Smith and Jones (2011) found it.", "Smith and Jones (2011)", "smith2011"),
        ("In Finland, Smith (2010) found it.", "Smith (2010)", "smith2010"),
        ("As Smith (2010) found.", "Smith (2010)", "smith2010"),
        ("According to J. Smith (2010).", "Smith (2010)", "smith2010"),
        ("Years ago, in 2009, Smith (2010) found it.", "Smith (2010)", "smith2010"),
        ("as in Smith et al., 2012, where", "Smith et al., 2012", "smith3"),
        ("as Smith & Jones, 2011, found", "Smith & Jones, 2011", "smith2011"),
        ("May (2019) found it.", "May (2019)", "may2019"),
        ("It helps (May, 2019).", "May, 2019", "may2019"),
        # what stands around it
        ("It helps (see Smith, 2010).", "Smith, 2010", "smith2010"),
        ("It helps (See Smith et al., 2012).", "Smith et al., 2012", "smith3"),
        ("It helps (e.g., Smith, 2010).", "Smith, 2010", "smith2010"),
        ("It helps (e.g. Smith, 2010).", "Smith, 2010", "smith2010"),
        ("It helps (cf. Smith, 2010).", "Smith, 2010", "smith2010"),
        ("It helps (for a review see Smith et al., 2012).", "Smith et al., 2012", "smith3"),
        ("It helps (Smith, 2010, p. 12).", "Smith, 2010", "smith2010"),
        ("It helps (Smith, 2010: 12).", "Smith, 2010", "smith2010"),
        ("It helps (Smith, 2010, 2000 people).", "Smith, 2010", "smith2010"),
        ("It helps (Smith, 2010, for one).", "Smith, 2010", "smith2010"),
        ("It helps (a lot, as shown by Smith, 2010).", "Smith, 2010", "smith2010"),
        ("[It helps (Smith, 2010)](https://example.org)", "Smith, 2010", "smith2010"),
        # names
        ("(van Hecke et al., 2014)", "van Hecke et al., 2014", "hecke2014"),
        ("Van Hecke et al. (2014) found", "Van Hecke et al. (2014)", "hecke2014"),
        ("(Hecke et al., 2014)", "Hecke et al., 2014", "hecke2014"),
        ("(da Silva Santos & Galdino, 2018)", "da Silva Santos & Galdino, 2018", "santos2018"),
        ("(Silva Santos & Galdino, 2018)", "Silva Santos & Galdino, 2018", "santos2018"),
        ("Da Silva Santos and Galdino (2018)", "Da Silva Santos and Galdino (2018)", "santos2018"),
        ("(Martin Ginis et al., 2018)", "Martin Ginis et al., 2018", "ginis2018"),
        ("(de Groot, 2017)", "de Groot, 2017", "groot2017"),
        ("(O'Connor & Hill, 2013)", "O'Connor & Hill, 2013", "o'connor2013"),
        ("(O\u2019Connor & Hill, 2013)", "O\u2019Connor & Hill, 2013", "o'connor2013"),
        ("(Martinez-Calderon et al., 2017)", "Martinez-Calderon et al., 2017",
         "martínez-calderón2017"),
        ("(Martínez\u2010Calderón et al., 2017)", "Martínez\u2010Calderón et al., 2017",
         "martínez-calderón2017"),
        ("(Haanpa\u0308a\u0308 et al., 2011)", "Haanpa\u0308a\u0308 et al., 2011", "haanpää2011"),
        ("(HAANPÄÄ et al., 2011)", "HAANPÄÄ et al., 2011", "haanpää2011"),
        ("(d'Hooghe et al., 2010)", "d'Hooghe et al., 2010", "d'hooghe2010"),
        ("(St. John & Ames, 2009)", "St. John & Ames, 2009", "john2009"),
        ("(Müller et al., 2021)", "Müller et al., 2021", "müller2021"),
        ("(Mueller et al., 2013)", "Mueller et al., 2013", "mueller2013"),
        # organisations
        ("(World Health Organization, 2020)", "World Health Organization, 2020",
         "organization2020"),
        ("the World Health Organization (2020) says", "World Health Organization (2020)",
         "organization2020"),
        ("(World Health Organization [WHO], 2020)", "World Health Organization [WHO], 2020",
         "organization2020"),
        ("the World Health Organization (WHO, 2020) says", "WHO, 2020", "organization2020"),
        ("(WHO, 2020)", "WHO, 2020", "organization2020"),
        ("(National Institute for Health and Care Excellence, 2013)",
         "National Institute for Health and Care Excellence, 2013", "excellence2013"),
        ("(NICE, 2013)", "NICE, 2013", "excellence2013"),
        ("NICE (2013) says", "NICE (2013)", "excellence2013"),
        ("(CDC, 2022)", "CDC, 2022", "cdc"),
        ("(IASP, 2012)", "IASP, 2012", "iasp"),
        ("(International Association for the Study of Pain, 2012)",
         "International Association for the Study of Pain, 2012", "iasp"),
        # years
        ("(Meyer et al., 2021a)", "Meyer et al., 2021a", "meyer2021a"),
        ("(Meyer et al., 2021)", "Meyer et al., 2021", "?meyer2021a meyer2021b"),
        ("(Ng, 2019a,b)", "Ng, 2019a,b", "ng2019a ng2019b"),
        ("(Ng, 2019a, b)", "Ng, 2019a, b", "ng2019a ng2019b"),
        ("(Ng, 2019a, 2019b)", "Ng, 2019a, 2019b", "ng2019a ng2019b"),
        ("(Ng, 2019a, a review)", "Ng, 2019a", "ng2019a"),
        ("Ng (2019a and 2019b) found", "Ng (2019a and 2019b)", "ng2019a ng2019b"),
        ("(Smith, 2010, 2012)", "Smith, 2010, 2012", "smith2010 smith2012"),
        ("Smith (2010, 2012) found", "Smith (2010, 2012)", "smith2010 smith2012"),
        ("(Ito, n.d.)", "Ito, n.d.", "ito"),
        ("Ito (in press) found", "Ito (in press)", "ito"),
        # the number of authors only has to fit if something fits it
        ("(Brown et al., 2015)", "Brown et al., 2015", "brown2015"),
        ("(Brown, 2015)", "Brown, 2015", "brown2015"),
        ("(Brown & Green, 2016)", "Brown & Green, 2016", "brown2016"),
    ],
)  # fmt: skip
def test_a_citation_that_fits_a_reference_resolves(text: str, marker: str, ids: str) -> None:
    assert said(text) == [(marker, ids)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "(Smith & Jones, 2011; Meyer et al., 2021a)",
            [("Smith & Jones, 2011", "smith2011"), ("Meyer et al., 2021a", "meyer2021a")],
        ),
        (
            "(Smith, 2010, p. 3; see also Brown & Green, 2015)",
            [("Smith, 2010", "smith2010"), ("Brown & Green, 2015", "brown2015")],
        ),
        (
            "(Smith 2010, Brown & Green 2015)",
            [("Smith 2010", "smith2010"), ("Brown & Green 2015", "brown2015")],
        ),
        (
            "(see Smith (2010) and May (2019))",
            [("Smith (2010)", "smith2010"), ("May (2019)", "may2019")],
        ),
        (
            "Both Smith (2010) and Brown and Green (2015)",
            [("Smith (2010)", "smith2010"), ("Brown and Green (2015)", "brown2015")],
        ),
        (  # the bracket is shared, so the year alone is the first one's marker
            "Smith (2010; but see May, 2019) found",
            [("2010", "smith2010"), ("May, 2019", "may2019")],
        ),
        (
            "(an (odd) remark; Smith, 2010) and a stray ) before (May, 2019)",
            [("Smith, 2010", "smith2010"), ("May, 2019", "may2019")],
        ),
    ],
)
def test_each_work_with_words_of_its_own_has_its_own_citation(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(Smith, 2010, 2015)", [("2010", "smith2010"), ("2015", "")]),
        ("Smith (2010, 2015) found", [("2010", "smith2010"), ("2015", "")]),
        ("(Ng, 2019a,c)", [("2019a", "ng2019a"), ("c", "")]),
    ],
)
def test_a_marker_of_which_a_work_is_missing_is_taken_apart(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert said(text) == expected


# --- Forms that do not -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        ("(Nobody et al., 2019)", "Nobody et al., 2019"),
        ("Nobody et al. (2019) found", "Nobody et al. (2019)"),
        ("as in Nobody et al., 2019, where", "Nobody et al., 2019"),
        ("In Finland, Nobody et al. (2019) found", "Nobody et al. (2019)"),
        ("(Nobody & Noone, 2019)", "Nobody & Noone, 2019"),
        ("(see Nobody & Noone, 2019, p. 3)", "Nobody & Noone, 2019"),
        ("(Nobody and Noone, 2019)", "Nobody and Noone, 2019"),
        ("However, Nobody and Noone (2019) found", "Nobody and Noone (2019)"),
        ("(Nobody, Noone, & van Keiner, 2019)", "Nobody, Noone, & van Keiner, 2019"),
        ("(Nobody, 2019)", "Nobody, 2019"),
        ("(see Nobody, 2019a)", "Nobody, 2019a"),
        ("(Smith et al., 2099)", "Smith et al., 2099"),
        ("(Meyer et al., 2021c)", "Meyer et al., 2021c"),  # 2021a and 2021b are other works
        ("(Smith & Brown, 2011)", "Smith & Brown, 2011"),  # not by Smith and Jones
        ("(Muller & Weiler, 2013)", "Muller & Weiler, 2013"),
    ],
)
def test_an_unmistakable_citation_that_fits_nothing_is_kept_unresolved(
    text: str, marker: str
) -> None:
    assert said(text) == [(marker, "")]


@pytest.mark.parametrize(
    "text",
    """\
(up to 3600 mg per day)
(start with 1000 steps, then add 500)
(2 to 3 times a week)
(see 2019 update)
[sic]
(in May 2019)
(May 2019)
(in May, 2019)
in May 2019 (a Monday)
In May (2019) it rained
(since 2010)
In March 2020
(Monday, 2019)
(aged 65)
(version 2020)
(COVID-19, 2020)
(Table 2)
(Figure 3, 2019)
(1999-2004)
(Smith, 1999-2010)
(n = 2020)
[1 of 3]
(Room 2010)
The 2016 guideline
World War II (1945)
(Gabapentin, 1800 mg)
(Vitamin D, 2000 IU)
(Walk 2000 steps)
(3)
the 2010s and (the 1990s)
On Monday (2019) he
between 2010 and 2012 (2 years)
the congress (London, 2012)
(published in Lancet, 2019)
Home Page (2012)
(see page 2012)
The Diet and Exercise Study (2010)
Health and Care (2012)
(Department of Health and Social Care)
In Smith 2010 steps were
(Smith 2010 steps)
(Smith, 201)
(smith, 2010)
Smith. (2010)
Smith\\n\\n(2010)
(Smith\\n\\n2010)
(Nobody 2019)
Nobody (2019) found
10³ m² cm³ 5⁻¹ kg/m²
95% CI [2, 5]
on a scale of [0-10]
[3]
[3, 5]
[x]: 3
""".splitlines(),
)
def test_what_only_looks_like_a_citation_is_none(text: str) -> None:
    assert said(text.replace("\\n", "\n")) == []


def test_nothing_is_found_without_references_but_the_unmistakable() -> None:
    assert said("(Smith, 2010; see Ng 2019) [3]", ()) == [("Smith, 2010", "")]


# --- Offsets -----------------------------------------------------------------------------------


def test_only_the_given_stretch_is_searched() -> None:
    text = "(Smith, 2010) 😀 (May, 2019) (Ng, 2019a)"
    start, end = text.index("😀"), text.index(" (Ng")
    (citation,) = find_citations(text, start, end, BIBLIOGRAPHY)
    assert (citation.start, citation.marker) == (text.index("May"), "May, 2019")


def test_names_before_the_stretch_are_not_reached() -> None:
    text = "Smith (2010) found"
    assert find_citations(text, text.index("("), len(text), BIBLIOGRAPHY) == ()


def test_a_citation_of_a_long_list_of_names_is_found_whole() -> None:
    names = [f"Name{letter * 3}".replace("Name", "N") for letter in string.ascii_lowercase[:12]]
    text = f"({', '.join(names[:-1])}, & {names[-1]}, 2001)"
    assert said(text, [work("|".join(names), 2001, id="long")]) == [(text[1:-1], "long")]


# --- A document's own list and the shared one --------------------------------------------------

EXERCISE_LIST = """\
- Biondi, M., & Pizzagalli, D. (2019). Endorphins. Frontiers, 13, 142. https://doi.org/10.3389/a
- Fitzgerald, L., Martinez, R., & Paterson, C. (2019). A review. Pain, 12, 3-4.
- Meyer, M., Löwe, B., & Witte, J. (2021). Treatment. Medicine, 22(5), 9-8. https://doi.org/10.1093/b
- Vojta, R., Barthel, H., & Schreiber, J. (2017). Neuroplasticity. Repair, 31(1), 1-11."""


def own_list(text: str) -> tuple[Reference, ...]:
    return parse_reference_list(text, 0, len(text), document_id="doc")


def test_a_page_with_its_own_list_resolves_against_it() -> None:
    text = (
        "It grows (Vojta et al., 2017). It eases (Fitzgerald et al., 2019). It lifts (Biondi & "
        "Pizzagalli, 2019). It calms (Meyer et al., 2021)."
    )
    own = own_list(EXERCISE_LIST)
    assert said(text, own) == [
        ("Vojta et al., 2017", "doc#ref-4"),
        ("Fitzgerald et al., 2019", "doc#ref-2"),
        ("Biondi & Pizzagalli, 2019", "doc#ref-1"),
        ("Meyer et al., 2021", "doc#ref-3"),
    ]
    # the shared Meyer 2021a and 2021b are other works: the page means the one it lists
    assert said(text, own + SHARED) == said(text, own)


@pytest.mark.parametrize(
    "shared",
    [
        work("Biondi|Pizzagalli", 2019, doi="10.3389/A", id="shared"),
        work("Biondi|Pizzagalli", 2019, title="Endorphins!", id="shared"),
    ],
)
def test_an_own_entry_that_is_in_the_shared_list_gives_the_shared_id(shared: Reference) -> None:
    found = said("(Biondi & Pizzagalli, 2019)", (*own_list(EXERCISE_LIST), shared))
    assert found == [("Biondi & Pizzagalli, 2019", "shared")]


def test_two_works_that_nothing_tells_apart_are_ambiguous() -> None:
    twins = [work("Smith|A|B", 2010, id="one"), work("Smith|C|D", 2010, id="two")]
    assert said("(Smith et al., 2010)", twins) == [("Smith et al., 2010", "?one two")]
    assert said("(Smith, A, et al., 2010)", twins[:1]) != []


def test_a_list_that_ends_in_et_al_fits_names_it_does_not_show() -> None:
    cut = Reference(id="cut", author=(Name("Smith"), ET_AL), year=2010)
    for marker in ("Smith et al., 2010", "Smith & Jones, 2010", "Smith, 2010"):
        assert said(f"({marker})", [cut]) == [(marker, "cut")]


def test_a_suffix_that_only_the_text_prints_is_no_obstacle() -> None:
    assert said("(Smith, 2010a)") == [("Smith, 2010a", "smith2010")]


# --- Numbers -----------------------------------------------------------------------------------

NUMBERED = own_list(
    "\n".join(f"{n}. Author{chr(96 + n)} A. Title {n}. Pain. 2010;1:{n}." for n in range(1, 9))
)
UNNUMBERED = own_list(
    "\n".join(f"- Author{chr(96 + n)} A. Title {n}. Pain. 2010;1:{n}." for n in range(1, 9))
)


def refs(*numbers: int) -> str:
    return " ".join(f"doc#ref-{n}" for n in numbers)


@pytest.mark.parametrize("listed", [NUMBERED, UNNUMBERED])
@pytest.mark.parametrize(
    ("text", "marker", "numbers"),
    [
        ("It helps [3].", "[3]", (3,)),
        ("It helps[3].", "[3]", (3,)),
        ("It helps [ 3 ].", "[ 3 ]", (3,)),
        ("It helps [3,5-7].", "[3,5-7]", (3, 5, 6, 7)),
        ("It helps [3, 5\u20137].", "[3, 5\u20137]", (3, 5, 6, 7)),
        ("It helps [1;3].", "[1;3]", (1, 3)),
        ("It helps [3, 3].", "[3, 3]", (3,)),
        ("It helps.³", "³", (3,)),
        ("It helps,³ a bit", "³", (3,)),
        ("It helps³ a bit", "³", (3,)),
        ("It helps (much)³ a bit", "³", (3,)),
        ("It helps.³,⁵⁻⁷ So", "³,⁵⁻⁷", (3, 5, 6, 7)),
        ("It helps.³,⁵\u2013⁷ So", "³,⁵\u2013⁷", (3, 5, 6, 7)),
    ],
)
def test_numbers_resolve_by_label_or_by_place(
    text: str, marker: str, numbers: tuple[int, ...], listed: tuple[Reference, ...]
) -> None:
    assert said(text, listed) == [(marker, refs(*numbers))]


def test_labels_go_before_places_and_shared_entries_have_no_number() -> None:
    listed = own_list("[7] Ng A. Title. Pain. 2010;1:1.\n[9] Ho B. Title. Pain. 2011;1:2.")
    assert said("[7] and [1] and [3]", listed + SHARED) == [
        ("[7]", "doc#ref-1"),
        ("[1]", ""),
        ("[3]", ""),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It helps [9].", [("[9]", "")]),
        ("It helps.⁹", [("⁹", "")]),
        ("It helps [3,9].", [("3", refs(3)), ("9", "")]),
        ("It helps [3,7-9].", [("3", refs(3)), ("7-9", "")]),
    ],
)
def test_a_number_missing_from_a_numbered_list_is_unresolved(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert said(text, NUMBERED) == expected


@pytest.mark.parametrize(
    "text",
    ["(3)", "[0]", "[0, 3]", "[7-3]", "[3-3]", "[1-900]", "[2019]", "[3]: https://a.org",
     "[3 of 5]", "[3.5]", "95% CI [2, 5]", "scale: [1-5]", "10³", "m²", "5 cm²", "100 min³", "R²",
     "x³", "CO²", "10⁻³", "s⁻¹", "walks⁹⁹ on", " ³H", "[¹⁸F]"],
)  # fmt: skip
def test_numbers_that_are_no_citations_are_left_alone(text: str) -> None:
    assert said(text, NUMBERED) == []


@pytest.mark.parametrize("text", ["[9]", "[3, 9]", "It helps.⁹"])
def test_an_unnumbered_list_does_not_make_every_number_a_citation(text: str) -> None:
    assert said(text, UNNUMBERED) == []


def test_three_rising_numbers_are_a_citation_even_without_a_list() -> None:
    assert said("It helps [3,5-7].") == [("[3,5-7]", "")]
    assert said("It helps [7,3,1].") == []


# --- Properties --------------------------------------------------------------------------------

LETTERS = string.ascii_lowercase + "áèñöłşž"
words = st.builds(
    "{}{}".format, st.sampled_from(string.ascii_uppercase + "ÀÉÖŠŽ"),
    st.text(st.sampled_from(LETTERS), min_size=2, max_size=8),
)  # fmt: skip
families = st.one_of(
    words,
    st.builds("{}-{}".format, words, words),
    st.builds("{} {}".format, st.sampled_from(["van", "de la", "von der", "da"]), words),
    st.builds("{} {}".format, words, words),
    st.builds("O'{}".format, words),
)
authors = st.lists(families, min_size=1, max_size=6, unique=True)
dated = st.tuples(authors, st.integers(1900, 2029), st.sampled_from(["", "a", "b"]))


def references_of(works: list[tuple[list[str], int, str]]) -> list[Reference]:
    return [
        Reference(id=f"r{n}", author=tuple(Name(f) for f in names), year=year, year_suffix=suffix)
        for n, (names, year, suffix) in enumerate(works)
    ]


def names_in_text(reference: Reference, joint: str, whole: bool) -> str:
    names = [name.family for name in reference.author]
    if len(names) > 2 and not whole:
        return f"{names[0]} et al."
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {joint} {names[-1]}"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(dated, min_size=1, max_size=4), st.booleans(), st.sampled_from(["see ", "", "e.g., "])
)
def test_generated_citations_of_generated_references_resolve(
    works: list[tuple[list[str], int, str]], whole: bool, prefix: str
) -> None:
    references = references_of(works)
    bibliography = Bibliography(references)
    for reference in references:
        year = f"{reference.year}{reference.year_suffix}"
        inside = f"{names_in_text(reference, '&', whole)}, {year}"
        narrative = f"{names_in_text(reference, 'and', whole)} ({year})"
        for text, marker in (
            (f"It helps ({prefix}{inside}, p. 3).", inside),
            (f"It helps ({inside}; {inside})", inside),
            (f"It helps. {narrative} found", narrative),
        ):
            found = find_citations(text, 0, len(text), bibliography)
            assert {citation.marker for citation in found} == {marker}
            assert all(reference.id in citation.reference_ids for citation in found)


@given(st.lists(st.integers(1, 8), min_size=1, max_size=5), st.sampled_from([",", ", ", ";", "; "]))
def test_generated_number_lists_resolve_in_order(numbers: list[int], separator: str) -> None:
    text = f"It helps [{separator.join(map(str, numbers))}]."
    (citation,) = find(text, NUMBERED)
    assert citation.reference_ids == tuple(f"doc#ref-{n}" for n in dict.fromkeys(numbers))


PIECES = [
    "Smith", "Jones", "van Hecke", " et al.", "'s", " & ", " and ", ", ", "; ", " (", ")", "[", "]",
    "2010", "2011a", "2019a,b", "n.d.", "[3,5-7]", "³", "⁻", "see ", "World Health Organization",
    "NICE", ".", "\n", "\n\n", "-", "May", "In ", "\u0308", "*", "&amp;",
]  # fmt: skip
hostile = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=40).map(
    "".join
)


@settings(max_examples=500, deadline=None)
@given(hostile, st.data())
def test_offsets_hold_and_never_overlap_in_any_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    known = {reference.id for reference in SHARED + NUMBERED}
    before = start
    for citation in find_citations(text, start, end, Bibliography(NUMBERED + SHARED)):
        assert before <= citation.start < citation.end <= end
        assert text[citation.start : citation.end] == citation.marker
        assert set(citation.reference_ids) <= known
        assert citation.resolved or not citation.ambiguous
        before = citation.end


@settings(max_examples=200, deadline=None)
@given(hostile)
def test_the_same_citations_are_found_behind_other_text(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    moved = "Nothing here.\n\n" + text
    offset = len(moved) - len(text)
    found = find_citations(text, 0, len(text), BIBLIOGRAPHY)
    again = find_citations(moved, offset, len(moved), BIBLIOGRAPHY)
    assert [(c.start + offset, c.marker, c.reference_ids) for c in found] == [
        (c.start, c.marker, c.reference_ids) for c in again
    ]


@pytest.mark.parametrize(
    "piece",
    ["(", "[", "(Smith, ", "Smith, ", "Smith & ", "Smith and ", "2010 ", "2010, ", "(2010)",
     "et al. ", "Smith et al. ", "2019a,b,", "[3,", "[3-", "[3", "³", "³,", "a", "A", "A ", "\n",
     "\n ", "n.d.", "&amp;", "van ", "'", "''", "World Health Organization ", "Smith (2010; ",
     "1900 1900-", "in press "],
)  # fmt: skip
def test_a_hostile_text_is_searched_in_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    bibliography = Bibliography(NUMBERED + SHARED)
    begin = time.perf_counter()
    find_citations(text, 0, len(text), bibliography)
    assert time.perf_counter() - begin < 5

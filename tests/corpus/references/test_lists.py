"""Printed lists are read with care: no entry is lost, and nothing is invented."""

from __future__ import annotations

import json
import string
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model import Name, Reference
from corpus.references.csl import to_csl
from corpus.references.display import format_reference
from corpus.references.lists import parse_reference_list


def parsed(text: str) -> tuple[Reference, ...]:
    return parse_reference_list(text, 0, len(text), document_id="doc")


# The shape of a real patient page's list, with words of our own.
EXERCISE_LIST = """References
- Biondi, M., & Pizzagalli, D. (2019). Endorphins and pain. Frontiers in Behavioral \
Neuroscience, 13, 142. https://doi.org/10.3389/fnbeh.2019.00142
- Fitzgerald, L., Martinez, R., & Paterson, C. (2019). Exercise and chronic pain: a review. \
Journal of Pain Research, 12, 1793-1804. https://doi.org/10.2147/JPR.S204973
- Meyer, M., Löwe, B., & Witte, J. (2021). Exercise as a treatment. Pain Medicine, 22(5), \
972-986. https://doi.org/10.1093/pm/pnaa278
- Vojta, R., Barthel, H., & Schreiber, J. (2017). Exercise-induced neuroplasticity: a review. \
Neurorehabilitation and Neural Repair, 31(1), 1-11. https://doi.org/10.1177/1545968316677928"""


def test_a_bulleted_apa_list_is_read_whole() -> None:
    first, second, third, fourth = parsed(EXERCISE_LIST)
    assert first == Reference(
        id="doc#ref-1",
        type="article-journal",
        title="Endorphins and pain",
        author=(Name("Biondi", "M."), Name("Pizzagalli", "D.")),
        year=2019,
        container_title="Frontiers in Behavioral Neuroscience",
        volume="13",
        page="142",
        doi="10.3389/fnbeh.2019.00142",
        text=EXERCISE_LIST.splitlines()[1].removeprefix("- "),
    )
    assert [name.family for name in second.author] == ["Fitzgerald", "Martinez", "Paterson"]
    assert (third.volume, third.issue, third.page) == ("22", "5", "972-986")
    assert (fourth.year, fourth.doi) == (2017, "10.1177/1545968316677928")


def test_only_the_list_itself_is_read() -> None:
    text = (
        f"Smith, A. (2001). Not in the list. Pain, 1, 1.\n{EXERCISE_LIST}\n- After, E. (2002). X."
    )
    start = text.index("References")
    end = start + len(EXERCISE_LIST)
    references = parse_reference_list(text, start, end, document_id="doc")
    assert [reference.year for reference in references] == [2019, 2019, 2021, 2017]


ARTICLE = "Exercise and pain. Pain Medicine"


@pytest.mark.parametrize(
    ("entry", "families", "year"),
    [
        (f"van Hecke, O., & de la Cruz, A. B. (2014). {ARTICLE}, 5, 1.",
         "van Hecke|de la Cruz", 2014),
        (f"O'Connor, M. (2014). {ARTICLE}, 5, 1.", "O'Connor", 2014),
        (f"Martínez-Calderón, J., & Flores-Cortés, M. (2014). {ARTICLE}, 5.",
         "Martínez-Calderón|Flores-Cortés", 2014),
        (f"Treede, R.-D. (2014, March 3). {ARTICLE}, 5, 1.", "Treede", 2014),
        (f"King, M. L., Jr., & Smith, J. (2014). {ARTICLE}, 5, 1.", "King|Smith", 2014),
        (f"Smith, A., Jones, B., et al. (2014). {ARTICLE}, 5, 1.", "Smith|Jones|(et al.)", 2014),
        (f"Smith, A., Jones, B., ... Zed, Q. (2014). {ARTICLE}, 5, 1.",
         "Smith|Jones|Zed|(et al.)", 2014),
        (f"Smith, John, and Doe, Jane. (2014). {ARTICLE}, 5, 1.", "Smith|Doe", 2014),
        (f"Smith, J. and Doe, J. (2014) {ARTICLE} 5(2): 1-11.", "Smith|Doe", 2014),
        ("World Health Organization. (2020). Guidelines on activity. Geneva.",
         "(World Health Organization)", 2020),
        ("Centers for Disease Control and Prevention. (2020). Activity.",
         "(Centers for Disease Control and Prevention)", 2020),
        ("World Health Organization, & Bull, F. (2020). Activity. Press.",
         "(World Health Organization)|Bull", 2020),
        ("Smith, J. (n.d.). Pain. Press.", "Smith", None),
        ("Vojta R, Barthel H, Schreiber J. Does it work? A review. Neurorehabil Neural Repair. "
         "2017;31(1):1-11.", "Vojta|Barthel|Schreiber", 2017),
        ("Vojta R., Barthel H.-K. A review. Eur. J. Pain. 2017;31:e12.", "Vojta|Barthel", 2017),
        ("van Hecke O, Austin SK, et al. A review. Pain 2014 Apr;155(4):654-62.",
         "van Hecke|Austin|(et al.)", 2014),
        ("Smith JA Jr, D'Mello AB: A review. Pain 2014, 155:654-662.", "Smith|D'Mello", 2014),
        ("World Health Organization. Guidelines on activity. Geneva: WHO; 2020.",
         "(World Health Organization)", 2020),
        ("Ng A, van der Berg HS, et al. (2014) Steps. PLoS ONE 5: e123.",
         "Ng|van der Berg|(et al.)", 2014),
        ("Cohen R, ben-Avraham D, de las Heras M (2001) Steps. PLoS ONE 5: 1.",
         "Cohen|ben-Avraham|de las Heras", 2001),
        ("Ng A, Unreadable, Li C (2001) Steps. PLoS ONE 5: 1.", "Ng|(et al.)", 2001),
        ("Diabetes UK (2001). Steps. London.", "(Diabetes UK)", 2001),
        ("British Thoracic Society; Asthma UK (2003) A guideline. Thorax 58: 1-94.",
         "(British Thoracic Society)|(Asthma UK)", 2003),
        ("Smith J. Walking well. 2nd ed. London: Press; 2010.", "Smith", 2010),
        ("Aaa A. The Aaa in pain. Some J. 1900;12(3):45-67.", "Aaa", 1900),
    ],
)  # fmt: skip
def test_authors_and_year_are_read_in_each_style(
    entry: str, families: str, year: int | None
) -> None:
    (reference,) = parsed(entry)
    names = [name.family or f"({name.literal})" for name in reference.author]
    assert names == families.split("|")
    assert reference.year == year
    assert reference.text == entry


@pytest.mark.parametrize(
    ("entry", "title", "container", "numbers"),
    [
        ("Ng, A. (2014). Does it work? A review. Eur. J. Pain, 5(2), 1\u201311.",
         "Does it work? A review", "Eur. J. Pain", ("5", "2", "1\u201311")),
        ("Ng A. Does it work? Pain. 2014;5(Suppl 1):e12.", "Does it work?", "Pain",
         ("5", "Suppl 1", "e12")),
        ("Ng, A. (2014). *Walking, 10, and more*. *Pain*, *5*, Article 77.",
         "Walking, 10, and more", "Pain", ("5", "", "77")),
        ("Ng, A. (2014). Pain. In B. Ho & C. Li (Eds.), A book (2nd ed., pp. 3-9). Press.",
         "Pain", "A book", ("", "", "3-9")),
        ("Ng, A. (2014). Walking well: a guide. London: Press.", "Walking well: a guide", "",
         ("", "", "")),
    ],
)  # fmt: skip
def test_title_and_journal_are_told_apart(
    entry: str, title: str, container: str, numbers: tuple[str, str, str]
) -> None:
    (reference,) = parsed(entry)
    assert (reference.title, reference.container_title) == (title, container)
    assert (reference.volume, reference.issue, reference.page) == numbers


@pytest.mark.parametrize(
    ("link", "doi", "pmid", "url"),
    [
        ("https://doi.org/10.1000/a.b-c", "10.1000/a.b-c", "", ""),
        ("doi:10.1000/a.b-c.", "10.1000/a.b-c", "", ""),
        ("DOI: 10.1016/S0140-6736(05)67336-X.", "10.1016/S0140-6736(05)67336-X", "", ""),
        ("(https://doi.org/10.1000/abc).", "10.1000/abc", "", ""),
        ("<https://doi.org/10.1000/abc>", "10.1000/abc", "", ""),
        ("[https://doi.org/10.1000/abc](https://doi.org/10.1000/abc)", "10.1000/abc", "", ""),
        ("doi.org/10.1000/abc", "10.1000/abc", "", ""),
        ("PMID: 12345678; PMCID: PMC123.", "", "12345678", ""),
        ("https://pubmed.ncbi.nlm.nih.gov/12345678/", "", "12345678", ""),
        ("Available from: https://www.example.org/a?b=1.", "", "", "https://www.example.org/a?b=1"),
        # where a DOI ends inside another site's address cannot be known
        ("https://example.org/doi/10.1000/abc/full", "", "", "https://example.org/doi/10.1000/abc/full"),
        ("", "", "", ""),
    ],
)  # fmt: skip
def test_links_end_before_the_sentence_does(link: str, doi: str, pmid: str, url: str) -> None:
    (reference,) = parsed(f"Ng, A. (2014). A title. Pain, 5(2), 1-11. {link}")
    assert (reference.doi, reference.pmid, reference.url) == (doi, pmid, url)
    assert (reference.title, reference.page) == ("A title", "1-11")


ONE = "Ng, A. (2014). A first title. Pain, 5(2), 1-11."
TWO = "Ho B, Li C. A second title. Pain. 2015;6:7-9. PMID: 12345."
THREE = "World Health Organization. (2020). Guidelines. https://www.who.int/a"


@pytest.mark.parametrize(
    ("layout", "labels"),
    [
        ("{}\n{}\n{}", None),
        ("\n\n{}\n\n{}\n\n\n{}\n", None),
        ("- {}\n- {}\n- {}", None),
        ("* {}\n\n* {}\n\n* {}", None),
        ("•\t{}\n•\t{}\n•\t{}", None),
        ("1. {}\n2. {}\n3. {}", (1, 2, 3)),
        ("1. {}\n1. {}\n1. {}", (1, 2, 3)),
        ("1) {}\n2) {}\n3) {}", (1, 2, 3)),
        ("(1) {}\n(2) {}\n(3) {}", (1, 2, 3)),
        ("[1] {}\n[2] {}\n[3] {}", (1, 2, 3)),
        ("[1]: {}\n[3]: {}\n[12]: {}", (1, 3, 12)),
        ("  8.\t{}\n  9.\t{}\n 10.\t{}", (8, 9, 10)),
        ("- [1] {}\n- [2] {}\n- [3] {}", (1, 2, 3)),
        ("## References\n\n1. {}\n2. {}\n\n### More\n\n3. {}", (1, 2, 3)),
        ("**References:**\n{}\n{}\n{}", None),
        ("References\n==========\n\n{}\n{}\n{}", None),
    ],
)
def test_each_layout_gives_the_same_entries(layout: str, labels: tuple[int, ...] | None) -> None:
    references = parsed(layout.format(ONE, TWO, THREE))
    assert [reference.text for reference in references] == [ONE, TWO, THREE]
    assert [reference.id for reference in references] == [f"doc#ref-{n}" for n in (1, 2, 3)]
    assert tuple(reference.label for reference in references) == (labels or (None, None, None))


@pytest.mark.parametrize("mark", ["", "1. ", "- "])
def test_wrapped_lines_are_joined(mark: str) -> None:
    text = (
        f"{mark}Finnerup, N. B., Attal, N.,\n   Haroutounian, S., & Wallace, M. (2015a). Drugs\n"
        "   for neuropathic pain: 12, 14 or\n   2. more. The Lancet, 14(2),\n   162-173. "
        "https://doi.org/10.1016/\n   S1474-4422(14)70251-0"
    )
    (reference,) = parsed(text)
    assert [name.family for name in reference.author][-1] == "Wallace"
    assert (reference.year, reference.year_suffix) == (2015, "a")
    assert reference.doi == "10.1016/S1474-4422(14)70251-0"
    assert "\n" not in reference.text


def test_lines_wrapped_without_indent_or_blank_lines_are_told_from_new_entries() -> None:
    text = """\
Finnerup, N. B., Attal, N., Haroutounian, S., McNicol,
E., & Wallace, M. (2015). Pharmacotherapy for
neuropathic pain in adults. The Lancet Neurology,
14(2), 162-173.
https://doi.org/10.1016/S1474-4422(14)70251-0
World Health Organization. (2020). Guidelines on
physical activity. Geneva.
Zhang, Y. (2021). Exercise and neuropathic pain: a
review. Pain, 3, 4.
"""
    assert [r.year for r in parsed(text)] == [2015, 2020, 2021]


def test_a_doi_cut_at_the_line_end_is_not_taken_for_a_whole_one() -> None:
    (reference,) = parsed("1. Ng A. Title. Pain. 2011;1:2. doi:10.1016/j.pain.\n2011.06.017")
    assert reference.doi == "10.1016/j.pain.2011.06.017"


@pytest.mark.parametrize("doi", ["10.1000/in", "10.1000/pain.de", "10.1000/a-van"])
def test_a_doi_that_ends_like_a_small_word_ends_its_entry(doi: str) -> None:
    first, second = parsed(f"{ONE} https://doi.org/{doi}\n{TWO}")
    assert (first.doi, second.text) == (doi, TWO)


def test_a_line_that_ends_in_a_small_word_goes_on() -> None:
    assert len(parsed("Ng, A. (2014). On walking and\n\nHo, B. on walking. Pain, 5(2), 1-11.")) == 1


@pytest.mark.parametrize(
    "entry",
    [
        "Something a patient told us",
        "1999",
        "2016. 12.",
        "-",
        "Vitamin D: 2000 units a day, 5 weeks",
    ],
)
def test_what_cannot_be_read_is_kept_but_not_guessed(entry: str) -> None:
    (reference,) = parsed(entry)
    assert reference == Reference(id="doc#ref-1", text=reference.text)
    assert reference.text in entry


def test_an_empty_list_has_no_entries() -> None:
    assert parsed("") == parsed("References\n\n---\n") == ()


# --- Properties --------------------------------------------------------------------------------

UPPER, LOWER = string.ascii_uppercase + "ÀÉÖØŠŽ", string.ascii_lowercase + "áèñöłşž"
words = st.builds(
    lambda first, rest: first + rest,
    st.sampled_from(UPPER),
    st.text(st.sampled_from(LOWER), min_size=2, max_size=8),
)
families = st.one_of(
    words,
    st.builds("{}-{}".format, words, words),
    st.builds("{} {}".format, st.sampled_from(["van", "de la", "von der", "da"]), words),
    st.builds("O'{}".format, words),
)
initials = st.lists(st.sampled_from(UPPER), min_size=1, max_size=2).filter(
    lambda letters: letters != ["U", "K"]  # "Smith UK" alone is read like "Diabetes UK"
)
people = st.lists(st.tuples(families, initials), min_size=1, max_size=7)
dois = st.builds(
    "10.{}/{}".format,
    st.integers(1000, 99999),
    st.from_regex(r"[a-z0-9][a-z0-9.()-]{0,12}[a-z0-9]", fullmatch=True).filter(
        lambda s: "(" not in s and ")" not in s
    ),
)
years = st.integers(1900, 2029)
marks = st.sampled_from(["- ", "* ", "{n}. ", "[{n}] ", "({n}) ", ""])


def apa(authors: list[tuple[str, list[str]]], year: int, title: str, doi: str) -> str:
    names = [f"{family}, {' '.join(f'{i}.' for i in given)}" for family, given in authors]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, & {names[-1]}"
    return f"{listed} ({year}). {title}. Some Journal, 12(3), 45-67. https://doi.org/{doi}"


def vancouver(authors: list[tuple[str, list[str]]], year: int, title: str, doi: str) -> str:
    names = ", ".join(f"{family} {''.join(given)}" for family, given in authors)
    return f"{names}. {title}. Some J. {year};12(3):45-67. doi:{doi}."


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(people, years, words, dois), min_size=1, max_size=4),
    st.sampled_from([apa, vancouver]),
    marks,
)
def test_generated_entries_are_read_back(works: list[Any], style: Any, mark: str) -> None:
    lines = [
        mark.format(n=n) + style(authors, year, f"The {title} in pain", doi)
        for n, (authors, year, title, doi) in enumerate(works, 1)
    ]
    references = parsed("\n".join(lines))
    assert len(references) == len(works)
    for reference, (authors, year, title, doi) in zip(references, works, strict=True):
        assert [name.family for name in reference.author] == [family for family, _ in authors]
        assert (reference.year, reference.doi) == (year, doi)
        assert reference.title == f"The {title} in pain"


PIECES = [
    "Ng, A.",
    " (2019)",
    "10.1000/",
    "https://",
    "1. ",
    "- ",
    "\n",
    "\n\n",
    ".",
    ",",
    "&",
    "; ",
]
hostile = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5))).map("".join)


@settings(max_examples=200, deadline=None)
@given(hostile)
def test_any_text_is_read_without_an_error_and_nothing_is_lost(text: str) -> None:
    references = parsed(text)
    assert [reference.id for reference in references] == [
        f"doc#ref-{n}" for n in range(1, len(references) + 1)
    ]
    for reference in references:
        assert reference.text
        assert reference.verified is None
        assert "\n" not in format_reference(reference)
        json.dumps(to_csl(reference))


@pytest.mark.parametrize(
    "piece",
    ["Smith, A., ", "Smith A, ", "a", "A. ", "(2019) ", "10.1000/", "https://a", "1. A\n", "- \n",
     ", 12(3), 4-5", "2019;", "et al. ", "Aa ", "((", "* ", "2019 Jan 1;1", "\n \n", "''", "<",
     "))"],
)  # fmt: skip
def test_a_hostile_list_is_read_in_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    begin = time.perf_counter()
    parsed(text)
    assert time.perf_counter() - begin < 5

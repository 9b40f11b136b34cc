"""The PDF reader: what is printed is read in the order in which it is read, and nothing else."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model import CorpusError
from corpus.readers import READERS
from tests.corpus.pdf_files import HEIGHT, Pdf
from tests.corpus.spans import assert_spans_lie_in_the_text

BODY = [
    "Walking is safe for most people with numb feet, as long as they wear",
    "good shoes and look at their feet every evening before they sleep.",
]


@pytest.fixture
def read(tmp_path):
    def read(pdf: Pdf, name: str = "feet.pdf"):
        return READERS[".pdf"](pdf.write(tmp_path / name), name)

    return read


def blocks(document):
    return [document.text[b.start : b.end] for s in document.sections for b in s.blocks]


def refused(tmp_path, data):
    path = tmp_path / "feet.pdf"
    path.write_bytes(data.bytes() if isinstance(data, Pdf) else data)
    with pytest.raises(CorpusError) as caught:
        READERS[".pdf"](path, "feet.pdf")
    assert caught.value.advice
    return caught.value.problem


def test_lines_become_paragraphs_and_the_largest_heading_the_title(read):
    pdf = Pdf(title="Microsoft Word - leaflet7.doc").page()
    pdf.text(72, 80, "Looking after numb feet", size=22, font="bold")
    pdf.text(72, 130, "Is walking safe?", size=14, font="bold").lines(72, 155, BODY)
    pdf.text(72, 220, "Who should ask first?", size=14, font="bold")
    pdf.text(72, 245, "People with open sores.")
    document = read(pdf)
    assert document.title == "Looking after numb feet"
    assert [s.path for s in document.sections] == [
        ("Is walking safe?",),
        ("Who should ask first?",),
    ]
    assert blocks(document) == [" ".join(BODY), "People with open sores."]


def test_a_title_of_the_properties_counts_if_the_page_prints_it(read):
    pdf = Pdf(title="Numb feet", language="en-GB").page()
    pdf.text(72, 60, "EXAMPLE CLINIC", size=26, font="bold")
    pdf.text(72, 100, "Numb feet", size=16, font="bold").lines(72, 155, BODY)
    document = read(pdf)
    assert document.title == "Numb feet"
    assert (document.source.language, document.source.published) == ("en-GB", "2024-03-05")
    stale = Pdf(title="Blood pressure at home").page()
    stale.text(72, 100, "Numb feet", size=16, font="bold").lines(72, 155, BODY)
    assert read(stale).title == "Numb feet"


def test_pages_are_kept_and_a_sentence_over_a_page_break_is_one(read):
    pdf = Pdf().page().lines(72, 750, [BODY[0]] * 3 + ["Walk with care and"])
    pdf.page().lines(72, 72, ["with a friend, until you know the way.", "Then go alone."])
    pdf.page().lines(72, 72, ["A third page."])
    document = read(pdf)
    text = document.text
    assert "Walk with care and with a friend, until you know the way." in text.replace("\n", " ")
    assert document.page_at(text.index("Walk with")) == 1
    assert document.page_at(text.index("with a friend")) == 2
    assert document.page_at(text.index("A third")) == 3
    assert len(document.source.pages) == 3


def test_columns_are_read_one_after_the_other(read):
    left = ["The left column begins here and", "goes on to the foot of the page,",
            "where its last sentence is cut", "and must go on at the top of the"]  # fmt: skip
    right = ["right column without a break in", "it. Then the right column has a",
             "sentence of its own, and it ends", "here at last."]  # fmt: skip
    pdf = Pdf().page().text(72, 60, "A heading over both columns of the page", size=18, font="bold")
    pdf.lines(72, 120, left).lines(310, 120, right)
    assert blocks(read(pdf)) == [" ".join(left + right)]


def test_short_cells_side_by_side_are_rows_not_columns(read):
    pdf = Pdf().page().lines(72, 60, BODY)
    for number, (day, time) in enumerate(
        [("Monday", "9 am"), ("Tuesday", "noon"), ("Friday", "-")]
    ):
        pdf.text(72, 140 + 15 * number, day).text(250, 140 + 15 * number, time)
    assert blocks(read(pdf))[1] == "Monday | 9 am\nTuesday | noon\nFriday | -"


@pytest.mark.parametrize(
    ("end", "begin", "joined"),
    [
        ("People with neuro-", "pathy walk.", "neuropathy walk"),
        ("People walk for well-", "being.", "well-being"),
        ("Pain after shingles is post-", "herpetic.", "post-herpetic"),
        ("Some have COVID-", "19 too.", "COVID-19"),
        ("It is called Guillain-", "Barré syndrome.", "Guillain-Barré"),
        ("Wait 10-", "12 weeks.", "10-12"),
        ("Ask about pre-", "vention.", "prevention"),
    ],
)
def test_hyphens_at_line_ends_are_mended_and_real_ones_kept(read, end, begin, joined):
    assert joined in read(Pdf().page().lines(72, 72, [end, begin])).text


def test_a_word_that_the_document_has_elsewhere_decides_about_its_hyphen(read):
    lines = ["Ask for the foot-care plan now. Then take the foot-", "care plan home."]
    assert "take the foot-care plan" in read(Pdf().page().lines(72, 72, lines)).text
    lines = ["Ask for the footcare plan now. Then take the foot-", "care plan home."]
    assert "take the footcare plan" in read(Pdf().page().lines(72, 72, lines)).text


def test_running_heads_feet_and_page_numbers_are_left_out_and_said(read):
    pdf = Pdf()
    for number in range(1, 5):
        pdf.page().text(72, 40, "Example Clinic leaflet", size=8)
        pdf.lines(72, 90, [f"This is the text of page {'abcd'[number - 1]}."])
        pdf.text(280, 810, f"Page {number} of 4", size=8)
    document = read(pdf)
    assert blocks(document) == [f"This is the text of page {letter}." for letter in "abcd"]
    assert document.notes == ("'Example Clinic leaflet' at the edge of the pages is left out",)


def test_a_warning_at_the_foot_of_every_page_is_kept_once(read):
    pdf = Pdf()
    for letter in "abc":
        pdf.page().lines(72, 90, [f"This is the text of page {letter}."])
        pdf.text(72, 810, "Call 999 if you cannot feel your legs at all.", size=8)
    assert "\n".join(blocks(read(pdf))).count("Call 999 if you cannot feel your legs at all.") == 1


def test_rows_of_numbers_at_the_same_place_are_no_running_head(read):
    pdf = Pdf()
    for dose in (5, 20, 90):
        pdf.page().lines(72, 60, [f"Take {dose} mg with food."]).lines(72, 200, BODY)
    assert [text for text in blocks(read(pdf)) if text.startswith("Take")] == [
        "Take 5 mg with food.",
        "Take 20 mg with food.",
        "Take 90 mg with food.",
    ]


def test_footnotes_stand_after_the_paragraph_not_in_it(read):
    pdf = (
        Pdf()
        .page()
        .lines(72, 700, [BODY[0], "good shoes and look at their feet every day and again"])
    )
    pdf.text(72, 760, "1", size=6).text(77, 763, "Shoes with a firm sole.", size=8)
    pdf.page().lines(72, 72, ["every evening."])
    assert blocks(read(pdf)) == [
        f"{BODY[0]} good shoes and look at their feet every day and again every evening.",
        "¹ Shoes with a firm sole.",
    ]


def test_raised_and_lowered_characters_keep_their_meaning(read):
    pdf = Pdf().page().raw(f"BT 72 {HEIGHT - 100} Td")
    pdf.raw("/plain 11 Tf 0 Ts (About 10) Tj /plain 7 Tf 4 Ts (3) Tj")
    pdf.raw("/plain 11 Tf 0 Ts ( people breathe out CO) Tj /plain 7 Tf -2 Ts (2) Tj")
    pdf.raw("/plain 11 Tf 0 Ts (, he said.) Tj /plain 7 Tf 4 Ts (1,4) Tj ET")
    assert blocks(read(pdf)) == ["About 10³ people breathe out CO₂, he said.¹,⁴"]


def test_lists_keep_their_items_and_inner_lists(read):
    pdf = Pdf().page().lines(72, 72, ["Before you go:"])
    pdf.text(80, 90, "\u2022").text(95, 90, "check the water with your elbow, because your feet")
    pdf.text(95, 103, "may not feel how hot it is")
    pdf.text(80, 116, "\u2022").text(95, 116, "wear shoes:")
    pdf.text(110, 129, "\u2022").text(125, 129, "at home")
    pdf.text(110, 142, "\u2022").text(125, 142, "outside")
    assert blocks(read(pdf))[1] == (
        "- check the water with your elbow, because your feet may not feel how hot it is\n"
        "- wear shoes: at home; outside"
    )


def test_numbered_lists_keep_their_numbers(read):
    pdf = Pdf().page().lines(72, 72, ["Then:", "3. Sit down.", "4. Rest for a while."])
    assert blocks(read(pdf))[1] == "3. Sit down.\n4. Rest for a while."


def test_ruled_tables_are_read_row_by_row(read):
    pdf = Pdf().page().lines(72, 60, BODY)
    pdf.grid([72, 200, 300, 420], [100, 120, 150, 170])
    for y, cells in ((114, ("Drug", "Dose", "Times a day")), (132, ("Vitamin B12", "1 mg", "once")),
                     (164, ("Folic acid", "5 mg", "twice"))):  # fmt: skip
        for x, cell in zip((76, 204, 304), cells, strict=True):
            pdf.text(x, y, cell)
    pdf.text(76, 145, "as a tablet")
    pdf.lines(72, 200, ["After the table."])
    document = read(pdf)
    assert blocks(document)[1:] == [
        "Drug | Dose | Times a day\nVitamin B12 as a tablet | 1 mg | once\n"
        "Folic acid | 5 mg | twice",
        "After the table.",
    ]
    assert [b.kind for s in document.sections for b in s.blocks] == [
        "paragraph",
        "table",
        "paragraph",
    ]


def test_references_are_entries_and_text_behind_them_is_text(read):
    pdf = Pdf().page().lines(72, 72, ["Walking helps people [1] and swimming may help too [2]."])
    pdf.text(72, 110, "References", size=15, font="bold")
    pdf.lines(72, 130, ["1. Smith J, Jones K. Walking and nerves. Pain. 2019;12:3-9. doi:",
                        "10.1000/walk", "2. Brown T. Swimming. Nerve. 2020;1:1-2."])  # fmt: skip
    pdf.text(72, 200, "Appendix", size=15, font="bold").text(72, 220, "Shoes to buy.")
    document = read(pdf)
    assert [(r.label, r.year) for r in document.references] == [(1, 2019), (2, 2020)]
    assert document.references[0].doi == "10.1000/walk"
    assert document.sections[-1].path == ("Appendix",)
    assert blocks(document)[-1] == "Shoes to buy."
    assert document.text[slice(*document.reference_list)].startswith("References")


def test_what_is_no_text_is_said(read):
    pdf = Pdf().page().lines(72, 72, BODY).picture(100, 200, 200, 200)
    pdf.raw("BT /plain 11 Tf 0 1 -1 0 40 400 Tm (printed sideways) Tj ET")
    pdf.raw("BT /plain 11 Tf 3 Tr 72 300 Td (nobody sees this) Tj 0 Tr ET")
    document = read(pdf)
    assert blocks(document) == [" ".join(BODY)]
    assert document.notes == (
        "page 1: a picture is left out",
        "page 1: 15 characters printed sideways are left out",
        "page 1: 14 characters that nobody sees are left out",
    )


def test_a_scanned_page_among_others_is_said_and_a_whole_scan_refused(read, tmp_path):
    pdf = Pdf().page().lines(72, 72, BODY).page().picture(0, 0, 595, HEIGHT)
    assert read(pdf).notes == ("page 2: it is a scan without text and left out",)
    assert "it is a scan" in refused(tmp_path, Pdf().page().picture(0, 0, 595, HEIGHT))


def test_text_that_was_recognised_in_a_scan_is_read_and_said(read):
    pdf = Pdf().page().picture(0, 0, 595, HEIGHT)
    pdf.raw("3 Tr").lines(72, 72, BODY)
    document = read(pdf)
    assert blocks(document) == [" ".join(BODY)]
    assert "recognised in a scan" in " ".join(document.notes)


def test_empty_damaged_and_encrypted_files_are_refused(tmp_path):
    assert "no text" in refused(tmp_path, Pdf().page())
    assert "no PDF" in refused(tmp_path, b"not a PDF at all")
    assert "no PDF" in refused(tmp_path, Pdf().page().text(72, 72, "x").bytes()[:40])
    assert "encrypted" in refused(
        tmp_path, Pdf(extra="/Encrypt << /Filter /Unheard /V 9 >> /ID [<00> <00>]").page()
    )


def test_a_turned_page_is_read_as_it_is_shown(tmp_path):
    turned = (b"/Type /Page /Parent", b"/Rotate 90 /Type /Page /Parent")
    assert "sideways" in refused(
        tmp_path, Pdf().page().lines(72, 72, BODY).bytes().replace(*turned)
    )
    pdf = Pdf().page().raw("BT /plain 11 Tf 0 1 -1 0 100 100 Tm (Shown upright after all.) Tj ET")
    path = tmp_path / "turned.pdf"
    path.write_bytes(pdf.bytes().replace(*turned))
    assert blocks(READERS[".pdf"](path, "turned.pdf")) == ["Shown upright after all."]


words = st.text("abcdefghij KLM.,-()", min_size=1, max_size=60)


@given(st.lists(st.lists(words, min_size=1, max_size=12), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_every_word_is_kept_and_every_span_lies_in_the_text(tmp_path_factory, pages):
    pdf = Pdf().page().text(72, 60, "Opening words.")
    for page in pages:
        pdf.page()
        for number, line in enumerate(page):
            pdf.text(72, 130 + 20 * number, line, size=10 + 3 * (number % 5 == 0))
    path = pdf.write(tmp_path_factory.mktemp("pdf") / "x.pdf")
    document = READERS[".pdf"](path, "x.pdf")
    letters = re.sub(r"[\W_]", "", document.title + document.text)
    printed = [word for page in pages for line in page for word in re.findall(r"[a-zA-Z]+", line)]
    assert [word for word in printed if word not in letters] == []
    assert_spans_lie_in_the_text(document)


def test_real_files_are_read_or_refused_with_a_reason(shared):
    folder = shared / "data" / "parser_files"
    read, refused = {}, {}
    for path in sorted(folder.glob("*.pdf")):
        try:
            read[path.stem] = READERS[".pdf"](path, path.name)
        except CorpusError as error:
            refused[path.stem] = error.problem
    assert refused.keys() == {
        "haystack__non_text_searchable",
        "onyx__empty",
        "onyx__encrypted",
    }
    assert "scan" in refused["haystack__non_text_searchable"]
    assert "encrypted" in refused["onyx__encrypted"]
    assert "Hello World" in read["onyx__owner_protected"].text
    assert read["onyx__with_metadata"].title == "My Title"
    paper = read["paper-qa__pasa"]  # two columns, 15 pages
    assert paper.title == "PaSa: An LLM Agent for Comprehensive Academic Paper Search"
    assert (
        "such as brainstorming ideas (Girotra et al., 2023; Wang et al., 2024a; Baek" in paper.text
    )
    assert len(paper.references) == 37
    react = read["haystack__react_paper"]
    assert len(react.references) == 35
    assert ("A PROMPTS", "A.1 HOTPOTQA") in [section.path for section in react.sections]
    multimodal = read["kotaemon__multimodal"]
    assert "8 | 1 | 172 | 27 | 7287 | 738" in multimodal.text
    assert "ReAct (avg) | 65 | 39 | 83 | 76 | 55 | 24 | 57" in react.text


def test_captions_beside_each_other_are_not_one_sentence(read):
    pdf = Pdf().page().lines(72, 60, BODY)
    pdf.lines(72, 200, ["Picture 1: a foot that is", "seen from above."])
    pdf.lines(320, 203, ["Picture 2: a shoe that is", "good for walking."])
    text = read(pdf).text
    assert "that is Picture" not in text.replace("\n", " ")
    assert "that is good" not in text.replace("\n", " ")


def test_a_table_with_level_lines_alone_is_read_by_the_places_of_its_cells(read):
    pdf = Pdf().page().lines(72, 60, BODY)
    for y in (100, 118, 170):
        pdf.line(72, y, 420, y)
    for y, cells in (
        (113, ("Drug", "Dose", "Times")),
        (131, ("Vitamin B12", "1 mg", "once")),
        (145, ("Folic acid", "", "twice")),
        (159, ("Iron", "9 mg", "")),
    ):
        for x, cell in zip((76, 204, 304), cells, strict=True):
            pdf.text(x, y, cell)
    assert blocks(read(pdf))[1] == (
        "Drug | Dose | Times\nVitamin B12 | 1 mg | once\nFolic acid |  | twice\nIron | 9 mg | "
    )


def test_a_table_whose_columns_cannot_be_told_is_left_out_and_said(read):
    pdf = Pdf().page().lines(72, 60, BODY).grid([72, 200, 420], [100, 118, 170])
    pdf.text(76, 113, "Drug").text(204, 113, "Dose and times")
    pdf.text(76, 131, "B12").text(204, 131, "1 mg").text(300, 131, "once")
    pdf.text(76, 145, "Iron").text(230, 145, "9 mg to 12 mg or more").text(360, 145, "twice")
    document = read(pdf)
    assert blocks(document) == [" ".join(BODY)]
    assert document.notes == ("page 1: a table whose columns cannot be told is left out",)


def test_what_stands_under_two_columns_of_one_height_is_read_after_them(read):
    left = ["The left column begins here and", "goes on for some lines until it",
            "comes to the place where both of", "the columns end at one height."]  # fmt: skip
    right = ["The right column begins here and", "goes on for some lines as well and",
             "says something that belongs into", "this column and to no list."]  # fmt: skip
    pdf = Pdf().page().text(72, 60, "A heading over both columns of the page", size=18, font="bold")
    pdf.lines(72, 120, left).lines(310, 120, right)
    pdf.text(72, 200, "Exercises", size=14, font="bold").text(72, 225, "1. Sit on a chair.")
    pdf.lines(
        72, 240, ["2. Lift the heel ten times and lower it slowly again, and breathe calmly."]
    )
    assert blocks(read(pdf)) == [
        " ".join(left),
        " ".join(right),
        "1. Sit on a chair.\n2. Lift the heel ten times and lower it slowly again, and breathe "
        "calmly.",
    ]


def test_a_column_that_is_longer_than_the_other_stays_whole(read):
    left = ["The left column begins here and", "goes on for many lines, past the",
            "end of the column on the right,", "and it does so without any gap,",
            "for the page ends below both of", "them and nothing else follows it."]  # fmt: skip
    right = ["The right column begins here and", "goes on for some lines as well and",
             "ends before the left one does."]  # fmt: skip
    pdf = Pdf().page().lines(72, 120, left).lines(310, 120, right)
    pdf.lines(72, 215, BODY)
    assert blocks(read(pdf)) == [" ".join(left), " ".join(right), " ".join(BODY)]


def test_lines_with_wide_gaps_at_one_place_are_no_columns(read):
    """As in justified text, where a line has few words."""
    pdf = Pdf().page()
    for top in (100, 160, 220, 280):
        pdf.lines(72, top, [BODY[0]])
        for number, word in enumerate("take care of both your feet".split()):
            pdf.text(72 + 60 * number, top + 13.2, word)
        pdf.lines(72, top + 26.4, [BODY[1]])
    assert blocks(read(pdf)) == [f"{BODY[0]} take care of both your feet {BODY[1]}"] * 4


def test_the_mark_of_a_footnote_is_no_page_number(read):
    pdf = Pdf().page().lines(72, 700, [BODY[0], "good shoes and look at their feet every day and"])
    pdf.text(72, 780, "1", size=9).text(90, 780, "Shoes with a firm sole.", size=9)
    pdf.text(290, 810, "1")
    pdf.page().lines(72, 72, ["every evening."]).text(290, 810, "2")
    assert blocks(read(pdf)) == [
        f"{BODY[0]} good shoes and look at their feet every day and every evening.",
        "1 Shoes with a firm sole.",
    ]

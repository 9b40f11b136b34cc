"""The Word reader: the text as it reads with all changes accepted, and what is left out said."""

import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model import CorpusError
from corpus.readers import READERS
from tests.corpus.docx_files import cell, p, row, run, table, write
from tests.corpus.spans import assert_spans_lie_in_the_text

DELETED = '<w:del w:id="1" w:author="A"><w:r><w:delText>{}</w:delText></w:r></w:del>'


@pytest.fixture
def read(tmp_path):
    def read(body, **parts):
        return READERS[".docx"](write(tmp_path / "feet.docx", body, **parts), "feet.docx")

    return read


def blocks(document):
    return [document.text[b.start : b.end] for s in document.sections for b in s.blocks]


def refused(path):
    with pytest.raises(CorpusError) as caught:
        READERS[".docx"](path, path.name)
    assert caught.value.advice
    return caught.value.problem


def test_headings_are_known_by_style_in_any_language_and_by_outline_level(read):
    body = p("Numb feet", style="Titel") + p("Safety", style="berschrift1") + p("Walk.")
    body += p("Shoes", style="Eigene") + p("Wear them.")
    body += p("Water", more='<w:outlineLvl w:val="0"/>') + p("Swim.")
    document = read(body)
    assert document.title == "Numb feet"
    assert [s.path for s in document.sections] == [("Safety",), ("Safety", "Shoes"), ("Water",)]
    assert blocks(document) == ["Walk.", "Wear them.", "Swim."]


def test_a_line_in_bold_alone_is_a_heading_a_bold_sentence_is_none(read):
    body = p("Numb feet", style="berschrift1") + p("Walk.") + p(run("At night", "<w:b/>"))
    body += p("Sleep.") + p(run("Never stop your tablets by yourself.", "<w:b/>"))
    document = read(body)
    assert [s.path for s in document.sections][-1][-1] == "At night"
    assert blocks(document)[-1] == "Never stop your tablets by yourself."


def test_properties_give_title_language_and_date(read):
    core = "<dc:title>Numb feet</dc:title><dc:language>de-AT</dc:language>"
    core += "<dcterms:modified>2024-03-05T10:00:00Z</dcterms:modified>"
    document = read(p("Numb feet and what helps."), core=core)
    assert (document.title, document.source.language) == ("Numb feet", "de-AT")
    assert document.source.published == "2024-03-05"
    stale = "<dc:title>Blood pressure leaflet</dc:title>"
    document = read(p("Numb feet", style="Titel") + p("Walk."), core=stale)
    assert (document.title, document.source.language) == ("Numb feet", "en-GB")


def test_tracked_changes_are_accepted(read):
    inserted = f'<w:ins w:id="2" w:author="A">{run("every day")}</w:ins>'
    body = p(run("Walk ") + DELETED.format("never") + inserted + run(".")) + p("Rest.")
    assert blocks(read(body)) == ["Walk every day.", "Rest."]


def test_moved_text_stands_once_where_it_was_moved_to(read):
    body = p(f'<w:moveFrom w:id="1">{run("Sit down first.")}</w:moveFrom>') + p("Walk.")
    body += p(f'<w:moveTo w:id="1">{run("Sit down first.")}</w:moveTo>')
    assert blocks(read(body)) == ["Walk.", "Sit down first."]


def test_a_paragraph_whose_end_is_deleted_goes_on_in_the_next(read):
    body = p("Walk", more='<w:rPr><w:del w:id="1"/></w:rPr>') + p("slowly.")
    assert blocks(read(body)) == ["Walk slowly."]


def test_deleted_rows_are_absent(read):
    body = table(
        row("Drug", "Dose"),
        row("Old", "9 mg", properties='<w:del w:id="1"/>'),
        row("New", "1 mg"),
    )
    assert blocks(read(body)) == ["Drug | Dose\nNew | 1 mg"]


def test_hidden_text_comments_and_codes_of_fields_are_absent(read):
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    body = p(
        run("Walk")
        + run(" in secret", "<w:vanish/>")
        + run(" in secret too", '<w:rStyle w:val="Geheim"/>')
        + '<w:commentRangeStart w:id="0"/>'
        + run(" daily")
        + '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'
        + field.format("begin")
        + '<w:r><w:instrText> HYPERLINK "http://x.example" </w:instrText></w:r>'
        + field.format("separate")
        + run(" at home")
        + field.format("end")
        + '<w:fldSimple w:instr=" DATE "><w:r><w:t>.</w:t></w:r></w:fldSimple>'
    )
    comments = '<w:comment w:id="0"><w:p><w:r><w:t>Is this right?</w:t></w:r></w:p></w:comment>'
    assert blocks(read(body, comments=comments)) == ["Walk daily at home."]


def test_what_is_switched_off_is_not_hidden(read):
    assert blocks(read(p(run("Walk.", '<w:vanish w:val="0"/>')))) == ["Walk."]


def test_links_and_content_controls_keep_their_text(read):
    body = p(f'{run("See ")}<w:hyperlink x:id="r9">{run("our page")}</w:hyperlink>{run(".")}')
    body += (
        f"<w:sdt><w:sdtPr><w:alias w:val='no text'/></w:sdtPr><w:sdtContent>{p('In a control.')}"
    )
    body += "</w:sdtContent></w:sdt>"
    inner = f"<w:sdt><w:sdtContent>{run('inline')}</w:sdtContent></w:sdt>"
    assert blocks(read(body + p(run("And ") + inner))) == [
        "See our page.",
        "In a control.",
        "And inline",
    ]


def test_scripts_breaks_tabs_and_hyphens_keep_their_meaning(read):
    body = p(
        run("10")
        + run("3", '<w:vertAlign w:val="superscript"/>')
        + run(" of CO")
        + run("2", '<w:vertAlign w:val="subscript"/>')
        + run(" on the 1")
        + run("st", '<w:vertAlign w:val="superscript"/>')
        + "<w:r><w:br/><w:t>after a co</w:t><w:softHyphen/><w:t>ugh,</w:t><w:tab/>"
        + "<w:t>self</w:t><w:noBreakHyphen/><w:t>care, e\ufb03cient</w:t></w:r>"
    )
    assert blocks(read(body)) == ["10³ of CO₂ on the 1st after a cough, self-care, efficient"]


def test_lists_keep_their_marks_and_inner_lists(read):
    body = p("Before you go:") + p("check the water:", number=1)
    body += p("with an elbow", number=1, level=1) + p("with a friend", number=1, level=1)
    body += p("wear shoes", number=1) + p("Then:") + p("sit", number=2) + p("rest", number=2)
    assert blocks(read(body)) == [
        "Before you go:",
        "- check the water: a) with an elbow; b) with a friend\n- wear shoes",
        "Then:",
        "1. sit\n2. rest",
    ]


def test_a_list_goes_on_counting_after_a_paragraph(read):
    body = p("sit", number=2) + p("Wait.") + p("rest", number=2)
    assert blocks(read(body)) == ["1. sit", "Wait.", "2. rest"]


def test_tables_keep_header_and_merged_cells(read):
    body = table(
        row(
            cell("Drug", '<w:vMerge w:val="restart"/>'),
            cell("Dose", '<w:gridSpan w:val="2"/>'),
            properties="<w:tblHeader/>",
        ),
        row(cell("", "<w:vMerge/>"), "day", "night", properties="<w:tblHeader/>"),
        row(cell("B12", '<w:vMerge w:val="restart"/>'), "1 mg", "2 mg"),
        row(cell("", "<w:vMerge/>"), "3 mg", "4 mg"),
    )
    assert blocks(read(body)) == [
        "Drug | Dose: day | Dose: night\nB12 | 1 mg | 2 mg\nB12 | 3 mg | 4 mg"
    ]


def test_tables_that_only_place_text_are_text(read):
    head = f"<w:tc>{p('Safety', style='berschrift1')}{p('Walk.')}</w:tc>"
    body = p("Opening.") + table(row(head, "Beside it."))
    document = read(body)
    assert blocks(document) == ["Opening.", "Walk.", "Beside it."]
    assert document.sections[-1].path == ("Safety",)


def test_footnotes_stand_after_their_paragraph(read):
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = '<w:footnote w:id="-1" w:type="separator"><w:p/></w:footnote>'
    notes += f'<w:footnote w:id="2">{p("<w:r><w:footnoteRef/></w:r>" + run(" With socks."))}'
    body = p(run("Wear shoes") + reference + run(" at home.")) + p("Rest.")
    assert blocks(read(body, footnotes=notes + "</w:footnote>")) == [
        "Wear shoes¹ at home.",
        "Note 1: With socks.",
        "Rest.",
    ]


def test_a_footnote_is_never_taken_for_an_entry_of_the_reference_list(read):
    body = p(run("Walk") + '<w:r><w:endnoteReference w:id="2"/></w:r>' + run("."))
    body += p("References", style="berschrift1") + p("Smith J. Walking. Pain. 2019;1:1.", number=2)
    document = read(body, endnotes=f'<w:endnote w:id="2">{p("Slowly.")}</w:endnote>')
    assert blocks(document) == ["Walk^(note 1).", "Note 1: Slowly."]
    assert [(r.label, r.year) for r in document.references] == [(1, 2019)]


def test_references_come_last_and_an_appendix_is_text(read):
    body = p("Walk (Smith, 2019).") + p("References", style="berschrift1")
    body += p("Smith, J. (2019). Walking. Pain, 1(1), 1-2.")
    body += p("Brown, T. (2020). Swimming. Pain, 2(1), 3-4.")
    body += p("Appendix", style="berschrift1") + p("Shoes.")
    document = read(body)
    assert [r.year for r in document.references] == [2019, 2020]
    assert document.sections[-1].path == ("Appendix",)
    assert blocks(document) == ["Walk (Smith, 2019).", "Shoes."]


def test_text_boxes_stand_once_after_their_paragraph(read):
    box = f"<w:txbxContent>{p('Call 999.')}</w:txbxContent>"
    choice = f"<w:drawing><x:txbx>{box}</x:txbx></w:drawing>"
    fallback = f"<w:pict><v:textbox>{box}</v:textbox></w:pict>"
    both = "<w:r><mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback>{}</mc:Fallback>"
    body = p(run("Walk.") + both.format(choice, fallback) + "</mc:AlternateContent></w:r>")
    assert blocks(read(body + p("Rest."))) == ["Walk.", "Call 999.", "Rest."]


def test_what_is_left_out_is_said(read):
    square = (
        "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
    )
    body = p("Contents", style="TOC1") + p("<w:r><w:drawing/></w:r>" + run("Walk."))
    body += p(f"<m:oMath>{square}</m:oMath>") + p("<m:oMath><m:eqArr/></m:oMath>")
    document = read(body, header=p("Example Clinic"))
    assert blocks(document) == ["Walk.", "x²", "[formula]"]
    assert document.notes == (
        "its table of contents is left out",
        "a picture or drawing is left out",
        "a formula that cannot be written on one line is left out",
        "what stands at the head and foot of its pages is left out",
    )


def test_files_of_the_strict_kind_read_alike(read):
    body = p("Numb feet", style="Titel") + p("Safety", style="berschrift1") + p("Walk.", number=2)
    assert read(body, strict=True).text == read(body).text == "Safety\n\n1. Walk."


def test_other_files_under_this_name_are_refused_with_a_reason(tmp_path):
    def file(content):
        path = tmp_path / "x.docx"
        path.write_bytes(content)
        return path

    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert "Word 97" in refused(file(old))
    assert "encrypted" in refused(file(old + "EncryptedPackage".encode("utf-16-le")))
    assert "no Word file" in refused(file(b"{\\rtf1 Walk.}"))
    assert "no Word file" in refused(file(b""))
    with zipfile.ZipFile(tmp_path / "x.docx", "w") as archive:
        archive.writestr("a.txt", "Walk.")
    assert "no Word file" in refused(tmp_path / "x.docx")
    assert "no text" in refused(write(tmp_path / "x.docx", p("")))


def test_traps_are_refused_before_they_are_unpacked(tmp_path):
    path = write(tmp_path / "x.docx", p("a" * 50_000_000))
    assert path.stat().st_size < 100_000
    assert "times its size" in refused(path)
    path = write(tmp_path / "x.docx", p("Walk."), header="<w:p/>" * 11_000_000)
    assert "unpacks" in refused(path)


def test_entities_and_document_types_are_refused(tmp_path):
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with zipfile.ZipFile(tmp_path / "x.docx", "w") as archive:
        archive.writestr("_rels/.rels", laughs)
    assert "document type" in refused(tmp_path / "x.docx")


def test_deep_nesting_does_no_harm(read, tmp_path):
    deep = "<w:sdt><w:sdtContent>" * 20_000 + p("Walk.") + "</w:sdtContent></w:sdt>" * 20_000
    assert blocks(read(deep)) == ["Walk."]
    tables = "<w:tbl><w:tr><w:tc>" * 9_000 + p("Walk.") + "</w:tc></w:tr></w:tbl>" * 9_000
    assert "inside more than" in refused(write(tmp_path / "x.docx", tables))


texts = st.text(
    st.characters(codec="utf-8", exclude_characters="<>&\r\ufffe\uffff", min_codepoint=32)
)
paragraphs = st.builds(
    p,
    texts,
    style=st.sampled_from(["", "Titel", "berschrift1", "berschrift2", "TOC1"]),
    number=st.integers(0, 3),
    level=st.integers(0, 9),
)
tables = st.lists(st.lists(texts, min_size=1, max_size=3).map(lambda c: row(*c)), max_size=3).map(
    lambda rows: table(*rows)
)


@given(st.lists(st.one_of(paragraphs, tables), max_size=12))
@settings(max_examples=80, deadline=None)
def test_every_span_lies_in_the_text(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("docx") / "x.docx"
    write(path, p("Opening.") + "".join(content))
    assert_spans_lie_in_the_text(READERS[".docx"](path, "x.docx"))


def test_real_files_are_read(shared):
    folder = shared / "data" / "parser_files"
    read = {path.stem: READERS[".docx"](path, path.name) for path in folder.glob("*.docx")}
    assert len(read) == 9
    for document in read.values():
        assert_spans_lie_in_the_text(document)
    assert read["paper-qa__dummy"].title == "Integration of AI Agents and RAG"
    assert "2020 | Random | Table" in read["haystack__sample_docx"].text
    assert read["onyx__three_images"].notes == ("a picture or drawing is left out (3 times)",)

# ruff: noqa: E501  (markup is easier to read unbroken)
import re
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import CorpusError, load_corpus
from corpus.citations.bibliography import Bibliography
from corpus.readers.jats import read
from corpus.split import split
from tests.corpus import jats_oracle
from tests.corpus.exported import same_words, to_jats

REFERENCES = """<back><ref-list><title>Literature cited</title>
<ref id="b1"><label>1</label><mixed-citation publication-type="journal"><name><surname>Smith</surname>
<given-names>J</given-names></name>. <article-title>Feet</article-title>. <source>Pain</source>.
<year>2017</year>;<volume>31</volume>:<fpage>1</fpage>–<lpage>11</lpage>.
<pub-id pub-id-type="doi">10.1000/xyz</pub-id></mixed-citation></ref>
<ref id="b2"><label>2</label><element-citation publication-type="journal"><person-group
person-group-type="author"><name><surname>Ng</surname><given-names>A. B</given-names></name>
<collab>Foot Group</collab><etal/></person-group><year>2019</year><article-title>Hands.</article-title>
<source>Lancet</source><volume>3</volume><fpage>4</fpage><lpage>5</lpage>
<pub-id pub-id-type="pmid">123</pub-id></element-citation></ref>
<ref id="b3"><label>3.</label><nlm-citation citation-type="book"><person-group><collab>WHO</collab>
</person-group><source>Toes</source><year>2001</year></nlm-citation></ref>
<ref id="b4"><label>4</label><citation>Ito K. Heels. J Foot 2011;2:3-4.</citation></ref>
<ref id="b5"><label>5</label><mixed-citation>A web page, 2020.</mixed-citation></ref>
</ref-list></back>"""


def article(body, *, front="", back=REFERENCES, root="", abstract=""):
    return (
        f'<article xmlns:mml="http://www.w3.org/1998/Math/MathML" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" {root}><front><article-meta><title-group>'
        f"<article-title>About feet</article-title></title-group>{front}{abstract}</article-meta>"
        f"</front><body>{body}</body>{back}</article>"
    )


@pytest.fixture
def reading(tmp_path):
    def reading(xml):
        path = tmp_path / "feet.xml"
        path.write_bytes(xml if isinstance(xml, bytes) else xml.encode())
        return read(path, path.name)

    return reading


@pytest.fixture
def text_of(reading):
    """The text of a paragraph's content."""

    def text_of(content):
        document = reading(article(f"<p>{content}</p>", back=""))
        (section,) = document.sections
        return document.text[section.blocks[0].start : section.blocks[-1].end]

    return text_of


def cited(document):
    return [
        (citation.marker, [int(name.rsplit("-", 1)[1]) for name in citation.reference_ids])
        for citation in document.citations
    ]


@pytest.mark.parametrize(
    ("content", "written"),
    [
        ("10<sup>3</sup> steps", "10³ steps"),
        ("CO<sub>2</sub>, x<sub><italic>R</italic></sub>", "CO₂, x_R"),
        ("<italic>P</italic>&lt;0.05", "P<0.05"),
        (
            "with <inline-formula><mml:math><mml:mi>P</mml:mi><mml:mo>&lt;</mml:mo>"
            "<mml:mn>0.05</mml:mn></mml:math></inline-formula>.",
            "with P<0.05.",
        ),
        (
            "<inline-formula><mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>12</mml:mn></mml:msup>"
            "<mml:mo>+</mml:mo><mml:mfrac><mml:mrow><mml:mi>a</mml:mi><mml:mo>+</mml:mo>"
            "<mml:mi>b</mml:mi></mml:mrow><mml:mn>2</mml:mn></mml:mfrac></mml:math></inline-formula>",
            "x¹²+((a+b)/2)",
        ),
        ("<inline-formula><tex-math>$P \\le 10^{-3}$</tex-math></inline-formula>", "P ≤ 10⁻³"),
        (
            "so <disp-formula><italic>E</italic> = 2<label>(1)</label></disp-formula> holds",
            "so E = 2 (1) holds",
        ),
        ("a<xref ref-type='fn' rid='n'><sup>1</sup></xref> b", "a b"),
        ("Greek &#945;&#x3b2;", "Greek αβ"),
        ("see <ext-link xlink:href='https://x.example'>this</ext-link>", "see this"),
    ],
)
def test_a_line_keeps_its_meaning(text_of, content, written):
    assert text_of(content) == written


def test_characters_that_only_the_dtd_names_are_known(reading):
    doctype = '<!DOCTYPE article PUBLIC "-//NLM//DTD" "http://dtd.example/none.dtd">'
    document = reading(doctype + article("<p>&alpha;<b>-</b>&nbsp;&le;&mu;g</p>", back=""))
    assert document.text == "α- ≤μg"


def test_a_formula_without_a_linear_form_is_named_and_noted(reading):
    matrix = (
        "<mml:math><mml:mo>(</mml:mo><mml:mtable><mml:mtr><mml:mtd><mml:mn>1</mml:mn></mml:mtd>"
        "<mml:mtd><mml:mn>2</mml:mn></mml:mtd></mml:mtr></mml:mtable><mml:mo>)</mml:mo></mml:math>"
    )
    document = reading(
        article(f"<p>With <inline-formula>{matrix}</inline-formula> and <inline-formula>"
                "<inline-graphic xlink:href='x'/></inline-formula>.</p>")
    )  # fmt: skip
    assert document.text.startswith("With [formula] and [formula].")
    assert any("a formula" in note and "2 times" in note for note in document.notes)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('It hurts [<xref ref-type="bibr" rid="b1">1</xref>].', [("[1]", [1])]),
        ('It hurts <xref ref-type="bibr" rid="b1">[1]</xref>.', [("[1]", [1])]),
        (
            '[<xref ref-type="bibr" rid="b3">3</xref>–<xref ref-type="bibr" rid="b5">5</xref>]',
            [("[3–5]", [3, 4, 5])],
        ),
        (
            '<xref ref-type="bibr" rid="b2">[2]</xref>–<xref ref-type="bibr" rid="b4">[4]</xref>',
            [("[2]–[4]", [2, 3, 4])],
        ),
        (
            '[<xref ref-type="bibr" rid="b1">1</xref><xref ref-type="bibr" rid="b2"/>-'
            '<xref ref-type="bibr" rid="b3">3</xref>]',
            [("[1-3]", [1, 2, 3])],
        ),
        (
            'pain<sup><xref ref-type="bibr" rid="b3">3</xref>–<xref ref-type="bibr" rid="b5">5</xref>'
            "</sup>",
            [("³–⁵", [3, 4, 5])],
        ),
        ('pain<xref ref-type="bibr" rid="b2"><sup>2</sup></xref>', [("²", [2])]),
        # as a raised number it would be read as the square, and as a part of the number
        ('5 m<sup><xref ref-type="bibr" rid="b2">2</xref></sup>', [("[2]", [2])]),
        ('of 2<sup><xref ref-type="bibr" rid="b1">1</xref></sup>', [("[1]", [1])]),
        (
            '(<xref ref-type="bibr" rid="b1">Smith, 2017</xref>; <xref rid="b2">Ng, 2019</xref>)',
            [("Smith, 2017", [1]), ("Ng, 2019", [2])],
        ),
        ('<xref ref-type="bibr" rid="b1 b3">both</xref>', [("both", [1, 3])]),
        ('[<xref ref-type="bibr" rid="b1">1</xref>, 4]', [("[1, 4]", [1, 4])]),
        (
            '[<xref ref-type="bibr" rid="b1">1</xref>], but not [<xref rid="b2">2</xref>]',
            [("[1]", [1]), ("[2]", [2])],
        ),
        ('<xref ref-type="fig" rid="f1">Figure 1</xref>', []),
    ],
)
def test_links_to_the_list_are_citations(reading, content, found):
    assert cited(reading(article(f"<p>{content}</p>"))) == found


def test_a_power_is_no_citation_where_citations_are_links(reading):
    linked = '[<xref ref-type="bibr" rid="b1">1</xref>]'
    document = reading(article(f"<p>Weight over height<sup>2</sup> {linked}, as in [3].</p>"))
    (passage,) = split(document, Bibliography(document.references))
    assert "height²" in passage.text
    assert [citation.marker for citation in passage.citations] == ["[1]", "[3]"]


def test_entries_are_structured_and_printed(reading):
    first, second, third, fourth, fifth = reading(article("<p>Text.</p>")).references
    assert (first.label, first.doi, first.title, first.year) == (1, "10.1000/xyz", "Feet", 2017)
    assert (first.container_title, first.volume, first.page) == ("Pain", "31", "1-11")
    assert first.text == "Smith J. Feet. Pain. 2017;31:1–11. doi:10.1000/xyz"
    assert (second.pmid, second.author[0].family, second.author[1].literal) == (
        "123",
        "Ng",
        "Foot Group",
    )
    assert second.text == "Ng, A. B., Foot Group et al. (2019). Hands. Lancet, 3, 4-5. PMID 123"
    assert (third.title, third.author[0].literal, third.label) == ("Toes", "WHO", 3)
    assert (fourth.title, fourth.volume) == ("Heels", "2")
    assert fifth.text == "A web page, 2020."


def test_the_list_stands_at_the_end_of_the_text(reading):
    document = reading(article("<p>Text.</p>"))
    printed = document.text[slice(*document.reference_list)]
    assert printed.startswith("References\n\n1. Smith J. Feet.")
    assert all(f"{r.label}. {r.text}" in printed for r in document.references)


def test_front_becomes_source(reading):
    front = (
        '<article-id pub-id-type="doi">10.1000/feet</article-id><pub-date pub-type="ppub"><year>2015'
        '</year></pub-date><pub-date pub-type="epub"><day>3</day><month>2</month><year>2015</year>'
        "</pub-date><permissions><license xlink:href='http://creativecommons.org/licenses/by-nc/3.0/'>"
        "<license-p>Free.</license-p></license></permissions>"
    )
    source = reading(article("<p>Text.</p>", front=front, root='xml:lang="EN"')).source
    assert source.url == "https://doi.org/10.1000/feet"
    assert (source.published, source.license, source.language) == (
        "2015-02-03",
        "CC-BY-NC-3.0",
        "en",
    )


@pytest.mark.parametrize(
    ("root", "front", "status"),
    [
        ('article-type="retraction"', "", "retraction notice"),
        ("", '<related-article related-article-type="retraction-forward"/>', "retracted"),
        ("", '<related-article related-article-type="correction-forward"/>', "corrected"),
        ("", '<pub-history><event event-type="retracted"/></pub-history>', "retracted"),
        ("", '<related-article related-article-type="retracted-article"/>', ""),
        ("", "", ""),
    ],
)
def test_a_retraction_shows(reading, root, front, status):
    document = reading(article("<p>Text.</p>", front=front, root=root))
    assert document.source.review_status == status
    assert bool(document.notes) == bool(status)


def test_abstract_sections_boxes_figures_and_appendices_have_their_places(reading):
    body = """<sec><label>1</label><title>Care</title><p>First <boxed-text><caption><title>Warning
    </title></caption><p>Stop if it bleeds.</p></boxed-text>sentence goes on.</p>
    <fig id="f"><label>Figure 1</label><caption><title>A foot</title><p>From above.</p></caption>
    <graphic xlink:href="x"/></fig><sec><title>At night</title><p>Sleep.</p></sec></sec>"""
    back = "<back><ack><p>Thanks.</p></ack><app-group><app><title>More</title><p>Extra.</p></app></app-group></back>"
    document = reading(article(body, back=back, abstract="<abstract><p>In short.</p></abstract>"))
    shown = [
        (section.path, [document.text[b.start : b.end] for b in section.blocks])
        for section in document.sections
    ]
    assert shown == [
        (("Abstract",), ["In short."]),
        (("1 Care",), ["First sentence goes on.", "Figure 1. A foot. From above."]),
        (("1 Care", "Warning"), ["Stop if it bleeds."]),
        (("1 Care", "At night"), ["Sleep."]),
        (("More",), ["Extra."]),
    ]
    assert "a picture (not its caption) is left out" in document.notes
    assert any("<ack>" in note for note in document.notes)


def test_lists_and_tables_are_written_row_by_row(reading):
    body = """<p>Before:<list list-type="order"><list-item><p>one</p></list-item><list-item><p>two</p>
    <list><list-item><p>a</p></list-item><list-item><p>b</p></list-item></list></list-item></list>after.</p>
    <table-wrap><label>Table 1</label><caption><title>Doses</title></caption><table><thead>
    <tr><th rowspan="2">Drug</th><th colspan="2">Dose</th></tr><tr><th>Day</th><th>Night</th></tr></thead>
    <tbody><tr><td rowspan="2">A</td><td>1</td><td>2<xref ref-type="table-fn" rid="t">a</xref></td></tr>
    <tr><td>3</td><td/></tr><tr><td colspan="3">Children</td></tr></tbody></table>
    <table-wrap-foot><fn id="t"><label>a</label><p>With food.</p></fn></table-wrap-foot></table-wrap>"""
    (section,) = reading(article(body, back="")).sections
    document = reading(article(body, back=""))
    blocks = [(b.kind, document.text[b.start : b.end]) for b in section.blocks]
    assert blocks == [
        ("paragraph", "Before:"),
        ("list", "1. one\n2. two: a; b"),
        ("paragraph", "after."),
        ("paragraph", "Table 1. Doses"),
        ("table", "Drug | Dose: Day | Dose: Night\nA | 1 | 2^a\nA | 3 | \nChildren"),
        ("paragraph", "a With food."),
    ]


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (b"<html><body/></html>", "the root is <html>"),
        (b"<article><p>open</article>", "no well-formed XML"),
        (b"", "no well-formed XML"),
        (b"<a><article/><article/></a>", "holds 2 articles"),
        (article("<p>x</p>").replace("About feet", ""), "no title"),
        (article("", back=""), "neither abstract nor body"),
        ("<a>" * 10_000, "no well-formed XML"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + article("<p>&x;</p>"), "&x;"),
        (
            '<!DOCTYPE a [<!ENTITY a "' + "a" * 1000 + '">'
            + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 50}">' for i in range(8))
            + "]>" + article('<p id="&i;">x</p>'),
            "amplification",
        ),
    ],
)  # fmt: skip
def test_what_is_no_article_is_refused_with_the_reason(reading, xml, said):
    with pytest.raises(CorpusError) as caught:
        reading(xml)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.advice


INLINE = st.recursive(
    st.text("ab 1.,–[]²\u0301é", max_size=6).map(escape)
    | st.sampled_from([f'<xref ref-type="bibr" rid="b{n}">{n}</xref>' for n in range(1, 7)]),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(["sup", "sub", "italic", "p", "sec", "list-item", "td", "disp-formula"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@given(parts=st.lists(INLINE, min_size=1, max_size=5))
def test_offsets_hold_whatever_is_nested(parts, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any.xml"
    path.write_text(article("<p>Start.</p>" + "".join(parts)), encoding="utf-8")
    check_offsets(read(path, path.name))


def check_offsets(document):
    last = 0
    for section in document.sections:
        assert last <= section.heading_start <= section.start <= section.end
        for block in section.blocks:
            assert last <= block.start < block.end <= section.end
            for start, end in block.items:
                assert block.start <= start < end <= block.end
            last = block.end
    ids = {reference.id for reference in document.references}
    end = 0
    for citation in document.citations:
        assert end <= citation.start < citation.end
        assert document.text[citation.start : citation.end] == citation.marker
        assert set(citation.reference_ids) <= ids
        end = citation.end


def test_bundled_documents_written_as_jats_give_the_same_passages(reading):
    for document in load_corpus().documents:
        again = reading(to_jats(document))
        assert passages(again) == passages(document)


def passages(document):
    found = split(document, Bibliography(()))
    return [(passage.section, same_words(passage.text)) for passage in found]


@pytest.fixture
def articles(shared):
    return sorted((shared / "data" / "jats").glob("*.xml"))


def test_no_character_of_real_articles_is_lost(articles):
    for path in articles:
        kept, all_of_them = jats_oracle.kept(path, read(path, path.name).text)
        assert all_of_them > 10_000
        assert kept == all_of_them


def test_paragraphs_of_real_articles_stay_in_order(articles):
    for path in articles:
        text = jats_oracle.plain(read(path, path.name).text)
        at = 0
        for paragraph in jats_oracle.paragraphs(path):
            at = text.index(paragraph, at) + 1


def test_every_citation_of_real_articles_is_resolved_where_it_stands(articles):
    for path in articles:
        document = read(path, path.name)
        check_offsets(document)
        known = [name for name in jats_oracle.entry_ids(path)]
        ids = {name: r.id for name, r in zip(known, document.references, strict=True)}
        found = [set(citation.reference_ids) for citation in document.citations]
        for names in jats_oracle.linked(path):
            wanted = {ids[name] for name in names}
            assert any(wanted <= have for have in found), (path.name, names)


def test_raised_numbers_of_real_articles_are_never_joined_to_others(articles):
    for path in articles:
        raised = re.findall(r"(\d)<sup>([−-]?\d+)</sup>", path.read_text(encoding="utf-8"))
        text = read(path, path.name).text
        for digit, power in raised:
            sign = "⁻" if power[0] in "−-" else ""
            assert digit + sign + power.lstrip("−-").translate(RAISED) in text


RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import load_corpus
from corpus.citations.bibliography import Bibliography
from corpus.split import estimate_tokens, heading_of, split
from tests.conftest import FRONT_MATTER

NO_REFERENCES = Bibliography(())
WORDS = st.sampled_from(
    "pain nerve e.g. et al. Dr. 3.5 (Vojta et al., 2017) [3] Walk sleep. numb? feet! a naïve 🙂 "
    "approx. U.S. “rest”. (see 2. below) good.³ -".split(" ")
)
LINES = st.lists(WORDS, min_size=1, max_size=90).map(" ".join)
BLOCKS = st.one_of(
    LINES,
    st.lists(LINES, min_size=1, max_size=6).map(lambda items: "\n".join(f"- {i}" for i in items)),
    st.lists(WORDS, min_size=1, max_size=5).map(lambda words: f"## {' '.join(words)}"),
    st.just("| a | b |\n| - | - |\n| one. Two | three |\n| four | five |"),
    st.just("```\ncode. Here\n\nmore\n```"),
    st.just("> quoted. Twice.\n> And on."),
)


def document_of(folder, name, content):
    path = folder / name
    path.write_text(content, encoding="utf-8")
    (document,) = load_corpus(folder).documents
    path.unlink()
    return document


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("documents")


def visible(document):
    """Offsets of the characters that must be in some passage."""
    hidden = set(range(*document.reference_list))
    for section in document.sections:
        hidden.update(range(section.heading_start, section.start))
    return {
        offset
        for offset, character in enumerate(document.text)
        if offset not in hidden and not character.isspace()
    }


def check_promises(document, first_visible, window):
    passages = split(document, NO_REFERENCES, window=window)
    covered = [offset for p in passages for offset in range(p.start, p.end)]
    assert len(covered) == len(set(covered))
    wanted = {offset for offset in visible(document) if offset >= first_visible}
    assert wanted - set(covered) == set()
    for passage in passages:
        assert passage.text == document.text[passage.start : passage.end] == passage.text.strip()
        assert passage.text
        size = estimate_tokens(passage.text)
        if passage.lead_in:
            size += estimate_tokens(document.text[slice(*passage.lead_in)])
        heading = estimate_tokens(heading_of(document.title, passage.section))
        assert size + min(heading, window // 4) + 2 <= window
    return passages


@given(blocks=st.lists(BLOCKS, min_size=1, max_size=12), window=st.sampled_from([64, 128, 256]))
def test_every_visible_character_of_markdown_is_in_exactly_one_fitting_passage(
    folder, blocks, window
):
    front = FRONT_MATTER.format(title="T")
    text = front + "Begin.\n\n" + "\n\n".join(blocks)
    check_promises(document_of(folder, "a.md", text), len(front), window)


@given(lines=st.lists(st.one_of(LINES, st.just("")), min_size=1), window=st.sampled_from([64, 256]))
def test_every_visible_character_of_plain_text_is_in_exactly_one_fitting_passage(
    folder, lines, window
):
    text = "The title\nBegin.\n" + "\n".join(lines) + "\nReferences\nSmith, J. (2010). A. B."
    check_promises(document_of(folder, "a.txt", text), len("The title"), window)


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",), blacklist_characters="\0")))
def test_any_text_splits_and_keeps_the_promise(folder, text):
    document = document_of(folder, "a.txt", f"Title\nText. {text}")
    for passage in split(document, NO_REFERENCES, window=64):
        assert document.text[passage.start : passage.end] == passage.text


SENTENCES = [
    "Rest helps, e.g. after a walk.",
    "Vojta et al. found less pain (Vojta et al., 2017).",
    "See Dr. Smith for 3.5 mg. of advice.",
    "It eased.[3]",
    "It lasted.⁴",
    "Ask (or call. Then wait.) before noon.",
    "Does it hurt?",
    "“Stop.”",
]


@given(st.lists(st.sampled_from(SENTENCES), min_size=20, max_size=60))
def test_passages_begin_and_end_where_sentences_do(folder, sentences):
    document = document_of(folder, "a.txt", "Title\n" + " ".join(sentences))
    starts, offset = set(), len("Title\n")
    for sentence in sentences:
        starts.add(offset)
        offset += len(sentence) + 1
    passages = split(document, NO_REFERENCES, window=64)
    assert len(passages) > 1
    assert {passage.start for passage in passages} <= starts
    assert {passage.end + 1 for passage in passages} <= {*starts, offset}


def split_markdown(folder, body, **options):
    document = document_of(folder, "a.md", FRONT_MATTER.format(title="T") + body)
    return document, split(document, NO_REFERENCES, **options)


def test_headings_give_the_section_path_and_are_not_quoted(folder):
    body = "# T\n\n## Feet\n\nWash.\n\n### Shoes *now*\n\nFit.\n\nUnder\n-----\n\nEnd.\n"
    _, passages = split_markdown(folder, body)
    assert [(p.section, p.text) for p in passages] == [
        (("Feet",), "Wash."),
        (("Feet", "Shoes now"), "Fit."),
        (("Under",), "End."),
    ]


def test_a_section_that_fits_is_one_passage(folder):
    _, passages = split_markdown(folder, "## A\n\nOne.\n\nTwo.\n\n- three\n- four\n\nFive.\n")
    assert [p.text for p in passages] == ["One.\n\nTwo.\n\n- three\n- four\n\nFive."]


def test_text_without_headings_is_cut_into_its_paragraphs(folder):
    paragraphs = [f"Paragraph {n} has words enough to stand alone. " * 5 for n in range(3)]
    document = document_of(folder, "a.txt", "Title\n" + "\n".join(paragraphs))
    passages = split(document, NO_REFERENCES)
    assert [p.text for p in passages] == [paragraph.strip() for paragraph in paragraphs]


def test_a_list_keeps_the_sentence_that_introduces_it(folder):
    filler = " ".join(["Walk a little every day if you can."] * 12)
    items = "\n".join(f"- item number {n} is about shoes" for n in range(5))
    _, passages = split_markdown(folder, f"## A\n\n{filler} Look for:\n\n{items}\n", window=128)
    (holding,) = (p for p in passages if "item number 0" in p.text)
    assert holding.text.startswith("Look for:")


def test_later_parts_of_a_long_list_remember_their_lead_in(folder):
    items = "\n".join(f"- item number {n} is about good shoes and dry feet" for n in range(60))
    document, passages = split_markdown(folder, f"## A\n\nLook for:\n\n{items}\n", window=128)
    assert passages[0].text.startswith("Look for:")
    assert passages[0].lead_in is None
    assert len(passages) > 2
    for passage in passages[1:]:
        assert document.text[slice(*passage.lead_in)] == "Look for:"
        assert passage.text.startswith("- item")


def test_later_parts_of_a_long_table_remember_their_header(folder):
    rows = "\n".join(f"| shoe {n} | good for walking |" for n in range(60))
    text = f"## A\n\n| What | Why |\n| --- | --- |\n{rows}\n"
    document, passages = split_markdown(folder, text, window=128)
    for passage in passages[1:]:
        assert document.text[slice(*passage.lead_in)].startswith("| What | Why |")


def test_a_sentence_longer_than_the_window_is_cut_between_words(folder):
    _, passages = split_markdown(folder, "word " * 1000, window=128)
    assert len(passages) >= 8
    assert {word for p in passages for word in p.text.split()} == {"word"}


def test_comments_for_authors_are_never_quoted(folder):
    _, passages = split_markdown(folder, "One.\n\n<!-- check this figure -->\n\nTwo.\n")
    assert [p.text for p in passages] == ["One.", "Two."]


def test_reference_lists_are_not_passages(folder):
    for heading in ("References", "BIBLIOGRAPHY", "# works cited", "## References:"):
        text = f"Title\nText here.\n{heading}\n- Smith, J. (2010). A title. A journal, 1, 2."
        document = document_of(folder, "a.txt", text)
        assert [p.text for p in split(document, NO_REFERENCES)] == ["Text here."]
        assert [r.year for r in document.references] == [2010]


def test_text_after_the_reference_list_of_markdown_is_kept(folder):
    body = (
        "## A\n\nText.\n\n## References\n\n- Smith, J. (2010). A. B, 1, 2.\n\n## Thanks\n\nYou.\n"
    )
    document, passages = split_markdown(folder, body)
    assert [p.section for p in passages] == [("A",), ("Thanks",)]
    assert len(document.references) == 1


def test_lines_wrapped_by_an_editor_are_one_paragraph(folder):
    text = (
        "Title\nThis first paragraph was wrapped by an editor at some\ncolumn and goes on here.\n"
        "This is another paragraph.\n"
    )
    (section,) = document_of(folder, "a.txt", text).sections
    assert len(section.blocks) == 2


def test_two_thousand_headings_and_none_both_split(folder):
    body = "\n\n".join(f"## Heading {n}\n\nText {n}." for n in range(2000))
    assert len(split_markdown(folder, body)[1]) == 2000
    assert len(split_markdown(folder, "Text. " * 2000)[1]) > 10


def test_form_feeds_number_the_pages(folder):
    document = document_of(folder, "a.txt", "Title\nOn the first page.\n\fOn the second.\n")
    first = document.text.index("first")
    assert document.page_at(first) == 1
    assert document.page_at(document.text.index("second")) == 2


def test_every_passage_of_the_bundled_corpus_is_a_slice_of_its_document():
    corpus = load_corpus()
    for document in corpus.documents:
        start = document.sections[0].heading_start
        check_promises(document, start, 256)


def test_the_sample_document_splits_and_resolves_its_citations(shared):
    (document,) = load_corpus(shared / "samples").documents
    passages = split(document, Bibliography(document.references))
    citations = [citation for passage in passages for citation in passage.citations]
    assert [c.marker for c in citations] == [
        "Vojta et al., 2017",
        "Fitzgerald et al., 2019",
        "Biondi & Pizzagalli, 2019",
        "Meyer et al., 2021",
    ]
    assert all(citation.resolved and not citation.ambiguous for citation in citations)
    assert all(reference.verified is None for reference in document.references)


def test_an_item_too_long_for_one_passage_leaves_room_for_its_lead_in(folder):
    long_item = "pain " * 7 + "e.g. " * 10
    _, passages = split_markdown(folder, f"Begin.\n\n- pain\n- {long_item}\n", window=64)
    for passage in passages:
        assert estimate_tokens(passage.text) + (2 if passage.lead_in else 0) + 3 <= 64

import json
import random
from dataclasses import replace

import pytest

from chatbot import Chatbot, ask
from chatbot.question import MAX_CHARACTERS
from chatbot.regions import ANYWHERE
from chatbot.wording import NOT_REVIEWED, notices

QUESTIONS = [
    "Is walking safe if my feet are numb?",
    "How does BDNF help damaged nerves?",
    "Can I swim with nerve pain?",
    "Why is my nerve pain worse at night?",
    "What is the capital of France?",
]


@pytest.fixture
def bot(leaflets, tmp_path, encoder):
    return Chatbot.open(leaflets, store=tmp_path / "store", encoder=encoder)


def checked(bot, answer):
    """Every promise that an answer makes, held against the documents."""
    documents = bot._index.documents
    assert answer.status in ("answered", "related", "not_found")
    assert (answer.status == "not_found") == (not answer.passages)
    assert [quote.number for quote in answer.passages] == list(range(1, len(answer.passages) + 1))
    numbers = [numbered.number for numbered in answer.references]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len({n.reference.id for n in answer.references}) == len(numbers)
    used = set()
    for quote in answer.passages:
        text = documents[quote.document_id].text
        assert text[quote.start : quote.end] == quote.text
        for mark in quote.highlights:
            assert quote.start <= mark.start < mark.end <= quote.end
        for cited in quote.citations:
            assert text[cited.start : cited.end] == cited.marker
            assert quote.start <= cited.start < cited.end <= quote.end
            assert set(cited.references) <= set(quote.references) <= set(numbers)
        used |= set(quote.references)
        assert 0 <= quote.confidence <= 1
    assert used == set(numbers)
    json.loads(json.dumps(answer.to_dict()))
    assert str(answer)
    assert answer.to_markdown()
    return answer


@pytest.mark.parametrize("question", QUESTIONS[:4])
def test_a_covered_question_is_answered_word_for_word_with_references(bundled, question):
    answer = checked(bundled, bundled.ask(question))
    assert answer.status == "answered"
    assert 0.5 <= answer.confidence <= 1
    assert answer.passages


def test_unanswerable_question_gets_no_quotes(bundled):
    answer = checked(bundled, bundled.ask("What is the capital of France?"))
    assert answer.status == "not_found"
    assert answer.references == ()
    assert len(answer.suggestions) == 3
    assert "do not answer" in answer.notices[0]


def test_a_question_in_between_is_labelled_as_perhaps_not_answered(bundled):
    answer = checked(bundled, bundled.ask("How do I treat eczema on my arms?", k=10))
    if answer.status == "related":
        assert "may not answer" in answer.notices[0]


HOSTILE = [
    "", " ", "\n\t ", "?!… --", "\0", "\ud800\udfff", "a" * 100_000, "pain " * 30_000,
    "\x1b[31mred\x07\x08", "هل المشي آمن؟", "\u202eevil", "e\u0301\u0301\u0301" * 50, "🙂" * 300,
    "<script>alert(1)</script>", "'; DROP TABLE passages; --", "${7*7} {{7*7}} %s %n", "null",
    "A" * MAX_CHARACTERS, "A" * (MAX_CHARACTERS + 1),
    "\u200b\u200d\ufeff", "[3]", "(2019)", "-" * 500,
]  # fmt: skip


@pytest.mark.parametrize("question", HOSTILE, ids=range(len(HOSTILE)))
def test_any_question_gets_an_answer_object(bundled, question):
    answer = checked(bundled, bundled.ask(question))
    shown = answer.to_dict()["question"]
    shown.encode("utf-8")
    assert all(character.isprintable() or character in "\u200b\u200d" for character in shown)


@pytest.mark.parametrize("question", ["", "  ", "?!"])
def test_a_question_that_says_nothing_is_asked_for_politely(bot, question):
    answer = bot.ask(question)
    assert answer.status == "not_found"
    assert answer.notices == ("Please type a question.",)
    assert len(answer.suggestions) == 3


def test_marks_that_nobody_sees_do_not_hide_a_word(bundled):
    hidden = "Is wal\u00adking safe if my f\u200beet are \u2060numb?"
    plain = "Is walking safe if my feet are numb?"
    assert bundled.ask(hidden).to_dict() == bundled.ask(plain).to_dict()
    assert bundled.ask("I have crushing ch\u00adest pain").status == "urgent"


def test_documents_that_name_no_language_are_asked_in_english(tmp_path, encoder):
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "water.txt").write_text(
        "Exercise in water\n\nWater carries your weight when you swim."
    )
    bot = Chatbot.open(folder, store=tmp_path / "store", encoder=encoder)
    answer = bot.ask("Does the water carry my weight when I swim?")
    assert [quote.text for quote in answer.passages] == ["Water carries your weight when you swim."]
    french = bot.ask("Où est la piscine, sil vous plait, et quand ouvre-t-elle?")
    assert french.notices[0].startswith("This looks like French. The documents are in English.")


def test_a_question_that_is_too_long_says_so(bot):
    assert "100,000 characters" in bot.ask("a" * 100_000).notices[0]


@pytest.mark.parametrize(
    ("status", "reviewed"),
    [
        ("clinically reviewed", True), ("Reviewed by a nurse", True), ("not reviewed", False),
        ("", False), ("draft", False), ("pending review", False), ("retracted", False),
        ("unreviewed", False), ("never reviewed by a clinician", False),
    ],
)  # fmt: skip
def test_only_what_says_that_it_was_reviewed_counts_as_reviewed(bot, status, reviewed):
    quote = bot.ask("Can I swim?").passages[0]
    said = replace(quote, source=replace(quote.source, review_status=status))
    found = notices("answered", [said], read_in_full=True, region=ANYWHERE)
    assert (NOT_REVIEWED in found) is not reviewed


@pytest.mark.parametrize("k", [0, 11, -1])
def test_k_outside_one_to_ten_is_an_error(bot, k):
    with pytest.raises(ValueError, match="1 to 10"):
        bot.ask("Can I swim?", k=k)


@pytest.mark.parametrize("k", [2.5, "3"])
def test_k_that_is_no_number_is_an_error(bot, k):
    with pytest.raises(TypeError, match="k must be an int"):
        bot.ask("Can I swim?", k=k)


@pytest.mark.parametrize("question", [None, 3, b"Can I swim?"])
def test_a_question_that_is_no_text_is_an_error(bot, question):
    with pytest.raises(TypeError, match="must be a str"):
        bot.ask(question)


@pytest.mark.parametrize("k", range(1, 11))
def test_k_is_the_most_passages_shown(bundled, k):
    answer = checked(bundled, bundled.ask("Can exercise ease my nerve pain?", k=k))
    assert 1 <= len(answer.passages) <= k


def test_the_same_question_gives_the_same_answer_byte_for_byte(bundled, real_encoder, tmp_path):
    first = [json.dumps(bundled.ask(question).to_dict()) for question in QUESTIONS]
    again = Chatbot.open(store=tmp_path / "other", encoder=real_encoder)
    order = list(range(len(QUESTIONS)))
    random.Random(0).shuffle(order)
    for number in order:
        assert json.dumps(again.ask(QUESTIONS[number]).to_dict()) == first[number]
        assert json.dumps(bundled.ask(QUESTIONS[number]).to_dict()) == first[number]


def test_history_does_not_change_an_answer(bundled):
    question = "What is the capital of France?"
    assert bundled.ask(question, history=["Is walking safe?"]) == bundled.ask(question)


def test_the_module_function_answers_from_the_bundled_documents():
    assert "BDNF" in ask("How does BDNF help damaged nerves?").passages[0].text


def test_a_near_identical_copy_gives_way_and_is_named(write, tmp_path, encoder):
    text = "Walk every day in good shoes and check both of your feet for sores each evening."
    write("first.md", f"## Is walking safe?\n\n{text}\n")
    write("second.md", f"## Is walking safe?\n\n{text.upper().replace(' ', '  ')}\n")
    write("third.md", "## Is walking safe?\n\nWalk with sticks every day if that is safe.\n")
    bot = Chatbot.open(tmp_path / "leaflets", store=tmp_path / "store", encoder=encoder)
    answer = checked(bot, bot.ask("Is walking safe every day?", k=3))
    shown = {
        quote.document_id: [place.document_id for place in quote.also_in]
        for quote in answer.passages
    }
    assert shown in ({"third": [], "first": ["second"]}, {"third": [], "second": ["first"]})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("You may always walk on numb feet", "You may not walk on numb feet"),
        ("Take 300 steps each day on numb feet", "Take 600 steps each day on numb feet"),
        ("Walking on feet eases -5 points", "Walking on feet eases 5 points"),
        ("Walk 3.5 miles on your feet", "Walk 35 miles on your feet"),
        ("Walking on feet helps (Smith, 2010)", "Walking on feet helps (Jones, 2010)"),
    ],
)
def test_one_other_word_or_number_or_source_makes_another_passage(
    write, tmp_path, encoder, one, other
):
    filler = " and keep an eye on how your feet look and feel on every single walk of the week."
    write("one.md", f"## Walking on numb feet\n\n{one}{filler}\n")
    write("other.md", f"## Walking on numb feet\n\n{other}{filler}\n")
    bot = Chatbot.open(tmp_path / "leaflets", store=tmp_path / "store", encoder=encoder)
    answer = checked(bot, bot.ask("Walking on numb feet each week?"))
    assert {quote.document_id for quote in answer.passages} == {"one", "other"}


def test_copies_of_one_paragraph_in_every_leaflet_leave_room_for_the_rest(write, tmp_path, encoder):
    for number in range(30):
        write(f"{number}.md", "## Walking problem\n\nCall your clinic about any walking problem.\n")
    write("shoes.md", "## Walking shoes\n\nA walking problem can begin with shoes.\n")
    bot = Chatbot.open(tmp_path / "leaflets", store=tmp_path / "store", encoder=encoder)
    answer = checked(bot, bot.ask("walking problem shoes clinic", k=5))
    assert {quote.text[:4] for quote in answer.passages} == {"Call", "A wa"}
    assert max(len(quote.also_in) for quote in answer.passages) == 29


def test_one_publication_in_two_reference_lists_has_one_number(write, tmp_path, encoder):
    for name, title in (("a", "Is walking safe?"), ("b", "Is walking good?")):
        write(
            f"{name}.md",
            f"## {title}\n\nWalking helps, says {name} (Smith, 2010).\n\n## References\n\n"
            "- Smith, J. (2010). Walking. J. Feet, 1, 2. https://doi.org/10.1000/Walk\n",
        )
    bot = Chatbot.open(tmp_path / "leaflets", store=tmp_path / "store", encoder=encoder)
    answer = checked(bot, bot.ask("Is walking safe and good?"))
    assert [quote.references for quote in answer.passages] == [(1,), (1,)]
    assert len(answer.references) == 1


@pytest.mark.parametrize("k", range(1, 11))
def test_an_answer_shows_only_passages_that_come_near_to_the_first(bundled, k):
    for question in QUESTIONS:
        shown = [quote.confidence for quote in bundled.ask(question, k=k).passages]
        assert len(shown) <= k
        assert shown == sorted(shown, reverse=True)


def test_a_stricter_bot_answers_no_question_that_a_laxer_one_refuses(bundled, real_encoder):
    bots = [Chatbot(bundled._index, strictness=how) for how in ("low", "normal", "high", 0.001)]
    for question in (*QUESTIONS, "How much gabapentin can I take?", "Which shoes should I buy?"):
        answered = [bot.ask(question).status == "answered" for bot in bots]
        assert answered == sorted(answered, reverse=True)
    with pytest.raises(ValueError, match="strictness"):
        Chatbot(bundled._index, strictness="strict")


def test_a_follow_up_is_taken_with_the_question_it_leans_on(bundled):
    alone = bundled.ask("And with numb feet?")
    answer = checked(
        bundled, bundled.ask("And with numb feet?", history=["Is it safe to go walking?"])
    )
    assert answer.status == "answered"
    assert "walking" in answer.understood_as
    assert answer.question == "And with numb feet?"
    assert alone.understood_as == ""


def test_history_never_bends_a_complete_question(bundled):
    for question in QUESTIONS:
        answer = bundled.ask(question, history=["Can I swim?", "Is yoga good for sciatica?"])
        assert answer == bundled.ask(question)


def test_a_misspelt_question_says_what_it_was_taken_for(bundled):
    answer = bundled.ask("Is walkng safe if my feet are numb?")
    assert answer.understood_as == "Is walking safe if my feet are numb?"
    assert answer.passages == bundled.ask("Is walking safe if my feet are numb?").passages
    assert "Understood as: Is walking safe" in str(answer)


def test_a_question_asked_exactly_is_searched_for_as_it_stands(bundled):
    searched = []
    find = bundled._index.find

    def noted(question, **options):
        searched.append(question)
        return find(question, **options)

    for question, history in (
        ("Is walkng safe if my feet are numb?", ()),
        ("And with numb feet?", ("Is it safe to go walking?",)),
        ("What helps with pins and needles?", ()),
        ("I have walked with numb feet for years. " * 40 + "Can I swim?", ()),
    ):
        usual = bundled.ask(question, history=history)
        assert usual.understood_as or usual.searched_also
        searched.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bundled._index, "find", noted)
            answer = checked(bundled, bundled.ask(question, history=history, exactly=True))
        assert searched == [answer.question] == [usual.question]
        assert (answer.understood_as, answer.searched_also) == ("", ())
        assert answer == bundled.ask(question, exactly=True)


def test_a_question_that_is_taken_as_it_stands_is_the_same_asked_exactly(bundled):
    for question in QUESTIONS:
        usual = bundled.ask(question)
        if not usual.searched_also:
            assert bundled.ask(question, exactly=True) == usual


@pytest.mark.parametrize(
    "question",
    ["My chest feels tight and my left arm hurts", "i want to kil myself",
     "Hilft Schwimmen bei Nervenschmerzen in den Füßen?", "", "walk " * 500],
)  # fmt: skip
def test_what_comes_before_a_search_is_the_same_asked_exactly(bundled, question):
    assert bundled.ask(question, exactly=True) == bundled.ask(question)


def test_another_language_is_recognised_and_told(bundled):
    answer = bundled.ask("Hilft Schwimmen bei Nervenschmerzen in den Füßen?")
    assert answer.status == "not_found"
    assert answer.notices[0].startswith("This looks like German. The documents are in English.")


def test_the_question_inside_a_message_longer_than_the_window_is_found(bundled):
    answer = bundled.ask("I have walked with numb feet for years. " * 40 + "Can I swim?")
    assert "Can I swim?" in answer.understood_as
    assert len(answer.understood_as) < 200


def test_two_equal_passages_in_two_places_stay_two_passages(write, tmp_path, encoder):
    for name in ("first", "second"):
        write(f"{name}.md", "## Is walking safe?\n\nWear good shoes.\n")
    bot = Chatbot.open(tmp_path / "leaflets", store=tmp_path / "store", encoder=encoder)
    assert len(bot._index.passages) == 2


def test_references_are_numbered_once_for_the_whole_answer(write, tmp_path, encoder):
    body = (
        "## {0}\n\nWalking helps (Smith, 2010). {1}\n\n## References\n\n"
        "- Smith, J. (2010). Walking. Journal of Feet, 1(2), 3-4. https://doi.org/10.1000/walk\n"
    )
    write("a.md", body.format("Is walking safe?", "It is gentle (Nobody et al., 1999)."))
    write("b.md", body.format("Is walking safe?", "It is gentle (Anybody et al., 1998)."))
    bot = Chatbot.open(tmp_path / "leaflets", store=tmp_path / "store", encoder=encoder)
    answer = checked(bot, bot.ask("Is walking safe and gentle?"))
    cited = {c.marker: c.references for q in answer.passages for c in q.citations}
    assert cited["Nobody et al., 1999"] == ()
    assert "Nobody et al., 1999 → ?" in str(answer)
    assert any("→ ?" in notice for notice in answer.notices)
    assert all(numbered.reference.verified is None for numbered in answer.references)
    assert "not verified" in str(answer)


def test_a_later_part_of_a_list_is_shown_with_its_lead_in(write, tmp_path, encoder):
    items = "\n".join(f"- item {n} is about shoes, socks and walking {n}" for n in range(60))
    write("list.md", f"## Shoes\n\nLook for these things:\n\n{items}\n")
    bot = Chatbot.open(tmp_path / "leaflets", store=tmp_path / "store", encoder=encoder)
    answer = checked(bot, bot.ask("item 50 shoes walking 50"))
    later = [quote for quote in answer.passages if "item 0 " not in quote.text]
    assert later
    assert all(quote.lead_in == "Look for these things:" for quote in later)
    assert "Look for these things: […]" in str(answer)


def test_suggestions_are_headings_of_sections_that_are_not_shown(bundled):
    answer = bundled.ask(QUESTIONS[0])
    headings = {p.section[-1] for p in bundled._index.passages}
    shown = {quote.section[-1] for quote in answer.passages}
    assert set(answer.suggestions) <= headings - shown
    assert len(set(answer.suggestions)) == 3


def test_highlights_mark_the_sentence_that_is_asked_for(write, tmp_path, encoder):
    write(
        "a.md",
        "## Feet\n\nWash them daily. Walking in shallow water is easy for sore joints. Dry well.\n",
    )
    bot = Chatbot.open(tmp_path / "leaflets", store=tmp_path / "store", encoder=encoder)
    (quote,) = bot.ask("Is walking in shallow water easy on feet?").passages
    (mark,) = quote.highlights
    text = bot._index.documents["a"].text
    assert text[mark.start : mark.end] == "Walking in shallow water is easy for sore joints."


def test_json_has_the_fields_of_the_contract(bundled):
    answer = bundled.ask(QUESTIONS[0]).to_dict()
    assert set(answer) == {
        "schema_version", "question", "understood_as", "searched_also", "status", "headline",
        "confidence", "passages", "references", "notices", "suggestions", "corpus",
    }  # fmt: skip
    assert set(answer["passages"][0]) == {
        "number", "text", "lead_in", "document_id", "file", "sha256",
        "title", "section", "start", "end", "page",
        "score", "confidence", "highlights", "citations", "references", "url", "source",
        "selectors", "also_in",
        "citation", "attribution",
    }  # fmt: skip
    reference = next(r for p in answer["passages"] for r in answer["references"])
    assert {
        "number",
        "id",
        "title",
        "issued",
        "verified",
        "verified_by",
        "formatted",
        "checked",
    } <= set(reference)


def test_sample_document_answers_with_unverified_references(shared, real_encoder, tmp_path):
    bot = Chatbot.open(shared / "samples", store=tmp_path, encoder=real_encoder)
    answer = checked(bot, bot.ask("How does BDNF help damaged nerves?"))
    assert answer.status == "answered"
    assert "brain-derived neurotrophic factor (BDNF)" in answer.passages[0].text
    assert answer.references[0].reference.verified is None
    assert answer.references[0].reference.doi == "10.1177/1545968316677928"

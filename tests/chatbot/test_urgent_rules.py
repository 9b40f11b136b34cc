import json
import re
import time
from pathlib import Path

import pytest

from chatbot.bot import MAX_CHARACTERS
from chatbot.urgent.flags import RedFlags
from chatbot.urgent.match import Matcher
from chatbot.urgent.patterns import parse_pattern, parse_phrase
from chatbot.urgent.rules_file import RULES, RulesError, read_rules
from chatbot.urgent.spelling import real_words
from chatbot.urgent.text import read_text
from corpus import DEFAULT_CORPUS, load_corpus
from tests.chatbot.red_flags import BARS, URGENT_DOCUMENT, names


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("My chest feels tight and my arm hurts, what now?", "chest pain or heart attack"),
        ("My face droops and my speech is slurred, what now?", "stroke"),
        ("I can't breathe", "severe breathlessness"),
        ("my tongue is swelling after a nut", "severe allergic reaction"),
        ("I took too many tablets, what should I do?", "too much medicine"),
        ("I do not want to live any more, who can I talk to?", "suicide or self-harm"),
        ("I have back pain and cannot pass urine", "bladder, bowel or saddle numbness"),
        ("My legs are getting weaker by the hour", "fast-spreading weakness"),
        ("I am shaky, sweaty and confused and I use insulin", "low blood sugar"),
        ("my toe has turned black", "foot wound with danger signs"),
        ("I fell and hit my head and now I am vomiting", "hurt in a fall"),
        ("My calf is swollen and hot", "blood clot in the leg or lung"),
        ("paraplegic, sudden pounding headache", "pounding headache after a spinal cord injury"),
        ("fever, stiff neck and a rash", "another emergency"),
    ],
)  # fmt: skip
def test_every_kind_of_emergency_is_seen(flags, message, name):
    assert name in names(flags, message)


@pytest.mark.parametrize(
    "message",
    [
        "I have no chest pain, can I cycle?",
        "No chest pain, arm pain or breathlessness, only tired feet",
        "I'm not suicidal, just fed up",
        "The scan ruled out a blood clot in my leg",
        "never had a seizure",
        "I don't have slurred speech or a drooping face",
    ],
)
def test_what_is_denied_is_no_red_flag(flags, message):
    assert names(flags, message) == []


@pytest.mark.parametrize(
    "message",
    [
        "no fever but my chest is being crushed",
        "I can't feel when I need to pee",
        "he is not breathing",
        "without warning I collapsed",
        "no idea why, but I can't move my legs",
        "I have no appetite and chest pain",
        "not a fever, a crushing chest pain",
        "haven't been able to wee since last night",
    ],
)
def test_a_denial_ends_where_its_clause_ends_and_does_not_touch_a_sign_that_holds_it(
    flags, message
):
    assert names(flags, message)


@pytest.mark.parametrize(
    "message",
    [
        "I had a stroke in 2019, can I do tai chi?",
        "Years ago I collapsed at work. Which sport is safe?",
        "my ulcer with pus healed last year",
        "I used to get chest pain",
        "a blood clot in my leg, but that was years ago",
        "my left arm has been weak for ten years",
        "Electrocuted at work in '07 and since then my arm tingles",
        "I collapsed in ‘98. Which sport is safe?",
        "my ankles are getting weaker year on year",
    ],
)
def test_what_is_past_or_long_known_is_no_red_flag(flags, message):
    assert names(flags, message) == []


def test_a_new_sign_beside_an_old_one_is_a_red_flag(flags):
    assert names(flags, "I had a stroke three years ago and now my face is drooping")
    assert names(flags, "numb feet for years, but since this morning I can't pee")


@pytest.mark.parametrize(
    "message",
    [
        "What are the signs of a stroke?",
        "Does exercise lower the risk of a heart attack?",
        "How do I avoid low blood sugar on a walk?",
        "Can lifting weights cause chest pain?",
        "What should I do if I get chest pain while walking?",
        "I'm scared of having a heart attack when I run",
        "Is crushing pain in the chest common in older people?",
        'The leaflet says "call 999 for chest pain". Who wrote it?',
        "At the gym they asked whether I ever had chest pain or fainted, which I never have",
        "There was a programme about a man who couldn't breathe after a sting",
    ],
)
def test_general_interest_fear_and_quotation_are_no_red_flags(flags, message):
    assert names(flags, message) == []


@pytest.mark.parametrize(
    "message",
    [
        "this pain is killing me",
        "I'm dying to get back to the gym",
        "I nearly had a heart attack when I saw the bill",
        "what a stroke of luck",
        "is breaststroke bad for my neck?",
        "a chest press with dumbbells and a sore chest muscle",
        "suicide squats",
        "my watch battery collapsed",
        "I collapsed on the sofa after my walk",
        "how do I end my membership",
        "laughing so hard I couldn't breathe",
        "to get to the heart of it: does walking ease pain?",
        "my motivation collapsed in week two",
        "I walk to the third floor, the last steps I can hardly manage",
    ],
)
def test_idioms_and_second_senses_are_no_red_flags(flags, message):
    assert names(flags, message) == []


@pytest.mark.parametrize(
    "message",
    [
        "I took an overdose of paracetamol",
        "I have low sugar and feel shaky",
        "he passed out the minute he sat down",
        "dad collapsed on the sofa clutching his chest",
        "I nearly killed myself last night",
    ],
)
def test_an_emergency_in_the_words_of_an_idiom_is_still_seen(flags, message):
    assert names(flags, message)


@pytest.mark.parametrize(
    "message",
    [
        "my husband collapsed on the treadmill",
        "my neighbour can't lift her arm and her smile is lopsided",
        "the lady next to me at yoga is clutching her chest",
        "my son says he wants to die",
    ],
)
def test_other_people_count(flags, message):
    assert names(flags, message)


@pytest.mark.parametrize(
    "message",
    [
        "CHEST PAIN",
        "chest pain 😭😭",
        "i cant breathe",
        "I can’t breathe",
        "I can`t breathe",
        "I CAN´T BREATHE!!!",
        "crushing chset pain",
        "my speach is slured and my face is drooping",
        "my huband has colapsed and is unconcious",
        "heeeelp i cant breatheeee",
        "dont want too live",
        "my chest feels tite and squeezd",
        "I have diarrhoea, a fever, and I'm confused",
        "my legs are paralysed since this morning",
        "my legs are paralyzed since this morning",
    ],
)
def test_spelling_capitals_apostrophes_and_emoji_make_no_difference(flags, message):
    assert names(flags, message)


@pytest.mark.parametrize(
    "word", ["strike", "stroll", "chess", "test", "trapped", "paint", "breach"]
)
def test_another_real_word_is_not_taken_for_a_misspelling(flags, word):
    keys = flags._matcher._book._spelling.keys(word)
    assert all(key == word or word.startswith(key.rstrip("*")) for key in keys)


def test_no_word_of_the_models_vocabulary_is_taken_for_a_misspelling(flags, real_encoder):
    spelling = flags._matcher._book._spelling
    same = flags.rules.same
    vocabulary = filter(str.isalpha, json.loads(real_encoder.tokenizer)["model"]["vocab"])
    taken = [
        word
        for word in vocabulary
        if word.isascii() and word not in same
        for key in spelling.keys(word)
        if key != word and not (key.endswith("*") and word.startswith(key[:-1]))
    ]
    assert taken == [], "add them to chatbot/urgent/real_words.txt"


def test_the_words_that_are_no_misspellings_are_sorted_and_unique():
    lines = (Path("chatbot/urgent/real_words.txt")).read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if not line.startswith("#")]
    assert words == sorted(set(words))
    assert set(words) == real_words()


@pytest.mark.parametrize(
    "message",
    [
        "chest " * 400,
        "chest pain no " * 200,
        "no " * 700,
        "a" * MAX_CHARACTERS,
        "my chset " * 220,
        "i cant feel my legs and " * 90,
        "“" * MAX_CHARACTERS,
        "'a " * 650,
        "took twenty tablets years ago, " * 60,
        "!?.,;" * 400,
        "1.1.1.1 " * 250,
    ],
)
def test_the_work_for_a_hostile_message_is_bounded(flags, message):
    start = time.perf_counter()
    flags.seen(message[:MAX_CHARACTERS])
    # A few hundredths of a second in fact; what grows out of bounds would take minutes.
    assert time.perf_counter() - start < 30


def test_words_sentences_and_clauses_are_those_counted_by_hand(flags):
    text = read_text("No fever, but my chest hurts. Now what?", flags.rules.joints)
    assert text.words == ("no", "fever", "but", "my", "chest", "hurts", "now", "what")
    assert text.sentences == ((0, 6),) * 6 + ((6, 8),) * 2
    assert text.clauses == ((0, 2),) * 2 + ((2, 6),) * 4 + ((6, 8),) * 2
    assert read_text('He said "stop now" twice', flags.rules.joints).quotes == ((2, 4),)


def test_a_small_rules_file_does_what_it_says(small):
    flags = RedFlags.open(small())
    assert names(flags, "my chest really hurts") == ["chest pain"]
    assert names(flags, "no chest pain") == []
    assert names(flags, "a stroke of luck") == []
    assert names(flags, "the reading is 3.2") == ["chest pain"]
    assert names(flags, "the reading is 3") == []
    assert names(flags, "the reading is 4.2") == []
    (flag,) = flags.seen("breastbone pain")
    assert flag.because == "{chest} + {hurts}"
    assert [str(section) for section in flag.sections] == [
        f"{URGENT_DOCUMENT} > What should I do if I have chest pain?"
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version = 1", "version = ", r"my_red_flags.toml:2: is no valid TOML"),
        ("version = 1\n", "", r"my_red_flags.toml: .*missing required field `version`"),
        ("version = 1", 'version = "one"', r"field 'version': Expected `int`, got `str`"),
        ("harmless", "harmles", r"field 'reading': .*unknown field `harmles`"),
        ('"pain"]', '"Pain"]', r":25: field 'words.hurts': 'Pain' is no word in small letters"),
        ('["my", "the"]', '["my own"]', r":7: field 'reading.fillers': 'my own' is not a single"),
        ("+ {hurts}", "+ {hurt}", r":31: .*patterns': .*no list 'hurt'"),
        ('both = ["{chest}', 'both = ["{both}', r"field 'words.both': a list may not hold itself"),
        ('reach = "ahead"', 'reach = "far"', r"field 'set_aside 'denied'.reach': Invalid enum"),
        (" > What", " What", r":30: .*sections': .*'document id > head"),
        ('"stroke"]', '"stroke ..."]', r"patterns': 'stroke ...' must begin and end with"),
        ("[[emergency]]", "[[emergencies]]", r"unknown field `emergencies`"),
        ("patterns = [", "patterns = []\nother = [", r"emergency 'chest pain'': .*`other`"),
        ('language = "en"', 'language = "en"\nexamples = "x.toml"', r"x.toml: cannot be read"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_rules_is_named_with_file_and_field(small, old, new, said):
    with pytest.raises(RulesError, match=said):
        read_rules(small(old, new))


def test_examples_of_an_emergency_that_the_rules_do_not_know_are_refused(small, tmp_path):
    (tmp_path / "examples.toml").write_text(f'{BARS}[urgent]\n"chest" = ["ow"]\n[harmless]\n')
    with pytest.raises(RulesError, match=r"examples.toml: field 'urgent.chest'"):
        read_rules(small('language = "en"', 'language = "en"\nexamples = "examples.toml"'))


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ('[urgent]\n[harmless]\na = ["b"]\n', "urgent"),
        ('[urgent]\n"chest pain" = ["a"]\n[harmless]\nb = []\n', "harmless"),
    ],
)
def test_examples_of_one_kind_alone_are_refused(small, tmp_path, content, field):
    (tmp_path / "examples.toml").write_text(BARS + content)
    with pytest.raises(RulesError, match="there is no example") as refused:
        read_rules(small('language = "en"', 'language = "en"\nexamples = "examples.toml"'))
    assert field in str(refused.value)


def test_a_rules_file_that_is_not_there_is_an_error_with_its_name(tmp_path):
    with pytest.raises(RulesError, match=r"none\.toml: cannot be read"):
        RedFlags.open(tmp_path / "none.toml")


@pytest.mark.parametrize("text", ["", "+ pain", "pain +", "Pain", "{Pain}", "pain; x", "#3", "..."])
def test_what_is_no_pattern_is_refused(text):
    with pytest.raises(ValueError, match=r"must begin|is no word|empty"):
        parse_pattern(text)


def test_a_pattern_is_read_as_it_is_written():
    pattern = parse_pattern("{calf} ... swollen + can't & #1-9 - ^ the")
    assert pattern.near == (parse_phrase("{calf} ... swollen"), parse_phrase("cant"))
    assert [step.key for phrase in pattern.anywhere for step in phrase] == ["#1-9"]
    assert pattern.nowhere[0][0].first
    assert [step.far for step in pattern.near[0]] == [False, True]
    assert parse_pattern("calf ++ hot & old").around == (parse_phrase("hot"),)


def test_two_plus_signs_reach_over_the_end_of_a_sentence_but_not_through_a_long_message(small):
    flags = RedFlags.open(small('"stroke"]', '"stroke ++ yesterday"]'))
    assert names(flags, "It was a stroke. It came yesterday.") == ["chest pain"]
    assert names(flags, "It came yesterday. A stroke.") == ["chest pain"]
    assert names(flags, "It was a stroke. " + "I like walking. " * 10 + "Yesterday too.") == []
    assert names(flags, "It was a stroke. Not yesterday.") == []


def test_every_section_of_the_bundled_rules_is_in_the_bundled_documents(flags):
    sections = {
        f"{document.id} > {section.path[-1]}"
        for document in load_corpus(DEFAULT_CORPUS).documents
        for section in document.sections
        if section.path
    }
    assert {str(section) for section in flags.sections} <= sections


def test_the_rules_can_be_matched_without_any_model():
    assert "torch" not in re.findall(r"import (\w+)", Path("chatbot/urgent/match.py").read_text())
    assert Matcher(read_rules(RULES), real_words()).read("chest pain").signs

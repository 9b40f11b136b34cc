import json
from difflib import SequenceMatcher

import numpy as np
import pytest

from chatbot.evaluate import read_cases
from chatbot.urgent import misspelt as misspelt_module
from chatbot.urgent.flags import RedFlags
from chatbot.urgent.fragments import BINS, Fragments
from chatbot.urgent.kept import _key, _shipped, embedded, kept, ship
from chatbot.urgent.misspelt import misspelt
from chatbot.urgent.rules import Bars, Examples
from chatbot.urgent.similar import Similar
from tests.chatbot.red_flags import BARS, DATA, URGENT_DOCUMENT, names


def test_each_emergency_of_the_bundled_rules_has_examples(flags):
    examples = flags.rules.examples
    assert set(examples.urgent) == {emergency.name for emergency in flags.rules.emergencies}
    texts = [text for found in examples.urgent.values() for text in found] + [*examples.harmless]
    assert len(set(texts)) == len(texts)


def test_a_message_that_no_rule_fits_is_seen_by_examples(flags, with_examples):
    message = "there is a hand gripping me behind the breast pocket and it will not let go"
    assert names(flags, message) == []
    (flag,) = with_examples.seen(message)
    assert flag.because == ""


def test_a_vector_that_is_at_hand_gives_the_same_answer(with_examples, real_encoder):
    for message in ("I feel like I am fading", "Can I swim with nerve pain?"):
        vector = real_encoder.encode_question(message)
        assert with_examples.seen(message, vector=vector) == with_examples.seen(message)


def test_the_examples_are_compared_with_a_message_as_it_was_meant(with_examples):
    typed, meant = "mi feat tinggel at nite", "my feet tingle at night"
    assert with_examples.judged(typed, spelt=meant).score == with_examples.judged(meant).score
    assert with_examples.judged(typed).score != with_examples.judged(meant).score


def test_rules_read_a_message_as_it_was_meant_too(flags):
    typed, meant = "i carnt breeve", "I can't breathe"
    assert flags.seen(typed) == ()
    assert flags.seen(typed, spelt=meant) == flags.seen(meant) != ()


def test_a_long_story_has_to_sound_more_urgent(with_examples):
    story = "My feet have tingled for years and the garden keeps me going, said my nurse. " * 3
    bars = with_examples.rules.examples.bars
    short, long = (with_examples.judged(text).bar for text in (story[:78], story))
    assert len(story.split()) >= 40
    assert long - short == pytest.approx(bars.long)


def test_the_most_telling_sentence_of_a_long_message_is_seen(flags, with_examples):
    hidden = "There is a hand gripping me behind the breast pocket and it will not let go."
    story = "I walk every morning."
    message = f"{story} {hidden}"
    similar = with_examples._similar
    assert similar.most_telling([story, hidden, "The dog likes it too."]) == hidden
    assert names(flags, message) == []
    assert names(with_examples, message)
    assert names(with_examples, story) == []


@pytest.mark.parametrize(
    "message",
    [
        "I had a stroke two years ago, can I swim?",
        "My heart stopped on a golf course in Florida in 2004, and a dentist brought me back. "
        "I am well. Which exercises are good for my hips?",
        "I fainted at my own wedding in 1990, from low blood pressure and no breakfast. It never "
        "came back. May I join the chair class?",
        "What would the teacher do if somebody fainted in a yoga class?",
        "How do I tell a heart attack from heartburn?",
        "A clot was found in my calf in 2016, long gone. Are there seat exercises for flights?",
    ],
)
def test_the_past_a_question_of_interest_and_another_meaning_are_harmless(with_examples, message):
    assert names(with_examples, message) == []


@pytest.mark.parametrize(
    "message",
    [
        "I had a stroke an hour ago",
        "I can't breathe",
        "I want to kill myself",
        "my wife is not breathing",
        "crushing chest pain and I am sweating",
        "my face is drooping and my speech is slurred",
        "I took thirty paracetamol tablets tonight",
        "I can't feel between my legs and I can't pee",
        "my tongue is swelling and my throat is closing",
        "Years ago I had a clot. Now my calf is swollen and hot and I can't catch my breath.",
        "my mum has collapsed and won't wake up",
        "my neighbour's speech is slurred and his arm hangs down",
    ],
)
def test_what_somebody_says_of_now_is_never_called_harmless(with_examples, message):
    assert names(with_examples, message)


@pytest.mark.parametrize(
    "message",
    [
        "this pain is killing me", "I no longer have chest pain", "dying to run",
        "does exercise lower the risk of stroke", "my rabbit is choking on hay, which vet is open",
    ],
)  # fmt: skip
def test_an_idiom_a_denial_and_an_animal_are_no_red_flags(with_examples, message):
    assert names(with_examples, message) == []


def test_a_single_word_is_enough_if_it_is_an_example(with_examples):
    assert names(with_examples, "Stroke??") == ["stroke"]
    assert names(with_examples, "Zblorf??") == []


def test_a_certain_line_needs_no_example_to_agree(small, tmp_path, real_encoder):
    examples = '[urgent]\n"chest pain" = ["my legs have gone"]\n[harmless]\na = ["tight chest"]\n'
    (tmp_path / "examples.toml").write_text(BARS + examples)
    rules = small('language = "en"', 'language = "en"\nexamples = "examples.toml"')
    text = rules.read_text(encoding="utf-8").replace('"stroke"]', '"tight chest"]')
    rules.write_text(text, encoding="utf-8")
    harmless = RedFlags.open(rules, encoder=real_encoder).judged("tight chest")
    assert harmless.flags == ()
    assert harmless.lines == ("tight chest",)
    assert harmless.score < harmless.bar
    assert harmless.nearest[0] == ("tight chest", False)
    rules.write_text(text.replace("patterns = [", 'certain = ["tight chest"]\npatterns = ['))
    certain = RedFlags.open(rules, encoder=real_encoder).judged("tight chest")
    assert [flag.because for flag in certain.flags] == ["tight chest"]
    assert certain.score is None


def test_the_fit_solves_its_equations(real_encoder):
    """Against a table of what every two examples have in common, solved by numpy."""
    urgent = {"stroke": ("my face is drooping", "his speech is slurred now"), "fall": ("I fell",)}
    harmless = ("Is walking safe?", "my face in the mirror", "he fell in 2014", "I feel fine")
    bars = Bars(line=0, no_line=0, set_aside=0, long=0)
    similar = Similar(Examples(bars, urgent, harmless), real_encoder)
    texts, names = similar._learnt
    assert len(texts) == 7 + 1 + 1 + 2
    assert names == ["stroke", "stroke", "stroke", "fall", "fall"]
    vectors = embedded(texts, real_encoder, folder=None).astype(np.float64)
    cosines = vectors @ vectors.T
    rows = Fragments.of(texts)
    rows = rows.weighed(rows.rarity())
    words = np.zeros((len(texts), BINS))
    words[rows.texts, rows.bins] = rows.values
    urgent_ones = np.arange(len(texts)) < len(names)
    share = np.where(urgent_ones, urgent_ones.mean(), 1 - urgent_ones.mean())
    in_common = 0.025 + 0.1 * cosines + 0.4 * cosines**2 + words @ words.T
    # Kernel ridge regression: score + ridge x weight = 1 or -1, for every example.
    weights = np.linalg.solve(in_common + np.diag(0.6 * share), np.where(urgent_ones, 1.0, -1.0))
    new = ["his face is drooping", "Is swimming safe?", texts[0]]
    vectors_of_new = real_encoder.encode_texts(new).astype(np.float64)
    parts = Fragments.of(new).weighed(rows_rarity(texts))
    held = np.zeros((len(new), BINS))
    held[parts.texts, parts.bins] = parts.values
    near = vectors_of_new @ vectors.T
    right = (0.025 + 0.1 * near + 0.4 * near**2 + held @ words.T) @ weights
    scores = [similar.score(text, v) for text, v in zip(new, vectors_of_new, strict=True)]
    assert np.allclose(scores, right, atol=2e-3)
    assert similar.emergency(real_encoder.encode_question("her speech is slurred")) == "stroke"


def rows_rarity(texts):
    return Fragments.of(texts).rarity()


def test_a_misspelt_copy_is_always_the_same_and_still_like_the_message():
    message = "Is it safe to walk through the park when I cannot feel my feet?"
    assert misspelt(message) == misspelt(message) != message
    assert misspelt("") == ""
    assert misspelt("is it up") == "is it up"
    copies = [misspelt(f"{message} {number}") for number in range(200)]
    likeness = [SequenceMatcher(None, message, copy).ratio() for copy in copies]
    assert min(likeness) > 0.6
    assert sum(one == f"{message} {number}" for number, one in enumerate(copies)) < 10


def test_misspelling_by_itself_is_not_urgent(with_examples):
    questions = [
        case.question
        for case in read_cases(DATA / "paraphrases.jsonl")
        if not any(section.startswith(URGENT_DOCUMENT) for section in case.sections)
    ]
    seen = [bool(with_examples.seen(misspelt(question))) for question in questions]
    assert len(questions) > 200
    assert sum(seen) / len(seen) <= 0.12


def test_fragments_are_words_pairs_and_runs_of_four_letters():
    one = Fragments.of(["ab cd"])
    assert one.count == 1
    # ^ ab cd $; "^ ab", "ab cd", "cd $"; " ab ", "ab c", "b cd", " cd ".
    assert len(one.bins) == 11
    assert (one.values == 1).all()
    assert set(Fragments.of(["in 2014"]).bins) - set(Fragments.of(["in 14"]).bins)
    both = Fragments.of(["chest pain", "chest pain", "no"])
    weighed = both.weighed(both.rarity())
    lengths = np.bincount(weighed.texts, weighed.values**2)
    assert lengths == pytest.approx([1, 1, 1])


@pytest.mark.parametrize("message", ["", " ", "…", "🙂", "$", "?? ?"])
def test_a_message_without_words_is_no_red_flag(with_examples, message):
    assert with_examples.seen(message) == ()


def test_examples_are_only_compared_by_the_model_that_they_were_chosen_for(encoder):
    flags = RedFlags.open(encoder=encoder)
    assert flags.seen("there is a hand gripping me behind the breast pocket") == ()
    assert encoder.encoded == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "sensitivity", "false_alarms"),
    [("urgent_tuning.jsonl", 0.95, 0.07), ("urgent.jsonl", 0.98, 0.03)],
)
def test_urgent_messages_are_seen_and_others_are_not(
    with_examples, file, sensitivity, false_alarms
):
    cases = read_cases(DATA / file)
    seen = {"urgent": [], "not_urgent": []}
    for case in cases:
        seen[case.expect].append(bool(with_examples.seen(case.question)))
    assert sum(seen["urgent"]) / len(seen["urgent"]) >= sensitivity
    assert sum(seen["not_urgent"]) / len(seen["not_urgent"]) <= false_alarms


def test_what_is_measured_on_was_not_tuned_on_and_is_no_example(flags):
    def told(path):
        lines = path.read_text(encoding="utf-8").splitlines()
        return {" ".join(json.loads(line)["question"].casefold().split()) for line in lines}

    files = (DATA / "urgent.jsonl", DATA / "paraphrases.jsonl")
    held_back = set().union(*map(told, (*files, *(DATA / "heldback").rglob("*.jsonl"))))
    tuning = told(DATA / "urgent_tuning.jsonl")
    examples = flags.rules.examples
    texts = [text for found in examples.urgent.values() for text in found] + [*examples.harmless]
    shown = {" ".join(text.casefold().split()) for text in texts}
    assert len(held_back) > 4_000
    assert not held_back & shown
    assert not tuning & (shown | told(DATA / "urgent.jsonl"))


@pytest.mark.parametrize("content", [b"", b"damaged", b"PK\x03\x04", "cut short"])
def test_files_that_cannot_be_read_are_made_anew(content, encoder, tmp_path, monkeypatch):
    texts, made_from = ["chest pain", "numb feet"], ("these",)
    monkeypatch.setattr("chatbot.urgent.kept.SHIPPED", tmp_path)
    ship(texts, encoder, made_from, lambda: np.ones(3, dtype=np.float32))
    assert _shipped()
    for path in tmp_path.iterdir():
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2] if content == "cut short" else content)
    assert _shipped() == {}

    def make():
        return np.zeros(3, dtype=np.float32)

    folder = tmp_path / "store"
    assert (kept(made_from, make, shape=(3,), folder=folder) == 0).all()
    for path in folder.iterdir():
        path.write_bytes(b"" if content == "cut short" else content)
    assert (kept(made_from, make, shape=(3,), folder=folder) == 0).all()


def test_the_model_is_spared_only_for_messages_that_are_not_urgent(with_examples, monkeypatch):
    cases = read_cases(DATA / "urgent_tuning.jsonl")
    short = [bool(with_examples.seen(case.question)) for case in cases]
    monkeypatch.setattr("chatbot.urgent.flags._MOST_HEARD", 100.0)
    assert short == [bool(with_examples.seen(case.question)) for case in cases]


def test_a_key_is_missed_by_another_one():
    assert len(misspelt_module._NEXT_KEY) == 26
    assert all(chr(typed) != chr(other) for typed, other in misspelt_module._NEXT_KEY.items())
    assert misspelt("ght ght ght ght ght ght ght ght")


def test_every_example_comes_with_its_vector_and_what_is_fitted_to_them(flags, real_encoder):
    """After a change of the examples: `python -m chatbot.urgent --ship`."""
    examples = flags.rules.examples
    texts = [text for found in examples.urgent.values() for text in found] + [*examples.harmless]
    shipped = _shipped()
    learnt, _ = Similar(examples, real_encoder)._learnt
    assert {_key(text, real_encoder.fingerprint) for text in learnt} <= shipped.keys()
    vectors = [shipped[_key(text, real_encoder.fingerprint)] for text in texts]
    some = range(0, len(texts), 100)
    right = real_encoder.encode_texts([texts[number] for number in some])
    assert (np.vecdot(np.array([vectors[number] for number in some]), right) > 0.998).all()


def test_what_is_shipped_is_what_the_examples_give(flags, real_encoder, monkeypatch):
    similar = Similar(flags.rules.examples, real_encoder)
    monkeypatch.setattr(similar, "_fitted", lambda: pytest.fail("the weights are not shipped"))
    assert similar._fit.squares.shape == (384, 384)
    refuse = {"stroke": ("my face is drooping",)}
    other = Similar(Examples(flags.rules.examples.bars, refuse, ("Hello",)), real_encoder)
    made = []
    fitted = other._fitted
    monkeypatch.setattr(other, "_fitted", lambda: made.append(1) or fitted())
    assert other.score("my face is drooping", real_encoder.encode_question("my face")) > 0
    assert made == [1]  # and not the shipped ones, of other examples


def test_an_example_that_is_not_shipped_is_embedded_beside_the_others(real_encoder, tmp_path):
    shipped, new = "I am having chest pain", "a message that nobody has written before"
    for _ in range(2):  # made, and then read
        vectors = embedded((new, shipped, new), real_encoder, folder=tmp_path)
        assert np.allclose(vectors, real_encoder.encode_texts([new, shipped, new]), atol=2e-3)
    assert len(list(tmp_path.iterdir())) == 1


def test_vectors_of_examples_are_kept_and_never_mistaken_for_others(tmp_path, encoder):
    folder = tmp_path / "store"
    made = embedded(["chest pain", "numb feet"], encoder, folder=folder)
    encoder.encoded.clear()
    assert (embedded(["chest pain", "numb feet"], encoder, folder=folder) == made).all()
    assert encoder.encoded == []
    embedded(["chest pain", "numb toes"], encoder, folder=folder)
    assert encoder.encoded == ["chest pain", "numb toes"]
    for path in folder.iterdir():
        path.write_bytes(b"damaged")
    assert (embedded(["chest pain", "numb feet"], encoder, folder=folder) == made).all()
    (tmp_path / "file").write_text("no folder")
    assert embedded(["chest pain"], encoder, folder=tmp_path / "file").shape == (1, 64)

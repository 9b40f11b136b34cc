import json
import math
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from corpus.load import load_corpus
from index import Index, IndexFolder, build_index, threshold
from index.calibration.asked import ask, without_answers
from index.calibration.borders import Border, cross_judged, draw
from index.calibration.fit import FEWEST_QUESTIONS, read_general
from index.calibration.model import Calibration, Point
from index.calibration.questions import background, known_questions
from index.gather import gather
from index.logistic import Logistic, fit
from tests.conftest import WordCountEncoder

TOPICS = ("walking", "sleep", "water", "balance", "stairs", "cycling", "gardening", "rest")


@pytest.fixture
def clinic(write, tmp_path):
    """A corpus large enough to draw borders for, without questions of its own."""
    for topic in TOPICS:
        sections = "".join(
            f"## What is {topic} number {number}?\n\n"
            f"Part {number} of {topic} helps knees. Try {topic} with a friend on day {number}.\n\n"
            for number in range(6)
        )
        write(f"{topic}.md", f"# {topic}\n\n{sections}", folder="clinic")
    return tmp_path / "clinic"


@pytest.fixture
def asking_clinic(clinic):
    """The same with a hundred and more questions in its front matter."""
    for topic in TOPICS:
        path = clinic / f"{topic}.md"
        lines = "".join(
            f"  - question: {wording} {topic} on day {number}?\n"
            f"    section: What is {topic} number {number}?\n"
            for number in range(6)
            for wording in ("May I try", "Who helps with", "Is it wise to begin")
        )
        text = path.read_text(encoding="utf-8")
        head, body = text.split("---\n# ", 1)
        path.write_text(f"{head}questions:\n{lines}---\n# {body}", encoding="utf-8")
    return clinic


def calibration_of(folder, store, encoder):
    return Index.open(folder, store=store, encoder=encoder).manifest.calibration


def models(calibration):
    return calibration.answers, calibration.subject, calibration.passage


@pytest.mark.parametrize("kind", ["with_borders", "alone"])
def test_no_signal_speaks_against_an_answer(kind):
    for model in models(getattr(read_general(), kind)):
        assert min(model.weights.values()) >= 0
        for name in model.weights:
            rising = [model.probability({name: value}) for value in np.linspace(-3, 3, 13)]
            assert rising == sorted(rising)


def test_probabilities_lie_within_0_and_1():
    general = read_general().with_borders
    for extreme in (-1e9, -1.0, 0.0, 1.0, 1e9):
        for model in models(general):
            assert 0 <= model.probability(dict.fromkeys(model.weights, extreme)) <= 1


def test_a_signal_that_misleads_gets_no_weight():
    samples = [{"good": float(i % 2), "bad": -float(i % 2)} for i in range(40)]
    right = np.array([i % 2 == 1 for i in range(40)])
    found = fit(samples, right, ("good", "bad"), weight=np.ones(40))
    assert found.weights["good"] > 0
    assert found.weights["bad"] == 0


def test_one_signal_is_weighed_as_by_hand():
    """Signal 0: 1 of 4 right; signal 1: 3 of 4. So log-odds are -ln 3 and ln 3."""
    samples = [{"it": 0.0}] * 4 + [{"it": 1.0}] * 4
    right = np.array([True, False, False, False, True, True, True, False])
    found = fit(samples, right, ("it",), weight=np.ones(8), penalty=0.0)
    assert found.intercept == pytest.approx(-math.log(3), abs=1e-3)
    assert found.weights["it"] == pytest.approx(2 * math.log(3), abs=1e-3)


def test_nothing_is_learned_from_one_side_alone():
    with pytest.raises(ValueError, match="2 of 2"):
        fit([{"it": 1.0}] * 2, np.array([True, True]), ("it",), weight=np.ones(2))


def test_recalibrating_keeps_the_order():
    model = Logistic(0.0, {"it": 1.0})
    samples = [{"it": float(i)} for i in range(-5, 5)]
    right = np.array([i >= 2 or i == -4 for i in range(-5, 5)])
    found = model.recalibrated(samples, right, np.ones(10))
    sure = [found.probability(sample) for sample in samples]
    assert sure == sorted(sure)
    assert np.mean(sure) == pytest.approx(right.mean(), abs=1e-3)


def sides_of_a_ring(count=200):
    """Inside lies a ring around what is outside: no plane parts the two."""
    generator = np.random.default_rng(0)
    angle, inside = generator.uniform(0, 2 * np.pi, count), np.arange(count) % 2 == 0
    radius = np.where(inside, 1.0, 0.2) + generator.normal(0, 0.05, count)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), inside


NO_SENTENCES = np.empty((0, 2))


def test_a_border_parts_what_no_plane_can():
    vectors, inside = sides_of_a_ring()
    # On a sphere, as an encoder's vectors are.
    vectors = np.hstack([vectors, np.ones((len(vectors), 1))])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = draw(vectors, inside, np.empty((0, 3))).side(vectors)
    assert ((found > 0) == inside).mean() > 0.9
    plane = LogisticRegression(C=1000).fit(vectors[:, :2], inside)
    assert plane.score(vectors[:, :2], inside) < 0.7


def test_a_border_agrees_with_scikit_learn():
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(80, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    inside = vectors[:, 0] > 0.1
    weight = np.where(inside, 80 / (2 * inside.sum()), 80 / (2 * (~inside).sum()))
    machine = SVC(C=3.0, gamma=1.5).fit(vectors, inside, sample_weight=weight)
    found = draw(vectors, inside, np.empty((0, 8))).side(vectors)
    assert np.allclose(found, machine.decision_function(vectors), atol=0.01)


def test_no_question_is_judged_by_a_border_drawn_with_it():
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(60, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    inside, folds = generator.random(60) < 0.5, np.arange(60) % 4 - 1
    none = np.empty((0, 8))
    judged = cross_judged(vectors, inside, folds, none)
    for fold in range(3):
        out = folds == fold
        without = draw(vectors[~out], inside[~out], none)
        assert np.allclose(judged[out], without.side(vectors[out]))
    assert not judged[folds == -1].any()


def test_sentences_stand_in_for_questions():
    outside = np.eye(4)[[0, 0, 1, 1]]
    border = draw(outside, np.zeros(4, dtype=bool), np.eye(4)[[2, 3]])
    assert border.side(np.eye(4)[2]) > 0 > border.side(np.eye(4)[0])


def test_a_border_comes_back_from_its_file(tmp_path):
    vectors, inside = sides_of_a_ring()
    border = draw(vectors, inside, NO_SENTENCES)
    border.save(tmp_path / "border.npy")
    read = Border.open(tmp_path / "border.npy")
    assert np.array_equal(read.side(vectors), border.side(vectors))


def test_a_corpus_of_three_documents_takes_what_is_shipped(leaflets, tmp_path, encoder):
    found = calibration_of(leaflets, tmp_path / "store", encoder)
    assert found == read_general().alone
    assert found.source == "general"
    assert not list((tmp_path / "store").glob("*/*/border-*"))
    assert encoder.encoded.count("what is the capital of France?") == 0


def test_a_corpus_without_questions_draws_its_own_borders(clinic, tmp_path, encoder):
    found = calibration_of(clinic, tmp_path / "store", encoder)
    assert found.source == "background"
    assert found.answers == read_general().with_borders.answers
    borders = Index.open(clinic, store=tmp_path / "store", encoder=encoder).borders
    assert set(borders) == {"territory", "subject_side"}
    assert {border.centres.shape[1] for border in borders.values()} == {encoder.dimension}
    assert all(point.rightly is None for point in found.answered)


def test_a_corpus_with_questions_is_fitted_on_them(asking_clinic, tmp_path, encoder):
    found = calibration_of(asking_clinic, tmp_path / "store", encoder)
    assert found.source == "own questions"
    assert found.questions == 144 >= FEWEST_QUESTIONS
    assert all(point.rightly is not None for point in found.answered)


def test_thresholds_meet_their_errors_on_what_they_were_measured_on(
    asking_clinic, tmp_path, encoder
):
    found = calibration_of(asking_clinic, tmp_path / "store", encoder)
    for points in (found.answered, found.related):
        thresholds = [point.threshold for point in points]
        assert thresholds == sorted(thresholds)
        wrongly = [point.wrongly for point in points]
        assert wrongly == sorted(wrongly, reverse=True)
        assert wrongly[-1] <= 0.005
        for point in points:
            assert threshold(points, point.wrongly) == pytest.approx(point.threshold)


def test_a_smaller_error_never_lowers_the_threshold():
    points = [Point(0.2, 0.4, 0.99), Point(0.5, 0.1, 0.9), Point(0.9, 0.01, 0.5)]
    found = [threshold(points, error) for error in (0.9, 0.4, 0.2, 0.1, 0.05, 0.01, 0.001)]
    assert found == sorted(found)
    assert found[0] == pytest.approx(0.2)
    assert found[-1] == pytest.approx(0.9)


def test_the_calibration_comes_back_from_the_manifest(asking_clinic, tmp_path, encoder):
    built = build_index(asking_clinic, encoder, store=tmp_path / "store")
    read = IndexFolder.of(asking_clinic, tmp_path / "store").manifest()
    assert read.calibration == built.manifest.calibration
    assert msgspec.json.decode(msgspec.json.encode(read.calibration), type=Calibration)


def test_a_later_build_gives_the_bytes_of_a_full_one(asking_clinic, tmp_path, encoder):
    extra = asking_clinic / "sleep.md"
    whole = extra.read_text(encoding="utf-8")
    extra.write_text(whole.replace("knees", "hips"), encoding="utf-8")
    build_index(asking_clinic, encoder, store=tmp_path / "grown")
    extra.write_text(whole, encoding="utf-8")
    build_index(asking_clinic, encoder, store=tmp_path / "grown")
    build_index(asking_clinic, encoder, store=tmp_path / "fresh", full=True)
    grown, fresh = (next((tmp_path / s).glob("*/manifest.json")) for s in ("grown", "fresh"))
    assert grown.read_bytes() == fresh.read_bytes()


def test_a_later_build_embeds_only_what_is_new(clinic, tmp_path):
    first, later, other = WordCountEncoder(), WordCountEncoder(), WordCountEncoder()
    asked = {known.question for known in background()}
    build_index(clinic, first, store=tmp_path / "store")
    assert asked <= set(first.encoded)
    page = clinic / "sleep.md"
    page.write_text(page.read_text().replace("day 3", "day three"))
    build_index(clinic, later, store=tmp_path / "store")
    assert len(later.encoded) == 3  # a heading, its text and the sentence in it that is new
    assert sum("day three" in text for text in later.encoded) == 2
    # Another corpus in the same store asks the same questions.
    build_index(shutil.copytree(clinic, tmp_path / "other"), other, store=tmp_path / "store")
    assert not asked & set(other.encoded)
    build_index(clinic, WordCountEncoder(), store=tmp_path / "fresh", full=True)
    grown, fresh = (next((tmp_path / s).glob("clinic-*/manifest.json")) for s in ("store", "fresh"))
    assert grown.read_bytes() == fresh.read_bytes()


@pytest.mark.parametrize("damage", [b"", b"x", b"x" * 100_000])
def test_damaged_vectors_of_background_questions_are_made_again(clinic, tmp_path, damage):
    build_index(clinic, WordCountEncoder(), store=tmp_path / "store")
    (kept,) = (tmp_path / "store").glob("models/*/background-*")
    whole = kept.read_bytes()
    kept.write_bytes(damage)
    page = clinic / "sleep.md"
    page.write_text(page.read_text().replace("day 3", "day three"))
    build_index(clinic, WordCountEncoder(), store=tmp_path / "store")
    build_index(clinic, WordCountEncoder(), store=tmp_path / "fresh")
    grown, fresh = (next((tmp_path / s).glob("*/manifest.json")) for s in ("store", "fresh"))
    assert grown.read_bytes() == fresh.read_bytes()
    assert len(kept.read_bytes()) >= len(whole)


def test_questions_enough_need_no_sentences(clinic, tmp_path, encoder):
    """They stand for questions where few are known, and are in the way where many are."""
    many = "".join(
        json.dumps({"question": f"Is it {n} {t}?", "sections": [f"{t} > What is {t} number 1?"]})
        + "\n"
        for t in TOPICS
        for n in range(120)
    )
    build_index(clinic, WordCountEncoder(), store=tmp_path / "few")
    (clinic / "questions.jsonl").write_text(many)
    build_index(clinic, encoder, store=tmp_path / "many")
    assert list((tmp_path / "few").glob("*/*/sentences.npy"))
    assert not list((tmp_path / "many").glob("*/*/sentences.npy"))
    assert not any(text.endswith("with a friend on day 2.") for text in encoder.encoded[-400:])


def test_a_section_taken_out_is_nowhere_in_the_hits(asking_clinic, tmp_path, encoder):
    index = Index.open(asking_clinic, store=tmp_path / "store", encoder=encoder)
    documents = tuple(index.documents.values())
    own = [k for k in known_questions(documents, index.passages) if k.kind == "answerable"]
    for known in own:
        hits = index.search(known.question, count=100)
        left = without_answers(known, hits)
        assert len(left) == len(hits) - 1
        assert not any(known.is_answered_by(hit.passage) for hit in left)


def test_no_question_is_judged_by_a_search_that_has_learnt_from_it(asking_clinic, encoder):
    corpus = load_corpus(asking_clinic)
    material, _ = gather(corpus, encoder)
    known = known_questions(corpus.documents, material.passages)
    embed = encoder.encode_texts
    asked = ask(known, material, corpus.documents, questions=embed, sentences=embed)
    own = asked.of("answerable")
    assert own.sum() == 144
    taught = material.searcher()
    for row in np.flatnonzero(own):
        question = known[row].question
        (best,) = taught.search(question, material.questions[question], count=1)
        assert best.known == pytest.approx(1, abs=1e-5)
        assert max(hit.known for hit in asked.hits[row]) < 0.99


def test_confidence_falls_with_the_place(asking_clinic, tmp_path, encoder):
    index = Index.open(asking_clinic, store=tmp_path / "store", encoder=encoder)
    found = index.find("Who helps with cycling on day 3?", count=30)
    assert [hit.passage for hit in found.hits] == [
        hit.passage for hit in index.search("Who helps with cycling on day 3?", count=30)
    ]
    sure = [hit.confidence for hit in found.hits]
    assert sure == sorted(sure, reverse=True)
    assert all(0 <= one <= 1 for one in (*sure, found.answers, found.subject))


def test_a_question_without_words_is_not_answered(leaflets, tmp_path, encoder):
    index = Index.open(leaflets, store=tmp_path / "store", encoder=encoder)
    assert index.find("", count=3).answers < 0.5


def test_background_questions_are_different_and_of_both_kinds():
    questions = [known.question for known in background()]
    assert len(set(questions)) == len(questions)
    assert {known.kind for known in background()} == {"near miss", "elsewhere"}
    assert not any(known.sections for known in background())


def test_no_question_that_is_measured_on_is_shipped():
    data = Path(__file__).parents[1] / "data"
    measured = {
        " ".join(json.loads(line)["question"].casefold().split())
        for file in (data / "paraphrases.jsonl", *sorted((data / "heldback").rglob("*.jsonl")))
        for line in file.read_text(encoding="utf-8").splitlines()
    }
    assert len(measured) > 500
    shipped = [known.question for known in background()]
    shipped += [q.question for document in load_corpus().documents for q in document.questions]
    assert not measured & {" ".join(question.casefold().split()) for question in shipped}

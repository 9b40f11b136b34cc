import json

import numpy as np
import pytest
from scipy.special import log_softmax

from index import Index, build_index
from index.errors import CorruptIndex
from index.logistic import choose
from index.store import verify_index
from index.taught import Taught

WALKING = "# Walking\n\n## Shoes\n\nWear good shoes.\n\n## Hills\n\nGo slowly up hills.\n"
QUESTIONS = (
    {"question": "Which trainers suit me?", "sections": ["walking > Shoes"]},
    {"question": "Steep paths and breath", "sections": ["walking > Hills"]},
)


@pytest.fixture
def folder(write, tmp_path):
    write("walking.md", WALKING, folder="clinic")
    write("sleep.md", "# Sleep\n\n## Nights\n\nRest in the dark.\n", folder="clinic")
    lines = "\n".join(json.dumps(line) for line in QUESTIONS)
    (tmp_path / "clinic" / "questions.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path / "clinic"


def first(index, question):
    return index.search(question, count=1)[0]


def test_a_section_is_found_by_words_that_only_its_questions_hold(folder, tmp_path, encoder):
    index = Index.open(folder, store=tmp_path / "store", encoder=encoder)
    assert first(index, "trainers").passage.section[-1] == "Shoes"
    assert first(index, "steep paths").passage.section[-1] == "Hills"
    (folder / "questions.jsonl").unlink()
    plain = Index.open(folder, store=tmp_path / "store", encoder=encoder)
    assert plain.searcher.taught is None
    assert first(plain, "trainers").lexical == 0


def test_nearness_is_the_best_cosine_of_a_passages_own_questions():
    generator = np.random.default_rng(0)
    questions = generator.normal(size=(6, 8)).astype(np.float32)
    questions /= np.linalg.norm(questions, axis=1, keepdims=True)
    pairs = [(0, 3), (1, 3), (2, 1), (3, 1), (4, 1), (5, 0), (0, 0)]
    vectors = generator.normal(size=(5, 8)).astype(np.float32)
    taught = Taught.learn(vectors, questions, pairs)
    asked = questions[1]
    by_hand = np.full(5, -np.inf)
    for question, row in pairs:
        by_hand[row] = max(by_hand[row], questions[question] @ asked)
    found = taught.nearness(asked)
    assert found.rows.tolist() == [0, 1, 3]
    assert np.allclose(found.of(np.arange(5), otherwise=np.full(5, -np.inf)), by_hand)
    assert found.best(1).tolist() == [3]


def test_learning_raises_the_chance_of_the_right_passages_and_leaves_others():
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(6, 8))
    questions = generator.normal(size=(12, 8))
    answers = np.zeros((12, 6))
    answers[np.arange(12), np.arange(12) % 5] = 1  # nothing leads to the last passage

    def chance(of):
        return (answers * log_softmax(2 * questions @ of.T, axis=1)).sum()

    found = choose(questions, answers, vectors, sharpness=2, penalty=0.3, steps=200)
    assert chance(found) > chance(vectors) + 1
    # At the minimum the slope is zero: a hand-written one agrees.
    odds = np.exp(log_softmax(2 * questions @ found.T, axis=1))
    slope = 2 * (odds - answers).T @ questions + 2 * 0.3 * (found - vectors)
    assert np.abs(slope).max() < 0.02
    held = choose(questions, answers, vectors, sharpness=2, penalty=1e6)
    assert np.allclose(held, vectors, atol=1e-3)


def test_a_table_too_large_to_hold_leaves_the_vectors_as_they_are(monkeypatch):
    monkeypatch.setattr("index.taught._LARGEST_TABLE", 3)
    vectors = np.eye(4, dtype=np.float32)
    taught = Taught.learn(vectors, vectors[:1], [(0, 2)])
    assert np.array_equal(taught.vectors, vectors)
    assert taught.nearness(vectors[0]).best(1).tolist() == [2]
    assert not taught.moved


def test_a_later_build_embeds_only_new_questions(folder, tmp_path, encoder):
    store = tmp_path / "store"
    build_index(folder, encoder, store=store)
    encoder.encoded.clear()
    with (folder / "questions.jsonl").open("a", encoding="utf-8") as opened:
        opened.write('\n{"question": "Boots or sandals?", "sections": ["walking > Shoes"]}\n')
    build_index(folder, encoder, store=store)
    assert list(encoder.encoded) == ["Boots or sandals?"]
    build_index(folder, encoder, store=tmp_path / "fresh")
    grown, fresh = (next(s.glob("*/manifest.json")) for s in (store, tmp_path / "fresh"))
    assert grown.read_bytes() == fresh.read_bytes()


def test_taught_vectors_of_another_shape_are_no_index(folder, tmp_path, encoder):
    taught = Taught(np.zeros((2, 4), np.float32), np.zeros((1, 4), np.float32), np.zeros((1, 2)))
    built = build_index(folder, encoder, store=tmp_path / "store")
    (data,) = (tmp_path / "store").glob(f"*/{built.manifest.data}")
    taught.save(data)
    with pytest.raises(CorruptIndex, match="taught-"):
        verify_index(folder, store=tmp_path / "store")


def test_many_passages_are_taught_without_a_second_vector_of_each(
    folder, tmp_path, encoder, monkeypatch
):
    monkeypatch.setattr("index.dense.EXACT_LIMIT", 1)
    index = Index.open(folder, store=tmp_path / "store", encoder=encoder)
    names = {name for name in index.manifest.files if name.startswith("taught-")}
    assert names == {"taught-pairs.npy", "taught-questions.npy"}
    assert index.searcher.taught.vectors is index.searcher.vectors
    assert first(index, "trainers").passage.section[-1] == "Shoes"
    assert first(index, "steep paths").passage.section[-1] == "Hills"

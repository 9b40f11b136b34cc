import numpy as np
import pytest

from index import build_index, verify_index
from index.disk.kept import KeptVectors
from tests.conftest import WordCountEncoder
from tests.index.test_store import contents


class Stopped(WordCountEncoder):
    """Ends after so many calls, as a process does that is killed."""

    def __init__(self, calls):
        super().__init__()
        self.calls = calls

    def encode_texts(self, texts, /, *, progress=None):
        if not self.calls:
            raise KeyboardInterrupt
        self.calls -= 1
        return super().encode_texts(texts, progress=progress)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr("index.disk.kept._PART", 2)


def test_a_build_that_was_stopped_goes_on_and_writes_the_same_bytes(leaflets, tmp_path, encoder):
    store, full = tmp_path / "store", tmp_path / "full"
    first = Stopped(calls=2)
    with pytest.raises(KeyboardInterrupt):
        build_index(leaflets, first, store=store)
    assert len(first.encoded) == 4
    second = WordCountEncoder()
    build_index(leaflets, second, store=store)
    build_index(leaflets, encoder, store=full)
    assert first.encoded + second.encoded == encoder.encoded
    assert contents(store) == contents(full)
    verify_index(leaflets, store=store)


def test_what_another_model_has_left_behind_is_not_used(leaflets, tmp_path, encoder):
    store = tmp_path / "store"
    with pytest.raises(KeyboardInterrupt):
        build_index(leaflets, Stopped(calls=2), store=store)
    encoder.fingerprint = "word-count-2"
    build_index(leaflets, encoder, store=store)
    assert len(encoder.encoded) == 8
    assert sorted(path.name[:5] for path in next(store.glob("leaflets-*/")).iterdir()) == [
        "data-",
        "manif",
    ]


@pytest.mark.parametrize("size", range(0, 900, 37))
def test_a_file_that_ends_anywhere_gives_what_is_whole(tmp_path, encoder, size):
    texts = ["one", "one two", "one two three"]
    path = tmp_path / "vectors"
    expected = KeptVectors(path, encoder).vectors(texts)
    path.write_bytes(path.read_bytes()[:size])
    again = WordCountEncoder()
    assert (KeptVectors(path, again).vectors(texts) == expected).all()
    assert len(again.encoded) == 3 - size // (32 + 4 * 64 + 4)
    assert (KeptVectors(path, Stopped(calls=0)).vectors(texts) == expected).all()


def test_a_damaged_record_is_made_again(tmp_path, encoder):
    path = tmp_path / "vectors"
    expected = KeptVectors(path, encoder).vectors(["one", "two"])
    damaged = bytearray(path.read_bytes())
    damaged[100] ^= 1
    path.write_bytes(damaged)
    again = WordCountEncoder()
    assert (KeptVectors(path, again).vectors(["one", "two"]) == expected).all()
    assert len(again.encoded) == 1
    assert np.isfinite(expected).all()

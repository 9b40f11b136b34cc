import hashlib
import os
import time

import pytest

from index.disk.hashes import Hashes


@pytest.fixture
def settled(monkeypatch):
    monkeypatch.setattr("index.disk.hashes._SETTLED", -1.0)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def test_a_hash_is_that_of_the_bytes(tmp_path):
    (tmp_path / "file").write_bytes(b"one")
    assert Hashes().sha256(tmp_path / "file") == sha256(b"one")
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]
    with pytest.raises(OSError, match="nothing"):
        Hashes(tmp_path).sha256(tmp_path / "nothing")


def test_a_file_that_was_not_touched_is_not_read_again(tmp_path, settled, monkeypatch):
    file = tmp_path / "file"
    file.write_bytes(b"one")
    first = Hashes(tmp_path)
    first.sha256(file)
    first.keep()
    monkeypatch.setattr("index.disk.hashes.hashlib", None)
    assert Hashes(tmp_path).sha256(file) == sha256(b"one")
    with pytest.raises(AttributeError):
        Hashes(tmp_path, believe=False).sha256(file)


@pytest.mark.parametrize("change", ["longer", "same size", "same size and time", "replaced"])
def test_a_file_that_was_changed_is_read_again(tmp_path, settled, change):
    file = tmp_path / "file"
    file.write_bytes(b"one")
    before = file.stat()
    first = Hashes(tmp_path)
    first.sha256(file)
    first.keep()
    time.sleep(0.05)  # several ticks of a file system's clock
    content = b"three" if change == "longer" else b"two"
    if change == "replaced":
        (tmp_path / "other").write_bytes(content)
        os.replace(tmp_path / "other", file)
    else:
        file.write_bytes(content)
    if change == "same size and time":
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert Hashes(tmp_path).sha256(file) == sha256(content)


def test_a_file_that_changed_just_now_is_not_remembered(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"one")
    hashes = Hashes(tmp_path)
    hashes.sha256(file)
    hashes.keep()
    assert not (tmp_path / "hashes.json").exists()


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": 1}', b"[]", b"\xff"])
def test_a_damaged_memory_is_none(tmp_path, settled, content):
    (tmp_path / "file").write_bytes(b"one")
    (tmp_path / "hashes.json").write_bytes(content)
    hashes = Hashes(tmp_path)
    assert hashes.sha256(tmp_path / "file") == sha256(b"one")
    hashes.keep()
    assert Hashes(tmp_path).sha256(tmp_path / "file") == sha256(b"one")


def test_files_that_are_gone_are_forgotten(tmp_path, settled):
    hashes = Hashes(tmp_path)
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(name.encode())
        hashes.sha256(tmp_path / name)
    (tmp_path / "one").unlink()
    hashes.keep()
    kept = (tmp_path / "hashes.json").read_text()
    assert "two" in kept
    assert "/one" not in kept


def test_what_others_have_kept_is_kept_by_one_who_believes_nothing(tmp_path, settled):
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(name.encode())
    first = Hashes(tmp_path)
    first.sha256(tmp_path / "one")
    first.keep()
    second = Hashes(tmp_path, believe=False)
    second.sha256(tmp_path / "two")
    second.keep()
    kept = (tmp_path / "hashes.json").read_text()
    assert "/one" in kept
    assert "/two" in kept


def test_a_store_that_cannot_be_written_is_no_error(tmp_path, settled):
    (tmp_path / "file").write_bytes(b"one")
    hashes = Hashes(tmp_path / "file")  # which is no folder
    hashes.sha256(tmp_path / "file")
    hashes.keep()

import hashlib
import json
import multiprocessing
import os
import random
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest

from corpus import CorpusError
from index import (
    BuildError,
    CorruptIndex,
    Index,
    IndexFolder,
    MissingIndex,
    StaleIndex,
    UnusableIndex,
    build_index,
    verify_index,
)
from index.dense import Dense
from index.disk import folder as index_folder
from index.disk.contents import read_contents
from index.disk.folder import Manifest
from tests.conftest import WordCountEncoder

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = multiprocessing.get_context("spawn")


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store"


def contents(store):
    """Every file of the store but the locks and the times of files, with its bytes."""
    return {
        path.relative_to(store).as_posix(): path.read_bytes()
        for path in store.rglob("*")
        if path.is_file() and path.suffix != ".lock" and path.name != "hashes.json"
    }


def write_manifest(path, manifest):
    """Write a manifest as somebody would who means harm: with a right checksum."""
    forged = msgspec.convert(manifest, Manifest).with_checksum()
    path.write_bytes(msgspec.json.encode(forged))


def search(folder, store, question="Can I swim?"):
    return Index.open(folder, store=store, encoder=WordCountEncoder(), build=False).search(question)


def test_every_passage_is_a_slice_of_its_stored_document(leaflets, store, encoder):
    index = Index.open(leaflets, store=store, encoder=encoder)
    for passage in index.passages:
        document = index.documents[passage.document_id]
        assert document.text[passage.start : passage.end] == passage.text
        assert (leaflets / document.file).read_text(encoding="utf-8") == document.text


def test_an_index_is_never_inside_the_corpus_folder(leaflets, store, encoder):
    before = sorted(leaflets.rglob("*"))
    Index.open(leaflets, store=store, encoder=encoder)
    assert sorted(leaflets.rglob("*")) == before


def test_manifest_describes_every_file(leaflets, store, encoder):
    Index.open(leaflets, store=store, encoder=encoder)
    (path,) = store.glob("*/manifest.json")
    manifest = json.loads(path.read_text())
    assert manifest["format"] == 4
    assert manifest["model"]["fingerprint"] == encoder.fingerprint
    names = ("sleep", "walking", "water")
    hashes = [hashlib.sha256((leaflets / f"{name}.md").read_bytes()).hexdigest() for name in names]
    lines = "".join(f"{name}\0{one}\n" for name, one in zip(names, hashes, strict=True))
    assert manifest["documents"] == 3
    assert manifest["documents_digest"] == hashlib.sha256(lines.encode()).hexdigest()
    found = {
        file.relative_to(path.parent / manifest["data"]).as_posix(): {
            "bytes": file.stat().st_size,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        }
        for file in (path.parent / manifest["data"]).rglob("*")
        if file.is_file()
    }
    assert found == manifest["files"]


def test_nothing_is_pickled(leaflets, store, encoder):
    Index.open(leaflets, store=store, encoder=encoder)
    assert {Path(name).suffix for name in contents(store)} == {".json", ".jsonl", ".npy"}
    for name in contents(store):
        if name.endswith(".npy"):
            np.load(store / name, allow_pickle=False)


def test_missing_index_is_an_error_without_building(leaflets, store, encoder):
    with pytest.raises(MissingIndex, match=r"python -m index build --corpus=.*leaflets --store="):
        Index.open(leaflets, store=store, encoder=encoder, build=False)


@pytest.mark.parametrize("change", ["edit", "add", "remove", "rename", "references"])
def test_a_changed_corpus_is_stale_and_is_built_anew(leaflets, store, encoder, change, write):
    Index.open(leaflets, store=store, encoder=encoder)
    if change == "edit":
        with (leaflets / "sleep.md").open("a") as opened:
            opened.write("\nRest is not laziness.\n")
    elif change == "add":
        write("new.md", "New.\n")
    elif change == "remove":
        (leaflets / "sleep.md").unlink()
    elif change == "rename":
        (leaflets / "sleep.md").rename(leaflets / "slumber.md")
    else:
        (leaflets / "references.json").write_text("[]")
    with pytest.raises(StaleIndex, match="changed"):
        search(leaflets, store)
    said = []
    Index.open(leaflets, store=store, encoder=encoder, report=said.append)
    assert said == ["The documents have changed since the index was built. Building it now."]
    search(leaflets, store)
    verify_index(leaflets, store=store)


def test_another_model_is_stale(leaflets, store, encoder):
    Index.open(leaflets, store=store, encoder=encoder)
    other = WordCountEncoder()
    other.fingerprint = "word-count-2"
    with pytest.raises(StaleIndex, match="another model"):
        Index.open(leaflets, store=store, encoder=other, build=False)


def test_an_index_of_another_format_is_stale(leaflets, store, encoder):
    Index.open(leaflets, store=store, encoder=encoder)
    (path,) = store.glob("*/manifest.json")
    path.write_text(path.read_text().replace('"format": 4', '"format": 0'))
    with pytest.raises(StaleIndex, match="format"):
        search(leaflets, store)


def test_an_index_made_by_other_code_is_stale_and_its_vectors_are_kept(
    leaflets, store, encoder, monkeypatch
):
    Index.open(leaflets, store=store, encoder=encoder)
    encoder.encoded.clear()
    monkeypatch.setattr("index.made_by.program", lambda: "changed")
    monkeypatch.setattr("index.store.program", lambda: "changed")
    with pytest.raises(StaleIndex, match="another version"):
        search(leaflets, store)
    Index.open(leaflets, store=store, encoder=encoder)
    assert encoder.encoded == []


def test_an_index_that_does_not_decode_is_corrupt_and_is_mended(leaflets, store, encoder):
    right = Index.open(leaflets, store=store, encoder=encoder).search("Can I swim?")
    (path,) = store.glob("*/manifest.json")
    manifest = json.loads(path.read_text())
    passages = path.parent / manifest["data"] / "passages.jsonl"
    passages.write_text(passages.read_text().replace('"document_id"', '"document"'))
    manifest["files"]["passages.jsonl"] = {
        "bytes": passages.stat().st_size,
        "sha256": hashlib.sha256(passages.read_bytes()).hexdigest(),
    }
    write_manifest(path, manifest)
    for attempt in (lambda: search(leaflets, store), lambda: verify_index(leaflets, store=store)):
        with pytest.raises(CorruptIndex, match="cannot be read"):
            attempt()
    assert Index.open(leaflets, store=store, encoder=encoder).search("Can I swim?") == right


def test_a_reader_that_meets_a_build_gets_the_new_index(leaflets, store, encoder, monkeypatch):
    Index.open(leaflets, store=store, encoder=encoder)
    check = index_folder.IndexFolder.check

    def built_in_between(self, manifest, hashes=None):
        monkeypatch.setattr(index_folder.IndexFolder, "check", check)
        (leaflets / "references.json").write_text("[]")
        build_index(leaflets, encoder, store=store)
        return check(self, manifest, hashes)

    monkeypatch.setattr(index_folder.IndexFolder, "check", built_in_between)
    assert "references.jsonl" in read_contents(IndexFolder.of(leaflets, store)).manifest.files


def test_a_store_inside_the_corpus_is_refused(leaflets, encoder):
    with pytest.raises(BuildError, match="inside the folder of documents"):
        build_index(leaflets, encoder, store=leaflets / "store")


def test_equal_passages_have_equal_scores_whatever_their_rows():
    generator = np.random.default_rng(0)
    for count in range(2, 40):
        vectors = np.tile(generator.normal(size=384).astype(np.float32), (count, 1))
        question = generator.normal(size=384).astype(np.float32)
        scores = Dense.exact(vectors).scores(question, np.arange(count))
        assert len(set(scores.tolist())) == 1


def test_the_command_that_mends_can_be_pasted(leaflets, tmp_path):
    odd = tmp_path / "my leaflets; *"
    shutil.copytree(leaflets, odd)
    with pytest.raises(MissingIndex) as caught:
        verify_index(odd, store=tmp_path / "a store")
    command = str(caught.value).split("Run: ")[1]
    assert shlex.split(command) == [
        "python", "-m", "index", "build", f"--corpus={odd}", f"--store={tmp_path / 'a store'}",
    ]  # fmt: skip


def damaged(path):
    """Each way in which a file can be wrong, done to it."""
    content = path.read_bytes()
    path.unlink()
    yield "deleted"
    for size in {0, len(content) // 2, len(content) - 1}:
        path.write_bytes(content[:size])
        yield f"truncated to {size}"
    for place in random.Random(0).sample(range(len(content)), min(8, len(content))):
        changed = bytearray(content)
        changed[place] ^= 1 << (place % 8)
        path.write_bytes(changed)
        yield f"bit changed at {place}"
    path.write_bytes(content)


def refused(folder, store, right):
    """The message of the error that a search ends in, or None when it gives what is right."""
    try:
        assert search(folder, store) == right
    except UnusableIndex as error:
        return str(error)


def test_any_damage_to_any_file_is_noticed_and_mended(leaflets, store, encoder):
    Index.open(leaflets, store=store, encoder=encoder)
    whole = contents(store)
    right = search(leaflets, store)
    for name in whole:
        for damage in damaged(store / name):
            error = refused(leaflets, store, right)
            assert error is None or re.search(r"^[^\n]*python -m index build[^\n]*$", error), damage
    (store / next(name for name in whole if name.endswith("vectors.npy"))).write_bytes(b"x")
    assert Index.open(leaflets, store=store, encoder=encoder).search("Can I swim?") == right
    assert contents(store) == whole


def test_a_manifest_cannot_lead_out_of_its_folder(leaflets, store, encoder):
    Index.open(leaflets, store=store, encoder=encoder)
    (path,) = store.glob("*/manifest.json")
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "data": "../../leaflets"}))
    with pytest.raises(CorruptIndex, match="checksum"):
        search(leaflets, store)
    write_manifest(path, {**manifest, "data": "../../leaflets"})
    with pytest.raises(CorruptIndex, match="elsewhere"):
        search(leaflets, store)


def test_a_passage_that_is_no_slice_is_refused_even_with_right_hashes(leaflets, store, encoder):
    Index.open(leaflets, store=store, encoder=encoder)
    (path,) = store.glob("*/manifest.json")
    manifest = json.loads(path.read_text())
    passages = path.parent / manifest["data"] / "passages.jsonl"
    passages.write_text(passages.read_text().replace("Water carries you", "Water carries all"))
    manifest["files"]["passages.jsonl"] = {
        "bytes": passages.stat().st_size,
        "sha256": hashlib.sha256(passages.read_bytes()).hexdigest(),
    }
    write_manifest(path, manifest)
    with pytest.raises(CorruptIndex, match="not a part of its document"):
        search(leaflets, store)


def test_verification_proves_a_good_index_and_refuses_a_changed_document(leaflets, store, encoder):
    with pytest.raises(MissingIndex):
        verify_index(leaflets, store=store)
    Index.open(leaflets, store=store, encoder=encoder)
    assert verify_index(leaflets, store=store).passages == 4
    (leaflets / "sleep.md").write_text((leaflets / "sleep.md").read_text() + "\n")
    with pytest.raises(StaleIndex):
        verify_index(leaflets, store=store)


def test_incremental_build_embeds_what_changed_and_writes_the_bytes_of_a_full_one(
    leaflets, tmp_path, store, encoder, write
):
    build_index(leaflets, encoder, store=store)
    write("sleep.md", "# sleep\n\n## Why is sleep hard?\n\nPain wakes you. A dark room may help.\n")
    (leaflets / "walking.md").rename(leaflets / "strolling.md")
    write("new.md", "## Who can help?\n\nA physiotherapist can help.\n")
    encoder.encoded.clear()
    built = build_index(leaflets, encoder, store=store)
    assert (built.embedded, built.manifest.passages) == (2, 5)
    assert not any("carries" in text for text in encoder.encoded)
    build_index(leaflets, encoder, store=tmp_path / "full", full=True)
    assert contents(store) == contents(tmp_path / "full")


def test_an_index_that_is_up_to_date_is_left_alone(leaflets, store, encoder):
    build_index(leaflets, encoder, store=store)
    encoder.encoded.clear()
    assert build_index(leaflets, encoder, store=store).unchanged
    assert encoder.encoded == []


def test_a_bad_document_stops_the_build_and_keeps_the_old_index(leaflets, store, encoder):
    build_index(leaflets, encoder, store=store)
    before = contents(store)
    (leaflets / "bad.md").write_bytes(b"\xff")
    with pytest.raises(CorpusError, match=r"bad\.md"):
        build_index(leaflets, encoder, store=store)
    assert contents(store) == before


def build(folder, store, seed):
    os.environ["PYTHONHASHSEED"] = str(seed)
    build_index(folder, WordCountEncoder(), store=store)


def test_two_builds_at_once_leave_one_whole_index(leaflets, tmp_path, store):
    processes = [CONTEXT.Process(target=build, args=(leaflets, store, seed)) for seed in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    verify_index(leaflets, store=store)
    build(leaflets, tmp_path / "alone", 9)
    assert contents(store) == contents(tmp_path / "alone")


def build_forever(folder, store):
    """Change a document and build, again and again, until killed."""
    for number in range(10_000):
        (folder / "sleep.md").write_text(
            (folder / "walking.md").read_text().replace("walking", f"sleep {number}")
        )
        build_index(folder, WordCountEncoder(), store=store)


def test_a_build_killed_at_any_moment_leaves_a_whole_index(leaflets, tmp_path, store, encoder):
    working = tmp_path / "working" / "leaflets"
    shutil.copytree(leaflets, working)
    build_index(working, encoder, store=store)
    place = IndexFolder.of(working, store)
    chance = random.Random(0)
    for _ in range(12):
        process = CONTEXT.Process(target=build_forever, args=(working, store))
        process.start()
        time.sleep(1.5 + chance.random() / 3)  # the first second and a half is the start
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        manifest = place.manifest()
        assert place.check(manifest)
    # Whatever the killed builds left behind, the next one ends in order.
    build_index(working, encoder, store=store)
    verify_index(working, store=store)
    assert sorted(path.name[:5] for path in place.path.iterdir()) == ["data-", "manif"]


def test_a_full_disk_is_one_line_and_keeps_the_old_index(leaflets, store, encoder, write):
    build_index(leaflets, encoder, store=store)
    before = contents(store)
    write("new.md", "## Who can help?\n\nA physiotherapist can help.\n")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))  # the nearest thing to a full disk
    try:
        with pytest.raises(BuildError, match=r"cannot be written .* --store DIR") as caught:
            build_index(leaflets, encoder, store=store)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "\n" not in str(caught.value)
    kept = contents(store)
    # What was embedded stays for the build that follows.
    assert {name: kept[name] for name in kept if "unfinished-vectors-" not in name} == before


def test_a_store_that_cannot_be_made_is_one_line(leaflets, tmp_path, encoder):
    (tmp_path / "file").write_text("")
    with pytest.raises(BuildError, match="--store DIR"):
        build_index(leaflets, encoder, store=tmp_path / "file" / "store")


def test_bytes_do_not_depend_on_the_process(leaflets, tmp_path):
    code = (
        "import sys; from pathlib import Path; from index import build_index\n"
        "from tests.conftest import WordCountEncoder\n"
        "build_index(Path(sys.argv[1]), WordCountEncoder(), store=Path(sys.argv[2]))"
    )
    for seed in "12":
        subprocess.run(
            [sys.executable, "-c", code, str(leaflets), str(tmp_path / seed)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            check=True,
        )
    assert contents(tmp_path / "1") == contents(tmp_path / "2")

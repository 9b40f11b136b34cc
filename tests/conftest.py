"""Small real things that the tests share: a deterministic encoder and corpora of a few lines."""

from __future__ import annotations

import os
import re
import signal
import zlib
from pathlib import Path

import numpy as np
import pytest

from chatbot import Chatbot
from index import load_encoder

# Started in the background, a process ignores an interruption, and so would all that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

SHARED = Path(__file__).resolve().parents[2] / "shared"

FRONT_MATTER = """---
title: {title}
language: en
publisher: Test Clinic
license: CC-BY-4.0
review_status: not clinically reviewed
---
"""


def unavailable(reason: str):
    """Skip a test for want of something, or fail it where everything is required."""
    if os.environ.get("REQUIRE_EVERYTHING"):
        pytest.fail(f"required here: {reason}")
    pytest.skip(reason)


class WordCountEncoder:
    """Counts hashed words: a vector that is a function of its text, for tests without a model."""

    name = "word-count"
    fingerprint = "word-count-1"
    precision = "float32"
    window = 256
    dimension = 64

    def __init__(self) -> None:
        self.encoded: list[str] = []  # what was embedded, for tests of incremental builds

    def count_tokens(self, text, /):
        return len(re.findall(r"\w+|[^\w\s]", text))

    def encode_texts(self, texts, /, *, progress=None):
        self.encoded += texts
        return np.array([self.encode_question(t) for t in texts], np.float32).reshape(-1, 64)

    def encode_question(self, question, /):
        counts = self.word_vectors(self.word_ids(question)[0]).sum(axis=0)
        length = np.linalg.norm(counts)
        return (counts / length if length else counts).astype(np.float32)

    def word_ids(self, text, /):
        words = list(re.finditer(r"\w+", text))
        ids = [zlib.crc32(word[0].casefold().encode()) % 64 for word in words]
        return np.array(ids, np.int32), np.array([word.start() for word in words], np.int32)

    def word_vectors(self, ids, /):
        return np.eye(64, dtype=np.float32)[ids]


@pytest.fixture
def encoder():
    return WordCountEncoder()


@pytest.fixture
def write(tmp_path):
    """Write a Markdown document with front matter into a corpus folder."""

    def write(name: str, body: str, *, title: str | None = None, folder: str = "leaflets") -> Path:
        path = tmp_path / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FRONT_MATTER.format(title=title or path.stem) + body, encoding="utf-8")
        return path

    return write


@pytest.fixture
def leaflets(write, tmp_path):
    """A folder of three small documents."""
    write("walking.md", "# walking\n\n## Is walking safe?\n\nWear good shoes. Check your feet.\n")
    write("sleep.md", "# sleep\n\n## Why is sleep hard?\n\nPain wakes you. A routine may help.\n")
    write(
        "water.md",
        "# water\n\n## Can I swim?\n\nWater carries you. Before you go in:\n\n"
        "- check the temperature with your elbow\n- wear pool shoes\n\n"
        "## Who should ask first?\n\nPeople with open sores ask a nurse.\n",
    )
    return tmp_path / "leaflets"


@pytest.fixture(scope="session")
def real_encoder():
    return load_encoder()


@pytest.fixture(scope="session")
def bundled_store(tmp_path_factory):
    """Where the index of the bundled corpus is, once `bundled` has been asked for."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="session")
def bundled(real_encoder, bundled_store):
    """The bundled corpus, indexed with the real model."""
    return Chatbot.open(store=bundled_store, encoder=real_encoder)


@pytest.fixture
def new_engine(tmp_path):
    """The address of an empty Milvus Lite, which is a file; stopped when the test is over."""
    try:
        import pymilvus  # noqa: F401
        from milvus_lite.server_manager import server_manager_instance as running
    except ModuleNotFoundError:
        unavailable("needs pymilvus and milvus-lite: pip install -r tests/requirements.txt")
    file = tmp_path / "engine.db"
    yield str(file)
    running.release_server(str(file))


@pytest.fixture
def shared():
    """The folder of shared test data; a test that needs it is skipped where it is not."""
    if not SHARED.is_dir():
        unavailable("needs the shared test data, which is not part of the project")
    return SHARED

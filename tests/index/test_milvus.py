"""An index in Milvus gives what the same index on disk gives. The server is Milvus Lite."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import Chatbot
from index import (
    Address,
    CorruptIndex,
    EngineError,
    Index,
    MissingIndex,
    StaleIndex,
    build_index,
    open_pushed,
)
from index.server.milvus import LONGEST_TEXT, TEXT, Milvus
from index.server.push import push
from tests.conftest import WordCountEncoder

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ("Is walking safe?", "Why does pain wake me?", "Can I swim?", "zebra", "the", "")


@pytest.fixture
def send(new_engine, tmp_path, encoder):
    """Build the index of a folder, and push it to the engine."""

    def send(folder, *, name="", **options):
        build_index(folder, encoder, store=tmp_path / "store")
        address = Address.of(f"{new_engine}#{name}")
        return push(folder, address, store=tmp_path / "store", report=str, **options)

    return send


@pytest.fixture
def opened(new_engine, tmp_path, encoder):
    """Open what was pushed last."""

    def opened(*, name="", **options):
        options = {"encoder": encoder, "store": tmp_path / "store", **options}
        return open_pushed(Address.of(f"{new_engine}#{name}"), **options)

    return opened


@pytest.fixture
def tables(new_engine):
    return lambda: Milvus(Address.of(new_engine)).tables()


def on_disk(folder, tmp_path, encoder):
    return Index.open(folder, store=tmp_path / "store", encoder=encoder)


def test_the_bundled_questions_find_the_same_and_are_answered_the_same(
    bundled, bundled_store, new_engine, real_encoder
):
    lines = (ROOT / "tests/data/paraphrases.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    folder = ROOT / "corpus/library/exercise-and-neuropathic-pain"
    push(folder, Address.of(new_engine), store=bundled_store, report=str)
    bot = Chatbot.open(engine=new_engine, store=bundled_store, encoder=real_encoder)
    assert len(questions) > 200
    assert dict(bot.references) == dict(bundled.references) != {}
    for question in questions:
        ours, right = bot._index.find(question), bundled._index.find(question)
        # Scores that differ in their last bits may change places, and nothing else may.
        assert [hit.score for hit in ours.hits] == pytest.approx(
            [hit.score for hit in right.hits], abs=1e-5
        )
        by_row = {hit.row: hit.score for hit in right.hits}
        for hit in ours.hits:
            assert by_row.get(hit.row, right.hits[-1].score) == pytest.approx(hit.score, abs=1e-5)
        assert (ours.answers, ours.subject) == pytest.approx((right.answers, right.subject))
    for question in questions[::8]:
        ours, right = bot.ask(question).to_dict(), bundled.ask(question).to_dict()
        for given_answer in (ours, right):
            for passage in given_answer["passages"]:
                passage["score"] = round(passage["score"], 4)
        assert ours == right


def test_an_index_without_known_questions_gives_the_same(leaflets, send, opened, tmp_path, encoder):
    send(leaflets)
    ours, right = opened(), on_disk(leaflets, tmp_path, encoder)
    for question in QUESTIONS:
        assert ours.find(question) == right.find(question)


def test_a_large_index_gives_the_same(leaflets, write, send, opened, tmp_path, monkeypatch):
    """Its vectors lie on disk in half the bytes, and known questions do not move them."""
    monkeypatch.setattr("index.dense.EXACT_LIMIT", 2)
    asked = {"question": "Can I float?", "sections": ["water > Can I swim?"]}
    (leaflets / "questions.jsonl").write_text(json.dumps(asked) + "\n", encoding="utf-8")
    send(leaflets)
    ours, right = opened(), on_disk(leaflets, tmp_path, WordCountEncoder())
    assert right.searcher.searched.dtype == np.float16
    assert right.searcher.taught is not None
    for question in ("Can I float?", *QUESTIONS):
        assert ours.find(question) == right.find(question)


def test_everything_that_an_index_holds_can_be_read(leaflets, write, send, opened, tmp_path):
    write(
        "cited.md", "# cited\n\nIt helps (Smith, 2017).\n\n## References\n\nSmith, J. (2017). X.\n"
    )
    # Longer than any text of the engine, and longer than a piece's characters would be as ASCII.
    write(
        "long.md", "# long\n\n" + "\n\n".join(f"Schritt {n} ist größer. 🦶" for n in range(3_000))
    )
    send(leaflets)
    ours, right = opened(), on_disk(leaflets, tmp_path, WordCountEncoder())
    assert ours.manifest == right.manifest
    assert dict(ours.documents) == dict(right.documents)
    assert list(ours.documents.values()) == list(right.documents.values())
    assert list(ours.passages) == list(right.passages)
    assert ours.passages[-2:] == list(right.passages[-2:])
    assert len(ours.passages) == len(right.passages) > 70
    assert dict(ours.references) == dict(right.references)
    assert len(ours.references) == 1
    assert ours.summary == right.summary
    assert ours.vocabulary() == right.vocabulary()
    for number, name in enumerate(right.documents):
        assert ours.documents.at(number) == right.documents.at(number)
        assert ours.passages_of(name) == right.passages_of(name) != []
    assert ours.passages_of("none") == []
    for lookup in (lambda: ours.documents["none"], lambda: ours.references["none"]):
        with pytest.raises(KeyError):
            lookup()
    with pytest.raises(IndexError):
        ours.passages[len(right.passages)]


def test_a_passage_without_words_is_an_ordinary_one(leaflets, write, send, opened, tmp_path):
    write("none.md", "Are you?\n", title="The")
    send(leaflets)
    ours, right = opened(), on_disk(leaflets, tmp_path, WordCountEncoder())
    assert {} in list(right.searcher.lexical.by_row())
    for question in ("Are you the one?", "Can I swim?"):
        assert ours.find(question, count=50) == right.find(question, count=50)


def test_an_index_that_is_there_is_not_pushed_again(leaflets, send, tables, opened):
    assert not send(leaflets).unchanged
    before = tables()
    assert send(leaflets).unchanged
    assert tables() == before
    assert not send(leaflets, full=True).unchanged
    assert len(opened().passages) == 4


def test_a_push_switches_in_one_step_and_keeps_what_is_being_asked(
    leaflets, write, send, opened, tables
):
    send(leaflets)
    first = opened()
    for change in ("one", "two"):
        write("walking.md", f"# walking\n\n## Is walking safe?\n\nAnswer {change} is here.\n")
        still = opened().passages[-1]
        send(leaflets)
        assert "Answer" in " ".join(p.text for p in opened().passages)
        assert len(tables()) == 8  # four of the newest, and four of the one before
        if change == "one":
            assert first.passages[-1] == still
            assert first.search("Is walking safe?")[0].passage.text.startswith("Wear good shoes.")
    with pytest.raises(EngineError, match=r"newer ones were pushed. Start this program again"):
        first.search("Is walking safe?")


def test_a_push_that_fails_leaves_what_is_served(leaflets, write, send, opened, tables):
    send(leaflets)
    before = tables()
    write("much.md", f"# much\n\nA word: {'x' * LONGEST_TEXT}.\n")
    with pytest.raises(EngineError, match=r"more characters than Milvus takes"):
        send(leaflets)
    assert tables() == before
    assert len(opened().passages) == 4


def test_indexes_of_several_corpora_stand_beside_each_other(leaflets, write, send, opened):
    with pytest.raises(MissingIndex, match=r"has no index. Run where the documents are: python -m"):
        opened()
    send(leaflets)
    other = write("feet.md", "# feet\n\nLook at them.\n", folder="feet").parent
    send(other)
    send(other, name="Numb feet")
    assert len(opened(name="leaflets").passages) == 4
    assert len(opened(name="numb-feet").passages) == 1
    assert len(opened(folder=other).passages) == 1
    with pytest.raises(MissingIndex, match=r"several.*#feet, .*#leaflets, .*#numb-feet$"):
        opened()
    with pytest.raises(MissingIndex, match=r"no index 'hands'; there are"):
        opened(name="hands")


def test_other_documents_another_model_and_another_version_are_refused(
    leaflets, write, send, opened, monkeypatch
):
    send(leaflets)
    opened(folder=leaflets)
    other = WordCountEncoder()
    other.fingerprint = "another"
    with pytest.raises(StaleIndex, match=r"another model.*index build .* && .*index push .*\.db"):
        opened(encoder=other)
    with monkeypatch.context() as patches:
        patches.setattr("index.server.pushed.program", lambda: "another")
        with pytest.raises(StaleIndex, match=r"by another version of this program.*index push"):
            opened()
    with monkeypatch.context() as patches:
        patches.setattr("index.server.pieces.LAYOUT", 0)
        with pytest.raises(StaleIndex, match=r"by another version of this program.*index push"):
            opened()
    write("new.md", "# new\n\nA new leaflet.\n")
    with pytest.raises(StaleIndex, match=r"not made from the documents in .*index push"):
        opened(folder=leaflets)


def test_an_index_that_is_out_of_date_is_not_pushed(leaflets, write, send, new_engine, tmp_path):
    send(leaflets)
    write("new.md", "# new\n\nA new leaflet.\n")
    with pytest.raises(StaleIndex, match=r"Run: python -m index build"):
        push(leaflets, Address.of(new_engine), store=tmp_path / "store", report=str)


def test_a_changed_text_is_refused_and_pushing_in_full_mends_it(leaflets, send, opened, new_engine):
    send(leaflets)
    milvus = Milvus(Address.of(new_engine))
    (table,) = (name for name in milvus.tables() if name.endswith("documents"))
    (one,) = milvus.rows(table, [0], ["*"])
    assert "Pain wakes you." in one[TEXT]
    milvus._client.upsert(table, [{**one, TEXT: one[TEXT].replace("Pain", "pain")}])
    index = opened()
    with pytest.raises(CorruptIndex, match=r"not what was pushed .*--full"):
        list(index.documents.values())
    assert send(leaflets).unchanged
    send(leaflets, full=True)
    assert len(list(opened().documents.values())) == 3


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        capture_output=True, text=True, cwd=ROOT, check=False, env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip


def test_the_command_lines_push_and_ask(leaflets, new_engine, tmp_path):
    where = ("--corpus", leaflets, "--store", tmp_path / "store")
    assert run("index", "build", *where).returncode == 0
    pushed = run("index", "push", new_engine, *where)
    assert (pushed.returncode, pushed.stderr) == (0, "")
    assert "Pushed 3 documents, 4 passages" in pushed.stdout
    asked = ("chatbot", "--json", "Can I swim?", "--store", tmp_path / "store")
    right = run(*asked, "--corpus", leaflets)
    for ours in (
        run(*asked, "--engine", new_engine),
        run(*asked, "--engine", new_engine, "--corpus", leaflets),
    ):
        assert (ours.returncode, ours.stderr, ours.stdout) == (0, "", right.stdout)
    # A machine that has never seen the model's export makes it once.
    fresh = ("chatbot", "--json", "Can I swim?", "--store", tmp_path / "another")
    ours = run(*fresh, "--engine", new_engine)
    assert (ours.returncode, ours.stdout) == (0, right.stdout)
    assert "making it, which is done once" in ours.stderr
    assert run(*fresh, "--engine", new_engine).stderr == ""


def test_no_message_shows_a_password(tmp_path):
    address = "http://clinic:s3cret-word@127.0.0.1:9/db#feet"
    hidden = tmp_path / "address"
    hidden.write_text(address + "\n")
    done = [run(*command, to) for to in (address, f"@{hidden}") for command in (
        ("index", "push"), ("chatbot", "Can I swim?", "--engine"),
    )]  # fmt: skip
    done.append(run("chatbot", "--engine", "ftp://clinic:s3cret-word@127.0.0.1"))
    for one in done:
        assert one.returncode == 2
        assert "s3cret" not in one.stdout + one.stderr
        assert "Traceback" not in one.stderr
    assert "http://127.0.0.1:9/db cannot be reached" in done[1].stderr


@given(st.text(min_size=1), st.text(min_size=1))
def test_an_address_is_shown_without_user_and_password(user, password):
    login = f"{quote(user.encode(errors='replace'), safe='')}:"
    login += quote(password.encode(errors="replace"), safe="")
    address = Address.of(f"https://{login}@milvus.example:19530/db#feet")
    assert (address.shown, address.name) == ("https://milvus.example:19530/db", "feet")
    assert repr(address) == "Address(shown='https://milvus.example:19530/db', name='feet')"
    assert address.token.encode(errors="replace") == f"{user}:{password}".encode(errors="replace")


@given(st.text(alphabet="aB3@:/?#[]%. ", min_size=1, max_size=12))
def test_a_password_that_is_not_written_as_it_should_be_is_never_shown(password):
    try:
        shown = Address.of(f"https://user:8675{password}@milvus.example:19530").again
    except EngineError as error:
        shown = str(error)
    assert "8675" not in shown


@pytest.mark.parametrize(
    "text", ["", "milvus.example", "http://", "http://host:port", "postgres://host", "none/x.db"]
)
def test_what_is_no_address_is_refused_in_a_sentence(text):
    with pytest.raises(EngineError, match=r"no address of a Milvus server|There is no folder"):
        Address.of(text)


def test_without_pymilvus_the_message_names_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(EngineError, match=r"pip install -r requirements-milvus.txt"):
        Milvus(Address.of("http://127.0.0.1:9"))

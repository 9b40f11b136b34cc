import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot.__main__ import main as chatbot_main
from index.__main__ import main as index_main

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments, stdin="", **options):
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        cwd=ROOT,
        check=False,
        **options,
    )


def test_a_question_is_answered_and_a_missing_index_is_built_with_a_message(leaflets, tmp_path):
    done = run("chatbot", "--corpus", leaflets, "--store", tmp_path / "s", "Can", "I", "swim?")
    assert done.returncode == 0
    assert b"Water carries you." in done.stdout
    assert b"Building it now." in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"%" not in done.stderr  # no progress bar where there is no terminal


def test_standard_input_gives_one_json_object_a_line_in_order(leaflets, tmp_path):
    questions = "Can I swim?\n\nIs walking safe?\r\nqué\n".encode() + b"\xff\xfe?\n"
    done = run(
        "chatbot", "--corpus", leaflets, "--store", tmp_path / "s", "--json", stdin=questions
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["question"] for a in answers][:4] == ["Can I swim?", "", "Is walking safe?", "qué"]
    assert len(answers) == 5
    assert answers[0]["passages"][0]["text"].startswith("Water carries you.")


def test_words_are_mended_unless_they_are_asked_for_exactly(leaflets, tmp_path, capsys):
    options = ["--corpus", str(leaflets), "--store", str(tmp_path / "s"), "--json"]
    for more, understood in (([], "Is walking safe?"), (["--exactly"], "")):
        assert chatbot_main([*options, *more, "Is walkng safe?"]) == 0
        assert json.loads(capsys.readouterr().out)["understood_as"] == understood


def test_each_answer_is_flushed_before_the_next_question_is_read(leaflets, tmp_path):
    command = [
        sys.executable, "-m", "chatbot", "--corpus", leaflets, "--store", tmp_path / "s", "--json",
    ]  # fmt: skip
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as process:
        for question in ("Can I swim?", "Is walking safe?"):
            process.stdin.write(f"{question}\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["question"] == question
        process.stdin.close()
    assert process.returncode == 0


def test_a_terminal_gets_a_prompt(leaflets, tmp_path):
    import pty

    index_main(["build", "--corpus", str(leaflets), "--store", str(tmp_path / "s")])
    mine, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "chatbot", "--corpus", leaflets, "--store", tmp_path / "s"],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT,
    )  # fmt: skip
    os.close(theirs)
    os.write(mine, b"Can I swim?\n\n")
    shown = b""
    while True:
        try:
            part = os.read(mine, 1000)
        except OSError:
            break
        if not part:
            break
        shown += part
    assert process.wait() == 0
    assert b"Type a question" in shown
    assert b"Water carries you." in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-k", "0", "q"], "1 to 10"),
        (["-k", "ten", "q"], "1 to 10"),
        (["--colour", "q"], "unrecognized"),
    ],
)
def test_bad_arguments_are_exit_code_two(arguments, said, capsys):
    with pytest.raises(SystemExit) as caught:
        chatbot_main(arguments)
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("main", [chatbot_main, lambda a: index_main(["build", *a])])
def test_unusable_documents_are_one_line_and_exit_code_two(main, tmp_path, capsys):
    (tmp_path / "corpus").mkdir()
    for folder, said in (("nowhere", "does not exist"), ("corpus", "holds no document")):
        path = str(tmp_path / folder)
        assert main(["--corpus", path, "--store", str(tmp_path / "s")]) == 2
        error = capsys.readouterr().err
        assert error.startswith("error: ")
        assert said in error
        assert error.count("\n") == 1


def test_no_build_makes_a_missing_or_old_index_an_error(leaflets, tmp_path, capsys):
    options = ["--corpus", str(leaflets), "--store", str(tmp_path / "s")]
    assert chatbot_main([*options, "--no-build", "Can I swim?"]) == 2
    assert "python -m index build" in capsys.readouterr().err
    assert index_main(["build", *options]) == 0
    assert chatbot_main([*options, "--no-build", "Can I swim?"]) == 0
    (leaflets / "sleep.md").unlink()
    assert chatbot_main([*options, "--no-build", "Can I swim?"]) == 2


def test_a_model_that_is_none_is_one_line(leaflets, tmp_path, capsys):
    options = ["--corpus", str(leaflets), "--store", str(tmp_path / "s")]
    assert chatbot_main([*options, "--model", str(tmp_path), "Can I swim?"]) == 2
    assert "safetensors" in capsys.readouterr().err


def test_index_is_built_verified_and_described(leaflets, tmp_path, capsys):
    options = ["--corpus", str(leaflets), "--store", str(tmp_path / "s")]
    (leaflets / "notes.xyz").write_text("?")
    assert index_main(["verify", *options]) == 1
    assert index_main(["info", *options]) == 2
    assert index_main(["build", *options]) == 0
    said = capsys.readouterr()
    assert "Not read: notes.xyz" in said.err
    assert "Indexed 3 documents, 4 passages" in said.out
    assert index_main(["build", *options]) == 0
    assert "up to date" in capsys.readouterr().out
    assert index_main(["verify", *options]) == 0
    assert "4 passages" in capsys.readouterr().out
    assert index_main(["info", *options]) == 0
    said = capsys.readouterr().out
    assert "all-MiniLM-L6-v2" in said
    assert re.search(
        r"^due for review +3: sleep \(no date\), walking .*, water", said, re.MULTILINE
    )
    (leaflets / "sleep.md").write_text("x")
    assert index_main(["verify", *options]) == 1


@pytest.mark.parametrize("module", ["chatbot", "index", "corpus"])
def test_help_shows_examples_and_exit_codes_without_loading_a_model(module):
    done = run(module, "--help", env={**os.environ, "PYTHONPROFILEIMPORTTIME": "1"})
    assert done.returncode == 0
    assert b"examples:" in done.stdout
    assert b"exit codes:" in done.stdout
    assert b"| sentence_transformers" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["chatbot", "--corpus", "", "q"], 2),
        (["index", "info", "--corpus", "loop"], 2),
        (["chatbot", "--corpus", "loop", "q"], 2),
        (["corpus", "check", "loop"], 2),
        (["chatbot.evaluate", "nowhere.jsonl"], 2),
    ],
)
def test_odd_arguments_end_without_a_traceback(arguments, code, tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    arguments = [str(tmp_path / a) if a in ("loop", "nowhere.jsonl") else a for a in arguments]
    done = run(*arguments)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert done.stderr


def test_a_full_output_and_a_closed_input_end_without_a_traceback(leaflets, tmp_path):
    options = ["--corpus", str(leaflets), "--store", str(tmp_path / "s")]
    index_main(["build", *options])
    for redirection, code in (("> /dev/full", 2), ("<&-", 0)):
        question = "" if "<" in redirection else "'Can I swim?'"
        command = f"{sys.executable} -m chatbot {' '.join(options)} {question} {redirection}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, cwd=ROOT, check=False)
        assert done.returncode == code, done.stderr
        assert b"Traceback" not in done.stderr


def test_an_interruption_ends_quietly(leaflets, tmp_path):
    options = ["--corpus", str(leaflets), "--store", str(tmp_path / "s")]
    with subprocess.Popen(
        [sys.executable, "-m", "chatbot", *options],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
    ) as process:  # fmt: skip
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130
    assert b"Traceback" not in said


def test_files_that_are_not_read_are_named_when_an_index_is_built(leaflets, tmp_path):
    (leaflets / "scan.pdf").write_bytes(b"%PDF")
    done = run("chatbot", "--corpus", leaflets, "--store", tmp_path / "s", "Can I swim?")
    assert b"Not read: scan.pdf" in done.stderr


def test_a_reader_that_stops_early_is_no_error(leaflets, tmp_path):
    index_main(["build", "--corpus", str(leaflets), "--store", str(tmp_path / "s")])
    command = (
        f"yes 'Can I swim?' | head -200 | {sys.executable} -m chatbot --corpus {leaflets} "
        f"--store {tmp_path / 's'} --json | head -1"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, cwd=ROOT, check=False)
    assert json.loads(done.stdout)["question"] == "Can I swim?"
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


def test_no_question_is_written_anywhere(leaflets, tmp_path):
    secret = "my secret swimming question qzebraq"
    done = run(
        "chatbot", "--corpus", leaflets, "--store", tmp_path / "s", secret,
        env={**os.environ, "HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"qzebraq" not in path.read_bytes()

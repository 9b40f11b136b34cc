"""The README's examples are run, and what it says of files is true."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot.__main__ import main

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_example_runs(leaflets, tmp_path, monkeypatch):
    code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]
    leaflets.rename(tmp_path / "my_leaflets")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "References" in done.stdout


@pytest.mark.parametrize(
    "line",
    [
        line
        for line in re.findall(r"^    (python -m .*)$", README, re.MULTILINE)
        if "venv" not in line
    ],
)
def test_every_command_names_a_module_and_options_that_exist(line):
    words = shlex.split(line.split("#")[0].split("<")[0].split(">")[0])
    arguments = [word for word in words[3:] if word.startswith("-")]
    commands = [word for word in words[3:4] if word.isalpha() and words[2] != "chatbot"]
    done = subprocess.run(
        [sys.executable, "-m", words[2], *commands, "--help"],
        capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip
    assert all(argument in done.stdout for argument in arguments)


def test_every_link_to_a_file_leads_somewhere():
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert len(targets) > 10
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_front_matter_shown_is_accepted(tmp_path, capsys):
    (block,) = re.findall(r"\n    ---\n(.*?)\n    ---\n", README, re.DOTALL)
    lines = [line[4:] for line in f"    ---\n{block}\n    ---".split("\n")]
    path = tmp_path / "corpus" / "feet.md"
    path.parent.mkdir()
    path.write_text("\n".join(lines) + "\n\n## What should I wear on my feet?\n\nGood shoes.\n")
    options = ["--corpus", str(path.parent), "--store", str(tmp_path / "store")]
    assert main([*options, "What should I wear on my feet?"]) == 0
    assert "Good shoes." in capsys.readouterr().out

"""The comparison with other libraries: its arithmetic, and what becomes of one that fails."""

import json
from pathlib import Path

import pytest

from tests.benchmarks import compare
from tests.benchmarks.__main__ import NAMES, main
from tests.benchmarks.compare import FLOOR, OTHERS, Measured, compared, gain, ratio, rows, task_of
from tests.benchmarks.environments import CannotInstall, made
from tests.benchmarks.systems import Asked, Failed, System, answers

RIVALS = Path(compare.__file__).parent / "rivals"
END = {
    "seconds": [0.1, 0.2],
    "found": [["a:0-9"], []],
    "megabytes": 5.0,
    "versions": ["x 1", "y 2"],
}


def answered(seconds, *, first, found=(("a:0-9",),)):
    return Asked(first, tuple(seconds), found, megabytes=100.0, versions="x 1")


def test_a_ratio_is_the_median_of_the_rounds_own_ratios():
    # The second round was twice as slow for both; the ratio of the medians would be 4 / 2 = 2.
    assert ratio([(3, 2), (8, 4), (4, 1)]) == 2
    assert ratio([(3, 2), (6, 4), (4, 1)]) == 1.5


def test_the_gain_counts_documents_in_the_order_of_their_first_passage():
    found = [["a:0-9", "a:10-19", "b:0-9"], ["c:1:0-9"], ["b:0-9"]]
    assert gain(found[:1], ["b"]) == pytest.approx(0.6309, abs=1e-4)
    assert gain(found, ["b", "c:1", "d"]) == pytest.approx((0.6309 + 1 + 0) / 3, abs=1e-4)


def test_a_line_of_the_table_holds_medians_and_ratios_to_the_floor():
    floor = answered([0.010, 0.010, 0.030], first=8.0)
    own = answered([0.005, 0.005, 0.009], first=2.0)
    entry = Measured(builds=[(5.0, 10.0)], answers=[(own, floor)])
    (line,) = rows({System("it", "It"): entry}, 50, ["a"])
    assert line == ("It", "10", "2.00", "5.0", "8.6", "0.50", "2.0", "0.25", "100", "1.000")


def test_a_system_that_asks_the_index_of_another_has_no_building_of_its_own():
    one = answered([0.01], first=1.0)
    (line,) = rows({System("it", "It", index_of="x"): Measured(answers=[(one, one)])}, 50, ["a"])
    assert line[1:3] == ("", "")


def test_a_failed_system_is_a_line_as_long_as_the_others_with_the_reason_below():
    good = Measured([(1.0, 1.0)], [(answered([0.01], first=1.0),) * 2])
    bad = Measured(failure="build ended with 1: no room")
    first, second = rows({System("a", "A"): good, System("b", "B"): bad}, 50, ["a"])
    assert len(first) == len(second)
    assert second[0] == "B"
    assert "no room" in bad.remark


def test_what_a_process_says_becomes_figures():
    read = answers(1.5, ['{"first": []}', json.dumps(END)], questions=2)
    assert read == Asked(1.5, (0.1, 0.2), (("a:0-9",), ()), 5.0, "x 1, y 2")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["{}"], "1 lines"),
        (["{}", "Downloading ..."], "'seconds'"),
        (["{}", "3"], "'seconds'"),
        (["{}", json.dumps({k: END[k] for k in END if k != "found"})], "'found'"),
        (["{}", json.dumps({**END, "found": [[]]})], "1 of 2 questions"),
    ],
)
def test_what_cannot_be_read_is_a_failure_with_its_reason(lines, reason):
    with pytest.raises(Failed, match=reason):
        answers(1.0, lines, questions=2)


def test_what_pip_refuses_is_said_in_its_words(tmp_path):
    wanted, pins = tmp_path / "wanted.txt", tmp_path / "pins.txt"
    wanted.write_text("not a requirement\n")
    pins.write_text("")
    with pytest.raises(CannotInstall, match="Invalid requirement"):
        made(tmp_path / "environment", wanted, pins)
    assert not (tmp_path / "environment" / "installed.txt").exists()


def test_every_list_of_requirements_belongs_to_a_system():
    lists = {path.stem for path in RIVALS.glob("*.txt")} - {"stack"}
    assert lists == {system.name for system in OTHERS} - {"ours", "ours_answer"}
    assert all((RIVALS / f"{system.name}.py").is_file() for system in (FLOOR, *OTHERS))


@pytest.mark.slow
def test_floor_and_ours_are_measured_and_a_system_that_is_not_there_is_noted(leaflets, tmp_path):
    questions = ["Is walking safe?", "Can I swim?", "Why is sleep hard?"]
    task = task_of(leaflets, warm_up=["Who should ask first?"], questions=questions)
    ours, absent = System("ours", "ours"), System("absent", "absent")
    work = tmp_path / "work"
    work.mkdir()
    measured = compared((ours, absent), task, work, rounds=1)
    lines = list(rows(measured, len(task["passages"]), ["walking", "water", "sleep"]))
    assert [line[-1] for line in lines] == ["1.000", "1.000", ""]
    ((own, floor),) = measured[ours].answers
    assert 0 < max(own.seconds) < own.first
    assert len(floor.found[0]) == len(task["passages"])
    assert measured[ours].builds[0][1] == measured[FLOOR].builds[0][0]
    assert "No module named" in measured[absent].remark


def test_the_list_names_every_benchmark(capsys):
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[2:]] == list(NAMES)


def test_without_a_name_the_comparison_is_run(tmp_path, capsys):
    assert main(["--data", str(tmp_path), "--work", str(tmp_path / "work")]) == 2
    assert "medquad/qa.jsonl does not exist" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "reason"), [(["--limit", "5"], "21"), (["--only", "x"], "'x'")]
)
def test_what_cannot_be_compared_is_refused(options, reason, tmp_path):
    with pytest.raises(SystemExit, match=reason):
        main(["compare", "--data", str(tmp_path), "--work", str(tmp_path / "work"), *options])


def test_a_benchmark_that_is_not_there_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["swiftness"])
    assert "swiftness" in capsys.readouterr().err

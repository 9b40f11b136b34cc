import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from chatbot import Chatbot
from chatbot.evaluate import (
    Case,
    QuestionFileError,
    evaluate,
    read_cases,
    section_name,
)
from chatbot.evaluate.__main__ import main
from chatbot.evaluate.measures import auroc, bootstrap, calibration_error, interval, risk_at
from corpus import DEFAULT_CORPUS, load_corpus

PARAPHRASES = Path(__file__).resolve().parents[1] / "data" / "paraphrases.jsonl"


def written(tmp_path, *lines):
    path = tmp_path / "questions.jsonl"
    path.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    )
    return path


def test_figures_are_those_counted_by_hand(leaflets, tmp_path, encoder):
    bot = Chatbot.open(leaflets, store=tmp_path / "store", encoder=encoder)
    cases = [
        Case("Can I swim in water?", sections=("water > Can I swim?",)),
        Case("Is walking safe in good shoes?", pattern="good shoes"),
        Case("Is walking safe in good shoes?!", sections=("sleep > Why is sleep hard?",)),
        Case("Quantum chromodynamics lecture?", expect="not_found"),
    ]
    report = evaluate(bot, cases, corpus=leaflets)
    assert (report.questions, report.status_right) == (4, 1.0)
    assert report.statuses == {"answered": {"answered": 3}, "not_found": {"not_found": 1}}
    assert report.hit_at_1 == pytest.approx(2 / 3)
    assert report.verbatim_violations == 0


def test_a_file_without_answerable_questions_has_no_ranking_figures(leaflets, tmp_path, encoder):
    bot = Chatbot.open(leaflets, store=tmp_path / "store", encoder=encoder)
    report = evaluate(bot, [Case("Zebra?", expect="not_found")], corpus=leaflets)
    assert report.hit_at_1 is None
    assert report.ndcg_at_10 is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "1:"),
        ("[]", "1:"),
        ({"question": 3}, "needs a 'question'"),
        ({"question": "q", "expect": "perhaps"}, "needs a 'question'"),
        ({"question": "q", "pattern": "("}, "1:"),
        ({"question": "q", "section": "s"}, "section"),
        ("", "no question"),
    ],
)
def test_a_bad_question_file_names_the_line(tmp_path, line, said):
    with pytest.raises(QuestionFileError, match=said):
        read_cases(written(tmp_path, line))


def test_command_line_exits_with_one_below_a_bar_and_two_without_a_file(leaflets, tmp_path, capsys):
    options = ["--corpus", str(leaflets), "--store", str(tmp_path / "store")]
    path = written(tmp_path, {"question": "Can I swim?", "sections": ["water > Can I swim?"]})
    assert main([str(path), *options, "--json", "--at-least", "hit_at_1=0.9"]) == 0
    assert json.loads(capsys.readouterr().out)["hit_at_1"] == 1.0
    path = written(tmp_path, {"question": "Can I swim?", "sections": ["sleep > Nap?"]})
    assert main([str(path), *options]) == 2
    assert "no section" in capsys.readouterr().err
    path = written(
        tmp_path, {"question": "Can I swim?", "sections": ["sleep > Why is sleep hard?"]}
    )
    assert main([str(path), *options, "--at-least", "hit_at_1=0.9"]) == 1
    assert main([str(tmp_path / "none.jsonl"), *options]) == 2


def test_paraphrases_name_sections_that_exist(bundled):
    sections = {
        " > ".join((document.id, *section.path[-1:]))
        for document in load_corpus(DEFAULT_CORPUS).documents
        for section in document.sections
    }
    cases = read_cases(PARAPHRASES)
    assert len(cases) >= 150
    assert {name for case in cases for name in case.sections} <= sections
    (quote,) = bundled.ask("Is walking safe if my feet are numb?", k=1).passages
    assert section_name(quote) in sections


def test_paraphrases_are_not_the_questions_that_anything_was_tuned_on():
    tuned = {q.question for d in load_corpus(DEFAULT_CORPUS).documents for q in d.questions}
    assert tuned.isdisjoint(case.question for case in read_cases(PARAPHRASES))


def test_urgent_questions_are_counted_by_hand(leaflets, tmp_path, encoder):
    bot = Chatbot.open(leaflets, store=tmp_path / "store", encoder=encoder)
    cases = [
        Case("I have crushing chest pain", expect="urgent"),
        Case("my husband collapsed", expect="urgent"),
        Case("Can I swim in water?", expect="urgent"),
        Case("Can I swim in water?", expect="not_urgent"),
        Case("Zebra?", expect="not_urgent"),
        Case("what a stroke of luck", expect="not_urgent"),
        Case("I can't breathe", expect="not_urgent"),
    ]
    report = evaluate(bot, cases, corpus=leaflets)
    assert report.sensitivity == pytest.approx(2 / 3)
    assert report.false_alarms == pytest.approx(1 / 4)
    assert report.status_right == pytest.approx(5 / 7)
    assert report.statuses["urgent"]["urgent"] == 2
    assert report.verbatim_violations == 0  # though no leaflet holds what was quoted


def test_intervals_are_those_of_wilsons_paper():
    low, high = interval(8, 10)
    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert interval(0, 5)[0] == 0.0
    assert interval(5, 5)[1] == pytest.approx(1.0)


def test_auroc_agrees_with_scikit_learn():
    generator = np.random.default_rng(0)
    truth = (generator.random(200) < 0.3).astype(float)
    sure = np.round(0.3 * truth + generator.random(200), 1)  # with ties
    assert auroc(truth, sure) == pytest.approx(roc_auc_score(truth, sure))
    low, high = bootstrap(auroc, truth, sure)
    assert low < auroc(truth, sure) < high


def test_calibration_error_and_risk_are_those_counted_by_hand():
    truth, sure = np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.9, 0.6, 0.7, 0.2])
    # Each has a bin of its own: 0.1, 0.4, 0.7 and 0.2 beside the truth.
    assert calibration_error(truth, sure) == pytest.approx((0.1 + 0.4 + 0.7 + 0.2) / 4)
    assert [risk_at(c)(truth, sure) for c in (0.01, 0.5, 1.0)] == pytest.approx([0, 1 / 2, 1 / 2])


def test_confidence_is_measured_on_questions_of_both_kinds(leaflets, tmp_path, encoder):
    bot = Chatbot.open(leaflets, store=tmp_path / "store", encoder=encoder)
    answerable = Case("Can I swim in water?", sections=("water > Can I swim?",))
    other = Case("Quantum chromodynamics lecture?", expect="not_found")
    urgent = Case("I can't breathe", expect="urgent")
    report = evaluate(bot, [answerable, other, urgent], corpus=leaflets)
    assert report.auroc == 1.0
    assert report.risk_at_coverage == {0.25: 0, 0.5: 0, 0.75: 0.5, 0.9: 0.5, 1.0: 0.5}
    assert evaluate(bot, [answerable, urgent], corpus=leaflets).auroc is None


def test_several_files_are_one_set(leaflets, tmp_path, capsys):
    options = ["--corpus", str(leaflets), "--store", str(tmp_path / "store"), "--json"]
    first = written(tmp_path, {"question": "Can I swim?", "sections": ["water > Can I swim?"]})
    second = tmp_path / "second.jsonl"
    second.write_text('{"question": "Zebra?", "expect": "not_found"}')
    assert main([str(first), str(second), *options]) == 0
    assert json.loads(capsys.readouterr().out)["questions"] == 2


def test_a_rate_of_false_alarms_above_its_bar_ends_with_one(leaflets, tmp_path, capsys):
    options = ["--corpus", str(leaflets), "--store", str(tmp_path / "store")]
    path = written(tmp_path, {"question": "I can't breathe", "expect": "not_urgent"})
    assert main([str(path), *options, "--at-most", "false_alarms=0.5"]) == 1
    assert "above its bar" in capsys.readouterr().err
    assert main([str(path), *options, "--at-most", "false_alarms=1"]) == 0


def test_a_figure_that_was_not_measured_misses_its_bar(leaflets, tmp_path, capsys):
    options = ["--corpus", str(leaflets), "--store", str(tmp_path / "store")]
    path = written(tmp_path, {"question": "Zebra?", "expect": "not_found"})
    assert main([str(path), *options, "--at-most", "false_alarms=1"]) == 1
    assert "false_alarms was not measured" in capsys.readouterr().err


def test_where_no_first_passage_is_right_nothing_is_told_apart(leaflets, tmp_path, encoder):
    bot = Chatbot.open(leaflets, store=tmp_path / "store", encoder=encoder)
    wrong = Case("Can I swim in water?", sections=("sleep > Why is sleep hard?",))
    report = evaluate(bot, [wrong, Case("Zebra?", expect="not_found")], corpus=leaflets)
    assert report.auroc is None


@pytest.mark.parametrize("bar", ["nan", "2", "-1", "much"])
def test_a_bar_is_a_number_from_zero_to_one(bar, capsys):
    with pytest.raises(SystemExit):
        main(["questions.jsonl", "--at-least", f"auroc={bar}"])
    assert "is no number from 0 to 1" in capsys.readouterr().err

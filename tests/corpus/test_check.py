import datetime
import json
import re
import subprocess
import sys

import pytest

from corpus import load_corpus
from corpus.__main__ import main
from corpus.check.findings import Kind
from corpus.check.run import check_corpus
from corpus.load import DEFAULT_CORPUS, loading_errors
from corpus.readability import count_syllables, reading_grade, words

TODAY = datetime.date(2026, 11, 22)
FRONT = """---
title: Feet
language: {language}
publisher: Test Clinic
license: CC-BY-4.0
{reviewed}review_status: not clinically reviewed
---
# Feet

## Look

"""
BODY_LINE = FRONT.format(language="en", reviewed="reviewed: 2026-11-01\n").count("\n") + 1
SMITH = {
    "id": "smith2017",
    "type": "article-journal",
    "title": "Walking with nerve pain",
    "author": [{"family": "Smith", "given": "J."}, {"family": "Ng"}, {"family": "Ito"}],
    "issued": {"date-parts": [[2017]]},
    "DOI": "10.1000/smith",
    "verified": True,
    "verified_by": "a test",
}
TWIN = SMITH | {"id": "smith2017twin", "title": "Swimming", "DOI": "10.1000/twin"}
CITING = "Walking helped some people (Smith et al., 2017).\n"


@pytest.fixture
def folder(tmp_path):
    """Write a corpus of one document, whose text begins in `BODY_LINE`, and give its folder."""

    def folder(body, *, references=(), reviewed="2026-11-01", language="en", name="feet.md"):
        given = f"reviewed: {reviewed}\n" if reviewed else ""
        path = tmp_path / "leaflets"
        path.mkdir(exist_ok=True)
        text = FRONT.format(language=language, reviewed=given) + body
        (path / name).write_text(text, encoding="utf-8")
        if references:
            listed = json.dumps(list(references), indent=1, ensure_ascii=False)
            (path / "references.json").write_text(listed, encoding="utf-8")
        return path

    return folder


@pytest.fixture
def findings(folder):
    """Findings of one kind in a corpus of one document."""

    def findings(kind, body, **options):
        report = check_corpus(load_corpus(folder(body, **options)), today=TODAY)
        return [finding for finding in report.findings if finding.kind is kind]

    return findings


def test_clean_document_has_no_finding(folder):
    report = check_corpus(load_corpus(folder(CITING, references=[SMITH])), today=TODAY)
    assert report.findings == ()
    (summary,) = report.documents
    assert (summary.words, summary.sections, summary.passages) == (4, 1, 1)
    assert (summary.resolved, summary.citations, summary.findings) == (1, 1, 0)
    assert summary.reviewed == "2026-11-01"


@pytest.mark.parametrize(
    ("genre", "share"),
    [
        ("narrative Review (animals)", 1),
        ("overview of systematic reviews", 1),
        ("Meta-analysis", 1),
        ("clinical guideline", 1),
        ("randomised controlled trial", 1),
        ("overview", 0),
        ("trialled device", 0),
        ("cross-sectional study", 0),
        ("", 0),
    ],
)
def test_genre_says_what_is_a_review_or_trial(folder, genre, share):
    path = folder(CITING, references=[SMITH | {"genre": genre}])
    (summary,) = check_corpus(load_corpus(path)).documents
    assert summary.from_reviews_and_trials == share


def test_share_of_reviews_and_trials_counts_resolved_citations(folder):
    listed = [
        SMITH | {"genre": "systematic review"},
        SMITH | {"id": "b", "DOI": "10.1000/b", "issued": {"date-parts": [[2018]]}},
    ]
    both = "Resting helped nobody (Smith et al., 2018).\n"
    for body, share in [
        (CITING + both, 1 / 2),
        (CITING * 2 + both, 2 / 3),
        (CITING + "Sleep (Jones, 2001).\n", 1),
        ("Sleep (Jones, 2001).\n", None),
        ("Sleep.\n", None),
    ]:
        (summary,) = check_corpus(load_corpus(folder(body, references=listed))).documents
        assert summary.from_reviews_and_trials == share


def test_every_reference_of_a_citation_must_be_a_review_or_trial(folder):
    review = {"genre": "review"}
    for other, share in [({"genre": "commentary"}, 0), (review, 1)]:
        path = folder(CITING, references=[SMITH | review, TWIN | other])
        (summary,) = check_corpus(load_corpus(path)).documents
        assert summary.from_reviews_and_trials == share


def test_bundled_corpus_has_no_faults():
    report = check_corpus(load_corpus())
    assert [finding for finding in report.findings if finding.fault] == []
    assert len(report.documents) > 30


# --- Faults ------------------------------------------------------------------------------------


def test_citation_without_reference_is_a_fault(findings):
    (finding,) = findings(Kind.UNRESOLVED, "Rest well.\n\n" + CITING)
    assert finding.fault
    assert (finding.document_id, finding.file, finding.line) == ("feet", "feet.md", BODY_LINE + 2)
    assert "Smith et al., 2017" in finding.text


def test_citation_of_either_of_two_references_is_a_fault(findings):
    (finding,) = findings(Kind.AMBIGUOUS, CITING, references=[SMITH, TWIN])
    assert finding.fault
    assert "smith2017, smith2017twin" in finding.text


@pytest.mark.parametrize("field", ["DOI", "PMID", "URL"])
def test_one_identifier_is_enough(findings, field):
    value = {"DOI": "10.1000/smith", "PMID": "123", "URL": "https://example.org/smith"}[field]
    bare = {key: SMITH[key] for key in SMITH if key != "DOI"}
    assert findings(Kind.NO_IDENTIFIER, CITING, references=[bare | {field: value}]) == []


def test_reference_without_identifier_is_a_fault_cited_or_not(findings):
    bare = {key: SMITH[key] for key in SMITH if key != "DOI"}
    for body in (CITING, "Walk.\n"):
        (finding,) = findings(Kind.NO_IDENTIFIER, body, references=[TWIN, bare])
        assert finding.fault
        assert finding.file == "references.json"
        text = json.dumps([TWIN, bare], indent=1)
        assert '"id": "smith2017",' in text.split("\n")[finding.line - 1]


def test_printed_reference_without_identifier_is_a_fault_only_if_cited(findings):
    listed = (
        "\n## References\n\nNg, A. (2001). Other steps. *Pain*, 1(1), 1-2.\n\n"
        "Smith, J., Ng, A., & Ito, B. (2017). Walking. *Pain*, 3(1), 1-2.\n"
    )
    (finding,) = findings(Kind.NO_IDENTIFIER, CITING + listed)
    assert finding.fault
    assert (finding.document_id, finding.line) == ("feet", BODY_LINE + 6)


HARD = (
    "Multidisciplinary rehabilitation incorporating individualised physiotherapeutic interventions "
    "demonstrates statistically significant improvements regarding functionality.\n"
)


def test_text_above_grade_nine_is_a_fault(findings):
    (finding,) = findings(Kind.GRADE, HARD)
    assert finding.fault
    assert findings(Kind.GRADE, "Walk a little each day. Rest when you are tired.\n") == []


def test_grade_leaves_headings_and_bracketed_citations_out(folder):
    plain = "Walking helped some people.\n\n- Wear shoes\n- Take water\n"
    cited = plain.replace("people.", "people (see Smith et al., 2017, p. 3).")
    grades = []
    for body in (plain, cited, cited + f"\n## {HARD}\nWalk.\n"):
        (summary,) = check_corpus(load_corpus(folder(body, references=[SMITH]))).documents
        grades.append(summary.grade)
    # 8 words, 3 sentences ("Walking helped some people", "Wear shoes", "Take water"), 11 syllables
    assert grades[0] == grades[1] == round(0.39 * 8 / 3 + 11.8 * 11 / 8 - 15.59, 1)
    assert grades[2] == round(0.39 * 9 / 4 + 11.8 * 12 / 9 - 15.59, 1)


def test_other_languages_have_no_grade(folder):
    (summary,) = check_corpus(load_corpus(folder(HARD, language="de"))).documents
    assert summary.grade is None
    (summary,) = check_corpus(load_corpus(folder(HARD, language="en-GB"))).documents
    assert summary.grade > 9


@pytest.mark.parametrize(
    "link",
    [
        "[us](mailto:a@clinic.example)",
        "[us](other.md)",
        "[us](/other)",
        "[us](#look)",
        "[us]()",
        "[us](javascript:alert(1))",
        "[us](java&#115;cript:x)",
        "[us](//clinic.example)",
        "[us](https:clinic)",
        '[us](ftp://clinic.example "Our clinic")',
        "[us](<data:text/html,x>)",
        "![us](picture.png)",
        "See [us][1].\n\n[1]: file:///etc/passwd",
        "<mailto:a@clinic.example>",
        "<a@clinic.example>",
        '<a href="javascript:x">us</a>',
        "Write to mailto:a@clinic.example now.",
        "See ftp://clinic.example/leaflet now.",
    ],
)
def test_link_that_is_no_web_address_is_a_fault(findings, link):
    found = findings(Kind.LINK, f"Walk.\n\n{link}\n")
    assert {finding.fault for finding in found} == {True}
    assert found[0].line >= BODY_LINE + 2


@pytest.mark.parametrize(
    "text",
    [
        "[us](https://clinic.example/a_(b)?c=d#e 'Our clinic')",
        "[us](<http://clinic.example>)",
        "See [us][1].\n\n[1]: https://clinic.example",
        "<https://clinic.example> and https://clinic.example.",
        '<a href="https://clinic.example">us</a>',
        "Write `[us](other.md)` for a link.",
        "```\n[us](other.md)\n```",
        "Pain [mild] (or worse) and 3:1 and note: data: none. [x] <5 mg",
    ],
)
def test_web_addresses_and_code_are_no_fault(findings, text):
    assert findings(Kind.LINK, f"Walk.\n\n{text}\n") == []


def test_link_in_the_printed_reference_list_is_checked_too(findings):
    listed = "\n## References\n\nSmith, J. (2017). Walking. ftp://clinic.example/a\n"
    (finding,) = findings(Kind.LINK, "Walk.\n" + listed)
    assert finding.line == BODY_LINE + 4


def test_passage_that_its_heading_pushes_out_of_the_window_is_a_fault(findings):
    long_heading = "## " + "feet " * 150 + "\n\n" + "Look at your feet each day. " * 25 + "\n"
    (finding,) = findings(Kind.WINDOW, f"Walk.\n\n{long_heading}")
    assert finding.fault
    assert finding.line == BODY_LINE + 4
    assert findings(Kind.WINDOW, "Look at your feet each day. " * 200) == []


def test_sentence_that_had_to_be_cut_is_a_fault(findings):
    long_sentence = "Look " + "at your feet and " * 90 + "rest.\n"
    found = findings(Kind.CUT, "Walk.\n\n" + long_sentence)
    assert [(finding.fault, finding.line) for finding in found] == [(True, BODY_LINE + 2)]
    assert findings(Kind.CUT, "- " + long_sentence) != []
    assert findings(Kind.CUT, "Look at your feet each day. " * 200) == []
    assert findings(Kind.CUT, "Do this:\n\n" + "- Look at your feet each day.\n" * 80) == []


def test_every_malformed_file_is_named_in_one_run(folder, capsys):
    path = folder("Walk.\n")
    (path / "again.md").write_text(
        (path / "feet.md").read_text().replace("title:", "id: feet\ntitle:")
    )
    (path / "bare.md").write_text("no front matter\n")
    (path / "empty.txt").write_text("")
    (path / "references.json").write_text("{")
    said = [str(error) for error in loading_errors(path)]
    assert len(said) == 4
    for name in ("feet.md", "bare.md", "empty.txt", "references.json"):
        assert sum(name in line.split(": ")[0] for line in said) == 1
    assert main(["check", str(path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [f"error: {line}" for line in said]


def test_usable_folder_has_no_loading_error(folder):
    assert loading_errors(folder("Walk.\n")) == ()


# --- Notes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claim",
    ["It helped 30% of us.", "It helped 30 per cent.", "A study says so.", "The risk falls."],
)
def test_claim_in_a_section_without_citation_is_a_note(findings, claim):
    (finding,) = findings(Kind.UNCITED_CLAIM, f"Walk.\n\n{claim} Trials say so.\n")
    assert not finding.fault
    assert finding.line == BODY_LINE + 2


@pytest.mark.parametrize(
    "text", [f"{CITING} Trials say so.", "Walk 30 minutes.", "We found no good studies of it."]
)
def test_section_with_citation_or_without_claim_is_left_alone(findings, text):
    assert findings(Kind.UNCITED_CLAIM, text + "\n", references=[SMITH]) == []


def test_citation_in_another_section_does_not_support_a_claim(findings):
    body = f"{CITING}\n## More\n\nTrials say so.\n"
    (finding,) = findings(Kind.UNCITED_CLAIM, body, references=[SMITH])
    assert finding.line == BODY_LINE + 4


@pytest.mark.parametrize(
    "strong",
    [
        "cure",
        "Proven",
        "guarantees",
        "always",
        "no risk",
        "never\nfails",
        "miracle",
        "100 %",
        "100%",
    ],
)
def test_strong_wording_is_a_note_with_its_position(findings, strong):
    (finding,) = findings(Kind.OVERCLAIM, f"Walk.\n\nIt is {strong} here.\n")
    assert not finding.fault
    assert finding.line == BODY_LINE + 2
    assert finding.text.endswith("at column 7")


def test_strong_wording_is_matched_as_whole_words(findings):
    body = "Your manicure is secure, a procured 2100% and unproven hallways-always-open thing.\n"
    assert findings(Kind.OVERCLAIM, body) == []


def test_reference_that_no_text_cites_is_a_note(findings):
    (finding,) = findings(
        Kind.NEVER_CITED, CITING, references=[SMITH, TWIN | {"issued": {"date-parts": [[2003]]}}]
    )
    assert not finding.fault
    assert finding.file == "references.json"
    assert "smith2017twin" in finding.text


def test_sentence_over_25_words_is_a_note_and_its_citation_does_not_count(findings):
    cited = "Walking is " + "very " * 22 + "good (Smith et al., 2017).\n"
    assert findings(Kind.LONG_SENTENCE, cited, references=[SMITH]) == []
    longer = "Rest.\n\n" + cited.replace("good", "very good")
    (finding,) = findings(Kind.LONG_SENTENCE, longer, references=[SMITH])
    assert not finding.fault
    assert finding.line == BODY_LINE + 2
    assert finding.text.startswith("26 words")


def test_list_items_are_sentences_of_their_own(findings):
    item = "walk about the house and rest as long as you want to rest\n"
    assert findings(Kind.LONG_SENTENCE, f"Try this:\n\n- {item}- {item}  - {item}  - {item}") == []


def test_section_over_180_words_is_a_note_at_its_heading(findings):
    assert findings(Kind.LONG_SECTION, "Look at your feet. " * 45) == []
    (finding,) = findings(Kind.LONG_SECTION, "Look at your feet. " * 45 + "Rest.")
    assert not finding.fault
    assert finding.line == BODY_LINE - 2
    assert finding.text.startswith("181 words")


def test_unexplained_abbreviation_is_one_note_a_section(findings):
    body = "The protein BDNF helps. BDNF is good.\n\n## More\n\nBDNF again.\n"
    found = findings(Kind.ABBREVIATION, body)
    assert [finding.line for finding in found] == [BODY_LINE, BODY_LINE + 4]
    assert not any(finding.fault for finding in found)


@pytest.mark.parametrize(
    "body",
    [
        "A nerve protein (BDNF) helps. BDNF is good.",
        "BDNF (a nerve protein) helps.",
        "BDNF helps nerves. The letters stand for brain-derived neurotrophic factor.",
        "Call 999 in the UK.",
        "People walked (WHO, 2020).",
    ],
)
def test_explained_known_and_cited_abbreviations_are_left_alone(findings, body):
    who = SMITH | {
        "id": "who2020",
        "author": [{"literal": "World Health Organization"}],
        "issued": {"date-parts": [[2020]]},
    }
    assert findings(Kind.ABBREVIATION, body + "\n", references=[who]) == []


def test_citation_is_no_explanation_of_an_abbreviation(findings):
    assert findings(Kind.ABBREVIATION, "BDNF (Smith et al., 2017) is good.", references=[SMITH])


def test_review_older_than_24_months_is_a_note(findings):
    (finding,) = findings(Kind.REVIEW_DATE, "Walk.\n", reviewed="2024-11-21")
    assert not finding.fault
    assert finding.line == 6
    assert findings(Kind.REVIEW_DATE, "Walk.\n", reviewed="2024-11-22") == []


def test_missing_review_date_is_a_note(findings):
    (finding,) = findings(Kind.REVIEW_DATE, "Walk.\n", reviewed="")
    assert not finding.fault


@pytest.mark.parametrize(("verified", "said"), [(False, "not be confirmed"), (None, "nobody")])
def test_reference_that_is_not_verified_is_a_note(findings, verified, said):
    entry = SMITH | {"verified": verified}
    (finding,) = findings(Kind.UNVERIFIED, CITING, references=[entry])
    assert not finding.fault
    assert said in finding.text


def test_skipped_file_is_a_note(folder):
    path = folder("Walk.\n")
    (path / "picture.xyz").write_text("x")
    (finding,) = check_corpus(load_corpus(path), today=TODAY).findings
    assert (finding.kind, finding.file, finding.fault) == (Kind.SKIPPED, "picture.xyz", False)


# --- Reading grade -----------------------------------------------------------------------------


def test_reading_grade_agrees_with_a_hand_calculation():
    """6 words in 2 sentences, 7 syllables: 0.39 * 3 + 11.8 * 7 / 6 - 15.59 = -0.6533."""
    assert reading_grade(["The cat sat.", "", "It ran away."]) == pytest.approx(-0.653, abs=0.001)


@pytest.mark.parametrize("nothing", [[], ["", "..."]])
def test_no_words_have_no_grade(nothing):
    assert reading_grade(nothing) is None


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("exercise", 3),
        ("neuropathy", 4),
        ("don’t", 1),
        ("nurse's", 2),
        ("long-lasting", 3),
        ("15,692", 1),
        ("7", 1),
        # Not in the dictionary, hence estimated.
        ("physiotherapist", 6),
        ("sciatica", 4),
        ("worktop", 2),
        ("programmes", 2),
        ("BDNF", 4),
        ("hmm", 1),
    ],
)
def test_syllables_of_words(word, count):
    assert count_syllables(word) == count


def test_words_keep_hyphens_apostrophes_and_numbers_together():
    assert words("- *Don't* stop: 1,000 well-known steps, 1.5 km/h…") == [
        "Don't",
        "stop",
        "1,000",
        "well-known",
        "steps",
        "1.5",
        "km",
        "h",
    ]


# --- Command line ------------------------------------------------------------------------------


def test_check_of_a_clean_folder_prints_table_and_counts(folder, capsys):
    assert main(["check", str(folder(CITING, references=[SMITH]))]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    head, row, *_, last = printed.out.splitlines()
    assert head.split() == (
        "id words grade sections passages citations reviews/trials reviewed findings".split()
    )
    assert row.split() == ["feet", "4", "3.7", "1", "1", "1/1", "0%", "2026-11-01", "0"]
    assert last == "1 documents, 0 faults, 0 notes"


def test_check_lists_faults_before_notes_and_exits_with_1(folder, capsys):
    assert main(["check", str(folder("It is proven.\n\n[us](a.md)\n" + CITING))]) == 1
    *_, first, second, third, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"fault feet.md:{BODY_LINE + 2}: link: ")
    assert second.startswith(f"fault feet.md:{BODY_LINE + 3}: unresolved citation: ")
    assert third.startswith(f"note  feet.md:{BODY_LINE}: strong wording: ")
    assert last == "1 documents, 2 faults, 1 notes"


def test_notes_alone_do_not_fail_the_check(folder, capsys):
    assert main(["check", str(folder("It is proven.\n"))]) == 0
    assert capsys.readouterr().out.endswith("1 documents, 0 faults, 1 notes\n")


def test_json_report_has_documents_and_findings(folder, capsys):
    assert main(["check", "--json", str(folder(CITING))]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["faults"], report["notes"]) == (1, 0)
    assert report["documents"][0]["id"] == "feet"
    assert report["findings"][0]["kind"] == "unresolved citation"
    assert report["findings"][0]["fault"] is True
    assert report["findings"][0]["line"] == BODY_LINE


def test_json_report_has_the_share_of_reviews_and_trials(folder, capsys):
    main(["check", "--json", str(folder(CITING, references=[SMITH | {"genre": "trial"}]))])
    (document,) = json.loads(capsys.readouterr().out)["documents"]
    assert document["from_reviews_and_trials"] == 1


def test_markdown_is_the_table_of_documents_alone(folder, capsys):
    path = folder(CITING, references=[SMITH | {"genre": "trial"}])
    (path / "rest.md").write_text(FRONT.format(language="de", reviewed="") + "Proven (Ng, 2001).\n")
    assert main(["check", "--markdown", str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "| document | words | grade | citations | reviews and trials | reviewed |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
        "| feet | 4 | 3.7 | 1/1 | 100% | 2026-11-01 |",
        "| rest | 1 | - | 0/1 | - | - |",
    ]
    (path / "rest.md").unlink()
    assert main(["check", "--markdown", str(path)]) == 0


def test_the_table_in_the_corpus_readme_is_what_the_check_prints(capsys):
    main(["check", "--markdown"])
    readme = (DEFAULT_CORPUS / "README.md").read_text(encoding="utf-8")
    assert readme.endswith(f"\n\n{capsys.readouterr().out}")


def test_list_names_documents_and_skipped_files(folder, capsys):
    path = folder(CITING)
    (path / "README.md").write_text("About.\n")
    assert main(["list", str(path)]) == 0
    _, row, skipped = capsys.readouterr().out.splitlines()
    assert re.split(r"\s{2,}", row) == (
        ["feet", "Feet", "en", "not clinically reviewed", "1", "4", "feet.md"]
    )
    assert skipped == "skipped README.md: about the folder, not part of it"


def test_strangers_words_cannot_steer_the_terminal(folder, capsys):
    path = folder("Walk.\n", name="feet\x1b[2J.md")
    main(["list", str(path)])
    main(["check", str(path)])
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize("command", ["check", "list"])
def test_folder_that_is_not_there_exits_with_2_and_one_line(tmp_path, capsys, command):
    assert main([command, str(tmp_path / "nowhere")]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["mend"],
        ["check", "--nonsense"],
        ["check", ""],
        ["check", "--json", "--markdown"],
        ["check", "--doi-service", "ftp://a"],
    ],
)
def test_wrong_arguments_exit_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_module_runs_as_a_program_and_help_has_examples():
    command = [sys.executable, "-m", "corpus", "check", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "examples:" in done.stdout
    assert "--doi-service" not in done.stdout


# --- Published articles ------------------------------------------------------------------------


def test_nobody_can_mend_a_published_article(tmp_path):
    """The same hard sentence and the same entry without an identifier, in two formats."""
    words = "Considerable heterogeneity characterises multidisciplinary rehabilitation programmes"
    (tmp_path / "a.xml").write_text(
        '<article xml:lang="en"><front><article-meta><title-group><article-title>Feet'
        "</article-title></title-group></article-meta></front><body><sec><title>Look</title>"
        f'<p>{words} <xref ref-type="bibr" rid="r">[1]</xref>.</p></sec></body><back><ref-list>'
        '<ref id="r"><label>1</label><mixed-citation>Ng A. Hands. 2019.</mixed-citation></ref>'
        "</ref-list></back></article>"
    )
    (tmp_path / "b.html").write_text(
        f"<html lang=en><h1>Feet</h1><h2>Look</h2><p>{words} [1].</p>"
        "<h2>References</h2><ol><li>Ng A. Hands. Pain. 2019;1:2.</li></ol></html>"
    )
    found = check_corpus(load_corpus(tmp_path), today=TODAY).findings
    both = {(f.file, f.kind, f.fault) for f in found if f.kind in (Kind.GRADE, Kind.NO_IDENTIFIER)}
    assert both == {
        ("a.xml", Kind.GRADE, False),
        ("a.xml", Kind.NO_IDENTIFIER, False),
        ("b.html", Kind.GRADE, True),
        ("b.html", Kind.NO_IDENTIFIER, True),
    }

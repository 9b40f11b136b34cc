import pytest

from chatbot import wording
from chatbot.__main__ import main
from chatbot.regions import ANYWHERE, region_of

ASKED = {
    "urgent": "I have crushing chest pain",
    "related": "How do I treat eczema on my arms?",
    "not_found": "What is the capital of France?",
}


@pytest.mark.parametrize(
    ("code", "numbers"),
    [("", "112, 999 or 911"), ("GB", "999 or 112"), ("us", "911"), ("Au", "000"), ("NZ", "111")],
)
def test_the_notices_name_the_number_of_the_region(bundled, code, numbers):
    for status, question in ASKED.items():
        answer = bundled.ask(question, region=code)
        if answer.status == status:
            assert any(f" {numbers}" in notice for notice in answer.notices)
    assert f"call {numbers} now" in bundled.ask(ASKED["urgent"], region=code).notices[0]


def test_quoted_passages_are_the_same_in_every_region(bundled):
    here, there = (bundled.ask(ASKED["urgent"], region=code) for code in ("GB", "US"))
    assert here.passages == there.passages
    assert here.notices != there.notices


def test_a_region_without_a_known_number_is_an_error_that_names_the_known_ones(bundled):
    with pytest.raises(ValueError, match=r"no emergency number is known for 'XX', only for US, "):
        bundled.ask("Can I swim?", region="XX")
    with pytest.raises(ValueError, match="only for"):
        bundled.ask("Can I swim?", region="GBR")


def test_the_crisis_line_is_named_where_it_is_known(bundled):
    question = "I want to end my life"
    assert "Samaritans on 116 123" in bundled.ask(question, region="GB").notices[0]
    assert "To talk" not in bundled.ask(question).notices[0]


def test_every_number_is_digits_and_every_code_two_capitals():
    with pytest.raises(ValueError, match="only for") as error:
        region_of("??")
    codes = str(error.value).split("only for ")[1].split(", ")
    assert len(codes) > 40
    for code in codes:
        assert code.isalpha()
        assert code == code.upper()
        region = region_of(code)
        assert region.emergency
        for number in (*region.emergency, *filter(None, [region.crisis])):
            assert number.replace(" ", "").isdigit()
        assert bool(region.crisis) == bool(region.crisis_name)


def test_the_european_union_calls_112():
    members = (
        "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
    )
    assert all("112" in region_of(code).emergency for code in members)


def test_the_notices_are_plain_and_name_nothing_found():
    for notice in (wording.urgent(ANYWHERE), wording.crisis(region_of("GB"))):
        assert "you have" not in notice.lower()
        words = notice.replace(".", " ").split()
        assert sum(len(word) for word in words) / len(words) < 5.2


def test_the_command_line_refuses_an_unknown_region_and_takes_rules(leaflets, tmp_path, capsys):
    options = ["--corpus", str(leaflets), "--store", str(tmp_path / "store")]
    with pytest.raises(SystemExit) as stopped:
        main([*options, "--region", "XX", "Can I swim?"])
    assert stopped.value.code == 2
    assert "only for" in capsys.readouterr().err
    assert main([*options, "--red-flags", str(tmp_path / "none.toml"), "Can I swim?"]) == 2
    assert "none.toml" in capsys.readouterr().err
    assert main([*options, "--region", "gb", "I have crushing chest pain"]) == 0
    assert "call 999 or 112 now" in capsys.readouterr().out

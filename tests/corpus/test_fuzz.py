"""Damaged files are read or refused with a reason, whatever is damaged; more in the benchmark."""

import pytest

from corpus.model import CorpusError
from tests.corpus.fuzzing import Damage, try_damaged
from tests.corpus.mutations import damaged

SUFFIXES = (".pdf", ".docx", ".html", ".xml")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_damaged_files_crash_and_hang_no_reader(suffix, tmp_path):
    found = try_damaged(suffix, damaged(suffix, 300), tmp_path)
    assert found.inputs == 300
    assert found.failures == []
    assert found.read > 20, "nearly all are damaged beyond reading: the test shows little"
    assert found.refused > 5, "none is damaged enough"


def test_the_search_for_failures_would_find_one(tmp_path, monkeypatch):
    def break_off(self, path, file):
        raise CorpusError("it cannot be parsed (KeyError)", path=path)

    monkeypatch.setattr("corpus.limits.LimitedReading.read", break_off)
    assert try_damaged(".pdf", damaged(".pdf", 3), tmp_path).failures == [
        Damage(n, "it cannot be parsed (KeyError)") for n in range(3)
    ]

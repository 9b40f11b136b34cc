"""Two entries for one publication are recognised, and two publications are kept apart."""

from __future__ import annotations

import pytest

from corpus.model import Name, Reference
from corpus.references.identity import plain_key, same_publication

KNOWN = Reference(
    id="a",
    title="On Pain: a review",
    author=(Name("Müller"),),
    year=2010,
    doi="10.1000/A",
    pmid="7",
)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Reference(id="b", doi="10.1000/a"), True),
        (Reference(id="b", pmid="7"), True),
        (Reference(id="b", title="ON PAIN - a review.", author=(Name("Muller"),), year=2010), True),
        (Reference(id="b", doi="10.1000/a", author=(Name("Müller"),), year=2011), True),
        (Reference(id="b", title="On pain: a review", author=(Name("Ng"),), year=2010), False),
        (Reference(id="b", title="Another", author=(Name("Müller"),), year=2010), False),
        # a DOI printed under the wrong entry must not turn one work into another
        (Reference(id="b", doi="10.1000/a", author=(Name("Ng"),), year=2015), False),
        (Reference(id="b"), False),
    ],
)
def test_two_entries_for_one_publication_are_recognised(other: Reference, same: bool) -> None:
    assert same_publication(KNOWN, other) is same
    assert same_publication(other, KNOWN) is same


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Martínez-Calderón", "martinez calderon"),
        ("Haanpa\u0308a\u0308", "haanpaa"),
        ("O\u2019Connor", "oconnor"),
        ("Søren  STRAẞE", "soren strasse"),
    ],
)
def test_keys_forget_case_diacritics_and_punctuation(text: str, key: str) -> None:
    assert plain_key(text) == key

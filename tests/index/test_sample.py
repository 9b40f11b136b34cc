from hypothesis import given
from hypothesis import strategies as st

from index.sample import sample

TEXTS = st.lists(st.text(max_size=8), max_size=60)


@given(TEXTS, st.integers(0, 40))
def test_as_many_different_texts_as_wanted_in_whatever_order_they_come(texts, count):
    found = sample(texts, count)
    assert len(found) == len(set(found)) == min(count, len(set(texts)))
    assert set(found) <= set(texts)
    assert found == sample(reversed(texts), count)


@given(TEXTS, st.integers(1, 40), st.text(max_size=8))
def test_a_text_more_replaces_one_at_most(texts, count, more):
    assert len(set(sample(texts, count)) - set(sample([*texts, more], count))) <= 1

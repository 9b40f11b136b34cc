"""When a document was last looked at, and whether that is too long ago."""

from __future__ import annotations

import datetime

from corpus.check.findings import MAX_REVIEW_YEARS
from corpus.model import Source

_LAST_DAY = "-12-31"  # of a publication of which only the year is known


def last_date(source: Source) -> str:
    """The day of the last review, else that of publication, else nothing."""
    return source.reviewed or source.published


def is_old(date: str, today: datetime.date) -> bool:
    """Whether a day, or the end of a year, is more than `MAX_REVIEW_YEARS` ago."""
    day = datetime.date.fromisoformat(date if "-" in date else date + _LAST_DAY)
    return (day.year + MAX_REVIEW_YEARS, day.month, day.day) < (today.year, today.month, today.day)


def is_due(source: Source, today: datetime.date) -> bool:
    """Whether somebody should look at a document again: it is old, or has no date at all."""
    date = last_date(source)
    return not date or is_old(date, today)

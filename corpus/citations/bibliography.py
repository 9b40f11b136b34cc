"""What the citations of a document may refer to: references by author and year, or by number.

Knows nothing of texts and of how citations are printed in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.model import Name, Reference
from corpus.references.identity import plain_key, publication_keys, same_publication
from corpus.references.names import ET_AL, PARTICLES

_ABBREVIATION: Final = re.compile(r"\s*\(([^()\s]+)\)")  # World Health Organization (WHO)
_LOOSE: Final = 2  # the first author and the year fit, the number of authors does not


@dataclass(frozen=True, slots=True)
class _Author:
    """A name as compared: `full` has its particles ("van hecke"), `bare` has not ("hecke")."""

    full: str
    bare: str


@dataclass(frozen=True, slots=True)
class _Work:
    """A reference as a citation sees it; `id` is that of the shared entry for the same work."""

    id: str
    own: bool
    suffix: str
    authors: tuple[_Author, ...]
    whole: bool  # False if the list of authors ends in "et al."
    acronyms: frozenset[str]  # of an organisation: "WHO"
    near_acronyms: frozenset[str]  # with one initial left out: "NICE" for N-I-H-C-E


_Works = dict[tuple[str, int | None], tuple[_Work, ...]]
_Fit = tuple[bool, int, bool]  # from another list, names, suffix differs: the smallest fits best


class Bibliography:
    """What the citations of one document may refer to, indexed once.

    `references` are the document's own list, if it has one, followed by the list that documents
    share. An entry with `text` or `label` stands in the document itself: such entries go first
    when several fit, and numbers mean only them. Where an own entry and a shared one are the
    same publication, the shared entry's id is given for both.
    """

    def __init__(self, references: Iterable[Reference]) -> None:
        listed = tuple(references)
        own = [reference for reference in listed if _is_own(reference)]
        ids = _ids(own, [reference for reference in listed if not _is_own(reference)])
        self.labelled = any(reference.label is not None for reference in own)
        self._works = _works(listed, ids)
        self._numbers = _numbers(own, ids, labelled=self.labelled)

    @property
    def numbered(self) -> bool:
        """Whether the document has a list of its own, so that a number can mean something."""
        return bool(self._numbers)

    def resolve(
        self,
        names: Sequence[str],
        year: int | None,
        suffix: str = "",
        *,
        et_al: bool = False,
        exact: bool = False,
    ) -> tuple[str, ...]:
        """Ids of the references that one cited work may be: none, one, or several if ambiguous.

        Best first: number of authors as the form says, then merely the first author's name and
        the year. A second name that is not among a work's authors excludes that work, and so
        does another suffix ("2019b" is never 2019a).

        :param names: the names as printed, without "et al."; an organisation is one name.
        :param year: None for "n.d." and "in press".
        :param exact: leave out works whose number of authors is not what the form says.
        """
        fits = [(_fit(work, names, suffix, et_al), work.id) for work in self._named(names[0], year)]
        found = [(fit, id_) for fit, id_ in fits if fit and not (exact and fit[1] == _LOOSE)]
        best = min((fit for fit, _ in found), default=None)
        return tuple(dict.fromkeys(id_ for fit, id_ in found if fit == best))

    def resolve_number(self, number: int) -> tuple[str, ...]:
        """Ids of the own entries with this number: by label, or by place if none has a label."""
        return self._numbers.get(number, ())

    def knows(self, name: str, year: int | None) -> bool:
        """Whether some work of this year has `name` for its first author."""
        return bool(self._named(name, year))

    def _named(self, name: str, year: int | None) -> tuple[_Work, ...]:
        found = self._works.get((_compared(name).bare, year), ())
        return found + self._works.get((name, year), ()) if name.isupper() else found


def _is_own(reference: Reference) -> bool:
    return bool(reference.text) or reference.label is not None


def _ids(own: Sequence[Reference], shared: Sequence[Reference]) -> dict[str, str]:
    """For each entry's id, the id to give: that of the first shared entry for the same work."""
    given: dict[str, str] = {}
    by_key: dict[str, Reference] = {}
    for reference in (*shared, *own):
        keys = sorted(publication_keys(reference))
        known = [by_key[key] for key in keys if key in by_key]
        same = next((k for k in known if same_publication(k, reference)), reference)
        given[reference.id] = given.get(same.id, same.id)
        for key in keys:
            by_key.setdefault(key, reference)
    return given


def _numbers(
    own: Sequence[Reference], ids: Mapping[str, str], *, labelled: bool
) -> dict[int, tuple[str, ...]]:
    numbers: dict[int, tuple[str, ...]] = {}
    for position, reference in enumerate(own, 1):
        number = reference.label if labelled else position
        if number is not None:
            given = (*numbers.get(number, ()), ids[reference.id])
            numbers[number] = tuple(dict.fromkeys(given))
    return numbers


def _works(references: Sequence[Reference], ids: Mapping[str, str]) -> _Works:
    """References under (first author, year); capitals are an organisation's initials."""
    works: _Works = {}
    for reference in references:
        work = _work(reference, ids[reference.id])
        if not work.authors:
            continue
        for name in {work.authors[0].bare} | work.acronyms | work.near_acronyms:
            key = (name, reference.year)
            works[key] = (*works.get(key, ()), work)
    return works


def _work(reference: Reference, id_: str) -> _Work:
    named = [name for name in reference.author if name != ET_AL]
    acronyms, near_acronyms = _acronyms(named[0].literal if named else "")
    return _Work(
        id=id_,
        own=_is_own(reference),
        suffix=reference.year_suffix,
        authors=tuple(_author(name) for name in named),
        whole=len(named) == len(reference.author),
        acronyms=acronyms,
        near_acronyms=near_acronyms,
    )


def _author(name: Name) -> _Author:
    return _compared(name.family or _ABBREVIATION.sub("", name.literal))


def _compared(name: str) -> _Author:
    full = plain_key(name)
    words = full.split()
    while len(words) > 1 and words[0] in PARTICLES:
        words.pop(0)
    return _Author(full, " ".join(words))


def _acronyms(literal: str) -> tuple[frozenset[str], frozenset[str]]:
    """Initials of an organisation's name, and those with one initial (not the first) left out."""
    words = re.findall(r"[^\W\d_]+", _ABBREVIATION.sub("", literal))
    initials = "".join(word[0] for word in words if word[0].isupper())
    printed = [found[1] for found in _ABBREVIATION.finditer(literal)]
    exact = frozenset({*printed, *([initials] if len(initials) > 1 else [])})
    shorter = {initials[:i] + initials[i + 1 :] for i in range(1, len(initials))}
    return exact, frozenset(name for name in shorter if len(name) > 2) - exact


def _fit(work: _Work, names: Sequence[str], suffix: str, et_al: bool) -> _Fit | None:
    """How well `work` fits the names and suffix as printed; None if it contradicts them."""
    if suffix and work.suffix and suffix != work.suffix:
        return None
    fit = _names_fit(work, names, et_al)
    return None if fit is None else (not work.own, fit, suffix != work.suffix)


def _names_fit(work: _Work, names: Sequence[str], et_al: bool) -> int | None:
    """0 as the form says, 1 for "et al." with two authors, 2 loose, None if a name is strange."""
    first, *others = [_compared(name) for name in names]
    printed = [other.bare for other in others]
    listed = [author.bare for author in work.authors]
    if work.whole and any(name not in listed for name in printed):
        return None
    first_fits = first.full == work.authors[0].full or names[0] in work.acronyms
    if not first_fits or printed != listed[1 : len(names)]:
        return _LOOSE
    if et_al:
        return _et_al_fit(len(listed) + (not work.whole), len(names))
    return 0 if work.whole and len(names) == len(listed) else _LOOSE


def _et_al_fit(authors: int, named: int) -> int:
    if authors <= named:
        return _LOOSE
    return 0 if authors > 2 else 1

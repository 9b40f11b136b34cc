"""The in-text citations of a stretch of text, with what each of them means."""

from __future__ import annotations

import re
from typing import Final

from corpus.citations.author_year import author_year_citations
from corpus.citations.bibliography import Bibliography
from corpus.citations.numeric import NUMBER_SIGN, bracketed_numbers, superscripts
from corpus.citations.years import YEAR
from corpus.model import Citation

# Every citation holds one of these. Most passages hold none and need no closer look.
_SIGN: Final = re.compile(f"{YEAR}|{NUMBER_SIGN}")


def find_citations(
    text: str, start: int, end: int, bibliography: Bibliography
) -> tuple[Citation, ...]:
    """Find the in-text citations of `text[start:end]`, in order and without overlaps.

    Offsets are half-open, count code points from the beginning of `text`, and hold
    `text[citation.start:citation.end] == citation.marker`.

    Each cited work has a citation of its own where its words can be delimited: "(see Ng & Ho,
    2019; Ito et al., 2021a, p. 3)" gives "Ng & Ho, 2019" and "Ito et al., 2021a". Works that
    share their names or brackets share one citation, with the ids in the order of the works:
    "Ng and Ho (2010, 2012)", "Ito, 2019a,b", "[3,5-7]". If only some of the works of such a
    marker are found, each year, number or range becomes a citation of its own, so that what is
    missing shows as unresolved and what was found is kept. `ambiguous` means that several
    references fit one of the works.

    A bracketed number that is not in a numbered list of the document is unresolved; without such
    a list "[3]" is a citation only if it resolves, and "[3,5-7]" (three numbers or more, rising)
    always. Superscripts after punctuation are treated like brackets, and those directly after a
    word ("pain³") are citations only if they resolve and the word is no unit.
    """
    if not _SIGN.search(text, start, end):
        return ()
    found = [
        *author_year_citations(text, start, end, bibliography),
        *bracketed_numbers(text, start, end, bibliography),
        *superscripts(text, start, end, bibliography),
    ]
    kept: list[Citation] = []
    for citation in sorted(found, key=lambda c: (c.start, -c.end)):
        if not kept or citation.start >= kept[-1].end:
            kept.append(citation)
    return tuple(kept)

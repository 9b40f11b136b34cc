# ruff: noqa: T201
"""JATS articles read: citations resolved, characters kept, and kilobytes a second.

What the files hold is counted by lxml alone (`tests/corpus/jats_oracle.py`). Characters are the
letters and digits of the body without formulas, pictures and the reference list.
"""

from __future__ import annotations

import time
from pathlib import Path

from corpus.citations.bibliography import Bibliography
from corpus.readers.jats import read
from corpus.split import split
from tests.benchmarks.data import MissingData, Options
from tests.corpus import jats_oracle


def run(options: Options) -> None:
    """Print the shares, over all articles of the data folder."""
    paths = sorted((options.data / "jats").glob("*.xml"))
    if not paths:
        raise MissingData(f"no articles in {options.data / 'jats'}")
    start = time.perf_counter()
    documents = [read(path, path.name) for path in paths]
    seconds = time.perf_counter() - start
    size = sum(path.stat().st_size for path in paths)
    kept = [jats_oracle.kept(p, d.text) for p, d in zip(paths, documents, strict=True)]
    links = [_resolved(p, d) for p, d in zip(paths, documents, strict=True)]
    markers = [c for document in documents for c in _citations(document)]
    print(f"articles                          {len(paths)}")
    print(f"kilobytes a second                {size / 1000 / seconds:,.0f}")
    print(f"links to the reference list       {_share(links)}")
    print(f"citations in passages, resolved   {_share([(c.resolved, 1) for c in markers])}")
    print(f"characters of the bodies kept     {_share(kept)}")
    print(f"references with a DOI or PMID     {_share([_identified(d) for d in documents])}")
    for document in documents:
        for note in document.notes:
            print(f"  {document.file}: {note}")


def _resolved(path: Path, document) -> tuple[int, int]:
    ids = dict(zip(jats_oracle.entry_ids(path), (r.id for r in document.references), strict=True))
    found = [set(citation.reference_ids) for citation in document.citations]
    linked = [{ids.get(name) for name in names} for names in jats_oracle.linked(path)]
    return sum(any(names <= have for have in found) for names in linked), len(linked)


def _citations(document):
    passages = split(document, Bibliography(document.references))
    return [citation for passage in passages for citation in passage.citations]


def _identified(document) -> tuple[int, int]:
    return sum(bool(r.doi or r.pmid) for r in document.references), len(document.references)


def _share(counts) -> str:
    found, total = map(sum, zip(*counts, strict=True))
    return f"{found:,} of {total:,} ({found / total:.2%})"

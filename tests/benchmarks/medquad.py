"""MedQuAD as a corpus: one Markdown document an answer, and questions held back.

A document's title is the focus ("Glaucoma"); the question's own text stands nowhere in it. The one
right document of a question is its own answer, although others may answer it as well (several
sites write about one disease, and 674 answers have a twin with the same text): figures are lower
bounds, the same for every way of searching.

The rows are shuffled once, with a fixed seed. The first 4,000 were looked at when the way of
scoring was chosen. The 500 after them are held back: no parameter was chosen on their questions.
"""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from tests.benchmarks.data import Options, read_jsonl

Row = dict[str, Any]

_SEEN = 4_000
_HELD_BACK = 500
_SHORTEST = 80  # characters; shorter answers say no more than "see below"


def rows(options: Options) -> tuple[list[Row], list[Row]]:
    """All rows or the first `--limit`, and of these the held-back ones, which come first."""
    everything = read_jsonl(options, "medquad/qa.jsonl")
    long = [row for row in everything if len(row["answer"]) > _SHORTEST]
    random.Random(1).shuffle(long)
    held_back = long[_SEEN : _SEEN + _HELD_BACK]
    first = {row["_id"] for row in held_back}
    others = long[_SEEN + _HELD_BACK :] + long[:_SEEN]
    others += [row for row in everything if len(row["answer"]) <= _SHORTEST]
    chosen = [*held_back, *(row for row in others if row["_id"] not in first)][: options.limit]
    return chosen, held_back[: options.limit]


def write_corpus(folder: Path, chosen: Sequence[Row]) -> Path:
    """Write the rows as a corpus folder; equal rows give equal bytes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for row in chosen:
        fields = {
            "id": row["_id"],
            "title": " ".join((row["focus"] or row["source"]).split()),
            "language": "en",
            "publisher": row["source"],
            "license": "CC-BY-4.0",
            "review_status": "unknown",
            "url": row["url"],
        }
        # A JSON string is a YAML string, whatever stands in it.
        front = "\n".join(f"{k}: {json.dumps(v, ensure_ascii=False)}" for k, v in fields.items())
        text = f"---\n{front}\n---\n\n{_markdown(row['answer'])}\n"
        (folder / f"{row['_id']}.md").write_text(text, encoding="utf-8")
    return folder


def _markdown(answer: str) -> str:
    """Paragraphs without indentation; "    - item" begins an item of a list."""
    listed = re.sub(r"\s{2,}[-•]\s+", "\n- ", answer)
    paragraphs = re.split(r"\n\s*\n", listed)
    lines = [[" ".join(line.split()) for line in p.split("\n")] for p in paragraphs]
    return "\n\n".join("\n".join(filter(None, some)) for some in lines if any(some))


def write_pages(folder: Path, chosen: Sequence[Row]) -> Path:
    """Write each row as a page of HTML; equal rows give equal bytes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for row in chosen:
        (folder / f"{row['_id']}.html").write_text(page(row), encoding="utf-8")
    return folder


def page(row: Row) -> str:
    """A row as a page of HTML, with what a publisher says in its head."""
    title = escape(" ".join((row["focus"] or row["source"]).split()))
    blocks = "\n".join(_html(paragraph) for paragraph in _markdown(row["answer"]).split("\n\n"))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n"
        f'<meta name="citation_publisher" content="{escape(row["source"])}">\n'
        f'<link rel="canonical" href="{escape(row["url"])}">\n'
        '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">\n'
        f"</head>\n<body>\n<main>\n<h1>{title}</h1>\n{blocks}\n</main>\n</body>\n</html>\n"
    )


def _html(paragraph: str) -> str:
    """A paragraph, and the items of a list below it."""
    words, *items = re.split(r"(?:^|\n)- ", paragraph)
    listed = "".join(f"<li>{escape(item)}</li>\n" for item in items)
    said = f"<p>{escape(words)}</p>" if words.strip() else ""
    return said + (f"\n<ul>\n{listed}</ul>" if items else "")

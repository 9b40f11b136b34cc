# ruff: noqa: T201
"""An index of 10,000 to a million passages: build, open, search, recall, bytes, and a picture.

The passages are generated (see `generated` and `sampled`); the index is written by the code that
writes every index, and opened and searched as every index is. Each step is a process of its own.
"""

from __future__ import annotations

import json
import resource
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.data import Options
from tests.benchmarks.figures import table
from tests.benchmarks.plot import Curve, draw
from tests.benchmarks.process import measured

_SIZES = (10_000, 50_000, 100_000, 300_000, 1_000_000)
_TEN = 10
_ROUNDS = 3  # of the questions
_CANDIDATES = 100  # as many as `Index.find` asks for
_EXACTLY = 20  # questions of which exact search is timed
_STEP = (
    "import sys, pathlib; from tests.benchmarks import million; from tests.benchmarks.data import "
    "Options\nmillion.STEPS[sys.argv[1]](Options(data=pathlib.Path(sys.argv[2]), "
    "work=pathlib.Path(sys.argv[3])), int(sys.argv[4]))"
)


def run(options: Options) -> None:
    """Measure every size up to `--limit`, or those of `--only`; draw `--plot`."""
    if not all(size.isdecimal() for size in options.only):
        raise SystemExit("error: --only takes numbers of passages here, such as 100000")
    _step("embed", options, 0)
    asked = tuple(map(int, options.only)) or _SIZES
    # Two passages a document.
    chosen = sorted({max(2, min(size, options.limit or size) // 2 * 2) for size in asked})
    for size in chosen:
        if not _kept(options, size).exists():
            _measure(options, size)
            print(f"measured {size:,}", flush=True)
    kept = (_kept(options, size) for size in sorted({*_SIZES, *chosen}))
    results = [json.loads(path.read_text()) for path in kept if path.exists()]
    _print(results)
    if options.plot:
        options.plot.write_text(draw(*_curves(results)), encoding="utf-8")
        print(f"\ndrawn: {options.plot}")


def _measure(options: Options, size: int) -> None:
    """Do all steps for a size, and keep the figures in `--work`: a run that is stopped goes on."""
    shutil.rmtree(_folder(options, size), ignore_errors=True)
    figures: dict[str, Any] = {"size": size}
    for name in ("build", "exact", "ask"):
        said, peak = _step(name, options, size)
        figures |= {**said, f"{name} MB": peak}
    shutil.rmtree(_folder(options, size))
    _kept(options, size).write_text(json.dumps(figures), encoding="utf-8")


def _kept(options: Options, size: int) -> Path:
    return options.work / f"figures-{size}.json"


def _step(name: str, options: Options, size: int) -> tuple[dict[str, Any], float]:
    """Run a step in a process of its own: what it found, and its peak memory in megabytes."""
    where = [str(options.data), str(options.work)]
    done = measured(["-c", _STEP, name, *where, str(size)], options.work)
    said = (options.work / "said.txt").read_text(encoding="utf-8")
    *lines, last = said.splitlines()
    print("\n".join(lines), end="\n" if lines else "", flush=True)
    return json.loads(last), done.megabytes


def _embed(options: Options, _: int) -> None:
    from tests.benchmarks.generated import documents
    from tests.benchmarks.sampled import likeness, sample

    sampled = sample(options)
    with np.load(options.work / "real.npz") as found:
        count = len(found["whole"]) // 2 * 2
    likeness(options, np.concatenate([made.vectors for made in documents(sampled, count)]))
    print(json.dumps({}))


def _build(options: Options, size: int) -> None:
    """Write an index, and say how long each part took."""
    from index.build import write_material, write_searcher
    from index.calibration.fit import calibrate
    from index.disk.contents import write_lines
    from index.disk.documents import StoredDocuments, write_documents
    from index.disk.folder import AskingRecord, IndexFolder
    from index.encoding.reference import load_encoder
    from index.gather import stored_vectors, written_passages
    from index.made_by import libraries, model_record, program
    from index.material import Material
    from index.texts import Texts
    from tests.benchmarks import generated
    from tests.benchmarks.sampled import sample

    sampled, clock = sample(options), _Clock()
    place = IndexFolder(_folder(options, size))
    with place.writing() as folder:
        made = generated.documents(sampled, size)
        write_documents(folder, (one.document for one in made))
        clock("documents")
        made = generated.documents(sampled, size)
        written = written_passages(folder, (passage for one in made for passage in one.passages))
        clock("passages")
        made, dimension = generated.documents(sampled, size), sampled.headings.shape[1]
        vectors = stored_vectors(folder, (one.vectors for one in made), (size, dimension))
        clock("vectors")
        begins = np.arange(0, size + 1, generated.PASSAGES, dtype=np.int64)
        documents = StoredDocuments(folder, begins)
        material = Material(
            passages=written,
            texts=Texts(documents, written),
            vectors=vectors,
            starts=begins,
            questions={},
            pairs=[],
            language="en",
        )
        write_lines(folder / "references.jsonl", ())
        write_lines(folder / "as-read.jsonl", ())
        material = write_material(folder, material, documents)
        clock("counts, lists")
        searcher = write_searcher(folder, material)
        clock("words")
        encoder = load_encoder()
        embed = encoder.encode_texts
        calibrated = calibrate(
            material, documents.values(), questions=embed, sentences=embed, searcher=searcher
        )
        calibrated.save(folder)
        clock("calibration")
        manifest = place.publish(
            folder,
            {
                "corpus": "generated",
                "corpus_digest": "",
                "language": "en",
                "program": program(),
                "documents": len(documents),
                "documents_digest": "",
                "passages": size,
                "model": model_record(encoder),
                "asking": AskingRecord(reason="for a benchmark"),
                "libraries": libraries(),
                "calibration": calibrated.calibration,
            },
        )
        clock("hashes")
    files = {name: record.bytes / size for name, record in manifest.files.items()}
    print(json.dumps({"seconds": clock.parts, "files": files}))


def _exact(options: Options, size: int) -> None:
    """Find the right rows by brute force, and time exact search."""
    from index.dense import Dense
    from index.disk.folder import IndexFolder
    from tests.benchmarks.sampled import sample

    place = IndexFolder(_folder(options, size))
    path = place.path / place.manifest().data / "vectors.npy"
    vectors = np.load(path, allow_pickle=False).astype(np.float32)
    questions = sample(options).question_vectors
    right = []
    for question in questions:
        scores = vectors @ question
        best = np.argpartition(scores, -_TEN)[-_TEN:]
        right.append(best[np.argsort(-scores[best], kind="stable")])
    np.save(_right(options), np.array(right), allow_pickle=False)
    dense = Dense.exact(vectors)
    del vectors
    times = _times(lambda q: dense.nearest(q, _CANDIDATES), questions[:_EXACTLY])
    print(json.dumps({"exact": times}))


def _ask(options: Options, size: int) -> None:
    """Open the index as a command does, and search."""
    from index.disk.contents import read_contents
    from index.disk.folder import IndexFolder
    from index.disk.hashes import Hashes
    from index.encoding.reference import load_encoder
    from index.store import Index
    from tests.benchmarks.sampled import sample

    place, encoder = IndexFolder(_folder(options, size)), load_encoder()
    hashes = Hashes(options.work)
    start = time.perf_counter()
    Index.of(read_contents(place, hashes), encoder)
    first = time.perf_counter() - start
    hashes.keep()
    start = time.perf_counter()
    index = Index.of(read_contents(place, Hashes(options.work)), encoder)
    again = time.perf_counter() - start
    opened = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6

    sampled, searcher = sample(options), index.searcher
    pairs = list(zip(sampled.questions, sampled.question_vectors, strict=True))
    found = [searcher.dense.nearest(vector, _CANDIDATES) for _, vector in pairs]
    right = np.load(_right(options), allow_pickle=False)
    recall = np.mean(
        [
            len(set(own.tolist()) & set(rows.tolist())) / _TEN
            for own, rows in zip(right, found, strict=True)
        ]
    )

    def words(pair: tuple[str, Any]) -> None:
        rows = searcher.lexical.best(pair[0], _CANDIDATES)
        searcher.lexical.scores_of(pair[0], rows)

    said = {
        "open": first,
        "open again": again,
        "opened MB": opened,
        "recall": float(recall),
        "dense": _times(lambda pair: searcher.dense.nearest(pair[1], _CANDIDATES), pairs),
        "words": _times(words, pairs),
        "search": _times(lambda p: index.search(p[0], count=_CANDIDATES, vector=p[1]), pairs),
        "find": _times(lambda p: index.find(p[0], count=_CANDIDATES, vector=p[1]), pairs),
    }
    print(json.dumps(said))


STEPS: dict[str, Callable[[Options, int], None]] = {
    "embed": _embed,
    "build": _build,
    "exact": _exact,
    "ask": _ask,
}


class _Clock:
    """Seconds of the processors that each part of a work takes, one after the other."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self._last = time.process_time()

    def __call__(self, name: str) -> None:
        now = time.process_time()
        self.parts[name], self._last = now - self._last, now


def _times(work: Callable[[Any], object], items: Any) -> list[float]:
    """Milliseconds in the middle and at the 95th percentile.

    Of each question the fastest of several rounds counts, after one that warms up: whatever else
    the machine does can only take more.
    """
    for item in items:
        work(item)
    times = np.full((_ROUNDS, len(items)), np.inf)
    for own in times:
        for number, item in enumerate(items):
            start = time.perf_counter()
            work(item)
            own[number] = 1_000 * (time.perf_counter() - start)
    return [float(np.percentile(times.min(axis=0), place)) for place in (50, 95)]


def _folder(options: Options, size: int) -> Path:
    return options.work / f"generated-{size}"


def _right(options: Options) -> Path:
    return options.work / "right.npy"


def _print(results: list[dict[str, Any]]) -> None:
    parts = list(results[0]["seconds"])
    print("\nbuild, seconds of the processors for each part, and the peak of its memory\n")
    table(
        ("passages", *parts, "all", "peak MB"),
        [
            (
                f"{one['size']:,}",
                *(f"{one['seconds'][part]:,.1f}" for part in parts),
                f"{sum(one['seconds'].values()):,.1f}",
                f"{one['build MB']:,.0f}",
            )
            for one in results
        ],
    )
    print("\nbytes a passage\n")
    files = sorted(results[-1]["files"], key=lambda name: -results[-1]["files"][name])[:_TEN]
    table(
        ("passages", *files, "text excluded"),
        [
            (
                f"{one['size']:,}",
                *(f"{one['files'].get(name, 0):,.0f}" for name in files),
                f"{_without_text(one['files']):,.0f}",
            )
            for one in results
        ],
    )
    print("\nopen in seconds (all hashes; again) and memory; search in milliseconds: 50 %, 95 %\n")
    table(
        (
            "passages",
            "open",
            "again",
            "MB",
            "dense",
            "words",
            "search",
            "find",
            "exact",
            "recall@10",
            "peak MB",
        ),
        [
            (
                f"{one['size']:,}",
                f"{one['open']:.2f}",
                f"{one['open again']:.2f}",
                f"{one['opened MB']:,.0f}",
                *(_pair(one[name]) for name in ("dense", "words", "search", "find", "exact")),
                f"{one['recall']:.3f}",
                f"{one['ask MB']:,.0f}",
            )
            for one in results
        ],
    )
    print("\n(search: dense, words and merging; find: with the probability of an answer; neither")
    print("embeds the question; exact: comparing with every vector, without words)")


def _pair(times: list[float]) -> str:
    return f"{times[0]:.2f} {times[1]:.2f}"


def _without_text(files: dict[str, float]) -> float:
    """Bytes that are no text: where its lines begin and its names count."""
    return sum(size for name, size in files.items() if not _is_text(name))


def _is_text(name: str) -> bool:
    return name.endswith((".jsonl", ".json")) and "lexical" not in name


def _curves(results: list[dict[str, Any]]) -> tuple[list[Curve], list[Curve]]:
    """Latency and recall against size."""
    sizes = [one["size"] for one in results]
    times = [
        Curve("exact", sizes, [one["exact"][0] for one in results]),
        Curve("ours, with words", sizes, [one["search"][0] for one in results]),
        Curve("ours, vectors alone", sizes, [one["dense"][0] for one in results]),
    ]
    return times, [Curve("ours", sizes, [one["recall"] for one in results])]

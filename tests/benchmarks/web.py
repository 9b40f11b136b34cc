# ruff: noqa: T201
"""The web application as a process: start, pages, time of an answer, many clients, memory."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import numpy as np

from chatbot import Chatbot
from index import use_one_thread
from tests.benchmarks import browser
from tests.benchmarks.data import Options, bundled_index, bundled_questions, store_on_torch
from tests.benchmarks.figures import table
from tests.program import ROOT, Program, running

_PER_MINUTE = "1000000"  # the limit of a client, which is to play no part here
_STARTS = 3
_QUESTIONS = 200
_WARM_UP = 20
# Requests at 1, 10 and 100 clients at once: 2,000 in all.
_LOADS = {1: 200, 10: 600, 100: 1_200}
_MEMORY = (100, 1_000, 10_000)
_MOST_MEGABYTES = 300  # after 1,000 questions
_TIMES_TORCH = 2.5  # answers a second with 100 clients, over the same server on torch
_SLOWEST = 3  # 95th percentile over the median, with 100 clients
_JSON = {"Content-Type": "application/json"}

Send = Callable[[httpx.AsyncClient, str], Awaitable[httpx.Response]]


class Flood(NamedTuple):
    """What many clients met."""

    seconds: float
    milliseconds: Sequence[float]  # of the requests that were answered
    failures: int


def run(options: Options) -> None:
    """Measure each part, or those of `--only`, each with a server of its own."""
    parts: dict[str, Callable[[Options, list[str]], None]] = {
        "start": _start,
        "pages": _pages,
        "latency": _latency,
        "load": _load,
        "memory": _memory,
    }
    if unknown := [name for name in options.only if name not in parts]:
        raise SystemExit(f"no part {unknown[0]!r}; there are {', '.join(parts)}")
    # Built here, so that no server spends its start on it.
    questions = [asked.question for asked in bundled_questions(bundled_index(options))]
    for name in options.only or parts:
        print(f"-- {name}", flush=True)
        parts[name](options, questions)
        print()


def _start(options: Options, questions: list[str]) -> None:
    """From the command to the first answer, over merely importing what it is built on."""
    times: dict[str, list[float]] = {"ready": [], "first answer": [], "imports only": []}
    for _ in range(_STARTS):
        start = time.perf_counter()
        with _server(options) as program, httpx.Client(base_url=program.address) as web:
            _checked(web.get("healthz"))
            times["ready"].append(time.perf_counter() - start)
            _checked(web.post("api/ask", content=_asked(questions[0]), headers=_JSON, timeout=60))
            times["first answer"].append(time.perf_counter() - start)
        start = time.perf_counter()
        libraries = "import faiss, gradio, uvicorn"
        subprocess.run([sys.executable, "-c", libraries], cwd=ROOT, check=True)
        times["imports only"].append(time.perf_counter() - start)
    rows = [(name, f"{np.median(values):.2f}") for name, values in times.items()]
    table((f"after the command, median of {_STARTS}", "seconds"), rows)


def _pages(options: Options, questions: list[str]) -> None:
    """What a browser loads, and when it can be used."""
    with _server(options) as program:
        browser.pages(program.address, questions[0])


def _latency(options: Options, questions: list[str]) -> None:
    """The same questions through `Chatbot.ask`, the JSON route and the chat page's route."""
    bot = Chatbot(bundled_index(options))
    use_one_thread(bot.encoder)  # as the server does
    with _server(options) as program, httpx.Client(base_url=program.address, headers=_JSON) as web:
        function = _submit_function(web)
        ways: dict[str, Callable[[str], object]] = {
            "Chatbot.ask, here": bot.ask,
            "POST /api/ask": lambda q: _checked(web.post("api/ask", content=_asked(q))),
            "POST /chat (Gradio)": lambda q: _checked(
                web.post("chat/gradio_api/run/predict", content=_predicted(function, q))
            ),
            "GET /healthz": lambda q: _checked(web.get("healthz")),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        for number, question in enumerate(questions[-_WARM_UP:] + questions[:_QUESTIONS]):
            for name in sorted(ways, reverse=bool(number % 2)):
                start = time.perf_counter()
                ways[name](question)
                times[name].append(1_000 * (time.perf_counter() - start))
    measured = {name: np.array(values[_WARM_UP:]) for name, values in times.items()}
    floor = np.median(measured["Chatbot.ask, here"])
    table(
        (f"{_QUESTIONS} questions, one at a time", "median ms", "p95 ms", "over Chatbot.ask"),
        [
            (
                name,
                f"{np.median(values):.2f}",
                f"{np.percentile(values, 95):.2f}",
                f"{np.median(values) - floor:+.2f}",
            )
            for name, values in measured.items()
        ],
    )


def _load(options: Options, questions: list[str]) -> None:
    """Questions of many clients at once, over requests for which nothing is computed, and over the
    same server with its questions embedded by torch.
    """
    rows = []
    stores = {"": options.store, " on torch": store_on_torch(options)}
    rates: dict[str, list[float]] = {name: [] for name in stores}
    work: dict[str, list[float]] = {name: [] for name in stores}
    with ExitStack() as both:
        servers = {name: both.enter_context(_server(options, at)) for name, at in stores.items()}
        for program in servers.values():
            asyncio.run(_flood(program.address, _ask, questions, clients=1, requests=_WARM_UP))
        for clients, requests in _LOADS.items():
            for name, program in servers.items():
                before = _processor_seconds(program)
                met = asyncio.run(
                    _flood(program.address, _ask, questions, clients=clients, requests=requests)
                )
                rows.append((f"POST /api/ask{name}, {clients}", *_figures(met)))
                rates[name].append(len(met.milliseconds) / met.seconds)
                work[name].append(1_000 * (_processor_seconds(program) - before) / requests)
                if not name:
                    ours = met
            met = asyncio.run(
                _flood(servers[""].address, _healthz, questions, clients=clients, requests=requests)
            )
            rows.append((f"GET /healthz, {clients}", *_figures(met)))
    table(("route, clients", "requests/s", "p50 ms", "p95 ms", "p99 ms", "failures"), rows)
    ratios = (f"{light / torch:.2f}" for light, torch in zip(*rates.values(), strict=True))
    print(f"\nrequests a second over torch, by clients: {', '.join(ratios)} (goal {_TIMES_TORCH})")
    print("(the clients run on the same cores as the server)")
    pairs = list(zip(*work.values(), strict=True))
    shares = ", ".join(f"{torch / light:.2f}" for light, torch in pairs)
    spent = ", ".join(f"{light:.1f} against {torch:.1f}" for light, torch in pairs)
    print(f"torch's processor time a request over ours: {shares} (ms: {spent})")
    middle, slow = np.percentile(ours.milliseconds or [np.nan], (50, 95))
    print(f"{max(_LOADS)} clients: 95th percentile over the median {slow / middle:.2f} ", end="")
    print(f"(goal {_SLOWEST}), {ours.failures} failures (goal 0)")


def _memory(options: Options, questions: list[str]) -> None:
    """Resident memory of the server after ever more questions."""
    rows = []
    with _server(options) as program:
        first = done = 0
        for goal in _MEMORY:
            met = asyncio.run(
                _flood(program.address, _ask, questions, clients=10, requests=goal - done)
            )
            done = goal
            resident = _resident(program)
            first = first or resident
            rows.append(
                (f"{goal:,}", f"{resident / 1e6:.1f}", f"{resident / first - 1:+.1%}", met.failures)
            )
            if goal == 1_000:
                share = resident / 1e6 / _MOST_MEGABYTES
    table(("questions", "resident MB", "against the first", "failures"), rows)
    print(f"\nafter 1,000 questions over {_MOST_MEGABYTES} MB: {share:.2f} (goal 1)")


@contextmanager
def _server(options: Options, store: Path | None = None) -> Iterator[Program]:
    store = store or options.store
    log = options.work / f"web-{store.name}.log"
    with running(log, "--no-build", "--store", store, "--per-minute", _PER_MINUTE) as program:
        yield program


async def _flood(
    address: str, send: Send, questions: Sequence[str], *, clients: int, requests: int
) -> Flood:
    """Send `requests` requests from clients that each wait for their answer, then ask the next."""
    waiting = itertools.islice(itertools.cycle(questions), requests)
    milliseconds: list[float] = []
    failures = 0

    async def client() -> None:
        nonlocal failures
        async with httpx.AsyncClient(
            base_url=address, headers=_JSON, timeout=60, verify=False
        ) as web:
            for question in waiting:
                begin = time.perf_counter()
                try:
                    _checked(await send(web, question))
                except httpx.HTTPError:
                    failures += 1
                else:
                    milliseconds.append(1_000 * (time.perf_counter() - begin))

    start = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return Flood(time.perf_counter() - start, milliseconds, failures)


def _figures(met: Flood) -> tuple[str, ...]:
    rate = len(met.milliseconds) / met.seconds
    percentiles = np.percentile(met.milliseconds or [np.nan], [50, 95, 99])
    return f"{rate:.0f}", *(f"{value:.1f}" for value in percentiles), str(met.failures)


async def _ask(web: httpx.AsyncClient, question: str) -> httpx.Response:
    return await web.post("api/ask", content=_asked(question))


async def _healthz(web: httpx.AsyncClient, _: str) -> httpx.Response:
    return await web.get("healthz")


def _checked(response: httpx.Response) -> httpx.Response:
    return response.raise_for_status()


def _asked(question: str) -> str:
    return json.dumps({"question": question})


def _predicted(function: int, question: str) -> str:
    return json.dumps({"data": [question, "[]"], "fn_index": function, "session_hash": "x"})


def _submit_function(web: httpx.Client) -> int:
    """Number of the chat page's function that answers; it stands in the page's configuration."""
    found = re.search(r"window\.gradio_config = (\{.*?\});</script>", web.get("chat/").text, re.S)
    assert found, "the chat page holds no configuration"
    for function in json.loads(found[1])["dependencies"]:
        if any(event == "submit" for _, event in function["targets"]):
            return int(function["id"])
    raise AssertionError("the chat page answers no question")


def _resident(program: Program) -> int:
    """Bytes of the server and of the processes that it started."""
    pages = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended just now
        if program.process.pid in (int(status.parent.name), int(fields[1])):
            pages += int(fields[21])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _processor_seconds(program: Program) -> float:
    """What the server itself has taken of the processors so far."""
    stat = Path(f"/proc/{program.process.pid}/stat").read_text()
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

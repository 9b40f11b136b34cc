"""What all ways in over HTTP share: the bot, and who may ask it how often."""

from __future__ import annotations

import asyncio
import ipaddress
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Lock
from time import time
from typing import TypeVar

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from chatbot.answer import Answer
from chatbot.bot import DEFAULT_COUNT, Chatbot
from chatbot.starters import starters
from chatbot.web import log
from index import EngineError

PER_MINUTE = 30
ENGINE_GONE = "The documents cannot be searched right now. Please try again in a few seconds."
Result = TypeVar("Result")

# Questions that may wait at once. On two cores a hundred are answered in about a second.
WAITING = 200
# A computation of one question fills a core; a second lets one question's search overlap with
# another's encoding, more only make everybody wait longer for the first answer.
_THREADS = 2


class Refused(Exception):
    """A question that is not taken now. `str(error)` is for the person who asked."""

    def __init__(self, message: str, *, status: int, seconds: int) -> None:
        super().__init__(message)
        self.status = status  # of the HTTP response
        self.seconds = seconds  # when to try again


class Service:
    """Answers questions from many clients at once, some at a time."""

    def __init__(
        self,
        bot: Chatbot,
        *,
        region: str = "",
        per_minute: int = PER_MINUTE,
        waiting: int = WAITING,
        allow_embed: tuple[str, ...] = (),
        feedback: Path | None = None,
    ) -> None:
        """Wrap an open bot.

        :param region: whose emergency number to name when a request names no region.
        :param per_minute: questions that one client may ask in a minute from its first one on.
        :param waiting: questions of all clients that may wait at once.
        :param allow_embed: origins whose pages may frame this application.
        :param feedback: file that thumbs are appended to; without one there are no thumbs.
        """
        self.bot = bot
        self.region = region
        self.allow_embed = allow_embed
        self.feedback = feedback
        self._limit = RateLimitItemPerMinute(per_minute)
        # Of its ways of counting the one that forgets a client when its minute is over.
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._most = waiting
        self._waiting = 0
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="answer")
        # Loads what the first question would load, before two threads could at once; misspelt as no
        # list has it, as only then the words that can be meant are made ready.
        bot.ask("Is this a qvestion that nobody has ever askedd?")
        self._starters_lock = Lock()
        self._starters: dict[str, tuple[str, ...]] = {"": starters(bot)}
        self._topics = {topic.casefold().strip(): topic for topic in bot.topics}

    async def ask(
        self,
        question: str,
        *,
        client: str,
        k: int = DEFAULT_COUNT,
        history: Sequence[str] = (),
        region: str = "",
        exactly: bool = False,
    ) -> Answer:
        """Answer a question.

        :param client: address of who asks, for the limit a client has.
        :raises Refused: the client asked too often, or too many questions are waiting.
        :raises ValueError: `k` or `region` is out of range.
        """
        work = partial(
            self.bot.ask,
            question,
            k=k,
            history=history,
            region=region or self.region,
            exactly=exactly,
        )
        return await self.run(work, client=client)

    async def run(self, work: Callable[[], Result], *, client: str) -> Result:
        """Do the work of one question in a thread, when it is its turn.

        :raises Refused: as `ask`.
        """
        if not self._limiter.hit(self._limit, network(client)):
            again = self._limiter.get_window_stats(self._limit, network(client)).reset_time
            raise _too_many(max(1, math.ceil(again - time())))
        if self._waiting >= self._most:
            raise Refused(
                "Many people are asking right now. Please try again in a few seconds.",
                status=503,
                seconds=5,
            )
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except EngineError as error:
            log.engine_gone(error)
            raise Refused(ENGINE_GONE, status=503, seconds=5) from None
        finally:
            self._waiting -= 1

    def starters(self, topic: str = "") -> tuple[str, ...]:
        """Questions to start with; see `chatbot.starters`. Kept, as a topic's never change."""
        known = self._topics.get(topic.casefold().strip(), "")
        with self._starters_lock:
            if known not in self._starters:
                self._starters[known] = starters(self.bot, topic=known)
            return self._starters[known]

    def close(self) -> None:
        """Wait for the questions that are being answered."""
        self._threads.shutdown(wait=True)


def network(client: str) -> str:
    """Whom a limit is for: an IPv4 address, or the /64 network that one IPv6 client has."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _too_many(seconds: int) -> Refused:
    return Refused(
        "You have asked many questions in a short time. "
        f"Please wait {seconds} second{'s' if seconds > 1 else ''} and try again.",
        status=429,
        seconds=seconds,
    )

"""Who may ask how often, and how many at once."""

import asyncio
import threading
import time

import pytest

from chatbot.web.service import Refused, Service, network


def together(*coroutines):
    async def gathered():
        return await asyncio.gather(*coroutines, return_exceptions=True)

    return asyncio.run(gathered())


def test_a_client_has_a_limit_and_others_are_not_touched_by_it(bot):
    service = Service(bot, per_minute=3)
    results = together(*(service.ask("walking", client="192.0.2.1") for _ in range(5)))
    refused = [result for result in results if isinstance(result, Refused)]
    assert [refusal.status for refusal in refused] == [429, 429]
    assert 1 <= refused[0].seconds <= 61  # rounded up, so that who waits is let in
    assert "wait" in str(refused[0])
    (other,) = together(service.ask("walking", client="192.0.2.2"))
    assert other.passages


def test_a_client_is_forgotten_when_its_minute_is_over(bot, monkeypatch):
    service = Service(bot, per_minute=3)
    together(*(service.ask("walking", client=f"192.0.2.{n}") for n in range(50)))
    storage = service._limiter.storage
    assert len(storage.storage) == 50
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    together(service.ask("walking", client="192.0.2.100"))
    storage.timer.join()
    assert len(storage.storage) == len(storage.expirations) == 1


def test_a_full_queue_says_so_and_nobody_waits_for_ever(bot, monkeypatch):
    service = Service(bot, per_minute=1_000, waiting=4)
    gate = threading.Event()
    answered = bot.ask

    def slow(question, **options):
        gate.wait(10)
        return answered(question, **options)

    monkeypatch.setattr(bot, "ask", slow)

    async def crowd():
        asking = [
            asyncio.create_task(service.ask("walking", client=f"192.0.2.{n}")) for n in range(10)
        ]
        await asyncio.sleep(0.1)
        gate.set()
        return await asyncio.gather(*asking, return_exceptions=True)

    results = asyncio.run(crowd())
    assert [r.status for r in results if isinstance(r, Refused)] == [503] * 6
    assert sum(not isinstance(r, Exception) for r in results) == 4
    (after,) = together(service.ask("walking", client="192.0.2.1"))
    assert after.passages


def test_closing_waits_for_what_is_running(bot):
    service = Service(bot)
    done = []

    def work():
        gate.wait(5)
        done.append(True)

    gate = threading.Event()

    async def ask_and_close():
        task = asyncio.create_task(service.run(work, client="192.0.2.1"))
        await asyncio.sleep(0.05)
        threading.Timer(0.1, gate.set).start()
        service.close()
        await task

    asyncio.run(ask_and_close())
    assert done == [True]


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_who_a_limit_counts(client, counted):
    assert network(client) == counted


def test_starters_of_an_unknown_topic_are_the_usual_ones_and_fill_no_memory(bot):
    service = Service(bot)
    usual = service.starters()
    for number in range(100):
        assert service.starters(f"topic {number}") == usual
    assert len(service._starters) == 1

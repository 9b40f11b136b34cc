"""The server process: opens the index, then listens, and ends without dropping an answer."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from chatbot.bot import Chatbot
from chatbot.web import log
from chatbot.web.memory import give_back, share_one_place
from chatbot.web.postponed import postpone, without
from chatbot.web.service import PER_MINUTE, Service
from corpus.command_line import say
from index import use_one_thread

HOST = "127.0.0.1"
PORT = 7860
# Connections at once; more are told that the server is busy.
_CONNECTIONS = 1_000
# Seconds that answers under way have at the end; each takes far less.
_FINISHING = 20


class ListenError(Exception):
    """The address cannot be listened at. `str(error)` says why and what to do."""


def serve(
    open_bot: Callable[..., Chatbot],
    *,
    host: str = HOST,
    port: int = PORT,
    root_path: str = "",
    trusted_proxies: tuple[str, ...] = (),
    workers: int = 1,
    region: str = "",
    per_minute: int = PER_MINUTE,
    allow_embed: tuple[str, ...] = (),
    feedback: Path | None = None,
    ready: Callable[[str], None] = say,
) -> None:
    """Serve the web application until the process is told to end.

    :param open_bot: opens the bot; called once in each process, with `build=False` where the
        index has been built already. It goes to other processes, so it must be picklable.
    :param port: 0 takes any free port.
    :param root_path: the prefix that a proxy serves the application under: "/answers".
    :param trusted_proxies: addresses whose `X-Forwarded-For` and `-Proto` are believed.
    :param workers: processes; each holds the index and the model in its own memory.
    :param ready: is told the address of the chat once questions can be asked.
    :raises ListenError: the address is taken or is not this machine's.
    :raises Exception: whatever `open_bot` raises, before anything listens.
    """
    listening = _bound(host, port)
    make = partial(
        application,
        open_bot,
        root_path=root_path,
        region=region,
        per_minute=per_minute,
        allow_embed=allow_embed,
        feedback=feedback,
    )
    # Opened here first: an error is told before anything listens, and the workers find it built.
    app = make()
    config = partial(
        uvicorn.Config,
        root_path=root_path,
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        timeout_keep_alive=5,
        limit_concurrency=_CONNECTIONS,
        timeout_graceful_shutdown=_FINISHING,
        ws="none",
    )
    address = f"http://{_shown(host)}:{listening.getsockname()[1]}/"
    if workers == 1:
        _Server(config(app), say=partial(ready, address)).run(sockets=[listening])
        return
    del app
    processes = Multiprocess(
        config(partial(make, build=False), factory=True, workers=workers), sockets=[listening]
    )
    listening.listen(_CONNECTIONS)  # who comes before the processes are ready waits for them
    ready(address)
    processes.run()


def application(
    open_bot: Callable[..., Chatbot],
    *,
    root_path: str,
    region: str,
    per_minute: int,
    allow_embed: tuple[str, ...],
    feedback: Path | None,
    build: bool = True,
) -> ASGIApp:
    """The application over an opened index; see `serve` for the parameters."""
    share_one_place()
    bot = open_bot(build=build)
    use_one_thread(bot.encoder)
    # For Gradio's tables, of which the chat has none: 36 MB.
    postpone("pandas")
    # Gradio takes seconds to import, and an error in the documents should be told before that.
    # Its tools for language models, which it imports if they are there, take 17 MB.
    with without("mcp"):
        from chatbot.web.application import create_application

    log.start()
    service = Service(
        bot,
        region=region,
        per_minute=per_minute,
        allow_embed=allow_embed,
        feedback=feedback,
    )
    made = create_application(service, root_path=root_path)
    give_back()
    return made


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, *, say: Callable[[], None]) -> None:
        super().__init__(config)
        self._say = say

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._say()


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        raise ListenError(
            f"cannot listen at {host}, port {port}: {error.strerror}. "
            "Give another --host or --port (0 takes any free port)"
        ) from None
    listening.set_inheritable(True)
    return listening


def _shown(host: str) -> str:
    if host in ("0.0.0.0", "::", ""):
        return "localhost"
    return f"[{host}]" if ":" in host else host

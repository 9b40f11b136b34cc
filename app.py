"""`python app.py`: the chat page, the embed and the JSON routes."""

from __future__ import annotations

import argparse
import re
import sys
import webbrowser
from collections.abc import Callable
from functools import partial
from pathlib import Path

from chatbot.options import UNUSABLE, add_options, open_bot
from chatbot.web.origins import ANYBODY, OriginError, origin
from chatbot.web.serve import HOST, PORT, ListenError, serve
from chatbot.web.service import PER_MINUTE
from corpus.command_line import run, say

_EXAMPLES = """examples:
  python app.py
  python app.py --corpus my_leaflets --region GB
  python app.py --allow-embed https://clinic.example https://www.clinic.example
  python app.py --root-path /answers --trusted-proxy 127.0.0.1 --workers 2

Standard error gets one JSON line for each answer: time, status and passages, never the question.
It serves until it is stopped by a signal (Ctrl+C).
exit code 2: bad arguments, unusable documents or an address that is taken
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.feedback:  # a file that cannot be written to should be told now
            options.feedback.open("a").close()
        serve(
            # A server runs for weeks on what it reads now, and starts slowly anyway.
            partial(open_bot, options, thorough=True),
            host=options.host,
            port=options.port,
            root_path=options.root_path,
            trusted_proxies=tuple(options.trusted_proxy),
            workers=options.workers,
            region=options.region,
            per_minute=options.per_minute,
            allow_embed=_allowed(options.allow_embed),
            feedback=options.feedback,
            ready=_announce if options.no_open or not sys.stderr.isatty() else _open,
        )
    except (*UNUSABLE, ListenError, OriginError) as error:
        say(f"error: {error}")
        return 2
    except OSError as error:
        say(f"error: {error.filename or 'this machine'}: {error.strerror or error}")
        return 2
    return 0


def _announce(address: str) -> None:
    say(f"Ready: {address} (embed: {address}embed/howto, stop with Ctrl+C)")


def _open(address: str) -> None:
    _announce(address)
    webbrowser.open(address)


def _allowed(given: list[str]) -> tuple[str, ...]:
    origins = tuple(dict.fromkeys(origin(text) for text in given))
    if ANYBODY in origins and len(origins) > 1:
        raise OriginError("'*' allows every site: give it alone, or name the sites without it")
    return origins


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python app.py",
        description="Serves the chat page (/chat), the page that clinics embed (/embed), the "
        "documents (/source) and the JSON routes (/api).",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parser.add_argument_group("documents"))
    patients = parser.add_argument_group("patients")
    patients.add_argument(
        "--feedback",
        type=Path,
        metavar="FILE",
        help="show thumbs under each passage; the file gets passage and thumb, nothing else",
    )
    patients.add_argument(
        "--allow-embed",
        nargs="+",
        action="extend",
        default=[],
        metavar="ORIGIN",
        help="sites that may show the pages in a frame, such as https://clinic.example; "
        "'*' is every site (default: only this server's own pages)",
    )
    server = parser.add_argument_group("server")
    server.add_argument("--host", default=HOST, help="address to listen at (default: %(default)s)")
    server.add_argument(
        "--port", type=_whole(0, 65_535), default=PORT, help="default: %(default)s; 0 is any free"
    )
    server.add_argument(
        "--root-path",
        type=_prefix,
        default="",
        metavar="PATH",
        help="prefix that a proxy serves the application under, such as /answers",
    )
    server.add_argument(
        "--trusted-proxy",
        nargs="+",
        action="extend",
        default=[],
        metavar="ADDRESS",
        help="proxy whose X-Forwarded-For names the client (default: none is believed)",
    )
    server.add_argument(
        "--workers", type=_whole(1, 64), default=1, metavar="N", help="processes (default: 1)"
    )
    server.add_argument(
        "--per-minute",
        type=_whole(1, 1_000_000),
        default=PER_MINUTE,
        metavar="N",
        help="questions that one client may ask in a minute, of each process "
        "(default: %(default)s)",
    )
    server.add_argument(
        "--no-open", action="store_true", help="do not open a browser window at the start"
    )
    return parser


def _whole(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")
        return int(text)

    return number


def _prefix(text: str) -> str:
    path = text.rstrip("/")
    if path and not re.fullmatch(r"(?:/[\w.~-]+)+", path, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is no path such as /answers")
    return path


if __name__ == "__main__":
    run(main)

"""The chat page. The only file that knows Gradio, of which it uses as little as it can.

The server keeps no conversation: each answer is one escaped block of HTML, the page keeps the
earlier ones (`static/chat.js`), and the questions that a follow-up may refer to travel with the
page in a hidden field. So memory does not grow with visitors, and several processes can serve one
conversation.
"""

from __future__ import annotations

import json
import os
import secrets
from time import perf_counter
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when Gradio is imported

import gradio as gr
from fastapi import FastAPI
from gradio.state_holder import SessionState, StateHolder

from chatbot.question import MAX_CHARACTERS
from chatbot.render.html import text, to_html
from chatbot.web import log, words
from chatbot.web.page import static_address
from chatbot.web.service import Refused, Service

_ROOT = "../"  # from /chat/
# Of each earlier question that travels with the page; all of them must fit in a request.
_EARLIER = 3
_LONGEST_EARLIER = 500
# Above the limit, so that a question that is too long is told so instead of being cut in silence.
_TYPED = MAX_CHARACTERS + 1_000
_FAILED = "Something went wrong here. Please try again."


def mount_chat(app: FastAPI, service: Service, *, root_path: str = "") -> None:
    """Put the chat page at `/chat`.

    :param root_path: the prefix that a proxy serves the application under.
    """
    page = _page(service)
    gr.mount_gradio_app(
        app,
        page,
        "/chat",
        root_path=f"{root_path}/chat" if root_path else None,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        max_file_size=1,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        head=_head(),
    )
    # Only `launch()` sets this, and while it is unset Gradio hands out any file of the machine.
    page.has_launched = True
    # Gradio would keep the last question and answer of ten thousand visitors in memory.
    page.state_holder.__class__ = _KeepsNothing


class _KeepsNothing(StateHolder):
    """Gives every request a state of its own, which ends with it."""

    def __getitem__(self, session_id: str) -> SessionState:
        return SessionState(self.blocks)


class _Page(gr.Blocks):
    """The page's components."""

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        """Refuse a request with too few inputs; Gradio's own refusal would print them."""
        if len(inputs) < len(block_fn.inputs):
            raise gr.Error(_FAILED, print_exception=False)


def _head() -> str:
    styles = "".join(
        f'<link rel="stylesheet" href="{_ROOT}{static_address(name)}">'
        for name in ("base.css", "answer.css", "chat.css")
    )
    scripts = "".join(
        f'<script src="{_ROOT}{static_address(name)}" defer></script>'
        for name in ("clipboard.js", "chat.js")
    )
    return styles + scripts


def _page(service: Service) -> gr.Blocks:
    title = words.title(service.bot.corpus)
    with _Page(title=title, analytics_enabled=False, fill_width=True) as page:
        _html(_welcome(title, service), name="welcome")
        answer = _html("", name="answer")
        history = gr.Textbox("[]", visible=False)
        question = gr.Textbox(
            label=words.LABEL,
            info="Press Enter to ask, Shift and Enter for a new line.",
            lines=1,
            max_lines=8,
            max_length=_TYPED,
            submit_btn="Ask",
            elem_id="question",
        )
        # The page's script presses it. An event of its own leaves no flag behind for the next
        # question, also when the server does not answer.
        exactly = gr.Button("Search for exactly these words", elem_id="exactly")
        clear = gr.Button("Clear chat", elem_id="clear")

        async def ask(asked: str, earlier: str, request: gr.Request) -> tuple[str, str, str]:
            return await _ask(service, asked, earlier, request)

        async def ask_exactly(
            asked: str, earlier: str, request: gr.Request
        ) -> tuple[str, str, str]:
            return await _ask(service, asked, earlier, request, exactly=True)

        shown = [answer, history, question]
        # Without the queue, which some thousands of requests stop for good.
        quiet: Any = {"queue": False, "api_visibility": "private", "show_progress": "hidden"}
        question.submit(ask, [question, history], shown, **quiet)
        exactly.click(ask_exactly, [question, history], shown, **quiet)
        clear.click(lambda: ("", "[]", ""), None, shown, **quiet)
        blocks: gr.Blocks = page
    return blocks


def _html(block: str, *, name: str) -> gr.Markdown:
    return gr.Markdown(
        block, sanitize_html=True, latex_delimiters=[], container=False, elem_id=name
    )


def _welcome(title: str, service: Service) -> str:
    starters = "".join(
        f'<li><button type="button" class="ask">{text(starter)}</button></li>'
        for starter in service.starters()
    )
    offered = f'<h2>You can ask</h2><ul class="suggestions">{starters}</ul>' if starters else ""
    return f'<div class="welcome"><h1>{text(title)}</h1><p>{text(words.DOES)}</p>{offered}</div>'


async def _ask(
    service: Service, asked: str, earlier: str, request: gr.Request, *, exactly: bool = False
) -> tuple[str, str, str]:
    """What the page shows, the questions so far, and what stays in the question's field."""
    start = perf_counter()
    history = _read(earlier)
    try:
        answer = await service.ask(
            asked if isinstance(asked, str) else "",
            client=request.client.host if request.client else "",
            history=history,
            exactly=exactly,
        )
    except Refused as refused:
        log.event("refused", way="chat", http=refused.status)
        return _refusal(str(refused)), earlier, asked
    except Exception as error:  # Gradio would print it, and an error may hold the question
        log.failed(error, way="chat")
        return _refusal(_FAILED), earlier, asked
    log.answered(answer, way="chat", milliseconds=1_000 * (perf_counter() - start))
    extra = _thumbs(service)
    block = to_html(answer, name=_name(), root=_ROOT, extra=extra, exactly=exactly)
    asked_so_far = [*history, answer.question[:_LONGEST_EARLIER]][-_EARLIER:]
    return block, json.dumps(asked_so_far, ensure_ascii=False), ""


def _read(earlier: str) -> list[str]:
    """The earlier questions. The field comes back from the browser, so it may hold anything."""
    try:
        questions = json.loads(earlier)
    except (TypeError, ValueError, RecursionError):
        return []
    if not isinstance(questions, list):
        return []
    texts = [question for question in questions if isinstance(question, str)]
    return [text[:_LONGEST_EARLIER] for text in texts[-_EARLIER:]]


def _refusal(message: str) -> str:
    return (
        f'<div class="answer refused" id="{_name()}"><p class="notice" role="alert">'
        f"{text(message)}</p></div>"
    )


def _name() -> str:
    """A name that no other answer on the page has, and that tells the page of a new one."""
    return f"answer-{secrets.token_hex(6)}"


def _thumbs(service: Service) -> str:
    if service.feedback is None:
        return ""
    return (
        '<button type="button" class="thumb up">This helped</button>'
        '<button type="button" class="thumb down">This did not help</button>'
    )

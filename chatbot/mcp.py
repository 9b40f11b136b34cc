"""`python -m chatbot.mcp`: the answers as a tool for other programs, by the Model Context Protocol.

The server speaks over standard input and output and opens no port. It has one tool, `ask`. Its
result is the JSON that is the same everywhere, and beside it the answer as plain text, in which
quoted words stand as they are (Markdown would have to escape some of their characters).
"""

# Annotations are evaluated here, not kept as strings: `mcp` reads those of the tool, and they name
# what is imported inside a function.
import argparse
import signal
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from chatbot.answer import CorpusInfo
from chatbot.bot import DEFAULT_COUNT, MOST_PASSAGES, Chatbot
from chatbot.options import UNUSABLE, add_options, open_bot
from chatbot.render.schema import AnswerJSON
from corpus.command_line import run, say

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

_NEEDED = 'This command needs one more package: pip install "mcp>=2.3,<3"'
_RULES = (
    "Show each passage's `text` exactly as it stands, with its citation, its attribution and the "
    "references it cites. Do not reword, shorten, translate or merge passages, and do not drop "
    "citations. Show every notice. With status `not_found`, say that the documents do not answer "
    "the question, and do not answer it yourself. With status `related`, say that the passages "
    "may not answer it. With status `urgent`, show the answer at once, before anything else."
)
_TOPICS_NAMED = 8
_EXAMPLES = """examples:
  python -m chatbot.mcp                              # started by an MCP client, not by hand
  python -m chatbot.mcp --corpus my_leaflets -k 5

exit codes: 0 the client closed the connection, 2 bad arguments or unusable documents
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        import mcp.server.mcpserver  # noqa: F401  now, before documents are read and indexed
    except ModuleNotFoundError:
        say(f"error: {_NEEDED}")
        return 2
    try:
        bot = open_bot(options)
    except UNUSABLE as error:
        say(f"error: {error}")
        return 2
    _serve(server(bot, k=options.k, region=options.region))
    return 0


def server(bot: Chatbot, *, k: int = DEFAULT_COUNT, region: str = "") -> "MCPServer":
    """A server with the tool `ask`.

    :param k: how many passages to show at most when the client does not say.
    :param region: code of the country whose emergency number is named.
    """
    # Only this command needs the package.
    from mcp.server.mcpserver import MCPServer
    from mcp.types import CallToolResult, TextContent, ToolAnnotations

    # From level ERROR on, the package logs no arguments of a call, so no question.
    made = MCPServer("verbatim-patient-education", instructions=_RULES, log_level="ERROR")

    @made.tool(
        title="Ask the health documents",
        description=_description(bot.corpus),
        annotations=ToolAnnotations(
            read_only_hint=True, idempotent_hint=True, open_world_hint=False
        ),
    )
    def ask(
        question: Annotated[str, Field(description="the question, in the asker's own words")],
        k: Annotated[
            int, Field(ge=1, le=MOST_PASSAGES, description="show at most this many passages")
        ] = k,
        exactly: Annotated[
            bool,
            Field(description="search for exactly these words: nothing mended, nothing added"),
        ] = False,
    ) -> Annotated[CallToolResult, AnswerJSON]:
        answer = bot.ask(question, k=k, region=region, exactly=exactly)
        return CallToolResult(
            content=[TextContent(text=str(answer))], structured_content=dict(answer.to_dict())
        )

    return made


def _serve(made: "MCPServer") -> None:
    # The package would wait for one more line of input before it heeds an interruption.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        made.run("stdio")
    except* BrokenPipeError:
        pass  # the client went away without closing our input


def _description(corpus: CorpusInfo) -> str:
    topics = ", ".join(corpus.topics[:_TOPICS_NAMED])
    return (
        "Finds the passages that answer a patient's question in a fixed set of documents and "
        "quotes them word for word, with where they stand and which publications they cite. "
        f"The documents cover, among others: {topics}. {_RULES}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m chatbot.mcp",
        description="Serves the passages of reviewed documents to an MCP client over standard "
        f"input and output. {_NEEDED}",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parser)
    parser.add_argument(
        "-k",
        type=int,
        choices=range(1, MOST_PASSAGES + 1),
        default=DEFAULT_COUNT,
        metavar="N",
        help=f"passages to show when the client does not say, 1 to {MOST_PASSAGES} "
        "(default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    run(main)

"""Tables in a Milvus server or cluster. The only file that knows pymilvus, which is optional.

Nothing here knows what a passage is: there are tables of rows with vectors, words and a text, and
names by which one of several tables is found. Rows are numbered from 0.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from index.encoding.encoder import Vectors
from index.errors import EngineError

NEEDED = "pip install -r requirements-milvus.txt"
# A text in Milvus has at most so many bytes.
LONGEST_TEXT = 65_535
ROW, TEXT = "row", "text"
ENGINE_HELP = (
    "Milvus server or cluster, http://USER:PASSWORD@HOST:19530/DATABASE#NAME, of which all but the "
    "host can be left out; @FILE for an address in a file; or a file of Milvus Lite, FILE.db"
)
_SCHEMES = ("http", "https", "tcp")
_FILE = ".db"  # by which pymilvus tells a file of Milvus Lite
# Every table has to have a vector; one of texts alone has this.
_NO_VECTOR = [0.0, 0.0]
_NONE = "none"
_SECONDS = 10.0  # for an answer
_LONG = 3_600.0  # for a server that writes and indexes what it was given
_NO_SUCH_TABLE = 100
# Of the graph: neighbours, and the breadth of the search when it is built and when it is asked.
_NEIGHBOURS, _BREADTH, _ASKED_BREADTH = 32, 200, 400


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is, and by what name an index is known there.

    `shown` is what people may see. `token`, `USER:PASSWORD`, never is. `name` may be empty.
    """

    shown: str
    name: str = ""
    token: str = field(default="", repr=False)

    @property
    def again(self) -> str:
        """The address and the name, as people may see them."""
        return f"{self.shown}#{self.name}" if self.name else self.shown

    @classmethod
    def of(cls, text: str) -> Address:
        """`http://HOST:19530`, perhaps with `USER:PASSWORD@`, `/DATABASE` and `#NAME`; or a file.

        :raises EngineError: it is neither.
        """
        uri, _, name = text.partition("#")
        if uri.endswith(_FILE) and "://" not in uri:
            if not Path(uri).resolve().parent.is_dir():
                raise EngineError(f"There is no folder for the file {uri}")
            return cls(uri, name)
        try:
            parts = urlsplit(uri)
            login, _, host = parts.netloc.rpartition("@")
            right = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            right = False
        if not right or parts.scheme not in _SCHEMES or "@" in parts.path + parts.query + name:
            # What was given is not repeated: a password may be part of it.
            raise EngineError(
                "That is no address of a Milvus server. Give http://HOST:19530, with signs such as "
                f"'/' in a password as %2F, or a file that ends with {_FILE} for Milvus Lite"
            )
        return cls(f"{parts.scheme}://{host}{parts.path}", name, unquote(login))


def engine(text: str) -> Address:
    """Argument type: an address, or `@FILE` for the one in a file, where no other user sees it.

    :raises argparse.ArgumentTypeError: it is no address, or the file cannot be read.
    """
    try:
        found = Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text
        return Address.of(found.strip())
    except (EngineError, OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None


class Milvus:
    """A connection. Threads may share it."""

    def __init__(self, address: Address) -> None:
        """:raises EngineError: nothing answers there, or pymilvus is not installed."""
        try:
            # Optional, and three seconds of imports that only its users should pay for.
            import pymilvus
        except ImportError:
            raise EngineError(f"A Milvus server needs one more package. Run: {NEEDED}") from None
        # Everything it logs is raised as well, and here nobody's password is in it.
        for name in ("pymilvus", "milvus_lite"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.shown = address.shown
        self._library: Any = pymilvus
        token = address.token
        self._secrets = [one for one in (token, token.partition(":")[2]) if one]
        self._client: Any = self._tried(
            lambda: pymilvus.MilvusClient(address.shown, token=token, timeout=_SECONDS),
            "cannot be reached"
            if "://" in address.shown
            else "cannot be opened; no other process may have it open",
        )

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def names(self, prefix: str) -> list[str]:
        """All names that begin so, of whatever table."""
        found = self._asked("list_aliases", "")["aliases"]
        return sorted(name for name in found if name.startswith(prefix))

    def named(self, name: str) -> str:
        """The table that has a name now, or "" if there is none."""
        if name not in self.names(name):
            return ""
        return str(self._asked("describe_alias", name)["collection_name"])

    def give_name(self, name: str, table: str) -> None:
        """Give a table a name, in one step, also if another has had it."""
        self._asked("alter_alias" if self.named(name) else "create_alias", table, name)

    def tables(self) -> list[str]:
        """All tables."""
        return sorted(self._asked("list_collections"))

    def drop(self, table: str) -> None:
        """Remove a table, if it is there."""
        self._asked("drop_collection", table)

    def create(
        self,
        table: str,
        *,
        vectors: Sequence[str] = (),
        dimension: int = len(_NO_VECTOR),
        numbers: Sequence[str] = (),
        words: str = "",
    ) -> None:
        """Make a table of numbered texts.

        :param vectors: fields of `dimension` floats each.
        :param numbers: fields of one whole number each.
        :param words: a field of weights by the number of a word.
        """
        kind = self._library.DataType
        schema = self._library.MilvusClient.create_schema(auto_id=False)
        schema.add_field(ROW, kind.INT64, is_primary=True)
        schema.add_field(TEXT, kind.VARCHAR, max_length=LONGEST_TEXT)
        for name in numbers:
            schema.add_field(name, kind.INT64)
        for name in vectors or (_NONE,):
            schema.add_field(name, kind.FLOAT_VECTOR, dim=dimension)
        if words:
            schema.add_field(words, kind.SPARSE_FLOAT_VECTOR)
        self._asked("create_collection", table, schema=schema)

    def write(self, table: str, rows: Iterable[dict[str, Any]], *, together: int) -> int:
        """Add rows, with a value for every field, so many at a time.

        :return: how many there were.
        """
        written = 0
        remaining = iter(rows)
        while some := list(islice(remaining, together)):
            self._asked("insert", table, some, seconds=_LONG)
            written += len(some)
        return written

    def write_texts(self, table: str, rows: Iterable[dict[str, Any]], *, together: int) -> int:
        """Add rows to a table without vectors; see `write`."""
        return self.write(table, ({**row, _NONE: _NO_VECTOR} for row in rows), together=together)

    def finish(
        self, table: str, rows: int, *, graph: str = "", words: str = "", found_by: str = ""
    ) -> None:
        """Bring a table to the disk, index it, and have it ready to be asked.

        :param rows: how many it must have.
        :param graph: the field of vectors to be searched by a graph; others are compared one by
            one.
        :param words: the field of weights, as when it was created.
        :param found_by: the field of whole numbers by which rows are found; see `having`.
        :raises EngineError: it has another number of rows.
        """
        self._asked("flush", table, seconds=_LONG)
        indexes = self._client.prepare_index_params()
        for one in self._asked("describe_collection", table)["fields"]:
            name, kind = one["name"], one["type"]
            if name == found_by:
                indexes.add_index(name, index_type="INVERTED")
            elif name == words:
                indexes.add_index(name, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
            elif kind == self._library.DataType.FLOAT_VECTOR and name == graph:
                built = {"M": _NEIGHBOURS, "efConstruction": _BREADTH}
                indexes.add_index(name, index_type="HNSW", metric_type="IP", params=built)
            elif kind == self._library.DataType.FLOAT_VECTOR:
                indexes.add_index(name, index_type="FLAT", metric_type="IP")
        self._asked("create_index", table, indexes, seconds=_LONG)
        self.load(table)
        if (there := self.count(table)) != rows:
            raise EngineError(f"{self.shown} holds {there:,} rows of {table}, not {rows:,}")

    def load(self, table: str) -> None:
        """Have a table ready to be asked, which a server that was started anew may not have."""
        self._asked("load_collection", table, seconds=_LONG)

    def count(self, table: str) -> int:
        """How many rows a table has, all that were written among them."""
        counted = self._asked(
            "query", table, filter="", output_fields=["count(*)"], consistency_level="Strong"
        )
        return int(counted[0]["count(*)"])

    def nearest(
        self, table: str, name: str, question: Vectors | dict[int, float], count: int
    ) -> NDArray[np.int64]:
        """The rows with the largest inner product with `question` in one field, best first.

        :param question: numbers, or weights of words; then only rows that hold one are found.
        """
        found = self._asked(
            "search",
            table,
            data=[question],
            anns_field=name,
            limit=count,
            output_fields=[ROW],
            search_params={} if isinstance(question, dict) else _breadth(count),
        )
        return np.array([hit[ROW] for hit in found[0]], dtype=np.int64)

    def holding(
        self, table: str, words: str, numbers: Sequence[int], start: int, end: int
    ) -> list[bool]:
        """For each of some words whether one of the rows `start:end` holds it."""
        if not numbers:
            return []
        found = self._asked(
            "search",
            table,
            data=[{number: 1.0} for number in numbers],
            anns_field=words,
            limit=1,
            filter=f"{ROW} >= {start} and {ROW} < {end}",
            output_fields=[ROW],
        )
        return [any(hit["distance"] > 0 for hit in hits) for hits in found]

    def rows(self, table: str, rows: Sequence[int], fields: Sequence[str]) -> list[dict[str, Any]]:
        """Some fields of some rows, in the order in which they were asked for.

        :raises EngineError: one is not there.
        """
        if not rows:
            return []
        found = self._asked("query", table, ids=list(rows), output_fields=[ROW, *fields])
        by_row = {one[ROW]: one for one in found}
        if missing := [row for row in rows if row not in by_row]:
            raise EngineError(f"{self.shown} has no row {missing[0]} in {table}")
        return [by_row[row] for row in rows]

    def having(
        self, table: str, name: str, number: int, fields: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Some fields of the rows that have a number in one field."""
        filtered = f"{name} == {number}"
        found = self._asked("query", table, filter=filtered, output_fields=[ROW, *fields])
        return sorted(found, key=lambda one: int(one[ROW]))

    def _asked(
        self, method: str, *arguments: object, seconds: float | None = None, **more: object
    ) -> Any:
        call = getattr(self._client, method)
        return self._tried(
            lambda: call(*arguments, timeout=seconds or _SECONDS, **more), "does not serve this"
        )

    def _tried(self, work: Callable[[], Any], problem: str) -> Any:
        try:
            return work()
        except Exception as error:  # whatever the library raises, the server is of no use now
            if getattr(error, "code", None) == _NO_SUCH_TABLE:
                raise EngineError(
                    f"{self.shown} no longer holds this index, since newer ones were pushed. "
                    "Start this program again to use the newest"
                ) from None
            said = str(getattr(error, "message", "") or type(error).__name__)
            for secret in self._secrets:
                said = said.replace(secret, "…")
            raise EngineError(f"{self.shown} {problem} ({' '.join(said.split())})") from None


def _breadth(count: int) -> dict[str, Any]:
    return {"params": {"ef": max(_ASKED_BREADTH, count)}}

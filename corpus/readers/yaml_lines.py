"""YAML -> mappings that know their lines, for errors. The only file that knows PyYAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from corpus.model import CorpusError


@dataclass(frozen=True, slots=True)
class Lined:
    """A mapping of fields, the line of each in its file (from 1), and that of the mapping.

    Values are texts, or lists and mappings of them, as they are written: a date stays text, and
    "no" is Norwegian, not False.
    """

    values: Mapping[str, Any]
    lines: Mapping[str, int]
    line: int


def lined_mapping(content: str, *, path: Path, first_line: int, what: str) -> Lined:
    """Read `field: value` lines.

    :param first_line: line of the file (from 1) on which `content` begins, for error messages.
    :param what: what is read, as the subject of a sentence: "the front matter".
    :raises CorpusError: no valid YAML, no such lines, or a field given twice.
    """
    try:
        node = yaml.compose(content, Loader=yaml.BaseLoader)
        values: Any = yaml.load(content, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise CorpusError(
            f"{what} is not valid YAML ({getattr(error, 'problem', None) or error})",
            path=path,
            line=first_line + (mark.line if mark else 0),
            advice="Check the indentation; a value with a colon or quotation mark needs quotes",
        ) from None
    if not isinstance(node, yaml.MappingNode):
        raise CorpusError(
            f"{what} is not a list of 'field: value' lines", path=path, line=first_line
        )
    return Lined(values, _lines(node, path, first_line), first_line)


def lined_mappings(content: str, *, path: Path, what: str) -> dict[str, Lined]:
    """Read names with `field: value` lines below each; a name with nothing below it has none.

    :raises CorpusError: no valid YAML, other content than that, or a name or field given twice.
    """
    outer = lined_mapping(content, path=path, first_line=1, what=what)
    node = yaml.compose(content, Loader=yaml.BaseLoader)
    found: dict[str, Lined] = {}
    for key, value in node.value if node else ():
        name, line = str(key.value), outer.lines[str(key.value)]
        if isinstance(value, yaml.MappingNode):
            found[name] = Lined(outer.values[name], _lines(value, path, 1), line)
        elif isinstance(value, yaml.ScalarNode) and not value.value:
            found[name] = Lined({}, {}, line)
        else:
            raise CorpusError(
                "is followed by no 'field: value' lines",
                path=path,
                line=line,
                field=name,
                advice="Write each field on a line of its own below it, indented by two spaces",
            )
    return found


def _lines(node: yaml.MappingNode, path: Path, first_line: int) -> dict[str, int]:
    lines: dict[str, int] = {}
    for key, _ in node.value:
        line = first_line + key.start_mark.line
        if str(key.value) in lines:
            raise CorpusError(
                "given twice",
                path=path,
                line=line,
                field=str(key.value),
                advice="Keep one of the two",
            )
        lines[str(key.value)] = line
    return lines

"""Curves against size as one SVG, for light and dark pages alike; no library is needed for it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import log10
from typing import NamedTuple

_WIDTH, _HEIGHT = 760, 560
_LEFT, _RIGHT = 70, 560  # of both panels
_TIMES = (40, 330)  # top and bottom
_RECALL = (400, 500)
_LOWEST = 0.9
_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .axis { stroke: #8a929b; fill: none } .grid { stroke: #d8dee4; fill: none }
  .c0 { stroke: #b3541e; fill: #b3541e } .c1 { stroke: #1a6fb5; fill: #1a6fb5 }
  .c2 { stroke: #2c7a3f; fill: #2c7a3f }
  polyline { fill: none !important; stroke-width: 2 }
  text.c0, text.c1, text.c2 { stroke: none }
  .page { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .page { fill: #0d1117 }
    .axis { stroke: #8b949e } .grid { stroke: #30363d }
    .c0 { stroke: #f0975a; fill: #f0975a } .c1 { stroke: #6cb6ff; fill: #6cb6ff }
    .c2 { stroke: #7ccf8f; fill: #7ccf8f }
  }
"""


class Curve(NamedTuple):
    """A name, and a value for each size."""

    name: str
    sizes: Sequence[int]
    values: Sequence[float]


def draw(times: Sequence[Curve], recall: Sequence[Curve]) -> str:
    """Milliseconds (both axes logarithmic) above recall@10 (0.9 to 1)."""
    sizes = times[0].sizes
    low = 10 ** int(log10(min(min(one.values) for one in times)) - 1)
    high = max(max(one.values) for one in times) * 1.3
    low = max(low, min(min(one.values) for one in times) / 1.3)

    def across(size: int) -> float:
        span = log10(sizes[-1] / sizes[0]) or 1.0
        return _LEFT + (_RIGHT - _LEFT) * log10(size / sizes[0]) / span

    def up(value: float) -> float:
        top, bottom = _TIMES
        return bottom - (bottom - top) * log10(value / low) / log10(high / low)

    def share(value: float) -> float:
        top, bottom = _RECALL
        return bottom - (bottom - top) * (max(value, _LOWEST) - _LOWEST) / (1 - _LOWEST)

    ticks = [tick for tick in (0.1, 0.3, 1, 3, 10, 30, 100, 300) if low <= tick <= high]
    parts = [f'<rect class="page" width="{_WIDTH}" height="{_HEIGHT}"/>']
    parts += [_level(up(tick), f"{tick:g} ms") for tick in ticks]
    parts += [_level(share(tick), f"{tick:.2f}") for tick in (0.9, 0.95, 1.0)]
    for top, bottom in (_TIMES, _RECALL):
        parts.append(f'<path class="axis" d="M{_LEFT} {top}V{bottom}H{_RIGHT}"/>')
    parts += [_text(across(size), _RECALL[1] + 22, f"{size:,}", "middle") for size in sizes]
    parts.append(_text((_LEFT + _RIGHT) / 2, _RECALL[1] + 44, "passages", "middle"))
    parts.append(_text(_LEFT, _TIMES[0] - 16, "median time of a search, one thread", "start"))
    parts.append(_text(_LEFT, _RECALL[0] - 16, "recall@10 against exact search", "start"))
    for number, one in enumerate(times):
        parts += _line(one, f"c{number}", across, up)
    for one in recall:
        parts += _line(one, "c2", across, share)
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(_said(times, recall))}">\n<style>{_STYLE}</style>\n{body}\n</svg>\n'
    )


def _said(times: Sequence[Curve], recall: Sequence[Curve]) -> str:
    """The last point of each curve, for those who do not see it."""
    size = f"{times[0].sizes[-1]:,}"
    told = [f"{one.name} {one.values[-1]:.2g} ms" for one in times]
    told += [f"recall@10 {one.values[-1]:.3f}" for one in recall]
    return f"At {size} passages: {', '.join(told)}"


def _line(one: Curve, kind: str, across, height) -> list[str]:
    points = [(across(size), height(v)) for size, v in zip(one.sizes, one.values, strict=True)]
    dots = [f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    name = f'<text class="{kind}" x="{x + 10:.1f}" y="{y + 4:.1f}">{escape(one.name)}</text>'
    return [f'<polyline class="{kind}" points="{path}"/>', *dots, name]


def _level(y: float, name: str) -> str:
    line = f'<path class="grid" d="M{_LEFT} {y:.1f}H{_RIGHT}"/>'
    return line + _text(_LEFT - 8, y + 4, name, "end")


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'

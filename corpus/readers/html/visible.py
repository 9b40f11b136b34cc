"""Which elements of a page no reader sees, or sees without their being text."""

from __future__ import annotations

import re
from collections import Counter

from corpus.readers.tree import Element

_NO_TEXT = frozenset(
    ("script", "style", "template", "noscript", "datalist", "input", "select",
     "textarea", "button", "progress", "meter", "map", "area", "param", "source", "track")
)  # fmt: skip
_EMBEDDED = {
    "iframe": "an embedded page",
    "object": "an embedded object",
    "embed": "an embedded object",
    "video": "a video",
    "audio": "a sound recording",
    "canvas": "a picture",
    "svg": "",  # nearly always an icon
}
_HIDDEN_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE
)
_HIDDEN_CLASSES = frozenset(
    ("visually-hidden", "visuallyhidden", "visually-hidden-focusable", "sr-only", "usa-sr-only",
     "sr-only-focusable", "screen-reader-text", "screen-reader-only", "screenreader-only",
     "element-invisible", "a11y-hidden", "u-visually-hidden", "govuk-visually-hidden",
     "nhsuk-u-visually-hidden", "offscreen", "mw-editsection", "mw-jump-link", "d-none", "unseen")
)  # fmt: skip
_ICON = re.compile(r"(?:^|[\s_-])(?:icons?|fa|fas|far|fab|glyphicon|material-icons)(?:$|[\s_-])")
# These stand in a line of text; hidden from screen readers they are still seen by everybody else.
_INLINE = frozenset(
    ("span", "a", "b", "i", "em", "strong", "sup", "sub", "abbr", "small", "mark", "u", "font")
)


class Visible:
    """Decides element by element; `left_out` counts what is content and no text."""

    def __init__(self) -> None:
        self.left_out: Counter[str] = Counter()

    def leaves_out(self, element: Element) -> bool:
        """Whether an element and all in it is no part of what is read."""
        if element.name in _NO_TEXT:
            return True
        if is_hidden(element):
            return True
        if element.name in _EMBEDDED:
            if said := _EMBEDDED[element.name]:
                self.left_out[said] += 1
            return True
        return False


def is_hidden(element: Element) -> bool:
    """Whether browsers do not show the element, as far as the file itself tells."""
    attributes = element.attributes
    if "hidden" in attributes or _HIDDEN_STYLE.search(attributes.get("style", "")):
        return True
    classes = attributes.get("class", "").lower()
    if not _HIDDEN_CLASSES.isdisjoint(classes.split()):
        return True
    if element.name == "dialog" and "open" not in attributes:
        return True
    if attributes.get("aria-hidden", "").lower() != "true":
        return False
    return element.name not in _INLINE or bool(_ICON.search(classes))

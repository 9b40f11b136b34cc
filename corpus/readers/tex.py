"""TeX formulas of the simple kind -> one line of characters; what is not simple gives None."""

from __future__ import annotations

import re

from corpus.readers.scripts import subscript, superscript

_SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ",
    "psi": "ψ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω", "Gamma": "Γ", "Phi": "Φ",
    "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ne": "≠",
    "neq": "≠", "lt": "<", "gt": ">", "approx": "≈", "sim": "∼", "pm": "±", "times": "×",
    "cdot": "·", "div": "÷", "infty": "∞", "sum": "∑", "int": "∫", "partial": "∂", "in": "∈",
    "rightarrow": "→", "to": "→", "leftarrow": "←", "circ": "°", "ldots": "…", "cdots": "…",
    "dots": "…", "log": "log", "ln": "ln", "exp": "exp", "min": "min", "max": "max", "sin": "sin",
    "cos": "cos", "left": "", "right": "", "%": "%", "&": "&", "$": "$", "_": "_", "#": "#",
    "{": "{", "}": "}", ",": " ", ";": " ", ":": " ", " ": " ", "!": "", "quad": " ", "qquad": " ",
}  # fmt: skip
_PLAIN = frozenset(("text", "mathrm", "mathit", "mathbf", "rm", "textrm", "textit", "mathsf"))
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|[{}^_~]|[^\\{}^_~]")
_BODY = re.compile(r"\\begin\{document\}(.*)\\end\{document\}", re.DOTALL)
_DEEPEST = 20


class _Unwritable(Exception):
    """The formula holds what this file does not know."""


def linear_tex(source: str) -> str | None:
    """The formula on one line, or None where a command in it is not known."""
    body = _BODY.search(source)
    formula = (body[1] if body else source).strip().strip("$").strip()
    for opening, closing in ((r"\[", r"\]"), (r"\(", r"\)")):
        formula = formula.removeprefix(opening).removesuffix(closing)
    try:
        tokens = _TOKEN.findall(formula)
        return " ".join(_until("", tokens[::-1], 0).split()) or None
    except _Unwritable:
        return None


def _until(closing: str, tokens: list[str], depth: int) -> str:
    """The text up to `closing`; `tokens` are in reverse order and used up."""
    if depth > _DEEPEST:
        raise _Unwritable
    written = ""
    while tokens:
        if tokens[-1] == closing:
            tokens.pop()
            return written
        written += _next(tokens, depth)
    if closing:
        raise _Unwritable
    return written


def _next(tokens: list[str], depth: int) -> str:
    token = tokens.pop()
    if token == "{":
        return _until("}", tokens, depth + 1)
    if token in ("^", "_"):
        return (superscript if token == "^" else subscript)(_argument(tokens, depth))
    if token == "~":
        return " "
    if token.startswith("\\"):
        return _command(token[1:], tokens, depth)
    if token in "}&":
        raise _Unwritable
    return token


def _command(name: str, tokens: list[str], depth: int) -> str:
    if name in _SYMBOLS:
        return _SYMBOLS[name]
    if name in _PLAIN:
        return _argument(tokens, depth)
    if name == "sqrt" and tokens and tokens[-1] == "{":
        return f"√({_argument(tokens, depth)})"
    if name in ("frac", "tfrac", "dfrac"):
        above, below = _argument(tokens, depth), _argument(tokens, depth)
        return f"({_term(above)}/{_term(below)})"
    raise _Unwritable


def _term(text: str) -> str:
    return text if re.fullmatch(r"[\w.]+", text) else f"({text})"


def _argument(tokens: list[str], depth: int) -> str:
    if depth > _DEEPEST:
        raise _Unwritable
    while tokens and tokens[-1].isspace():
        tokens.pop()
    if not tokens:
        raise _Unwritable
    return _next(tokens, depth + 1)

"""Reference lists: reading CSL-JSON, reading the list a document prints, and showing an entry.

Nothing here looks a publication up: `verified` is copied from the file and never guessed. A
printed entry is read with care in APA and Vancouver style; what cannot be read stays empty, and
the entry itself, as `Reference.text`, is always kept.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import quote, unquote

from corpus.model import CorpusError, Name, Reference

ET_AL: Final = Name(literal="et al.")  # stands last in an author list that names only some authors

PARTICLES: Final = frozenset(
    "van von der den de da dos das do du del della dello di la las los le el al ter ten te zu zur "
    "zum af av bin ibn ben 't".split()
)

_UNDECOMPOSED: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"}
)
_NOT_IN_KEYS: Final = re.compile(r"[^\w\s]+|_")  # hyphens are turned into spaces before
_DASHES: Final = re.compile(r"[-\u2010-\u2015\u2212/]")
_WHITESPACE: Final = re.compile(r"\s+")


def plain_key(text: str) -> str:
    """`text` for comparing names and titles: no case, diacritics, punctuation or double spaces."""
    decomposed = unicodedata.normalize("NFD", _DASHES.sub(" ", text).casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(_NOT_IN_KEYS.sub("", letters.translate(_UNDECOMPOSED)).split())


def _one_line(text: str) -> str:
    return _WHITESPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


# --- CSL-JSON ---------------------------------------------------------------------------------

_DOI_PREFIX: Final = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:)\s*", re.IGNORECASE)
_DOI: Final = re.compile(r"10\.\d{4,9}/\S+")
_URL: Final = re.compile(r"https?://[^\s<>\"/][^\s<>\"]*", re.IGNORECASE)
_YEAR_IN_DATE: Final = re.compile(r"(?<!\d)([12]\d{3})([a-z])?(?![\da-z])")
_CSL_MARKUP: Final = re.compile(r"</?(?:i|b|sup|sub|sc|span)(?:\s[^<>]*)?>")
_YEARS: Final = range(1000, 3000)


def load_references(path: Path) -> tuple[Reference, ...]:
    """The entries of a CSL-JSON file, in its order.

    :raises CorpusError: if the file cannot be read or is not a JSON list of entries, or if an
        entry is malformed, has an id twice, or is called verified without saying by whom; the
        error names the file, the line (where the JSON breaks, or where the entry begins) and
        the field.
    """
    text = _read(path)
    references: list[Reference] = []
    lines: dict[str, int] = {}
    for line, entry in _csl_entries(text, path):
        reference = _Entry(entry, path, line).reference()
        if reference.id in lines:
            raise CorpusError(
                f"the id '{reference.id}' is already used in line {lines[reference.id]}",
                path=path,
                line=line,
                field="id",
                advice="Give each entry an id of its own, or delete one of the two",
            )
        lines[reference.id] = line
        references.append(reference)
    return tuple(references)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CorpusError(
            f"cannot be read ({error.strerror})",
            path=path,
            advice="Check that the file exists and may be read",
        ) from None
    except UnicodeDecodeError:
        raise CorpusError(
            "is not UTF-8 text", path=path, advice="Save the file again as UTF-8"
        ) from None


class _DuplicateKeyError(ValueError):
    """A JSON object has a key twice; JSON readers would silently keep only the last."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKeyError(key)
        found[key] = value
    return found


def _csl_entries(text: str, path: Path) -> Iterator[tuple[int, Any]]:
    """Each entry of the JSON list with the line it begins on, counted from 1."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise CorpusError(
            f"is not valid JSON: {error.msg}",
            path=path,
            line=error.lineno,
            advice="Look for a missing comma, quotation mark or bracket here or one line above",
        ) from None
    except (ValueError, RecursionError):  # a number or a nesting beyond what Python reads
        raise CorpusError(
            "is not readable as JSON", path=path, advice="Export the list again as CSL-JSON"
        ) from None
    if not isinstance(whole, list):
        raise CorpusError(
            "is not a list of references",
            path=path,
            line=1,
            advice="Put the entries between [ and ], as reference managers export CSL-JSON",
        )
    yield from _with_lines(text, len(whole), path)


def _with_lines(text: str, count: int, path: Path) -> Iterator[tuple[int, Any]]:
    """Read a JSON list, known to be valid, once more entry by entry to learn their lines."""
    decoder = json.JSONDecoder(object_pairs_hook=_unique)
    between = re.compile(r"[\s,]*")
    position = text.index("[") + 1
    line, counted = 1, 0
    for _ in range(count):
        skipped = between.match(text, position)
        position = skipped.end() if skipped else position
        line += text.count("\n", counted, position)
        counted = position
        try:
            entry, position = decoder.raw_decode(text, position)
        except _DuplicateKeyError as error:
            raise CorpusError(
                "stands twice in this entry",
                path=path,
                line=line,
                field=str(error),
                advice="Keep one of the two",
            ) from None
        yield line, entry


@dataclass(frozen=True, slots=True)
class _Entry:
    """One CSL-JSON entry being read, with what an error about it has to name."""

    data: Any
    path: Path
    line: int

    def reference(self) -> Reference:
        if not isinstance(self.data, dict):
            self._refuse("the entry is not an object", "Write it between { and }")
        year, suffix = self._issued()
        verified = self._verified()
        return Reference(
            id=self._required("id"),
            type=self._string("type"),
            title=self._required("title"),
            author=self._authors(),
            year=year,
            year_suffix=self._suffix() or suffix,
            container_title=self._string("container-title"),
            volume=self._string("volume"),
            issue=self._string("issue"),
            page=self._string("page"),
            doi=self._doi(),
            pmid=self._pmid(),
            url=self._url(),
            verified=verified,
            verified_by=self._string("verified_by"),
            unchecked=self._unchecked(),
        )

    def _refuse(self, problem: str, advice: str, field: str | None = None) -> NoReturn:
        named = self.data.get("id") if isinstance(self.data, dict) else None
        if field != "id" and isinstance(named, str) and named:
            problem = f"{problem} (entry '{named}')"
        raise CorpusError(problem, path=self.path, line=self.line, field=field, advice=advice)

    def _string(self, field: str) -> str:
        return self._text(self.data.get(field), field)

    def _text(self, value: object, field: str) -> str:
        if value is None:
            return ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            self._refuse("is not text", "Write it between quotation marks", field)
        return _one_line(_CSL_MARKUP.sub("", value))

    def _required(self, field: str) -> str:
        value = self._string(field)
        if not value:
            self._refuse("is missing or empty", f'Add a line such as "{field}": "..."', field)
        return value

    def _list(self, value: object, field: str, advice: str) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            self._refuse("is not a list", advice, field)
        return value

    def _authors(self) -> tuple[Name, ...]:
        advice = 'Write "author": [{"family": "Smith", "given": "Jo"}] or [{"literal": "WHO"}]'
        found = self._list(self.data.get("author"), "author", advice)
        return tuple(self._name(author, advice) for author in found)

    def _name(self, author: object, advice: str) -> Name:
        if not isinstance(author, dict):
            self._refuse("is not a list of names", advice, "author")

        def part(key: str) -> str:
            return self._text(author.get(key), "author")

        family = _joined(" ", part("non-dropping-particle"), part("family"))
        given = _joined(" ", part("given"), part("dropping-particle"))
        literal = part("literal")
        if plain_key(family or literal) in {"et al", "others"}:
            return ET_AL
        if not family and not literal:
            self._refuse("has a name without 'family' or 'literal'", advice, "author")
        if family and literal:
            self._refuse("has a name with both 'family' and 'literal'", advice, "author")
        return Name(family=family, given=_joined(", ", given, part("suffix")), literal=literal)

    def _issued(self) -> tuple[int | None, str]:
        issued = self.data.get("issued")
        if issued is None:
            return None, ""
        if not isinstance(issued, dict):
            self._refuse_date("is not a date")
        parts = issued.get("date-parts")
        if parts is not None:
            return self._year(parts), ""
        raw = self._text(issued.get("raw", issued.get("literal")), "issued")
        found = _YEAR_IN_DATE.search(raw)
        # "in press" and "n.d." are dates without a year, not mistakes
        return (int(found[1]), found[2] or "") if found else (None, "")

    def _year(self, parts: object) -> int:
        try:
            year = int(parts[0][0])  # type: ignore[index]
        except (TypeError, ValueError, LookupError):
            self._refuse_date("has no year in 'date-parts'")
        if year not in _YEARS:
            self._refuse_date(f"has the year {year}")
        return year

    def _refuse_date(self, problem: str) -> NoReturn:
        self._refuse(problem, 'Write "issued": {"date-parts": [[2017]]}', "issued")

    def _suffix(self) -> str:
        suffix = self._string("year-suffix")
        if not re.fullmatch(r"[a-z]?", suffix):
            self._refuse(f"is '{suffix}'", "Write one small letter, such as a", "year-suffix")
        return suffix

    def _doi(self) -> str:
        doi = _bare_doi(self._string("DOI"))
        if doi and not _DOI.fullmatch(doi):
            self._refuse(f"'{doi}' is not a DOI", "Write it as 10.1000/xyz123", "DOI")
        return doi

    def _pmid(self) -> str:
        pmid = re.sub(r"(?i)^pmid:?\s*", "", self._string("PMID"))
        if not re.fullmatch(r"\d{0,9}", pmid, re.ASCII):
            self._refuse(f"'{pmid}' is not a PMID", "Write digits only", "PMID")
        return pmid

    def _url(self) -> str:
        url = self._string("URL")
        if url and not _URL.fullmatch(url):
            self._refuse(
                f"'{url}' is not a web address", "Begin it with https:// or leave it out", "URL"
            )
        return url

    def _verified(self) -> bool | None:
        verified = self.data.get("verified")
        if verified is not None and not isinstance(verified, bool):
            self._refuse(
                "is not true, false or null", "Write it without quotation marks", "verified"
            )
        if verified and not self._string("verified_by"):
            self._refuse(
                "is missing although the entry is called verified",
                'Say who looked it up, where and when, or set "verified": null',
                "verified_by",
            )
        return verified

    def _unchecked(self) -> tuple[str, ...]:
        advice = 'Write "unchecked": ["author"]'
        names = self._list(self.data.get("unchecked"), "unchecked", advice)
        if not all(isinstance(name, str) and name for name in names):
            self._refuse("is not a list of field names", advice, "unchecked")
        return tuple(names)


def _joined(separator: str, *parts: str) -> str:
    return separator.join(part for part in parts if part)


def _bare_doi(doi: str) -> str:
    """A DOI without `https://doi.org/` or `doi:` before it; only addresses are percent-encoded."""
    bare = _DOI_PREFIX.sub("", doi, count=1) if _DOI_PREFIX.match(doi) else doi
    return unquote(bare) if doi[:4].lower() == "http" else bare


# --- A printed list: where each entry begins ---------------------------------------------------

_HEADING: Final = re.compile(
    r"\s*(?:\d{1,2}\.?\s+)?[*_]{0,3}(?:references?|reference list|bibliography|works cited"
    r"|literature|literature cited|sources)[*_]{0,3}:?[*_]{0,3}\s*",
    re.IGNORECASE,
)
_MARKDOWN_HEADING: Final = re.compile(r" {0,3}#{1,6}(?:\s.*)?")
_RULE: Final = re.compile(r"\s*(?:-{3,}|={3,}|\*{3,}|_{3,})\s*")
_MARK: Final = re.compile(
    r"(?P<indent>[ \t\u00a0]*)"
    r"(?:(?P<bullet>[-*+•‣◦▪●·\u2013])[ \t\u00a0]+)?"
    # [1]   [1]:   (1)   1.   1)   each before a blank or a letter, so that "3.5" is no number
    r"(?:(?:\[(?P<square>\d{1,3})\]:?|\((?P<round>\d{1,3})\)|(?P<plain>\d{1,3})[.)])"
    r"(?=\s|[^\W\d_])\s*)?"
    r"(?P<body>.*)",
    re.DOTALL,
)
_UNFINISHED: Final = re.compile(
    r"(?:[,&;:\-\u2013(\[\u2026]|\.\.\.|\b(?:and|in|of|the|van|von|de[nrl]?|d[aou]s?))$",
    re.IGNORECASE,
)
_FINISHED: Final = re.compile(r"[.\d)\]>\"”\u2019?!]$|(?:https?://|doi\.org/|10\.\d{4,9}/)\S+$")
_ENDS_IN_LINK: Final = re.compile(r"(?:https?://|doi:\s?|10\.\d{4,9}/)\S*$", re.IGNORECASE)
_SURNAME: Final = (
    r"(?:[a-z'\u2019]{1,5}\s){0,3}[^\W\d_a-z][\w'\u2019-]*(?:\s[^\W\d_][\w'\u2019-]*){0,4}"
)
_PERSON_FIRST: Final = re.compile(rf"{_SURNAME},\s[^\W\d_a-z]\.")  # Smith, J.
_PERSON_FIRST_PLAIN: Final = re.compile(  # Smith JA, | Smith JA.
    rf"{_SURNAME}\s[^\W\d_a-z]{{1,3}}(?:[,.]|\set\sal)"
)
_YEAR_HEAD: Final = re.compile(r"[^()]{2,200}\((?:1[89]|20)\d\d[a-z]?(?:,[^()]{0,40})?\)")
_ANY_YEAR: Final = re.compile(r"[(;.,]\s?(?:1[89]|20)\d\d[a-z]?(?=[).,;])|(?:1[89]|20)\d\d;")
_MOST_LINES: Final = 40  # lines of one entry that are searched for its year
_TAIL: Final = 300  # characters at the end of a line that say whether it is finished
_UNWRAPPED: Final = 120  # a printed line longer than this was not broken to fit a page


@dataclass(frozen=True, slots=True)
class _Line:
    body: str
    width: int
    indent: int
    bullet: bool
    number: int | None
    plain: bool  # numbered as "1." or "1)", which a wrapped line may begin with by accident
    after_blank: bool


def parse_reference_list(
    text: str, start: int, end: int, *, document_id: str
) -> tuple[Reference, ...]:
    """The entries of a document's own reference list, which is `text[start:end]`.

    Offsets are half-open and count code points. Entries may be bulleted, numbered, one a line or
    set apart by blank lines, with wrapped lines. Each keeps its words in `text` (line breaks
    become spaces; bullet and number are left off), its number in `label`, and has
    `verified=None`. A field that cannot be read stays empty; no entry is dropped.
    """
    entries = _entries(_lines(text[start:end]))
    return tuple(
        _printed_reference(entry, label, f"{document_id}#ref-{n}")
        for n, (label, entry) in enumerate(entries, 1)
    )


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    blank = True
    for raw in text.splitlines():
        heading = _MARKDOWN_HEADING.fullmatch(raw) or (not lines and _HEADING.fullmatch(raw))
        if not raw.strip() or heading or _RULE.fullmatch(raw):
            blank = True
            continue
        lines.append(_line(raw, after_blank=blank))
        blank = False
    return lines


def _line(raw: str, *, after_blank: bool) -> _Line:
    mark = _MARK.fullmatch(raw)
    if mark is None or not mark["body"].strip():  # a number alone is what the entry says
        return _Line(raw.strip(), len(raw), 0, False, None, False, after_blank)
    number = mark["square"] or mark["round"] or mark["plain"]
    return _Line(
        body=mark["body"].strip(),
        width=len(raw.rstrip()),
        indent=len(mark["indent"].expandtabs()),
        bullet=mark["bullet"] is not None,
        number=int(number) if number else None,
        plain=mark["plain"] is not None,
        after_blank=after_blank,
    )


def _entries(lines: Sequence[_Line]) -> list[tuple[int | None, str]]:
    """Label and words of each entry, in order."""
    begins = _rule_for(lines)
    grouped: list[list[_Line]] = []
    for line in lines:
        if not grouped or begins(line, grouped[-1]):
            grouped.append([line])
        else:
            grouped[-1].append(line)
    labels = _labels(grouped)
    return [
        (label, _unwrapped([line.body for line in entry]))
        for label, entry in zip(labels, grouped, strict=True)
    ]


def _rule_for(lines: Sequence[_Line]) -> Callable[[_Line, list[_Line]], bool]:
    numbers = [line.number for line in lines if line.number is not None]
    if lines and (lines[0].number is not None or numbers[:2] == [1, 2]):
        return _begins_numbered
    if sum(line.bullet for line in lines) > (0 if lines and lines[0].bullet else 1):
        return _begins_bulleted
    width = min(max((line.width for line in lines), default=0), _UNWRAPPED)
    return lambda line, entry: _begins_unmarked(line, entry, width)


def _begins_numbered(line: _Line, entry: list[_Line]) -> bool:
    previous = entry[0].number
    if line.number is None:
        return line.after_blank and _looks_like_entry(line, entry)
    if not line.plain or line.after_blank or previous is None:
        return True
    # a wrapped line may begin "2. of the". Markdown lists may number every item "1."
    expected = line.number in {previous + 1, 1 if previous == 1 else -1}
    return expected and not _goes_on(line.body)


def _goes_on(body: str) -> bool:
    """Whether a line begins in the middle of a sentence: small letters, but no "van" or link."""
    first = body.split(maxsplit=1)[0]
    linked = _TAIL_BEGINS.match(body) or first.startswith("www.")
    return first.islower() and first not in PARTICLES and not linked


def _begins_bulleted(line: _Line, entry: list[_Line]) -> bool:
    if line.bullet:
        return line.indent <= entry[0].indent + 1
    return line.after_blank and _looks_like_entry(line, entry)


def _begins_unmarked(line: _Line, entry: list[_Line], width: int) -> bool:
    """Whether a line without bullet or number is no continuation; `width` is that of the lines."""
    last = entry[-1].body[-_TAIL:]
    last_width = entry[-1].width
    if _UNFINISHED.search(last) or line.indent > entry[0].indent:
        return False
    if line.after_blank or last_width > _UNWRAPPED:
        return True
    if _TAIL_BEGINS.match(line.body):  # a link on a line of its own
        return bool(_ENDS_IN_LINK.search(last))
    if line.body[0].isdigit() or _goes_on(line.body):
        return False
    if _PERSON_FIRST.match(line.body):
        return True
    if not _FINISHED.search(last):
        return False
    short = last_width < 0.7 * width  # the last line of a paragraph
    return short or bool(_ENDS_IN_LINK.search(last)) or _looks_like_entry(line, entry)


def _looks_like_entry(line: _Line, entry: list[_Line]) -> bool:
    """Whether `line` begins like a reference and the entry before it has all it needs."""
    if not any(_ANY_YEAR.search(before.body) for before in entry[:_MOST_LINES]):
        return False
    begins = _PERSON_FIRST.match(line.body) or _PERSON_FIRST_PLAIN.match(line.body)
    return bool(begins or _YEAR_HEAD.match(line.body))


def _labels(grouped: Sequence[Sequence[_Line]]) -> list[int | None]:
    labels = [entry[0].number for entry in grouped]
    if len(labels) > 1 and len(set(labels)) == 1 and labels[0] is not None:
        return [labels[0] + n for n in range(len(labels))]  # "1." before every item
    return labels


def _unwrapped(bodies: Sequence[str]) -> str:
    """Lines as one; a web address or DOI broken over two lines is put together again."""
    pieces = [bodies[0]]
    last = bodies[0][-_TAIL:]
    for body in bodies[1:]:
        broken = _ENDS_IN_LINK.search(last) and _continues_link(last, body)
        piece = body if broken else f" {body}"
        pieces.append(piece)
        last = (last + piece)[-_TAIL:]
    return _one_line("".join(pieces))


def _continues_link(before: str, line: str) -> bool:
    word = line.split(" ", 1)[0]
    if before.endswith(("/", "_", "=", "-")):
        return True
    looks_cut = any(c.isdigit() for c in word) or (word[:1].islower() and "." in word[:-1])
    return looks_cut and not re.match(r"(?i)pmid|pmc\d|https?:|\d{4}[.;,)]?$", word)


# --- A printed list: what an entry says --------------------------------------------------------

_MOST_READ: Final = 4000  # characters of an entry that are searched for fields
_ADDRESS: Final = re.compile(r"https?://[^\s\"]+", re.IGNORECASE)
_BARE_DOI: Final = re.compile(r"(?<![\w./-])10\.\d{4,9}/[^\s\"]+")
_PMID: Final = re.compile(r"(?i)\bpmid:?\s?(\d{1,9})(?!\d)")
_PUBMED: Final = re.compile(
    r"(?i)https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,9})"
)
_TAIL_BEGINS: Final = re.compile(
    r"(?i)https?://|\bdoi:|\bdoi\.org|(?<![\w./-])10\.\d{4,9}/|\bpmid\b|\bpmcid\b|\bpmc\d"
    r"|\bavailable (?:from|at)\b|\bretrieved\b|\baccessed\b"
)
_EMPHASIS: Final = re.compile(r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)")
_PAIRS: Final = {")": "(", "]": "[", ">": "<", "}": "{"}
_APA_YEAR: Final = re.compile(
    r"\(\s?(?:(?P<year>(?:1[89]|20)\d\d)(?P<suffix>[a-z])?|n\.\s?d\.|in\spress|forthcoming)"
    r"(?:,[^()]{0,40})?\)"
)
_EDITORS: Final = re.compile(r"(?i),?\s?\((?:eds?|editors?)\.?\)\.?")
_AND: Final = re.compile(r",?\s(?:&|and)\s|;\s")
_GENERATION: Final = re.compile(r"(?:Jr|Sr|II|III|IV|2nd|3rd)\.?")
_GIVEN: Final = re.compile(r"[^\W\d_a-z][\w'\u2019.-]*(?:\s[^\W\d_a-z][\w'\u2019.-]*){0,3}")
_FAMILY: Final = re.compile(r"[^\W\d_][^\W\d_'\u2019.-]*(?:[\s'\u2019.-]{1,2}[^\W\d_]+){0,5}\.?")
_SENTENCE: Final = re.compile(r"(?<=[.?!])[\"”\u2019]?\s+(?=[^\s])")
_PAGES: Final = (
    r"[A-Za-z]{0,5}\d[\w.]{0,12}(?:\s?[-\u2010-\u2015]\s?[A-Za-z]?\d\w{0,8}(?:\.\w{1,4})?)?"
)
_VOLUME: Final = r"\d{1,4}(?:[-\u2013/]\d{1,4})?(?:\s?[Ss]uppl\.?(?:ement)?\s?\w{0,4})?"
_APA_TAIL: Final = re.compile(  # , 31(1), 1-11.
    rf",\s(?P<volume>{_VOLUME})\s?(?:\((?P<issue>[^()]{{1,30}})\))?"
    rf"(?:,\s(?:pp?\.\s?|(?:Article|Art\.)\s)?(?P<page>{_PAGES}))?\s?\.?\s?$"
)
_NUMBER_TAIL: Final = re.compile(  # , e0154654.   , 1346099.
    r",\s(?P<volume>)(?P<issue>)(?P<page>[A-Za-z]{1,5}\d{3,9}|\d{5,9})\s?\.?\s?$"
)
_COLON_TAIL: Final = re.compile(  # Pain 31(1): 1-11.
    rf"[\s,]\s?(?P<volume>{_VOLUME})\s?(?:\((?P<issue>[^()]{{1,30}})\))?"
    rf"\s?:\s?(?P<page>{_PAGES})\s?\.?\s?$"
)
_CHAPTER_END: Final = re.compile(r"\((?:[^()]{0,40},\s)?pp?\.\s?(?P<page>[^()]{1,20})\)")
_VANCOUVER_TAIL: Final = re.compile(  # 2017 Jan 3;31(1):1-11.
    r"(?<![\w(])(?P<year>(?:1[89]|20)\d\d)(?P<suffix>[a-z])?"
    r"(?:\s[A-Z][a-z]{2,8}\.?(?:\s\d{1,2})?(?:[-\u2013/][A-Za-z]{3,9})?(?:[-\u2013]\d{1,2})?)?\s?;\s?"
    rf"(?P<volume>{_VOLUME})?\s?(?:\((?P<issue>[^()]{{1,30}})\))?"
    rf"(?:\s?:\s?(?P<page>{_PAGES}))?"
)
_IMPRINT_YEAR: Final = re.compile(r";\s?(?P<year>(?:1[89]|20)\d\d)(?P<suffix>[a-z])?\.?\s?$")
_LOOSE_YEAR: Final = re.compile(  # (2014)   . 2014;   Pain 2014, 155:654
    r"(?:[(,;.]\s?(?=\d{4}[a-z]?(?:\s?[).,;:]|\s?$))|\s(?=\d{4}[a-z]?,\s?\d{1,4}\s?[(:]))"
    r"(?P<year>(?:1[89]|20)\d\d)(?P<suffix>[a-z])?"
)
_ORGANISATION: Final = re.compile(
    r"(?i)\b(?:organi[sz]ation|institutes?|association|society|college|department|ministry"
    r"|committee|group|network|agency|council|cent(?:re|er)s?|foundation|services?|academy"
    r"|federation|university|collaborat(?:ion|ors)|consortium|commission|union|board|force)\b"
)
_COUNTRIES: Final = frozenset({"UK", "USA"})  # behind an organisation's name, not initials
_ACRONYM: Final = re.compile(r"[^\W\d_a-z]{2,8}")
_SUFFIX_PIECES: Final = re.compile(r"[\s.-]+")


def _printed_reference(entry: str, label: int | None, reference_id: str) -> Reference:
    doi, pmid, url = _links(entry[:_MOST_READ])
    fields = _fields(_EMPHASIS.sub("", entry[:_MOST_READ]))
    return Reference(
        id=reference_id, doi=doi, pmid=pmid, url=url, label=label, text=entry, **fields
    )


def _links(entry: str) -> tuple[str, str, str]:
    """DOI, PMID and web address of an entry.

    A DOI inside another site's address is left alone: where it ends there cannot be known.
    """
    doi = pmid = url = ""
    rest = entry
    for found in _ADDRESS.finditer(entry):
        address = _trimmed(found[0].split("](", 1)[0])  # "[shown](address)" in Markdown
        rest = rest.replace(found[0], " " * len(found[0]), 1)
        pubmed = _PUBMED.match(address)
        if _DOI_PREFIX.match(address):
            doi = doi or _bare_doi(address)
        elif pubmed:
            pmid = pmid or pubmed[1]
        else:
            url = url or address
    bare = _BARE_DOI.search(re.sub(r"(?i)\b(?:doi:\s?|(?:dx\.)?doi\.org/)", " ", rest))
    if not _DOI.fullmatch(doi):
        doi = _trimmed(bare[0]) if bare else ""
    numbered = _PMID.search(rest)
    return doi, pmid or (numbered[1] if numbered else ""), url if _URL.fullmatch(url) else ""


def _trimmed(link: str) -> str:
    """A DOI or address without the punctuation of the sentence around it."""
    while link:
        last = link[-1]
        opener = _PAIRS.get(last)
        unbalanced = opener is not None and link.count(last) > link.count(opener)
        if last not in ".,;:'\u2019”*_`" and not unbalanced:
            break
        link = link[:-1]
    return link.split("<", 1)[0] if "<" in link and "::" not in link else link


def _fields(entry: str) -> dict[str, Any]:
    tail = _TAIL_BEGINS.search(entry)
    body = entry[: tail.start()] if tail else entry
    body = body.rstrip(" [<(").strip()
    return _read_apa(body) or _read_vancouver(body) or _read_loosely(body)


def _read_apa(body: str) -> dict[str, Any] | None:
    """Authors (2017). Title. Journal, 31(1), 1-11."""
    year = _APA_YEAR.search(body)
    if year is None:
        return None
    head = _EDITORS.sub("", body[: year.start()]).strip(" ,")
    authors = _apa_authors(head)
    if not authors:
        return None
    found = _apa_work(body[year.end() :].lstrip(" .,:"))
    dated = {"year": int(year["year"]) if year["year"] else None}
    return {"author": authors, "year_suffix": year["suffix"] or "", **dated, **found}


def _apa_work(rest: str) -> dict[str, str]:
    chapter = _chapter(rest)
    if chapter:
        return chapter
    tail = _APA_TAIL.search(rest) or _COLON_TAIL.search(rest) or _NUMBER_TAIL.search(rest)
    if tail is None:
        # a book or a report: what follows the title is its publisher, not a journal
        return {"title": _without_stop(_SENTENCE.split(rest, maxsplit=1)[0])}
    return _article(rest[: tail.start()], tail)


def _article(head: str, tail: re.Match[str]) -> dict[str, str]:
    title, container = _title_and_container(head)
    found = {name: (tail[name] or "").strip(" .") for name in ("volume", "issue", "page")}
    if not found["issue"] and not found["page"] and _DASHES.search(found["volume"]):
        found |= {"volume": "", "page": found["volume"]}  # "Pain, 654-662" has no volume
    return {"type": "article-journal", "title": title, "container_title": container, **found}


def _chapter(rest: str) -> dict[str, str]:
    """Title. In A. Editor (Ed.), Book (pp. 1-11). Publisher."""
    pages = _CHAPTER_END.search(rest)
    title, found, book = rest[: pages.start()].partition(". In ") if pages else ("", "", "")
    if not found or pages is None:
        return {}
    editors = _EDITORS.search(book)
    named = book[editors.end() :] if editors else book
    return {
        "type": "chapter",
        "title": _without_stop(title),
        "container_title": named.strip(" ,."),
        "page": pages["page"].strip(),
    }


def _title_and_container(head: str) -> tuple[str, str]:
    """Cut "Title. Journal" at its last full stop, taking "Eur. J. Pain" for one journal."""
    pieces = [piece.strip() for piece in _SENTENCE.split(head.strip())]
    first = len(pieces) - 1
    while first > 1 and re.fullmatch(r"[^\W\d_a-z]\w{0,11}\.", pieces[first - 1]):
        first -= 1
    if first < 1:
        return _without_stop(head), ""
    return _without_stop(" ".join(pieces[:first])), _without_stop(" ".join(pieces[first:]))


def _without_stop(text: str) -> str:
    return text.strip().rstrip(".,;").strip(' "“”')


def _apa_authors(head: str) -> tuple[Name, ...]:
    """Names of "Biondi, M., & Pizzagalli, D."; empty if `head` is no list of names."""
    cut = re.sub(r",?\s(?:\.\s?){3}|,?\s…", ", ", head)  # an ellipsis in a very long list
    listed, truncated = _without_et_al(cut)
    names = (
        _vancouver_names(listed)  # Ng A, Ho B (2014)
        or _people(_AND.sub(", ", listed))
        or _people_in_full(listed)
        or _first_people(listed)
        or _organisations(listed)
    )
    left_out = truncated or cut != head
    return (*names, ET_AL) if names and left_out and names[-1] != ET_AL else names


def _first_people(listed: str) -> tuple[Name, ...]:
    """Names of "Ng A, Ho B, Unreadable, Li C" up to the one that cannot be read, and "et al."."""
    names: list[Name] = []
    for part in _AND.sub(", ", listed).split(","):
        name = _vancouver_name(part.strip())
        if name is None:
            break
        names.append(name)
    return (*names, ET_AL) if names and _AND.sub(",", listed).count(",") else ()


def _organisations(listed: str) -> tuple[Name, ...]:
    names = [_organisation(part) for part in listed.split(";")]
    found = tuple(name for name in names if name)
    return found if len(found) == len(names) else ()


def _without_et_al(head: str) -> tuple[str, bool]:
    shorter = re.sub(r",?\s(?:et\.?\sal\b\.?|and others\.?)\s?$", "", head)
    return shorter, shorter != head


def _people(listed: str) -> tuple[Name, ...]:
    """Names whose given names are initials, with organisations among them; empty if none is."""
    parts = [part.strip() for part in listed.split(",") if part.strip()]
    names: list[Name] = []
    for part in parts:
        last = names[-1] if names else None
        if last and _GENERATION.fullmatch(part) and last.given:
            names[-1] = Name(family=last.family, given=f"{last.given}, {part}")
        elif last and last.literal and _is_initials(part) and _FAMILY.fullmatch(last.literal):
            names[-1] = Name(family=last.literal, given=part)
        else:
            names.append(Name(literal=part))
    return tuple(names) if _all_named(names) else ()


def _all_named(names: Sequence[Name]) -> bool:
    """Whether at least one is a person and the others can only be organisations."""
    people = [name for name in names if name.family]
    others = [name.literal for name in names if name.literal]
    return bool(people) and all(_ORGANISATION.search(o) or _ACRONYM.fullmatch(o) for o in others)


def _people_in_full(listed: str) -> tuple[Name, ...]:
    """Names such as "Smith, John, & Doe, Jane": as many given names as family names."""
    names: list[Name] = []
    for segment in _AND.split(listed):
        parts = [part.strip() for part in segment.split(",") if part.strip()]
        if not parts or len(parts) % 2:
            return ()
        names += [Name(family=f, given=g) for f, g in zip(parts[::2], parts[1::2], strict=True)]
    plausible = all(
        _FAMILY.fullmatch(n.family)
        and _GIVEN.fullmatch(n.given)
        and not _ORGANISATION.search(n.family)
        and _vancouver_name(n.family) is None
        and len(_without_particles(n.family).split()) <= 2
        for n in names
    )
    return tuple(names) if plausible else ()


def _without_particles(family: str) -> str:
    return " ".join(word for word in family.split() if word.casefold() not in PARTICLES)


def _is_initials(part: str) -> bool:
    """Whether `part` is "J.", "J. A.", "R.-D.", "JA", "Yu. V." or "O. van"."""
    pieces = [piece for piece in _SUFFIX_PIECES.split(part) if piece]
    if not pieces or pieces[0] in PARTICLES:
        return False
    return all(
        (piece.isupper() and len(piece) <= 4)
        or (len(piece) == 2 and piece.istitle() and f"{piece}." in part)
        or (piece.islower() and len(piece) <= 4 and pieces[0].isupper())
        for piece in pieces
    )


def _organisation(head: str) -> Name | None:
    name = head.strip().rstrip(".").strip()
    several = re.search(r"\w{2}[.?!]\s", name)  # more than one sentence is not a name
    listed = "," in name and any(_vancouver_name(part.strip()) for part in name.split(","))
    if several or listed or not name[:1].isalpha() or name[:1].islower() or len(name.split()) > 14:
        return None
    return Name(literal=name)


def _read_vancouver(body: str) -> dict[str, Any] | None:
    """Authors. Title. Journal. 2017;31(1):1-11."""
    tail = _VANCOUVER_TAIL.search(body)
    imprint = None if tail else _IMPRINT_YEAR.search(body)
    dated = tail or imprint
    if dated is None:
        return None
    head = body[: dated.start()].rstrip(" ,")
    authors, rest = _vancouver_authors(head)
    found: dict[str, Any] = {"author": authors, "year": int(dated["year"])}
    found["year_suffix"] = dated["suffix"] or ""
    if tail:
        return found | _article(rest, tail)
    return found | {"title": _without_stop(_SENTENCE.split(rest, maxsplit=1)[0])}


def _vancouver_authors(head: str) -> tuple[tuple[Name, ...], str]:
    """Names before the first stop or colon that ends a list of names, and what follows it."""
    for number, stop in enumerate(re.finditer(r"[.:]\s", head)):
        if number == 6:  # more stops than the initials before a title can explain
            break
        listed, rest = head[: stop.start()], head[stop.end() :].strip()
        names = _vancouver_names(listed)
        if names and not re.match(r"[^\W\d_a-z]\.(?:[,-]|\s[^\W\d_a-z]\.)|[^\W\d_a-z]\.,", rest):
            return names, rest
    first, _, rest = head.partition(". ")
    if rest and (_ORGANISATION.search(first) or _ACRONYM.fullmatch(first)):
        organisation = _organisation(first)
        if organisation and len(first.split()) <= 10:
            return (organisation,), rest
    return (), head


def _vancouver_names(listed: str) -> tuple[Name, ...]:
    shorter, truncated = _without_et_al(listed.strip())
    names: list[Name] = []
    for part in _AND.sub(", ", shorter).split(","):
        name = _vancouver_name(part.strip())
        if name is None:
            return ()
        names.append(name)
    if len(names) == 1 and names[0].given in _COUNTRIES and not truncated:
        return ()  # "Diabetes UK" is nobody's name
    return (*names, ET_AL) if truncated else tuple(names)


def _vancouver_name(part: str) -> Name | None:
    words = part.split()
    generation = ""
    if len(words) > 2 and _GENERATION.fullmatch(words[-1]) and _is_initials(words[-2]):
        generation = words.pop()  # in "van Ng IV" these are initials
    given: list[str] = []
    while len(words) > 1 and _is_initials(words[-1]) and words[-1].strip(".-").isupper():
        given.insert(0, words.pop())
    family = " ".join(words)
    if not given or not _FAMILY.fullmatch(family) or len(words) > 5:
        return None
    if family.islower() or any(_strange(word) for word in words):
        return None
    return Name(family=family, given=_joined(", ", " ".join(given), generation))


def _strange(word: str) -> bool:
    """Whether a small word stands where only particles may: "of" is in no surname."""
    return word.islower() and word not in PARTICLES


def _read_loosely(body: str) -> dict[str, Any]:
    """What stands out in an entry of no known style: its authors, and its year if it has one."""
    found: dict[str, Any] = {}
    years = {(match["year"], match["suffix"]) for match in _LOOSE_YEAR.finditer(body)}
    if len(years) == 1:
        year, suffix = years.pop()
        found |= {"year": int(year), "year_suffix": suffix or ""}
    authors, rest = _vancouver_authors(body)
    if len(authors) > 1 or (authors and found):  # "Vitamin D: ..." is not by D. Vitamin
        found["author"] = authors
        found["title"] = _without_stop(_SENTENCE.split(rest, maxsplit=1)[0])
    return found


# --- Showing, linking, comparing ----------------------------------------------------------------

_MOST_AUTHORS: Final = 6
_ENDS_SENTENCE: Final = re.compile(r"[.?!…][\"”\u2019')\]]?$")
_PARTS_OF_BOOKS: Final = frozenset({"chapter", "paper-conference", "entry-encyclopedia"})


def format_reference(reference: Reference) -> str:
    """One line of plain text for display; an entry printed in a document is shown as printed.

    Authors (the first six, then "et al."), year, title, journal or book with volume, issue and
    pages, and a link. What is missing leaves no punctuation behind.
    """
    if reference.text:
        return reference.text
    year = f"{reference.year}{reference.year_suffix}" if reference.year is not None else ""
    authors = _shown_authors(reference.author)
    opening = _joined(" ", authors, f"({year})" if year else "")
    if not authors:  # the title takes the authors' place, and the year follows it
        opening = _joined(" ", _sentence(reference.title), f"({year})" if year else "")
    title = reference.title if authors else ""
    parts = [_sentence(part) for part in (opening, title, _shown_container(reference))]
    return _one_line(_joined(" ", *parts, _shown_link(reference)))


def _sentence(part: str) -> str:
    part = part.strip()
    return part if not part or _ENDS_SENTENCE.search(part) else f"{part}."


def _shown_authors(authors: Sequence[Name]) -> str:
    named = [_shown_name(name) for name in authors if name != ET_AL]
    named = [name for name in named if name]
    if len(named) > _MOST_AUTHORS or ET_AL in authors:
        return _joined(" ", ", ".join(named[:_MOST_AUTHORS]), "et al.")
    if len(named) < 2:
        return "".join(named)
    return f"{', '.join(named[:-1])} & {named[-1]}"


def _shown_name(name: Name) -> str:
    return name.literal or _joined(", ", name.family, _initials(name.given))


def _initials(given: str) -> str:
    """Shorten "Rolf-Detlef" to "R.-D." and "JA" to "J. A."; "Jr." and particles stay."""
    names, comma, generation = given.partition(",")
    return " ".join(_initial(word) for word in names.split()) + comma + generation


def _initial(word: str) -> str:
    bare = word.replace(".", "")
    if not bare[:1].isupper():  # a particle, or a script without capitals
        return word
    if bare.isupper() and bare.isalpha() and len(bare) <= 3:
        return " ".join(f"{letter}." for letter in bare)
    return "-".join(f"{part[0]}." for part in bare.split("-") if part)


def _shown_container(reference: Reference) -> str:
    container = reference.container_title
    if container and reference.type in _PARTS_OF_BOOKS:
        container = f"In {container}"
    issue = f"({reference.issue})" if reference.issue else ""
    if issue and not reference.volume:
        issue = f"no. {reference.issue}"
    return _joined(", ", container, reference.volume + issue, reference.page)


def _shown_link(reference: Reference) -> str:
    if reference.doi or not reference.pmid:
        return reference_url(reference)
    return f"PMID {reference.pmid}"


def reference_url(reference: Reference) -> str:
    """Where the publication can be opened: DOI, else PubMed, else its http(s) address, else ""."""
    if reference.doi:
        return f"https://doi.org/{quote(reference.doi, safe='/:;().,_-~!$*=@')}"
    if reference.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{quote(reference.pmid, safe='')}/"
    return reference.url if _URL.fullmatch(reference.url) else ""


def to_csl(reference: Reference) -> dict[str, object]:
    """The reference under CSL-JSON names, ready for `json.dumps`; empty fields are left out.

    `verified` is always there, also as None; `verified_by`, `unchecked` and `text` (the entry as
    its document prints it) are ours and not CSL's.
    """
    issued = {"date-parts": [[reference.year]]} if reference.year is not None else None
    fields: dict[str, object] = {
        "id": reference.id,
        "type": reference.type,
        "title": reference.title,
        "author": [_csl_name(name) for name in reference.author],
        "issued": issued,
        "year-suffix": reference.year_suffix,
        "container-title": reference.container_title,
        "volume": reference.volume,
        "issue": reference.issue,
        "page": reference.page,
        "DOI": reference.doi,
        "PMID": reference.pmid,
        "URL": reference.url,
        "verified_by": reference.verified_by,
        "unchecked": list(reference.unchecked),
        "text": reference.text,
    }
    return {k: v for k, v in fields.items() if v} | {"verified": reference.verified}


def _csl_name(name: Name) -> dict[str, str]:
    parts = {"family": name.family, "given": name.given, "literal": name.literal}
    return {key: value for key, value in parts.items() if value}


def publication_keys(reference: Reference) -> frozenset[str]:
    """Keys that two entries for one publication have in common: DOI, PMID, author-year-title."""
    title = plain_key(reference.title)
    keys = {
        f"doi:{reference.doi.casefold()}" if reference.doi else "",
        f"pmid:{reference.pmid}" if reference.pmid else "",
        f"work:{_first_author(reference)}|{reference.year}|{title}" if title else "",
    }
    return frozenset(keys - {""})


def same_publication(one: Reference, other: Reference) -> bool:
    """Whether two entries mean one publication: same DOI, same PMID, or author, year and title.

    Entries that share an identifier but differ in first author and in year are taken for
    two: one of the identifiers is a mistake, and a wrong link would mislead.
    """
    authors = {_first_author(one), _first_author(other)}
    years = {one.year, other.year}
    contradict = len(authors) == 2 and "" not in authors and len(years) == 2 and None not in years
    return not contradict and bool(publication_keys(one) & publication_keys(other))


def _first_author(reference: Reference) -> str:
    first = reference.author[0] if reference.author else Name()
    return plain_key(first.family or first.literal)

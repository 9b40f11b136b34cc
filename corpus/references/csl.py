"""CSL-JSON, as reference managers export it: read strictly, and written.

`verified` is copied from the file and never guessed; no publication is looked up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from corpus.model import CorpusError, Name, Reference
from corpus.references.identity import plain_key
from corpus.references.json_list import read_json_list
from corpus.references.links import DOI, URL, bare_doi
from corpus.references.names import ET_AL
from corpus.references.text import joined, one_line

_YEAR_IN_DATE: Final = re.compile(r"(?<!\d)([12]\d{3})([a-z])?(?![\da-z])")
_MARKUP: Final = re.compile(r"</?(?:i|b|sup|sub|sc|span)(?:\s[^<>]*)?>")
_YEARS: Final = range(1000, 3000)


def load_references(path: Path) -> tuple[Reference, ...]:
    """The entries of a CSL-JSON file, in its order.

    :raises CorpusError: if the file cannot be read or is not a JSON list of entries, or if an
        entry is malformed, has an id twice, or is called verified without saying by whom; the
        error names the file, the line (where the JSON breaks, or where the entry begins) and
        the field.
    """
    references: list[Reference] = []
    lines: dict[str, int] = {}
    for line, entry in read_json_list(path):
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


def to_csl(reference: Reference) -> dict[str, object]:
    """The reference under CSL-JSON names, ready for `json.dumps`; empty fields are left out.

    `verified` is always there, also as None; `verified_by`, `unchecked` and `text` (the entry as
    its document prints it) are ours and not CSL's.
    """
    issued = {"date-parts": [[reference.year]]} if reference.year is not None else None
    fields: dict[str, object] = {
        "id": reference.id,
        "type": reference.type,
        "genre": reference.genre,
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


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry being read, with what an error about it has to name."""

    data: Any
    path: Path
    line: int

    def reference(self) -> Reference:
        if not isinstance(self.data, dict):
            self._refuse("the entry is not an object", "Write it between { and }")
        year, suffix = self._issued()
        return Reference(
            id=self._required("id"),
            type=self._string("type"),
            genre=self._string("genre"),
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
            verified=self._verified(),
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
        return one_line(_MARKUP.sub("", value))

    def _required(self, field: str) -> str:
        value = self._string(field)
        if not value:
            self._refuse("is missing or empty", f'Add a line such as "{field}": "..."', field)
        return value

    def _list(self, field: str, advice: str) -> list[Any]:
        value = self.data.get(field)
        if value is None:
            return []
        if not isinstance(value, list):
            self._refuse("is not a list", advice, field)
        return value

    def _authors(self) -> tuple[Name, ...]:
        advice = 'Write "author": [{"family": "Smith", "given": "Jo"}] or [{"literal": "WHO"}]'
        return tuple(self._name(author, advice) for author in self._list("author", advice))

    def _name(self, author: object, advice: str) -> Name:
        if not isinstance(author, dict):
            self._refuse("is not a list of names", advice, "author")

        def part(key: str) -> str:
            return self._text(author.get(key), "author")

        family = joined(" ", part("non-dropping-particle"), part("family"))
        given = joined(" ", part("given"), part("dropping-particle"))
        literal = part("literal")
        if plain_key(family or literal) in {"et al", "others"}:
            return ET_AL
        if not family and not literal:
            self._refuse("has a name without 'family' or 'literal'", advice, "author")
        if family and literal:
            self._refuse("has a name with both 'family' and 'literal'", advice, "author")
        return Name(family=family, given=joined(", ", given, part("suffix")), literal=literal)

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

    def _year(self, parts: Any) -> int:
        try:
            year = int(parts[0][0])
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
        doi = bare_doi(self._string("DOI"))
        if doi and not DOI.fullmatch(doi):
            self._refuse(f"'{doi}' is not a DOI", "Write it as 10.1000/xyz123", "DOI")
        return doi

    def _pmid(self) -> str:
        pmid = re.sub(r"(?i)^pmid:?\s*", "", self._string("PMID"))
        if not re.fullmatch(r"\d{0,9}", pmid, re.ASCII):
            self._refuse(f"'{pmid}' is not a PMID", "Write digits only", "PMID")
        return pmid

    def _url(self) -> str:
        url = self._string("URL")
        if url and not URL.fullmatch(url):
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
        names = self._list("unchecked", advice)
        if not all(isinstance(name, str) and name for name in names):
            self._refuse("is not a list of field names", advice, "unchecked")
        return tuple(names)

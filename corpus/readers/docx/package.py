"""The parts of a Word file, which is a zip archive of XML, as trees of elements.

The standard library opens both. python-docx was looked at and left out: it knows neither files
of the strict kind (ISO/IEC 29500) nor footnotes, tracked changes and text boxes, so all that
needs care would have been read past it.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from pathlib import Path
from xml.parsers import expat

from corpus.model import CorpusError
from corpus.readers.tree import DEEPEST, Element, TooDeep, TreeBuilder

_MOST_MEMBERS = 10_000
_LARGEST_PART = 60_000_000  # bytes of one part of XML, unpacked
_MOST_UNPACKED = 120_000_000  # bytes of all parts that are read
_MOST_PACKED = 400  # a part that shrinks to less than 1/400 holds nothing but repetition
_FREELY_PACKED = 1_000_000  # bytes that may be packed as tightly as one likes
# Elements that change nothing about what they hold, as deep as one likes.
_WRAPPERS = dict.fromkeys(("sdt", "sdtContent", "smartTag", "customXml", "ins", "hyperlink"), "")
_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_ANEW = "Open it in Word or LibreOffice and save it as .docx"


class Package:
    """An open Word file.

    :raises CorpusError: no Word file, a damaged, encrypted or old one, or a trap that unpacks to
        far more than it seems.
    """

    def __init__(self, data: bytes, path: Path) -> None:
        self._path = path
        self._unpacked = 0
        if data.startswith(_OLD_WORD):
            raise (
                self._encrypted()
                if _ENCRYPTED in data
                else self._unusable("it is a file of Word 97 to 2003 (.doc) under another name")
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            raise self._unusable("it is no Word file, or a damaged one") from None
        members = self._zip.infolist()
        if len(members) > _MOST_MEMBERS:
            raise self._trap(f"{len(members):,} parts")
        self._members = {member.filename.lstrip("/"): member for member in members}
        self.main = self._find_main()

    def part(self, name: str) -> Element | None:
        """The root of a part, or None if there is none of this name."""
        member = self._members.get(name)
        if member is None:
            return None
        return _parsed(self._bytes(member), self._path, name)

    def related(self, kind: str) -> Element | None:
        """The root of the part that the text refers to as its "styles", "footnotes" and so on."""
        for relation in self._relations(self.main):
            if relation.get("Type").endswith(f"/{kind}") and relation.get("TargetMode") == "":
                folder = posixpath.dirname(self.main)
                return self.part(_resolved(folder, relation.get("Target")))
        return None

    def properties(self) -> Element | None:
        """The root of the part with title, language and dates."""
        for relation in self._relations(""):
            if relation.get("Type").endswith(("/core-properties", "/metadata/core-properties")):
                return self.part(_resolved("", relation.get("Target")))
        return None

    def _find_main(self) -> str:
        for relation in self._relations(""):
            if relation.get("Type").endswith("/officeDocument"):
                name = _resolved("", relation.get("Target"))
                if name in self._members:
                    return name
        raise self._unusable("it is a zip archive, but no Word file")

    def _relations(self, part: str) -> list[Element]:
        folder, name = posixpath.split(part)
        root = self.part(posixpath.join(folder, "_rels", f"{name}.rels"))
        return root.elements if root else []

    def _bytes(self, member: zipfile.ZipInfo) -> bytes:
        if member.flag_bits & 1:
            raise self._encrypted()
        size, packed = member.file_size, max(1, member.compress_size)
        self._unpacked += size
        if size > _LARGEST_PART or self._unpacked > _MOST_UNPACKED:
            raise self._trap(f"{self._unpacked:,} bytes of text")
        if size > _FREELY_PACKED and size / packed > _MOST_PACKED:
            raise self._trap(f"{size / packed:,.0f} times its size")
        try:
            with self._zip.open(member) as stream:
                data = stream.read(size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError,
                RuntimeError, ValueError):  # fmt: skip
            raise self._unusable(f"its part {member.filename!r} is damaged") from None
        if len(data) > size:
            raise self._trap("more than it says")
        return data

    def _trap(self, how: str) -> CorpusError:
        return CorpusError(
            f"it unpacks to {how}, more than any document has",
            path=self._path,
            advice="Remove it, or save it anew",
        )

    def _encrypted(self) -> CorpusError:
        return CorpusError(
            "it is encrypted and opens only with a password",
            path=self._path,
            advice="Save a copy without a password",
        )

    def _unusable(self, problem: str) -> CorpusError:
        return CorpusError(problem, path=self._path, advice=_SAVE_ANEW)


def _resolved(folder: str, target: str) -> str:
    whole = target if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(whole).lstrip("/")


def _parsed(data: bytes, path: Path, part: str) -> Element:
    """XML without a document type: no entity is defined, and nothing outside is opened."""
    builder = TreeBuilder(wrappers=_WRAPPERS)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = lambda name, given: builder.begin(
        Element(_local(name), {_local(key): value for key, value in given.items()})
    )
    parser.EndElementHandler = lambda _: builder.end()
    parser.CharacterDataHandler = builder.add
    try:
        parser.Parse(data, True)
    except TooDeep as error:
        raise CorpusError(
            f"its part {part!r} has <{error}> inside more than {DEEPEST} others",
            path=path,
            advice=_SAVE_ANEW,
        ) from None
    except (expat.ExpatError, _DocumentType, ValueError, UnicodeError, LookupError) as error:
        raise CorpusError(
            f"its part {part!r} is no well-formed XML ({error})", path=path, advice=_SAVE_ANEW
        ) from None
    return builder.root.elements[0]


class _DocumentType(Exception):
    """A part declares a document type, which no Word program writes."""


def _refuse_document_type(name: str, *_: object) -> None:
    raise _DocumentType(f"it declares the document type {name!r}")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]

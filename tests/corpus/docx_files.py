"""Small Word files, written by hand: the parts of the archive that a test needs."""

from __future__ import annotations

import zipfile
from pathlib import Path

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = """
<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/><w:lang w:val="en-GB"/></w:rPr></w:rPrDefault>
</w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/>
<w:basedOn w:val="Standard"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Eigene"><w:name w:val="My heading"/>
<w:basedOn w:val="berschrift2"/></w:style>
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="character" w:styleId="Geheim"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr>
</w:style>"""
NUMBERING = """
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>
<w:lvlText w:val="*"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/>
<w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/>
<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>"""


def p(inner: str = "", *, style: str = "", number: int = 0, level: int = 0, more: str = "") -> str:
    """A paragraph; `inner` is text or, if it holds elements, its runs."""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    listed = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    content = inner if "<" in inner else run(inner)
    return f"<w:p><w:pPr>{styled}{listed if number else ''}{more}</w:pPr>{content}</w:p>"


def run(text: str, properties: str = "") -> str:
    """A run of words."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows: str) -> str:
    """A table of rows, each made by `row`."""
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def row(*cells: str, properties: str = "") -> str:
    """A row; a cell is text, or an element `w:tc`."""
    made = [c if c.startswith("<w:tc") else f"<w:tc>{p(c)}</w:tc>" for c in cells]
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(made)}</w:tr>"


def cell(text: str, properties: str) -> str:
    """A cell with properties such as spans."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def write(path: Path, body: str, *, strict: bool = False, **parts: str) -> Path:
    """Write a Word file.

    :param parts: the content of "footnotes", "endnotes", "comments", "header" and "core".
    """
    names = f'xmlns:w="{STRICT if strict else TRANSITIONAL}"'
    names += ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    names += ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    names += ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:x"'
    office = _STRICT_OFFICE if strict else _OFFICE
    roots = {"footnotes": "footnotes", "endnotes": "endnotes", "header": "hdr",
             "comments": "comments", "styles": "styles", "numbering": "numbering"}  # fmt: skip
    core = parts.pop("core", "")
    own = {"styles": STYLES, "numbering": NUMBERING} | parts
    links = "".join(
        f'<Relationship Id="r{n}" Type="{office}/{name}" Target="{name}.xml"/>'
        for n, name in enumerate(own)
    )
    top = f'<Relationship Id="r1" Type="{office}/officeDocument" Target="word/document.xml"/>'
    kind = f"{_PACKAGE}/relationships/metadata/core-properties"
    top += f'<Relationship Id="r2" Type="{kind}" Target="docProps/core.xml"/>'
    relations = f'<Relationships xmlns="{_PACKAGE}/relationships">'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", f"{relations}{top}</Relationships>")
        archive.writestr("word/_rels/document.xml.rels", f"{relations}{links}</Relationships>")
        document = f"<w:document {names}><w:body>{body}<w:sectPr/></w:body></w:document>"
        archive.writestr("word/document.xml", document)
        for name, content in own.items():
            root = roots[name]
            archive.writestr(f"word/{name}.xml", f"<w:{root} {names}>{content}</w:{root}>")
        archive.writestr(
            "docProps/core.xml",
            '<c:coreProperties xmlns:c="urn:core" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            f'xmlns:dcterms="http://purl.org/dc/terms/">{core}</c:coreProperties>',
        )
    return path

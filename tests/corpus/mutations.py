"""Damaged files: seeds of every format, changed at random but the same for the same number."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

from tests.corpus.docx_files import p, row, run, table, write
from tests.corpus.pdf_files import Pdf

_VALUE = re.compile(rb"(?<=[=][\"'])[^\"'<>]*(?=[\"'])")
_EMPTY = re.compile(rb"<[\w:]+(?:\s[^<>]*)?/>")
_ELEMENT = re.compile(rb"<([\w:]+)(?:\s[^<>]*)?(?<!/)>[^<>]*</\1>")
LARGEST_SEED = 60_000  # bytes: larger files take so long that fewer could be tried
_TOKENS = {
    ".pdf": b"endobj stream endstream obj R /Length /Kids /Count /Type /Font /Page /Parent << >> [ "
    b"] ( ) Tj Tf Td cm Do q Q BT ET 0 -1 99999999999 1e308 /FlateDecode /Encrypt null true",
    ".docx": b"<w:p> </w:p> <w:tbl> </w:tbl> <w:tr> <w:tc> <w:r> <w:t> &amp; &x; <!DOCTYPE "
    b"w:val='-1' w:val='99999999999' <w:vMerge/> <w:numPr> <w:ins> <w:del> <m:oMath> ]]> \x00",
    ".html": b"<table> </table> <td/rowspan=99999999> <ol> <li> <sup> <a/href=#x> <template> "
    b"<script> </p> <math> <svg> &#x110000; &#0; <!-- --> <h1> hidden display:none \x00 \xff",
    ".xml": b"<sec> </sec> <p> <xref/> rid='x' <table> colspan='99999999' <mml:math> <ref> &x; "
    b"<!DOCTYPE <!ENTITY ]]> <![CDATA[ <fn> <list> <disp-formula> \x00",
}


def damaged(suffix: str, count: int, *, more: Path | None = None) -> Iterator[bytes]:
    """That many damaged files of a format; the same ones each time.

    :param more: a folder of real files of which the small ones are damaged too.
    """
    seeds = [*_seeds(suffix), *_real(suffix, more)]
    for number in range(count):
        random = Random(number)
        seed = seeds[number % len(seeds)]
        if suffix == ".docx" and random.random() < 0.8:
            yield _damaged_part(seed, random)
        else:
            yield _either(seed, random, suffix)


def _either(data: bytes, random: Random, suffix: str) -> bytes:
    whole = suffix != ".pdf" and random.random() < 0.5
    return _reshape(data, random) if whole else _damage(data, random, suffix)


def _damage(data: bytes, random: Random, suffix: str) -> bytes:
    content = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 3, 8, 30))):
        if content:
            at = random.randrange(len(content))
            random.choice(_DAMAGES)(content, at, random, suffix)
    return bytes(content)


def _reshape(data: bytes, random: Random) -> bytes:
    """Markup that stays well-formed: values are changed, elements removed, repeated and moved."""
    for _ in range(random.choice((1, 2, 4, 10))):
        pattern = random.choice((_VALUE, _EMPTY, _ELEMENT))
        found = list(pattern.finditer(data))
        if not found:
            continue
        one, other = random.choice(found), random.choice(found)
        if pattern is _VALUE:
            put = random.choice((b"", b"-1", b"0", b"99999999999", b"x", b"1e9", other[0]))
        else:
            put = random.choice((b"", one[0] * 2, one[0] * 30, other[0], one[0] + other[0]))
        data = data[: one.start()] + put + data[one.end() :]
    return data


def _length(random: Random) -> int:
    return random.choice((1, 2, 8, 40, 400))


def _change(content: bytearray, at: int, random: Random, _: str) -> None:
    content[at] = random.randrange(256)


def _remove(content: bytearray, at: int, random: Random, _: str) -> None:
    del content[at : at + _length(random)]


def _repeat(content: bytearray, at: int, random: Random, _: str) -> None:
    content[at:at] = content[at : at + _length(random)] * random.choice((1, 3, 50))


def _insert(content: bytearray, at: int, random: Random, suffix: str) -> None:
    content[at:at] = random.choice(_TOKENS[suffix].split(b" ")) * random.choice((1, 1, 1, 40))


def _copy(content: bytearray, at: int, random: Random, _: str) -> None:
    other, length = random.randrange(len(content)), _length(random)
    content[at : at + length] = content[other : other + length]


def _cut(content: bytearray, at: int, random: Random, _: str) -> None:
    if random.random() < 0.1:
        del content[at:]


_DAMAGES = (_change, _remove, _repeat, _insert, _copy, _cut)


def _damaged_part(data: bytes, random: Random) -> bytes:
    """A Word file in which one part is damaged before it is packed."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w") as new:
        names = old.namelist()
        # The text is where most can go wrong.
        victim = random.choice([*names, "word/document.xml", "word/document.xml"])
        for name in names:
            content = old.read(name)
            new.writestr(name, _either(content, random, ".docx") if name == victim else content)
    return result.getvalue()


def _real(suffix: str, folder: Path | None) -> list[bytes]:
    files = sorted(folder.rglob(f"*{suffix}")) if folder else []
    return [file.read_bytes() for file in files if file.stat().st_size <= LARGEST_SEED]


@cache
def _seeds(suffix: str) -> tuple[bytes, ...]:
    return {".pdf": _pdf, ".docx": _docx, ".html": _html, ".xml": _xml}[suffix]()


def _pdf() -> tuple[bytes, ...]:
    lines = [
        "Walking is safe for most people with numb feet [1], as long as they",
        "wear good shoes and look at their feet every eve-",
        "ning before they sleep.",
    ]
    pdf = Pdf(title="Numb feet", language="en").page()
    pdf.text(72, 60, "Numb feet", size=20, font="bold").lines(72, 100, lines)
    pdf.text(72, 160, "\u2022 shoes").text(90, 175, "\u2022 socks")
    pdf.grid([72, 200, 300], [200, 220, 240])
    for y in (214, 234):
        pdf.text(76, y, "Dose").text(204, y, "1 mg")
    pdf.lines(72, 300, lines * 2).lines(320, 300, lines * 2).picture(72, 600, 50, 50)
    pdf.page().lines(72, 72, lines).text(72, 200, "References", size=15, font="bold")
    pdf.lines(72, 220, ["1. Smith J. Walking. Pain. 2019;1:1-2."]).text(300, 810, "2", size=8)
    return (pdf.bytes(), Pdf().page().lines(72, 72, lines).bytes())


def _docx() -> tuple[bytes, ...]:
    path = io.BytesIO()
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    body = p("Numb feet", style="Titel") + p("Safety", style="berschrift1")
    body += p(run("Walk") + note + run("10") + run("3", '<w:vertAlign w:val="superscript"/>'))
    body += p("shoes", number=1) + p("socks", number=1, level=1) + p("sit", number=2)
    body += table(row("Drug", "Dose", properties="<w:tblHeader/>"), row("B12", "1 mg"))
    body += p("<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den/></m:f></m:oMath>")
    body += p("References", style="berschrift1") + p("Smith J. Walking. Pain. 2019;1:1-2.")
    notes = f'<w:footnote w:id="2">{p("Slowly.")}</w:footnote>'
    write(path, body, footnotes=notes, core="<dc:title>Numb feet</dc:title>")
    return (path.getvalue(),)


def _html() -> tuple[bytes, ...]:
    return (
        b"""<!doctype html><html lang=en><head><meta charset=utf-8><title>Numb feet</title>
<script type="application/ld+json">{"@type":"Article","headline":"Numb feet"}</script></head><body>
<nav><a href=/>Home</a></nav><main><h1>Numb feet</h1><p>Walk<sup><a
href="#r1">1</a></sup> 10<sup>3</sup> steps &amp; rest.<h2>Shoes</h2>
<ul><li>wear them<ol><li>at home</ol><li>outside</ul>
<dl><dt>Sock<dd>Wool</dl>
<table><caption>Doses</caption><tr><th rowspan=2>Drug<th colspan=2>Dose<tr><td>1<td>2</table>
<details><summary>More</summary><p hidden>No.</p><pre>a\n b</pre></details><figure><img src=x>
<figcaption>A foot</figcaption></figure><h2>References</h2><ol><li id=r1>Smith J. Walking. Pain.
2019;1:1-2.</ol></main><footer>Us</footer></body></html>""",
    )


def _xml() -> tuple[bytes, ...]:
    return (
        b"""<?xml version="1.0"?><article xmlns:mml="http://www.w3.org/1998/Math/MathML"
xmlns:xlink="http://www.w3.org/1999/xlink" article-type="research-article" xml:lang="en"><front>
<journal-meta><journal-title-group><journal-title>Pain</journal-title></journal-title-group>
</journal-meta><article-meta><article-id pub-id-type="doi">10.1/x</article-id><title-group>
<article-title>Numb feet</article-title></title-group><pub-date><year>2019</year></pub-date>
<permissions><license xlink:href="http://creativecommons.org/licenses/by/4.0/"/></permissions>
<abstract><p>In short.</p></abstract></article-meta></front><body><sec><title>Safety</title>
<p>Walk [<xref ref-type="bibr" rid="b1">1</xref>-<xref ref-type="bibr" rid="b3">3</xref>], P&lt;0.05
<inline-formula><mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>
</inline-formula>.<list list-type="order"><list-item><p>one</p></list-item></list></p><table-wrap>
<label>Table 1</label><caption><p>Doses</p></caption><table><thead><tr><th rowspan="2">Drug</th>
<th colspan="2">Dose</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr>
</tbody></table>
</table-wrap><boxed-text><p>Boxed.</p></boxed-text>
<fig><caption><p>A foot</p></caption><graphic/></fig></sec>
</body><back><ref-list><ref id="b1"><label>1</label><element-citation><person-group><name>
<surname>Smith</surname><given-names>J</given-names></name></person-group><year>2019</year><source>Pain</source>
</element-citation></ref><ref id="b2"><mixed-citation>Ng A. Hands. 2018.</mixed-citation></ref>
<ref id="b3"><mixed-citation>Li B. Legs. 2017.</mixed-citation></ref></ref-list></back>
</article>""",
    )

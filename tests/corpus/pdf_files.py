"""Small PDF files, written by hand: text at places, lines and pictures."""

from __future__ import annotations

from pathlib import Path

FONTS = {"plain": "Helvetica", "bold": "Helvetica-Bold", "slanted": "Times-Italic"}
WIDTH, HEIGHT = 595, 842


class Pdf:
    """Pages of A4. Places are in points from the upper left corner."""

    def __init__(self, *, title: str = "", language: str = "", extra: str = "") -> None:
        self._title = title
        self._language = language
        self._extra = extra
        self._pages: list[list[bytes]] = []

    def page(self) -> Pdf:
        self._pages.append([])
        return self

    def text(self, x: float, y: float, text: str, *, size: float = 11, font: str = "plain") -> Pdf:
        escaped = text.encode("cp1252").translate(None, b"")
        for character in (b"\\", b"(", b")"):
            escaped = escaped.replace(character, b"\\" + character)
        place = f"BT /{font} {size} Tf {x} {HEIGHT - y} Td (".encode()
        self._pages[-1].append(place + escaped + b") Tj ET")
        return self

    def lines(self, x: float, y: float, lines: list[str], *, size: float = 11, **more) -> Pdf:
        for number, line in enumerate(lines):
            self.text(x, y + number * 1.2 * size, line, size=size, **more)
        return self

    def raw(self, operators: str) -> Pdf:
        self._pages[-1].append(operators.encode())
        return self

    def line(self, x0: float, y0: float, x1: float, y1: float) -> Pdf:
        return self.raw(f"0.5 w {x0} {HEIGHT - y0} m {x1} {HEIGHT - y1} l S")

    def grid(self, xs: list[float], ys: list[float]) -> Pdf:
        for x in xs:
            self.line(x, ys[0], x, ys[-1])
        for y in ys:
            self.line(xs[0], y, xs[-1], y)
        return self

    def picture(self, x: float, y: float, width: float, height: float) -> Pdf:
        return self.raw(f"q {width} 0 0 {height} {x} {HEIGHT - y - height} cm /picture Do Q")

    def bytes(self) -> bytes:
        count = len(self._pages)
        first = 4 + len(FONTS)
        kids = " ".join(f"{first + 2 * n} 0 R" for n in range(count))
        language = f"/Lang ({self._language})" if self._language else ""
        fonts = " ".join(f"/{name} {4 + n} 0 R" for n, name in enumerate(FONTS))
        picture = first + 2 * count
        resources = f"<< /Font << {fonts} >> /XObject << /picture {picture} 0 R >> >>"
        objects = [
            f"<< /Type /Catalog /Pages 2 0 R {language} >>".encode(),
            f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
            f"<< /Title ({self._title}) /CreationDate (D:20240305120000Z) >>".encode(),
        ]
        for font in FONTS.values():
            encoding = "/Encoding /WinAnsiEncoding"
            objects.append(
                f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} {encoding} >>".encode()
            )
        for number, page in enumerate(self._pages):
            objects.append(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] "
                f"/Resources {resources} /Contents {first + 2 * number + 1} 0 R >>".encode()
            )
            objects.append(_stream("", b"\n".join(page)))
        image = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8"
        objects.append(_stream(f"{image} /ColorSpace /DeviceGray", b"\x80"))
        return _file(objects, self._extra)

    def write(self, path: Path) -> Path:
        path.write_bytes(self.bytes())
        return path


def _stream(entries: str, content: bytes) -> bytes:
    return f"<< {entries} /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


def _file(objects: list[bytes], extra: str) -> bytes:
    data = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = len(data)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    data += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Info 3 0 R {extra} >>\n"
    return data + f"{trailer}startxref\n{table}\n%%EOF\n".encode()

"""Rows as a page to print: title, what the list is, and a table; nothing from elsewhere or that runs."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from campaign_actions.formats.csv_lines import Cell

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = (
    "@page{size:A4;margin:18mm 15mm}"
    "body{font:10pt/1.35 'Noto Sans','DejaVu Sans',sans-serif;color:#000;background:#fff;margin:0}"
    "h1{font-size:16pt;margin:0 0 2mm}p{margin:0 0 5mm}"
    "table{border-collapse:collapse;width:100%}thead{display:table-header-group}tr{break-inside:avoid}"
    "th,td{text-align:start;vertical-align:top;padding:1mm 3mm 1mm 0;border-bottom:.2mm solid #999}"
    "td{overflow-wrap:anywhere}"
)


def write(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str, line: str, language: str
) -> Iterator[bytes]:
    """A whole HTML document in UTF-8; `line` stands under the title. Every text is escaped."""
    yield (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n<p>{escape(line)}</p>\n<table>\n<thead><tr>"
        + "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
        + "</tr></thead>\n<tbody>\n"
    ).encode()
    for row in rows:
        cells = "".join(f"<td>{escape('' if cell is None else str(cell))}</td>" for cell in row)
        yield f'<tr dir="auto">{cells}</tr>\n'.encode()
    yield b"</tbody>\n</table>\n</body>\n</html>\n"

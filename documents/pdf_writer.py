"""Lays out papers as PDF with typst; runs apart (`documents.apart`).

The words go in as JSON and stay data. The template reads nothing but its own folder and asks for
no package, and so needs no network. The font is Libertinus Serif (SIL Open Font License), which
the typst package carries; the machine's fonts are not looked at, so that every machine gives the
same bytes.
"""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Literal

import typst

from documents.apart import serve
from documents.paper import PaperSize

TEMPLATES = Path(__file__).parent / "typst"
_NO_GLYPH = "could not be displayed with"


def write_pdf(paper: dict[str, Any], size: PaperSize) -> bytes:
    """The paper, as data, as a PDF file.

    A character that none of the fonts has is drawn as an empty box, and keeps its place in the
    text that is copied or read aloud; such a file does not claim to keep PDF/UA.
    """
    try:
        return _compile(paper, size, "ua-1")
    except typst.TypstError as error:
        if _NO_GLYPH not in str(error):
            raise
        return _compile(paper, size, None)


def _compile(paper: dict[str, Any], size: PaperSize, standard: Literal["ua-1"] | None) -> bytes:
    day = datetime.combine(date.fromisoformat(paper["as_of"]), time(), UTC)
    return typst.compile(
        TEMPLATES / "paper.typ",
        root=TEMPLATES,
        format="pdf",
        font_paths=[],
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(paper), "size": size},
        pdf_standards=standard,
        timestamp=int(day.timestamp()),
    )


if __name__ == "__main__":
    serve(write_pdf)

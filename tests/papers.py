"""Papers for tests: one of every block, one around any text, and the words of finished files."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.table import Table as WordTable

from documents.paper import (
    BarPart,
    Cell,
    Footnote,
    Heading,
    Legend,
    ListBlock,
    Masthead,
    Note,
    PageBreak,
    Paper,
    Paragraph,
    Row,
    Table,
    bold,
    italic,
    plain,
)

DAY = date(2003, 2, 20)

#: What no writer may stumble over, nor take for anything but words.
HOSTILE = (
    *("", " ", "\n\n\n", "\t\t", "\x00\x01\x1f", "a\x0bb", "\x0c", "\ud800", "\ufffe\uffff"),
    *("\x7f\x85\x9f", "a\u2028b\u2029c", "\u202eevil\u202c", "\u2066isolated", "עברית", "العربية"),
    *("日本語", "हिन्दी ไทย", "😀👩‍👩‍👧🏳️‍🌈", "\U0010ffff", "e\u0301" * 300, "Z\u0338\u0322" * 300),
    *("a\u00adb\u200bc\u200d", "<script>alert(1)</script>", "&amp; & < > \" '", "]]>", "<w:p/>"),
    *('#import "@preview/x:1.0.0": *', '#read("/etc/passwd")', '#panic("x")', "#sys.inputs"),
    *("*bold* _it_ `raw` $x^2$", "= heading", "- item", "@ref <label>", "// c /* c */", "\\u{41}"),
    *("{{ 7*7 }} {% now %}", "${x}", "=cmd()", "%PDF-1.7", " HYPERLINK x ", "--- – … “”"),
    *("x" * 20_000, "W" * 20_000, "word " * 4_000, "https://example.org/" + "a/" * 500),
)


def paper_around(text: str) -> Paper:
    """A paper that says a text in every place that it has for one."""
    words = plain(text)
    cell = Cell((words, bold(text)), indent=1)
    bar = (BarPart(text, 3, 90), BarPart(text, 0, 50), BarPart(text, 1, 10))
    barred = Cell((words,), bar=bar, bar_total=9)
    table = Table(
        (0.2, 0.5, 0.3),
        (Row((cell, cell, cell), heading=True),),
        (Row((Cell((words,), span=3),), heading=True), Row((cell, barred, Cell(align="end")))),
        summary=text,
    )
    return Paper(
        masthead=Masthead((text,), text, text, text, text, text, (text, text), text),
        language="en",
        as_of=DAY,
        blocks=(
            Heading(words),
            Heading(words, 2),
            Paragraph(italic(text), indent=2),
            ListBlock(((words, words), (words,)), numbered=True),
            ListBlock(((words,),)),
            table,
            table,
            Legend(((text, 30), (text, 90))),
            Footnote(words),
            Note(text, (words,)),
            PageBreak(),
            table,
        ),
        mark=text,
    )


# --- reading files back ----------------------------------------------------------------------


def poppler(tool: str, pdf: bytes, folder: Path, *options: str) -> str:
    """What one of poppler's tools says of a PDF; the test is skipped where there is none."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed (Debian: apt-get install poppler-utils)")
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    before, after = ([], []) if tool != "pdftotext" else (["-raw", *options], ["-"])
    done = subprocess.run([tool, *before, str(file), *after], capture_output=True, check=True)
    return done.stdout.decode()


def words_of_docx(content: bytes) -> list[str]:
    """All words of a document's text, in order, tables cell by cell."""
    return " ".join(_texts(docx.Document(BytesIO(content)))).split()


def _texts(document: Any) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, WordTable):
            for row in block.rows:
                for cell in dict.fromkeys(row.cells):
                    yield from _texts(cell)
        else:
            yield block.text


def words_of(text: str) -> list[str]:
    return re.sub("\N{NO-BREAK SPACE}", " ", text).split()

"""Writes papers as Word documents with python-docx; runs apart (`documents.apart`).

Headings, lists and tables are Word's own, so that a secretary can go on editing. Fonts are not in
the file; it asks for Times New Roman, which every Word has.
"""

import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Length, Mm, Pt

from documents.apart import serve
from documents.docx_styles import set_styles
from documents.paper import (
    BarPart,
    Cell,
    Footnote,
    Heading,
    Legend,
    ListBlock,
    Note,
    PageBreak,
    Paper,
    PaperSize,
    Paragraph,
    Row,
    Table,
    Text,
    paper_from,
)

SHEETS = {"letter": (Inches(8.5), Inches(11)), "a4": (Mm(210), Mm(297))}
MARGIN = Inches(1)
STEP = Pt(14)
CELL_INSET = Pt(5)
HEADING_FILL = "E8E8E8"
RULE = "6E6E6E"
# Body and symbols stand side by side in the masthead.
MASTHEAD_COLUMNS = (0.64, 0.36)
# A narrower part of a bar would not hold its number.
NARROWEST_PART = 0.06
# From this shade on, in percent, numbers are white.
DARK = 55
# The archive's own dates cannot be older or later.
FIRST_ZIP_YEAR, LAST_ZIP_YEAR = 1980, 2107
# A field of a document's properties holds no more.
LONGEST_PROPERTY = 255
DEEPEST_HEADING = 9

# python-docx gives its elements no types; this is any of them.
Element = Any


def write_docx(data: dict[str, Any], size: PaperSize) -> bytes:
    """The paper, as data, as a DOCX file."""
    paper = paper_from(data)
    document = docx.Document()
    _Writer(document, paper, size).write()
    file = BytesIO()
    document.save(file)
    return _dated(file.getvalue(), paper.as_of)


def _dated(archive: bytes, day: date) -> bytes:
    """The archive with every member dated the paper's day instead of now."""
    year = min(max(day.year, FIRST_ZIP_YEAR), LAST_ZIP_YEAR)
    stamp = (year, day.month, day.day, 0, 0, 0)
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, stamp)
            member.compress_type = zipfile.ZIP_DEFLATED
            # The archive would name the system it was made on.
            member.create_system = 0
            new.writestr(member, old.read(name))
    return file.getvalue()


# --- elements --------------------------------------------------------------------------------


def _element(tag: str, *parts: Element, **attributes: str | int) -> Element:
    """An element of Word's own names: `_element("w:jc", val="right")`."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    element.extend(parts)
    return element


def _run(text: str, *, bold: bool = False, italic: bool = False, parts: tuple[Element, ...] = ()):  # type: ignore[no-untyped-def]
    """A run of words; `parts` are further properties of it."""
    properties = [*parts]
    if italic:
        properties.insert(0, _element("w:i"))
    if bold:
        properties.insert(0, _element("w:b"))
    run = _element("w:r")
    if properties:
        run.append(_element("w:rPr", *properties))
    for number, line in enumerate(text.split("\n")):
        if number:
            run.append(_element("w:br"))
        words = _element("w:t")
        words.text = line
        words.set(qn("xml:space"), "preserve")
        run.append(words)
    return run


def _runs(text: Text, *, bold: bool = False) -> list[Element]:
    return [_run(one.text, bold=one.bold or bold, italic=one.italic) for one in text]


def _paragraph(style: str, runs: list[Element], *properties: Element) -> Element:
    """A paragraph of a style, by the style's key; properties in the order Word asks for."""
    return _element("w:p", _element("w:pPr", _element("w:pStyle", val=style), *properties), *runs)


def _indent(steps: int) -> list[Element]:
    return [_element("w:ind", left=steps * STEP.twips)] if steps else []


def _field(instruction: str) -> list[Element]:
    """The runs of a field that Word counts for itself, such as PAGE."""
    words = _element("w:instrText")
    words.text = instruction
    words.set(qn("xml:space"), "preserve")
    begin, end = (_element("w:fldChar", fldCharType=kind) for kind in ("begin", "end"))
    separate = _element("w:fldChar", fldCharType="separate")
    parts = (begin, words, separate)
    return [*(_element("w:r", part) for part in parts), _run("1"), _element("w:r", end)]


def _shading(fill: str) -> Element:
    return _element("w:shd", val="clear", color="auto", fill=fill)


def _shade(percent: int) -> str:
    """A shade of grey in hexadecimal: 0 percent is white."""
    level = round(255 * (1 - percent * 0.0075))
    return f"{level:02X}" * 3


# --- tables ----------------------------------------------------------------------------------


def _table(widths: list[int], rows: list[Element], ruled: tuple[str, ...], summary: str) -> Element:
    """A table of fixed column widths in twips, with rules where `ruled` names them."""
    borders = (
        _element(f"w:{side}", val="single", sz=4, space=0, color=RULE)
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        if side in ruled
    )
    inset = CELL_INSET.twips
    sides = (("top", 50), ("left", inset), ("bottom", 50), ("right", inset))
    margins = (_element(f"w:{side}", w=width, type="dxa") for side, width in sides)
    properties = _element(
        "w:tblPr",
        _element("w:tblW", w=sum(widths), type="dxa"),
        _element("w:tblBorders", *borders),
        _element("w:tblLayout", type="fixed"),
        _element("w:tblCellMar", *margins),
        _element("w:tblLook", val="0020", firstRow=1),
    )
    if summary:
        properties.append(_element("w:tblDescription", val=summary))
    grid = _element("w:tblGrid", *(_element("w:gridCol", w=width) for width in widths))
    return _element("w:tbl", properties, grid, *rows)


def _table_row(cells: list[Element], *, repeats: bool = False) -> Element:
    """A row that does not split, unless no page holds it; one that repeats heads every page."""
    properties = [_element("w:cantSplit")]
    if repeats:
        properties.append(_element("w:tblHeader"))
    return _element("w:tr", _element("w:trPr", *properties), *cells)


def _table_cell(content: list[Element], width: int, *, span: int = 1, fill: str = "") -> Element:
    """A cell; Word asks that its last part be a paragraph."""
    properties = [_element("w:tcW", w=width, type="dxa")]
    if span > 1:
        properties.append(_element("w:gridSpan", val=span))
    if fill:
        properties.append(_shading(fill))
    if not content or content[-1].tag != qn("w:p"):
        content = [*content, _paragraph("Spacer", [])]
    return _element("w:tc", _element("w:tcPr", *properties), *content)


def _bar(parts: tuple[BarPart, ...], total: int, width: int) -> Element | None:
    """A bar as a table of one row, which Word can go on with: a shaded cell to a part."""
    shown = [part for part in parts if part.count > 0]
    whole = max(total, sum(part.count for part in shown), 1)
    shares = [max(part.count / whole, NARROWEST_PART) for part in shown]
    scale = width / max(sum(shares), 1)
    widths = [round(share * scale) for share in shares]
    if not shown:
        return None
    cells = []
    for part, wide in zip(shown, widths, strict=True):
        colour = (_element("w:color", val="FFFFFF"),) if part.shade > DARK else ()
        number = _paragraph("Bar", [_run(str(part.count), parts=colour)])
        cells.append(_table_cell([number], wide, fill=_shade(part.shade)))
    sides = ("top", "left", "bottom", "right", "insideV")
    bar = _table(widths, [_table_row(cells)], sides, "")
    for margin in bar.iter(qn("w:tblCellMar")):
        for side in margin:
            side.set(qn("w:w"), "0")
    return bar


# --- the paper -------------------------------------------------------------------------------


class _Writer:
    """Writes one paper into a new Word document."""

    def __init__(self, document: Document, paper: Paper, size: PaperSize) -> None:
        self.document = document
        self.paper = paper
        self.sheet = SHEETS[size]
        self.width = Length(self.sheet[0] - 2 * MARGIN).twips
        # Word's own last element, the page's measures; all else stands before it.
        self.end = document.element.body.sectPr
        self.page_break = False

    def write(self) -> None:
        self._set_properties()
        set_styles(self.document, self.paper.language)
        self._set_page()
        self._write_title()
        for block in self.paper.blocks:
            for element in self._elements_of(block):
                self._append(element)
        if self.end.getprevious().tag == qn("w:tbl"):
            self._append(_paragraph("Spacer", []))

    def _append(self, element: Element) -> None:
        before = self.end.getprevious()
        is_table = element.tag == qn("w:tbl")
        if is_table and (self.page_break or (before is not None and before.tag == element.tag)):
            # A table cannot begin a page by itself, and two without a paragraph between are one.
            self._append(_paragraph("Spacer", []))
        if self.page_break:
            element.pPr.insert_element_before(_element("w:pageBreakBefore"), *_AFTER_PAGE_BREAK)
            self.page_break = False
        self.end.addprevious(element)

    # What is not text.

    def _set_properties(self) -> None:
        properties = self.document.core_properties
        properties.title = self.paper.masthead.name[:LONGEST_PROPERTY]
        properties.subject = (self.paper.masthead.symbol or "")[:LONGEST_PROPERTY]
        properties.language = self.paper.language[:LONGEST_PROPERTY]
        properties.author = properties.last_modified_by = properties.comments = ""
        day = self.paper.as_of
        # The library takes a time without a zone, and writes it down as UTC.
        properties.created = properties.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001
        # The library's template brings along a picture of its empty page.
        relations = self.document.part.package.rels
        for key in [key for key, one in relations.items() if one.reltype.endswith("/thumbnail")]:
            relations.pop(key)

    def _set_page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = self.sheet
        section.left_margin = section.right_margin = MARGIN
        section.top_margin = section.bottom_margin = MARGIN
        section.header_distance = section.footer_distance = Inches(0.5)
        section.different_first_page_header_footer = True
        short = _run(self.paper.masthead.short)
        to_the_end = _element("w:tabs", _element("w:tab", val="right", pos=self.width))
        head = _paragraph("Header", [*self._mark(), _tab(), short], to_the_end)
        _fill(section.header, [head])
        _fill(section.first_page_header, self._masthead())
        for footer in (section.footer, section.first_page_footer):
            numbers = [*_field("PAGE"), _run(" / "), *_field("NUMPAGES")]
            _fill(footer, [_paragraph("Footer", numbers, _element("w:jc", val="center"))])

    def _mark(self) -> list[Element]:
        return [_run(self.paper.mark, bold=True)] if self.paper.mark else []

    def _masthead(self) -> list[Element]:
        """The first page's header. The title stands below it as text, to be read and found."""
        head = self.paper.masthead
        lines = (head.classification, head.symbol, head.revision, head.date, head.original)
        columns = (head.body, tuple(line for line in lines if line))
        marked = [_paragraph("Header", self._mark())]
        if not any(columns):
            return marked
        widths = [round(share * self.width) for share in MASTHEAD_COLUMNS]
        cells = [
            _table_cell([_paragraph("Header", [_run(line)]) for line in column], width)
            for column, width in zip(columns, widths, strict=True)
        ]
        table = _table(widths, [_table_row(cells)], (), "")
        # Word asks for a paragraph below a table.
        return [*(marked if self.paper.mark else []), table, _paragraph("Header", [])]

    def _write_title(self) -> None:
        masthead = self.paper.masthead
        self._append(_paragraph("Title", [_run("\n".join(masthead.title))]))
        if masthead.agenda:
            self._append(_paragraph("Subtitle", [_run(masthead.agenda)]))

    # Blocks.

    def _elements_of(self, block: Any) -> Iterator[Element]:
        write: Callable[[Any], Iterator[Element]] = _BLOCKS[type(block)].__get__(self)
        return write(block)

    def _heading(self, block: Heading) -> Iterator[Element]:
        yield _paragraph(f"Heading{min(block.level, DEEPEST_HEADING)}", _runs(block.text))

    def _text(self, block: Paragraph) -> Iterator[Element]:
        yield _paragraph("Normal", _runs(block.text), *_indent(block.indent))

    def _list(self, block: ListBlock) -> Iterator[Element]:
        numbering = _element(
            "w:numPr", _element("w:ilvl", val=0), _element("w:numId", val=self._new_list(block))
        )
        for first, *others in (item or ((),) for item in block.items):
            style = "ListNumber" if block.numbered else "ListBullet"
            yield _paragraph(style, _runs(first), _copy(numbering))
            for text in others:
                yield _paragraph("ListContinue", _runs(text))

    def _new_list(self, block: ListBlock) -> int:
        """The number of a new list, so that each list counts from 1."""
        numbering = self.document.part.numbering_part.numbering_definitions._numbering
        style = "List Number" if block.numbered else "List Bullet"
        known = self.document.styles[style].element.pPr.numPr.numId.val
        number = numbering.add_num(numbering.num_having_numId(known).abstractNumId.val)
        number.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(number.numId)

    def _table(self, block: Table) -> Iterator[Element]:
        widths = [round(share * self.width) for share in block.columns]
        rows = [
            *(self._row(row, widths, repeats=True, heads=True) for row in block.heading_rows),
            *(self._row(row, widths, heads=row.heading) for row in block.rows),
        ]
        yield _table(widths, rows, ("top", "bottom", "insideH"), block.summary)

    def _row(
        self, row: Row, widths: list[int], *, repeats: bool = False, heads: bool = False
    ) -> Element:
        cells, at = [], 0
        for cell in row.cells:
            cells.append(self._cell(cell, sum(widths[at : at + cell.span]), heads))
            at += cell.span
        return _table_row(cells, repeats=repeats)

    def _cell(self, cell: Cell, width: int, heads: bool) -> Element:
        properties = _indent(cell.indent)
        if heads:
            # What heads rows stays on their page.
            properties.insert(0, _element("w:keepNext"))
        if cell.align == "end":
            properties.append(_element("w:jc", val="right"))
        content = [
            _paragraph("TableText", _runs(text, bold=heads), *map(_copy, properties))
            for text in cell.paragraphs
        ]
        bar = _bar(cell.bar, cell.bar_total, width - 2 * CELL_INSET.twips)
        if bar is not None:
            content.append(bar)
        fill = HEADING_FILL if heads else ""
        empty = [_paragraph("TableText", [])]
        return _table_cell(content or empty, width, span=cell.span, fill=fill)

    def _legend(self, block: Legend) -> Iterator[Element]:
        runs = []
        for label, shade in block.entries:
            edge = _element("w:bdr", val="single", sz=4, space=0, color="000000")
            runs.append(_run("\u00a0" * 5, parts=(edge, _shading(_shade(shade)))))
            runs.append(_run(f" {label}    "))
        yield _paragraph("TableText", runs)

    def _footnote(self, block: Footnote) -> Iterator[Element]:
        yield _paragraph("TableNote", _runs(block.text))

    def _note(self, block: Note) -> Iterator[Element]:
        if block.label:
            yield _paragraph("Note", [_run(block.label, bold=True)], _element("w:keepNext"))
        for text in block.paragraphs:
            yield _paragraph("Note", _runs(text))

    def _break(self, block: PageBreak) -> Iterator[Element]:
        self.page_break = True
        return iter(())


_BLOCKS: dict[type, Any] = {
    Heading: _Writer._heading,
    Paragraph: _Writer._text,
    ListBlock: _Writer._list,
    Table: _Writer._table,
    Legend: _Writer._legend,
    Footnote: _Writer._footnote,
    Note: _Writer._note,
    PageBreak: _Writer._break,
}
# The properties of a paragraph that Word wants after the page break.
_AFTER_PAGE_BREAK = ("w:widowControl", "w:numPr", "w:pBdr", "w:shd", "w:tabs", "w:ind", "w:jc")


def _copy(element: Element) -> Element:
    """An element stands in one place only."""
    return element.__copy__()


def _tab() -> Element:
    return _element("w:r", _element("w:tab"))


def _fill(part: Any, elements: list[Element]) -> None:
    """Put these elements into a header or footer, in place of its empty paragraph."""
    part.is_linked_to_previous = False
    root = part._element
    for child in list(root):
        root.remove(child)
    root.extend(elements)


if __name__ == "__main__":
    serve(write_docx)

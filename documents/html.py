"""A paper as HTML: an element for a page of the site, or for a file that stands by itself.

Every text is escaped in `_lines` or `_attributes`, and nothing else puts a text in. Columns get
classes for their widths, since the site's policy allows no style of an element's own.
"""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from django.utils.safestring import SafeString

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
    Run,
    Table,
    Text,
)

#: Steps in; a text further in would have no room left on a narrow screen.
MOST_INDENT = 3


def html_of(paper: Paper) -> SafeString:
    """The paper as an element; its title is the page's h1."""
    mark = f'<p class="paper-mark">{_lines(paper.mark)}</p>' if paper.mark else ""
    blocks = "".join(_BLOCKS[block.kind](block) for block in paper.blocks)
    opening = f"<article{_attributes(lang=paper.language, name='paper')}>"
    return SafeString(f"{opening}{mark}{_masthead(paper.masthead)}{blocks}</article>")


# --- texts -----------------------------------------------------------------------------------


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _run(run: Run) -> str:
    words = _lines(run.text)
    if run.italic:
        words = f"<em>{words}</em>"
    return f"<strong>{words}</strong>" if run.bold else words


def _text(text: Text) -> str:
    return "".join(_run(run) for run in text)


def _paragraphs(texts: Sequence[Text]) -> str:
    return "".join(f"<p>{_text(text)}</p>" for text in texts)


def _attributes(name: str = "", **others: str | int) -> str:
    """Attributes as they are written in a tag; `name` is the class."""
    given = {"class": name, **others} if name else others
    return "".join(f' {key}="{escape(str(value))}"' for key, value in given.items())


# --- the masthead ----------------------------------------------------------------------------


def _masthead(masthead: Masthead) -> str:
    symbols = (
        masthead.classification,
        masthead.symbol,
        masthead.revision,
        masthead.date,
        masthead.original,
    )
    agenda = f"<p>{_lines(masthead.agenda)}</p>" if masthead.agenda else ""
    head = _head_lines("paper-symbols", [line for line in symbols if line])
    head += _head_lines("paper-body", masthead.body)
    title = "<br>".join(_lines(line) for line in masthead.title)
    return f'<header class="paper-head">{head}<h1>{title}</h1>{agenda}</header>'


def _head_lines(name: str, lines: Sequence[str]) -> str:
    shown = "<br>".join(_lines(line) for line in lines)
    return f'<p class="{name}">{shown}</p>' if lines else ""


# --- blocks ----------------------------------------------------------------------------------


def _heading(block: Heading) -> str:
    level = min(block.level + 1, 6)
    return f"<h{level}>{_text(block.text)}</h{level}>"


def _paragraph(block: Paragraph) -> str:
    return f"<p{_attributes(_indent(block.indent))}>{_text(block.text)}</p>"


def _indent(steps: int) -> str:
    return f"in-{min(steps, MOST_INDENT)}" if steps else ""


def _list(block: ListBlock) -> str:
    name = "ol" if block.numbered else "ul"
    items = "".join(f"<li>{_paragraphs(item)}</li>" for item in block.items)
    return f"<{name}>{items}</{name}>"


def _legend(block: Legend) -> str:
    entries = "".join(
        f'<li><svg class="swatch" viewBox="0 0 2 1" aria-hidden="true">{_shaded(0, 2, shade)}</svg>'
        f" {_lines(label)}</li>"
        for label, shade in block.entries
    )
    return f'<ul class="legend">{entries}</ul>'


def _footnote(block: Footnote) -> str:
    return f'<p class="footnote">{_text(block.text)}</p>'


def _note(block: Note) -> str:
    label = f'<p class="kind">{_lines(block.label)}</p>' if block.label else ""
    return f'<div class="paper-note">{label}{_paragraphs(block.paragraphs)}</div>'


def _page_break(block: PageBreak) -> str:
    return '<div class="page-break"></div>'


# --- tables ----------------------------------------------------------------------------------


def _table(block: Table) -> str:
    columns = "".join(f'<col class="w-{5 * round(20 * share)}">' for share in block.columns)
    labels = [
        label
        for row in block.heading_rows[-1:]
        for cell in row.cells
        for label in [_words_of(cell)] * cell.span
    ]
    caption = f'<caption class="unseen">{_lines(block.summary)}</caption>' if block.summary else ""
    head = "".join(_head_row(row) for row in block.heading_rows)
    named = len(block.rows) > 1
    body = "".join(_row(row, labels, named=named) for row in block.rows)
    return (
        f'<table class="stacks">{caption}<colgroup>{columns}</colgroup>'
        f"<thead>{head}</thead><tbody>{body}</tbody></table>"
    )


def _words_of(cell: Cell) -> str:
    return " ".join(run.text for text in cell.paragraphs for run in text)


def _head_row(row: Row) -> str:
    cells = (
        f"<th{_of_cell(cell, scope='col')}>{'<br>'.join(map(_text, cell.paragraphs))}</th>"
        for cell in row.cells
    )
    return f"<tr>{''.join(cells)}</tr>"


def _row(row: Row, labels: list[str], *, named: bool) -> str:
    """A row, `named` by its first cell; one cell over all columns opens the rows below it."""
    first, *others = row.cells
    if not others:
        return f'<tr class="opens"><td{_of_cell(first)}>{_content(first)}</td></tr>'
    cells, at = [], 0
    for number, cell in enumerate(row.cells):
        if named and number == 0:
            cells.append(f"<th{_of_cell(cell, scope='row')}>{_content(cell)}</th>")
        else:
            # On a narrow screen a cell says which column it is of.
            label = {"data-label": labels[at]} if at < len(labels) else {}
            cells.append(f"<td{_of_cell(cell, **label)}>{_content(cell)}</td>")
        at += cell.span
    return f"<tr>{''.join(cells)}</tr>"


def _content(cell: Cell) -> str:
    return _paragraphs(cell.paragraphs) + _bar(cell)


def _of_cell(cell: Cell, **others: str | int) -> str:
    names = [_indent(cell.indent), "number" if cell.align == "end" else ""]
    if cell.span > 1:
        others["colspan"] = cell.span
    return _attributes(" ".join(name for name in names if name), **others)


def _bar(cell: Cell) -> str:
    """The bar, drawn, and in words: it need not be seen."""
    shown = [part for part in cell.bar if part.count]
    if not shown:
        return ""
    whole = max(cell.bar_total, sum(part.count for part in shown))
    words = "".join(f"<li>{part.count} {_lines(part.label)}</li>" for part in shown)
    return (
        f'<svg class="bar" viewBox="0 0 {whole} 1" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(_rects(shown))}</svg><ul>{words}</ul>"
    )


def _rects(parts: list[BarPart]) -> Iterable[str]:
    before = 0
    for part in parts:
        yield _shaded(before, part.count, part.shade)
        before += part.count


def _shaded(x: int, width: int, shade: int) -> str:
    return f'<rect x="{x}" width="{width}" height="1" fill-opacity="{shade / 100}"></rect>'


_BLOCKS: dict[str, Callable[[Any], str]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "list": _list,
    "table": _table,
    "legend": _legend,
    "footnote": _footnote,
    "note": _note,
    "page_break": _page_break,
}

"""The calendar as a paper: meetings in two columns, as a plan prints them."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import gettext

from calendar_app.models import Meeting
from documents.draft_marks import draft, mark_of_drafts
from documents.institution import institution_in_a_line
from documents.paper import (
    Block,
    Cell,
    Footnote,
    Masthead,
    Paper,
    Paragraph,
    Row,
    Table,
    italic,
)
from documents.paper import plain as words
from mandates.texts import day_in_full

COLUMNS = (0.3, 0.7)


def paper_of_calendar(
    title: str, meetings: Iterable[Meeting], *, as_of: date, language: str
) -> Paper:
    """The meetings in the order given, dated as they stood on a day."""
    rows = list(meetings)
    known = gettext("As of %(day)s") % {"day": day_in_full(as_of)}
    return Paper(
        masthead=Masthead(title=(title, known), body=(institution_in_a_line(),)),
        language=language,
        as_of=as_of,
        blocks=tuple(_blocks(title, rows)),
        mark=mark_of_drafts(rows),
    )


def _blocks(title: str, meetings: list[Meeting]) -> Iterator[Block]:
    if not meetings:
        yield Paragraph(italic(gettext("No meeting is recorded.")))
        return
    names = (gettext("Dates"), gettext("Meeting and place"))
    headings = Row(tuple(Cell((words(name),)) for name in names), heading=True)
    yield Table(COLUMNS, (headings,), tuple(map(_row, meetings)), summary=title)
    if any(meeting.stood and meeting.stood_as_tentative for meeting in meetings):
        yield Footnote(words(gettext("* Tentative date")))


def _row(meeting: Meeting) -> Row:
    span = meeting.stood
    dates = span.printed(meeting.stood_as_tentative) if span else gettext("date not set")
    lines = [meeting.title, meeting.subtitle, meeting.place]
    if meeting.is_called_off:
        lines.append(str(meeting.stood_as.label))
    shown = tuple(words(line) for line in lines if line)
    return Row((Cell((words(dates),)), Cell((*shown, *draft(meeting)))))

"""How far the mandates of a resolution or of an area have come, as a paper."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import gettext

from documents.draft_marks import draft, mark_of_drafts
from documents.institution import institution_in_a_line
from documents.paper import (
    Block,
    Cell,
    Heading,
    Masthead,
    Paper,
    Paragraph,
    Row,
    Run,
    Table,
    Text,
    bold,
    italic,
    plain,
)
from mandates.models import Activity, Mandate, Resolution
from mandates.status import Status
from mandates.texts import day_in_full
from workplan.models import ProgramArea

MANDATE_COLUMNS = (0.11, 0.35, 0.15, 0.23, 0.16)
ACTIVITY_COLUMNS = (0.7, 0.3)


def paper_of_resolution(
    resolution: Resolution, mandates: Iterable[Mandate], *, as_of: date, language: str
) -> Paper:
    """A resolution's mandates, each with its activities (`with_activities`), as of a day."""
    name = tuple(line for line in (resolution.symbol, resolution.title) if line)
    rows = list(mandates)
    blocks = _mandates(rows, gettext("Its paragraphs are not recorded."))
    return _paper(name, tuple(blocks), as_of, language, mark_of_drafts([resolution, *rows]))


def paper_of_area(
    area: ProgramArea,
    mandates: Iterable[Mandate],
    activities: Iterable[Activity],
    *,
    as_of: date,
    language: str,
) -> Paper:
    """An area's mandates, and its activities, with their statuses as of a day."""
    rows, work = list(mandates), list(activities)
    blocks = (
        Heading(plain(gettext("Mandates"))),
        *_mandates(rows, gettext("No mandate is recorded in this area.")),
        Heading(plain(gettext("Activities"))),
        *_activities(work),
    )
    return _paper((area.full_name,), blocks, as_of, language, mark_of_drafts([area, *rows, *work]))


def _paper(
    name: tuple[str, ...],
    blocks: tuple[Block, ...],
    as_of: date,
    language: str,
    mark: str | None,
) -> Paper:
    status = gettext("Status as of %(day)s") % {"day": day_in_full(as_of)}
    masthead = Masthead(title=(*name, status), body=(institution_in_a_line(),))
    return Paper(masthead, language, as_of, blocks, mark)


def _headings(*names: str) -> tuple[Row, ...]:
    return (Row(tuple(Cell((plain(name),)) for name in names), heading=True),)


# --- mandates --------------------------------------------------------------------------------


def _mandates(mandates: list[Mandate], otherwise: str) -> Iterator[Block]:
    if not mandates:
        yield Paragraph(italic(otherwise))
        return
    headings = _headings(
        gettext("Reference"),
        gettext("Mandate"),
        gettext("Addressed to"),
        gettext("Suggested activities"),
        gettext("Status"),
    )
    rows = tuple(_rows(mandates))
    summary = gettext("Mandates, what is suggested for them, and their status")
    yield Table(MANDATE_COLUMNS, headings, rows, summary=summary)


def _rows(mandates: list[Mandate]) -> Iterator[Row]:
    """One row each; before those that stand under a paragraph which is not among them, that
    paragraph, or one would not know what is asked, nor in what they take part."""
    there = {mandate.pk for mandate in mandates}
    for mandate in mandates:
        for above in mandate.standing_under:
            if above.pk not in there:
                there.add(above.pk)
                yield _row(above, (), tuple(_activities_of(above)), ())
        yield _mandate(mandate)


def _mandate(mandate: Mandate) -> Row:
    """A paragraph that only opens a list has no status, and stands above its items."""
    asked = [plain(str(addressee)) for addressee in mandate.addressees_shown]
    if not mandate.reported_on:
        return _row(mandate, tuple(asked), tuple(_suggested(mandate)), ())
    nobody = italic(gettext("nobody named"))
    status = tuple(_status(mandate))
    return _row(mandate, tuple(asked) or (nobody,), tuple(_suggested(mandate)), status)


def _row(
    mandate: Mandate,
    asked: tuple[Text, ...],
    suggested: tuple[Text, ...],
    status: tuple[Text, ...],
) -> Row:
    text = tuple(plain(part) for part in mandate.text.split("\n\n"))
    indent = len(mandate.standing_under)
    return Row(
        (
            Cell((bold(mandate.reference), *draft(mandate))),
            Cell(text, indent=indent),
            Cell(asked),
            Cell(suggested),
            Cell(status),
        )
    )


def _activities_of(mandate: Mandate) -> Iterator[Text]:
    for activity in mandate.activities.all():
        title = (Run(activity.title), *(Run(f" ({mark[0].text})") for mark in draft(activity)))
        status = (*title, Run(": "), Run(_label(activity).lower(), italic=True))
        contingent = _contingent(activity)
        yield (*status, Run(", "), *contingent) if contingent else status


def _suggested(mandate: Mandate) -> Iterator[Text]:
    yield from _activities_of(mandate)
    above = mandate.takes_part_with
    if above is not None:
        takes_part = gettext("takes part in what is suggested for %(reference)s")
        yield italic(takes_part % {"reference": above.reference})
    elif mandate.reported_on and not mandate.activities.all():
        yield italic(gettext("No activity is suggested."))


# --- activities ------------------------------------------------------------------------------


def _activities(activities: list[Activity]) -> Iterator[Block]:
    if not activities:
        yield Paragraph(italic(gettext("No activity is recorded in this area.")))
        return
    headings = _headings(gettext("Activity"), gettext("Status"))
    rows = tuple(
        Row((Cell((plain(activity.title), *draft(activity))), Cell(tuple(_status(activity)))))
        for activity in activities
    )
    summary = gettext("Activities and their status")
    yield Table(ACTIVITY_COLUMNS, headings, rows, summary=summary)


# --- statuses --------------------------------------------------------------------------------


def _label(record: Mandate | Activity) -> str:
    return str(Status(record.status).label)


def _status(record: Mandate | Activity) -> Iterator[Text]:
    """The status, the day it was reported as of, and what it all depends on."""
    yield bold(_label(record))
    if record.status_as_of:
        yield plain(gettext("as of %(day)s") % {"day": day_in_full(record.status_as_of)})
    if record.contingent_on:
        yield _contingent(record)


def _contingent(record: Mandate | Activity) -> Text:
    """What it all depends on."""
    if not record.contingent_on:
        return ()
    return (Run(gettext("contingent:") + " ", italic=True), Run(f"“{record.contingent_on}”"))

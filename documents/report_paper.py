"""The report to a session as a paper: its words and its tables. Every format lays out this one,
so that they all say the same; the words for statuses are those of the pages."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby

from django.utils.functional import Promise
from django.utils.text import Truncator, capfirst
from django.utils.translation import get_language_info, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from calendar_app.models import MeetingAct, MeetingState
from documents.institution import institution
from documents.models.reports import ReportPart
from documents.paper import (
    BarPart,
    Block,
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
    bold,
    italic,
    plain,
)
from documents.session_report import (
    ActivityLine,
    ActivityTable,
    Answers,
    Awaited,
    Bar,
    Calendar,
    ChairPage,
    Changes,
    Contradictions,
    Decision,
    Difference,
    Due,
    MandateLine,
    OpeningLine,
    Part,
    Progress,
    ProgressTable,
    Report,
    Reported,
    ResolutionTable,
    Unreported,
    Waiting,
)
from mandates.status import Standing, Status
from mandates.texts import day_in_full

#: In percent, 0 white: the further a mandate has come, the darker, and all told apart in grey.
SHADES = {
    Status.NO_REPORT: 0,
    Status.PLANNED: 16,
    Status.IN_PROGRESS: 52,
    Status.ONGOING: 70,
    Status.COMPLETED: 92,
    Status.SUSPENDED: 36,
    Status.DISCONTINUED: 8,
    Status.NOT_APPLICABLE: 4,
}
#: Counted on the chair's page even where no mandate has them: a zero is news there.
ALWAYS_COUNTED = (Status.NO_REPORT, Status.COMPLETED)
#: Of what is overdue or due, what the chair's page names.
AWAITED = 8

BAR_COLUMNS = (0.64, 0.12, 0.24)
CHANGE_COLUMNS = (0.3, 0.15, 0.15, 0.4)
OVERDUE_COLUMNS = (0.3, 0.25, 0.45)
RESCHEDULED_COLUMNS = (0.3, 0.15, 0.2, 0.2, 0.15)
PROGRESS_COLUMNS = (0.28, 0.14, 0.13, 0.11, 0.23, 0.11)
ACTIVITY_COLUMNS = (0.29, 0.13, 0.15, 0.2, 0.23)
CALENDAR_COLUMNS = (0.3, 0.45, 0.25)
BARE_COLUMNS = (0.13, 0.62, 0.25)


def paper_of_report(report: Report) -> Paper:
    """The report as a paper; a draft says so on every page."""
    return Paper(
        masthead=_masthead(report),
        language=report.masthead.language,
        as_of=report.as_of,
        blocks=tuple(_blocks(report)),
        mark=gettext("DRAFT") if report.is_draft else None,
    )


def _masthead(report: Report) -> Masthead:
    known = report.masthead
    body = (
        *institution(),
        gettext("%(term)s Executive Committee") % {"term": known.term},
        gettext("%(number)s Session") % {"number": known.ordinal},
        ", ".join(part for part in (known.dates, known.place) if part),
        gettext("As of %(day)s") % {"day": day_in_full(report.as_of)},
    )
    language = get_language_info(known.language)["name"]
    return Masthead(
        title=(known.title,),
        classification=known.classification or None,
        symbol=known.symbol or None,
        revision=f"rev. {known.revision}" if known.revision else None,
        date=day_in_full(known.issued_on) if known.issued_on else None,
        original=gettext("Original: %(language)s") % {"language": gettext(language)},
        body=tuple(line for line in body if line),
        agenda=gettext("(Item %(number)s on the Agenda)") % {"number": known.item.rstrip(".")}
        if known.item
        else None,
    )


def _blocks(report: Report) -> Iterator[Block]:
    yield from _footnote([report.masthead.dates])
    if not report.masthead.dates:
        yield Paragraph(italic(gettext("The dates of this session are not set.")))
    chair_first = report.parts[:1] and report.parts[0].kind == "chair"
    if not chair_first:
        yield from _opening_words(report)
    for number, part in enumerate(report.parts):
        if number > 0 and "chair" in (part.kind, report.parts[number - 1].kind):
            yield PageBreak()
        if number == 1 and chair_first:
            yield from _opening_words(report)
        yield Heading(plain(str(_heading(part))))
        yield from _LAID_OUT[part.kind](part, report.as_of)
    if chair_first and len(report.parts) == 1:
        yield from _opening_words(report)


def _opening_words(report: Report) -> Iterator[Block]:
    """What changed from the paper before, and the introduction. What is for the chair keeps the
    first page to itself, so they come after it where it comes first."""
    if report.corrections:
        label = gettext("Changed from the paper before")
        yield Note(label, tuple(plain(line) for line in report.corrections))
    if report.introduction:
        yield Heading(plain(gettext("Introduction")))
        for text in report.introduction.split("\n\n"):
            yield Paragraph(plain(text))


def _heading(part: Part) -> str | Promise:
    if isinstance(part, Changes) and part.since is not None:
        return gettext("Changes since the %(session)s") % {"session": part.previous}
    return _HEADINGS[part.kind]


# --- words that all parts use ----------------------------------------------------------------


def _status(key: str) -> str:
    return str(Status(key).label)


def _quoted(words: str) -> str:
    """In quotation marks, unless the words have their own."""
    return words if words.startswith(("“", '"', "«")) else f"“{words}”"


def _texts(text: str) -> tuple[Text, ...]:
    return tuple(plain(part) for part in text.split("\n\n")) if text else ()


def _none(words: str) -> tuple[Text, ...]:
    return (italic(words),)


def _list(words: Iterable[str], otherwise: str) -> tuple[Text, ...]:
    return tuple(plain(word) for word in words) or _none(otherwise)


def _headings(*words: str) -> tuple[Row, ...]:
    return (Row(tuple(Cell((plain(word),)) for word in words), heading=True),)


def _footnote(dates: Iterable[str]) -> Iterator[Footnote]:
    """The footnote, where one of the dates above it has the asterisk."""
    if any(printed.endswith("*") for printed in dates):
        yield Footnote(plain(gettext("* Tentative date")))


def _due(due: Due) -> Iterator[Text]:
    """When it is due; where its meeting has no dates, at which meeting."""
    yield plain(capfirst(due.dates)) if due.dates else italic(gettext("date not set"))
    if due.at and not due.dates:
        yield plain(due.at)
    if due.is_overdue:
        yield bold(gettext("Overdue"))


def _status_of(line: MandateLine) -> Iterator[Text]:
    yield bold(_status(line.status))
    if line.contingent_on:
        yield italic(gettext("contingent"))


def _contingent(words: str) -> Iterator[Text]:
    if words:
        yield (Run(gettext("Contingent:") + " ", italic=True), Run(_quoted(words)))


# --- one page for the chair ------------------------------------------------------------------


def _chair(part: ChairPage, as_of: date) -> Iterator[Block]:
    if not part.total:
        yield Paragraph(italic(gettext("No mandate has been recorded yet.")))
    else:
        yield _figures(part)
        yield _bars(part)
        yield Legend(
            tuple(
                (_status(count.status), SHADES[Status(count.status)])
                for count in part.counts
                if count.mandates
            )
        )
    yield Heading(plain(gettext("Overdue, or due by the end of the session")), 2)
    yield from _awaited(part.due)
    yield Heading(plain(gettext("The Committee is asked to decide")), 2)
    yield from _decisions(part.asked, gettext("No agenda has been recorded for this session."))
    yield Heading(plain(_decided_at(part.previous)), 2)
    nothing = gettext("No agenda has been recorded for that session.")
    first = gettext("No earlier session is on record.")
    not_recorded = gettext("no decision is recorded.")
    yield from _decisions(part.taken, nothing if part.previous else first, not_recorded)
    yield Heading(plain(gettext("Suspended or contingent")), 2)
    if part.waiting:
        yield ListBlock(tuple((_waiting(one),) for one in part.waiting))
    else:
        yield Paragraph(italic(gettext("Nothing is suspended, and nothing is contingent.")))


def _figures(part: ChairPage) -> Table:
    """How many mandates there are, how many have each status, and how many are overdue; beside
    them, how many activities are."""
    counts = [
        count for count in part.counts if count.mandates or Status(count.status) in ALWAYS_COUNTED
    ]
    words = [
        gettext("Mandates"),
        *(_status(count.status) for count in counts),
        gettext("Overdue"),
        gettext("Activities overdue"),
    ]
    mandates = [part.total, *(count.mandates for count in counts), part.overdue]
    figures = [*mandates, part.overdue_activities]
    figure_cells = tuple(Cell((bold(str(figure)),)) for figure in figures)
    summary = gettext("Mandates by status, and mandates and activities that are overdue")
    share = (1 / len(words),) * len(words)
    return Table(share, _headings(*words), (Row(figure_cells),), summary=summary)


def _bars(part: ChairPage) -> Table:
    headings = _headings(gettext("Resolution"), gettext("Mandates"), gettext("Status"))
    rows = tuple(
        Row(
            (
                Cell(((Run(bar.symbol, bold=True), Run(f"  {_in_short(bar.title)}")),)),
                Cell((plain(str(bar.total)),), align="end"),
                Cell(bar=_bar(bar), bar_total=part.longest),
            )
        )
        for bar in part.bars
    )
    return Table(BAR_COLUMNS, headings, rows, summary=gettext("Mandates by resolution and status"))


def _in_short(title: str) -> str:
    """One line for each on the chair's page; the titles stand whole in the table."""
    return _cut(title, 40)


def _cut(words: str, longest: int) -> str:
    """The words as far as they go, cut after a whole one."""
    cut = Truncator(words).chars(longest)
    if cut == words:
        return words
    kept = cut.removesuffix("…")
    return f"{kept.rpartition(' ')[0].rstrip(' ,;:–-') or kept}…"


def _bar(bar: Bar) -> tuple[BarPart, ...]:
    return tuple(
        BarPart(_status(count.status), count.mandates, SHADES[Status(count.status)])
        for count in bar.counts
    )


def _decided_at(previous: str) -> str:
    if not previous:
        return gettext("Decided at the last session")
    return gettext("Decided at the %(session)s") % {"session": previous}


def _awaited(due: tuple[Awaited, ...]) -> Iterator[Block]:
    """The first of them by name; the others are in the tables."""
    if not due:
        yield Paragraph(italic(gettext("Nothing is.")))
        return
    items = [(_awaited_by(one),) for one in due[:AWAITED]]
    others = len(due) - AWAITED
    if others > 0:
        words = ngettext("%(count)d more, in the tables", "%(count)d more, in the tables", others)
        items.append((italic(words % {"count": others}),))
    yield ListBlock(tuple(items))
    yield from _footnote(one.due.dates for one in due[:AWAITED])


def _awaited_by(one: Awaited) -> Text:
    overdue = (Run(f" {gettext('Overdue')}", bold=True),) if one.due.is_overdue else ()
    return (Run(f"{one.name}:", bold=one.of_mandate), Run(f" {one.due.dates}"), *overdue)


def _decisions(
    items: tuple[Decision, ...], otherwise: str, not_recorded: str = ""
) -> Iterator[Block]:
    """not_recorded: what is said of an item of which there are no words."""
    if not items:
        yield Paragraph(italic(otherwise))
        return
    yield ListBlock(tuple((_decision(item, not_recorded),) for item in items))


def _decision(item: Decision, not_recorded: str) -> Text:
    known = {"number": item.number.rstrip("."), "title": item.title}
    words = item.words or not_recorded
    if not words:
        return (Run(gettext("Item %(number)s, %(title)s") % known),)
    named = gettext("Item %(number)s, %(title)s:") % known
    if item.words:
        return (Run(named, bold=True), Run(f" {words}"))
    return (Run(named), Run(f" {words}", italic=True))


def _waiting(one: Waiting) -> Text:
    """Its words whole: a condition that is cut is another one."""
    name = one.name
    if Status(one.status) == Status.SUSPENDED:
        name = f"{name}, {_status(one.status).lower()}"
    return (Run(name, bold=one.of_mandate), Run(f": {_quoted(one.words)}" if one.words else ""))


# --- changes ---------------------------------------------------------------------------------


def _changes(part: Changes, as_of: date) -> Iterator[Block]:
    if part.since is None:
        nothing = gettext("No earlier session with a date is on record to compare with.")
        yield Paragraph(italic(nothing))
        return
    words = gettext("What was recorded after %(day)s.")
    if part.after_report:
        words = gettext("What was recorded after the report to that session, as of %(day)s.")
    yield Paragraph(plain(words % {"day": day_in_full(part.since)}))
    yield from _reported(part)
    if part.answers:
        yield Heading(plain(gettext("Answers of those who are asked")), 2)
        words = gettext("Each speaks for itself, and settles no mandate’s status.")
        yield Paragraph(plain(words))
        yield _changed(part.answers, gettext("Answers"))
    yield Heading(plain(gettext("Newly overdue")), 2)
    if part.overdue:
        headings = _headings(gettext("Mandate or activity"), gettext("Was due"), gettext("Words"))
        rows = tuple(
            Row(
                (
                    Cell((_name(one.name, one.of_mandate),)),
                    Cell((plain(capfirst(one.due.dates)),)),
                    Cell((plain(_quoted(one.due.words)),)),
                )
            )
            for one in part.overdue
        )
        yield Table(OVERDUE_COLUMNS, headings, rows, summary=gettext("Newly overdue"))
    else:
        yield Paragraph(italic(gettext("Nothing has become overdue.")))
    yield from _rescheduled(part)


def _name(name: str, of_mandate: bool) -> Text:
    return bold(name) if of_mandate else plain(name)


def _reported(part: Changes) -> Iterator[Block]:
    yield Heading(plain(gettext("Reported")), 2)
    if not part.reported:
        yield Paragraph(italic(gettext("Nobody has reported progress.")))
        return
    done = part.completed
    completed = ngettext("%(count)d was completed.", "%(count)d were completed.", len(done))
    reported = ngettext(
        "Progress was reported on %(count)d mandate or activity.",
        "Progress was reported on %(count)d mandates and activities.",
        len(part.reported),
    )
    counted = f"{reported % {'count': len(part.reported)}} {completed % {'count': len(done)}}"
    yield Paragraph(plain(counted))
    yield _changed(part.reported, gettext("Progress reported"))


def _changed(reported: tuple[Reported, ...], summary: str) -> Table:
    headings = _headings(
        gettext("Mandate or activity"), gettext("Status then"), gettext("Now"), gettext("Report")
    )
    rows = tuple(
        Row(
            (
                Cell((_name(one.name, one.of_mandate),)),
                Cell((plain(_status(one.before)),)),
                Cell((_name(_status(one.after), one.is_newly_completed),)),
                Cell(_texts(one.said)),
            )
        )
        for one in reported
    )
    return Table(CHANGE_COLUMNS, headings, rows, summary=summary)


def _rescheduled(part: Changes) -> Iterator[Block]:
    yield Heading(plain(gettext("Dates confirmed, moved or cancelled")), 2)
    if not part.meetings:
        yield Paragraph(italic(gettext("The calendar has not changed.")))
        return
    headings = _headings(
        gettext("Meeting"),
        gettext("Change"),
        gettext("From"),
        gettext("To"),
        gettext("Reason"),
    )
    no_date = _none(gettext("no date"))
    rows = tuple(
        Row(
            (
                Cell((plain(one.meeting),)),
                Cell((plain(str(MeetingAct(one.act).label)),)),
                Cell(_texts(capfirst(one.before)) or no_date),
                Cell(_texts(capfirst(one.after)) or no_date),
                Cell(_texts(one.reason)),
            )
        )
        for one in part.meetings
    )
    yield Table(RESCHEDULED_COLUMNS, headings, rows, summary=gettext("Changes of the calendar"))
    yield from _footnote(date for one in part.meetings for date in (one.before, one.after))


# --- progress --------------------------------------------------------------------------------


def _progress(part: ProgressTable, as_of: date) -> Iterator[Block]:
    if not part.resolutions:
        yield Paragraph(italic(gettext("No mandate has been recorded yet.")))
    for table in part.resolutions:
        title = f"  {table.title}" if table.title else ""
        yield Heading((Run(f"{table.symbol}{title}"),), 2)
        yield _resolution(table, as_of)
        yield from _footnote(
            due.dates for row in table.rows for due in (*row.deadlines, *row.due_of_activities)
        )


def _resolution(table: ResolutionTable, as_of: date) -> Table:
    headings = _headings(
        gettext("Mandate"),
        gettext("Addressed to"),
        gettext("Responsible"),
        gettext("Deadline"),
        gettext("Progress and evidence"),
        gettext("Status"),
    )
    rows = tuple(
        _opening(line) if isinstance(line, OpeningLine) else _mandate(line, as_of)
        for line in table.lines
    )
    summary = gettext("Progress on each mandate of %(symbol)s") % {"symbol": table.symbol}
    return Table(PROGRESS_COLUMNS, headings, rows, summary=summary)


def _opening(line: OpeningLine) -> Row:
    words = (Run(line.reference, bold=True), Run(f"  {_labelled(line)}"))
    return Row((Cell((words,), indent=line.depth, span=len(PROGRESS_COLUMNS)),))


def _labelled(line: MandateLine | OpeningLine) -> str:
    return f"{line.label} {line.text}" if line.label else line.text


def _mandate(line: MandateLine, as_of: date) -> Row:
    return Row(
        (
            Cell((bold(line.reference), *_texts(_labelled(line))), indent=min(line.depth, 2)),
            Cell(_list(line.addressees, gettext("nobody named"))),
            Cell(_list(line.responsible, "–")),
            Cell(tuple(_deadlines(line)) or _none("–")),
            Cell(tuple(_evidence(line, as_of))),
            Cell((*_status_of(line), *_standing(line))),
        )
    )


def _deadlines(line: MandateLine) -> Iterator[Text]:
    """Its own, and those of what is proposed for it."""
    for due in line.deadlines:
        yield from _due(due)
    if line.due_of_activities:
        yield italic(gettext("Of its activities:"))
        for due in line.due_of_activities:
            yield from _due(due)


def _evidence(line: MandateLine, as_of: date) -> Iterator[Text]:
    if line.progress is None:
        yield italic(gettext("No report."))
    else:
        yield from _said(line.progress, as_of)
    yield from map(_answers, line.answers)
    yield from _contingent(line.contingent_on)
    if not line.has_activities:
        yield italic(gettext("No activity is suggested."))
    if line.note:
        yield (
            Run(gettext("Note by the Secretariat:") + " ", bold=True),
            Run(line.note),
        )


def _answers(answers: Answers) -> Text:
    words = gettext("Answered “%(status)s” of themselves:") % {"status": _status(answers.status)}
    return (Run(f"{words} ", italic=True), Run(", ".join(answers.actors)))


def _said(progress: Progress, as_of: date) -> Iterator[Text]:
    """What was done, with its source; its day is said where it is not the report's own."""
    yield from _texts(progress.done)
    if progress.words:
        yield plain(_quoted(progress.words))
    day = "" if progress.as_of == as_of else _as_of(progress.as_of)
    source = ", ".join(words for words in (progress.source, day) if words)
    if source:
        yield italic(capfirst(source))


def _as_of(day: date) -> str:
    return gettext("as of %(day)s") % {"day": day_in_full(day)}


def _standing(line: MandateLine) -> Iterator[Text]:
    if line.standing:
        words = str(Standing(line.standing).label)
        yield plain(f"{words}: {line.stands_for}" if line.stands_for else words)


# --- activities ------------------------------------------------------------------------------


def _activities(part: ActivityTable, as_of: date) -> Iterator[Block]:
    if not part.areas:
        yield Paragraph(italic(gettext("No activity has been recorded yet.")))
        return
    words = gettext("An activity that serves two areas stands under both.")
    yield Paragraph(italic(words))
    headings = _headings(
        gettext("Activity"),
        gettext("Mandates"),
        gettext("Responsible"),
        gettext("Due"),
        gettext("Status"),
    )
    for area in part.areas:
        name = area.name or gettext("Of no program area")
        yield Heading(plain(name), 2)
        rows = tuple(_activity(line) for line in area.activities)
        yield Table(ACTIVITY_COLUMNS, headings, rows, summary=name)
        yield from _footnote(due.dates for line in area.activities for due in line.deadlines)


def _activity(line: ActivityLine) -> Row:
    dues = tuple(text for due in line.deadlines for text in (*_due(due), *_words_that_set(due)))
    return Row(
        (
            Cell((plain(line.title),)),
            Cell((plain(", ".join(line.mandates)),) if line.mandates else _none("–")),
            Cell(_list(line.responsible, "–")),
            Cell(dues or _none("–")),
            Cell((bold(_status(line.status)), *_contingent(line.contingent_on))),
        )
    )


def _words_that_set(due: Due) -> Iterator[Text]:
    yield italic(_quoted(due.words))


# --- the calendar, and what is missing -------------------------------------------------------


def _calendar(part: Calendar, as_of: date) -> Iterator[Block]:
    if part.ends:
        day = day_in_full(part.ends) + "*" * part.is_tentative
        words = gettext("Until the end of the %(session)s, %(day)s.")
        yield Paragraph(plain(words % {"session": part.next_session, "day": day}))
    elif part.next_session:
        words = gettext("The %(session)s has no dates yet: this is all that is to come.")
        yield Paragraph(plain(words % {"session": part.next_session}))
    else:
        words = gettext("No later session is on record: this is all that is to come.")
        yield Paragraph(plain(words))
    if not part.meetings:
        yield Paragraph(italic(gettext("No meeting is on the calendar for this time.")))
        return
    headings = _headings(gettext("Dates"), gettext("Meeting"), gettext("Place"))
    rows = []
    for meeting in part.meetings:
        title = [plain(meeting.title)]
        if meeting.subtitle:
            title.append(plain(meeting.subtitle))
        if meeting.state:
            title.append(bold(str(MeetingState(meeting.state).label)))
        dates, place = plain(capfirst(meeting.dates)), _texts(meeting.place) or _none("–")
        rows.append(Row((Cell((dates,)), Cell(tuple(title)), Cell(place))))
    yield Table(CALENDAR_COLUMNS, headings, tuple(rows), summary=gettext("Calendar"))
    yield from _footnote(["*" * part.is_tentative, *(one.dates for one in part.meetings)])


def _unreported(part: Unreported, as_of: date) -> Iterator[Block]:
    if not part.mandates:
        words = gettext("There is none: every mandate has an activity or a report.")
        yield Paragraph(italic(words))
        return
    words = ngettext(
        "For %(count)d mandate no activity is proposed, and nobody has reported on it.",
        "For %(count)d mandates no activity is proposed, and nobody has reported on them.",
        len(part.mandates),
    )
    yield Paragraph(plain(words % {"count": len(part.mandates)}))
    headings = _headings(gettext("Reference"), gettext("Mandate"), gettext("Addressed to"))
    rows = tuple(
        Row(
            (
                Cell((bold(mandate.reference),)),
                Cell(_texts(mandate.text)),
                Cell(_list(mandate.addressees, gettext("nobody named"))),
            )
        )
        for mandate in part.mandates
    )
    summary = gettext("Mandates with no activity and no report")
    yield Table(BARE_COLUMNS, headings, rows, summary=summary)


def _contradictions(part: Contradictions, as_of: date) -> Iterator[Block]:
    if part.notes:
        yield ListBlock(tuple(_texts(note) for note in part.notes), numbered=True)
    else:
        yield Paragraph(italic(gettext("No contradiction is open.")))


# --- what changed from the paper before ------------------------------------------------------

#: How the respects are named in which a later paper says something else.
_RESPECTS = {
    "as_of": _("the day it is as of"),
    "introduction": _("the introduction"),
    "title": _("the title"),
    "classification": _("the classification"),
    "symbol": _("the symbol"),
    "dates": _("dates"),
    "place": _("place"),
    "item": _("the agenda item"),
    "asked": _("decision asked"),
    "taken": _("decision taken"),
    "words": _("decision"),
    "label": _("label"),
    "text": _("text"),
    "addressees": _("addressed to"),
    "responsible": _("responsible"),
    "deadlines": _("deadline"),
    "status": _("status"),
    "contingent_on": _("contingent on"),
    "standing": _("standing"),
    "stands_for": _("the mandate in its place"),
    "progress": _("progress and evidence"),
    "answers": _("answers of those who are asked"),
    "note": _("note by the Secretariat"),
    "mandates": _("mandates"),
    "said": _("report"),
    "subtitle": _("second title"),
    "state": _("state"),
}


def corrections(differences: Iterable[Difference]) -> tuple[str, ...]:
    """What a revision says otherwise than the paper before: a line for what changed of each
    mandate, activity or meeting, short enough to be read out."""
    lines: list[str] = []
    for (part, name), changed in groupby(differences, lambda one: (one.part, one.name)):
        if part == "":
            lines += [_of_the_whole(one) for one in changed]
        else:
            lines.append(_of_one(part, name, list(changed)))
    return tuple(lines)


def _of_the_whole(one: Difference) -> str:
    if one.respect == "part":
        words = gettext("Added: “%(part)s”.") if one.after else gettext("Left out: “%(part)s”.")
        return words % {"part": _HEADINGS[one.after or one.before or ""]}
    return gettext("Changed: %(respect)s.") % {"respect": _RESPECTS.get(one.respect, one.respect)}


def _of_one(part: str, name: str, changed: list[Difference]) -> str:
    where = {"name": name, "part": _HEADINGS[part]}
    if all(one.before is None for one in changed):
        return gettext("%(name)s: added to “%(part)s”.") % where
    if all(one.after is None for one in changed):
        return gettext("%(name)s: no longer in “%(part)s”.") % where
    said = ", ".join(_respect(one) for one in changed)
    return gettext("%(name)s: %(changes)s.") % {"name": name, "changes": said}


def _respect(one: Difference) -> str:
    respect = str(_RESPECTS.get(one.respect, one.respect))
    if one.respect != "status" or one.before is None or one.after is None:
        return respect
    return gettext("status “%(after)s” instead of “%(before)s”") % {
        "after": _status(one.after),
        "before": _status(one.before),
    }


# --- all parts -------------------------------------------------------------------------------

_HEADINGS: dict[str, Promise] = {part.value: part.label for part in ReportPart}

_LAID_OUT: dict[str, Callable[..., Iterator[Block]]] = {
    "chair": _chair,
    "changes": _changes,
    "progress": _progress,
    "activities": _activities,
    "calendar": _calendar,
    "unreported": _unreported,
    "contradictions": _contradictions,
}

"""From a printed plan to rows: what was printed, and the live records it speaks of.

A printed plan is loaded once. Records that are there already (a resolution an earlier plan
printed, a meeting staff have moved) are pointed at and left as they are.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from calendar_app.dates import Precision, SpanError, WrittenSpan, parse_span
from calendar_app.models import Meeting
from documents.composing import compose_plan
from documents.plan import (
    OutlinedMandate,
    PlanDocument,
    PlanSection,
    PrintedEntry,
    outline,
)
from mandates.models import Assembly, Mandate, Resolution
from mandates.symbols import Symbol, SymbolError, parse_symbol, path_label
from workplan.models import CalendarEntry, MandateRow, Section, WorkPlan

#: The reason in the history of what came from a file and not from a person.
LOADED = "Loaded from a file"
LONGEST_MEETING_SLUG = 60


class PlanRefused(ValueError):
    """The plan cannot be loaded. The message says what, where and how to mend it."""


@dataclass
class Loaded:
    """What a load made: how many of each model, the records themselves, and what to look at."""

    plan: WorkPlan
    created: Counter[str] = field(default_factory=Counter)
    fresh: set[models.Model] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)

    def add(self, record: models.Model) -> None:
        """Check and save a new record, and count it."""
        save_checked(record)
        self.created[str(record._meta.verbose_name_plural)] += 1
        self.fresh.add(record)


def save_checked(record: models.Model) -> None:
    """Save a record that passes its own checks. ValidationError names the record otherwise."""
    record._change_reason = LOADED
    try:
        # The database itself refuses what breaks a constraint; asking it first doubles the time.
        record.full_clean(validate_unique=False, validate_constraints=False)
        with transaction.atomic():
            record.save()
    except ValidationError as error:
        raise _named(record, error) from error
    except IntegrityError:
        try:
            record.full_clean()
        except ValidationError as error:
            raise _named(record, error) from error
        raise


def _named(record: models.Model, error: ValidationError) -> ValidationError:
    return ValidationError(f"{record._meta.verbose_name} {record}: {'; '.join(error.messages)}")


@transaction.atomic
def load_plan(document: PlanDocument) -> Loaded:
    """Load a printed plan into rows. A plan that is there already is compared and left alone.

    Raises PlanRefused where a plan of that year is there with other words, or where a symbol
    cannot be read.
    """
    plan = WorkPlan.objects.filter(year=document.year).first()
    if plan is not None:
        _refuse_other_words(plan, document)
        return Loaded(plan)
    plan = WorkPlan(
        year=document.year,
        front_matter="\n".join(document.front_matter),
        introduction="\n\n".join(document.introduction),
        published=True,
    )
    loaded = Loaded(plan)
    loaded.add(plan)
    for position, (parent, section) in enumerate(_walk(document.sections), start=1):
        _load_section(loaded, position, parent, section)
    _load_calendar(loaded, document.calendar.entries)
    _load_mandates(loaded, document)
    return loaded


def differences(there: PlanDocument, read: PlanDocument) -> Iterator[str]:
    """Where two printed plans of one year differ, in words, from the front to the back."""
    for part in ("front_matter", "introduction"):
        if getattr(there, part) != getattr(read, part):
            yield _("the %(part)s") % {"part": part.replace("_", " ")}
    ours, theirs = list(_walk(there.sections)), list(_walk(read.sections))
    if len(ours) != len(theirs):
        yield _("the number of sections, %(ours)d and %(theirs)d") % {
            "ours": len(ours),
            "theirs": len(theirs),
        }
    for (_above, one), (_above, other) in zip(ours, theirs, strict=False):
        if _own_words(one) != _own_words(other):
            yield _("section %(number)s %(heading)s") % {
                "number": one.number,
                "heading": one.heading,
            }
    yield from _row_differences(_("calendar entry"), there.calendar.entries, read.calendar.entries)
    yield from _row_differences(_("mandate row"), there.mandates.rows, read.mandates.rows)


def _row_differences(what: str, ours: tuple, theirs: tuple) -> Iterator[str]:
    for number in range(max(len(ours), len(theirs))):
        if ours[number : number + 1] != theirs[number : number + 1]:
            yield f"{what} {number + 1}"


def _own_words(section: PlanSection) -> tuple:
    return (section.number, section.heading, section.run_in, section.kind, section.paragraphs)


def _refuse_other_words(plan: WorkPlan, document: PlanDocument) -> None:
    there = compose_plan(plan)
    if there == document:
        return
    found = list(differences(there, document)) or [_("the tables' headings or footnotes")]
    raise PlanRefused(
        _(
            "The plan of %(year)s is here already and a printed plan never changes, but this "
            "file has other words in: %(places)s. Nothing was changed. If the file is the right "
            "one, an administrator deletes the plan of %(year)s first; if it is another year's "
            "plan, mend its title line."
        )
        % {"year": plan.year, "places": ", ".join(found[:10]) + (" …" if len(found) > 10 else "")}
    )


def _walk(
    sections: tuple[PlanSection, ...], parent: PlanSection | None = None
) -> Iterator[tuple[PlanSection | None, PlanSection]]:
    """Each section after the one it is part of, as one reads them."""
    for section in sections:
        yield parent, section
        yield from _walk(section.sections, section)


def _section_slug(section: PlanSection, parent: Section | None) -> str:
    own = slugify(section.number)
    return f"{parent.slug}-{own}" if parent else own


def _load_section(
    loaded: Loaded, position: int, above: PlanSection | None, printed: PlanSection
) -> None:
    parent = None
    if above is not None:
        parent = loaded.plan.sections.get(number=above.number, parent=None)
    heading, footnote = "", ""
    if printed.calendar:
        heading, footnote = printed.calendar.title, printed.calendar.footnote
    if printed.mandates:
        heading = "\n".join(printed.mandates.headings)
    loaded.add(
        Section(
            plan=loaded.plan,
            parent=parent,
            position=position,
            slug=_section_slug(printed, parent),
            number=printed.number,
            heading=printed.heading,
            run_in=printed.run_in,
            kind=printed.kind,
            body="\n\n".join(printed.paragraphs),
            table_heading=heading,
            table_footnote=footnote,
        )
    )


def _load_calendar(loaded: Loaded, entries: tuple[PrintedEntry, ...]) -> None:
    used: set[str] = set()
    for position, printed in enumerate(entries, start=1):
        loaded.add(
            CalendarEntry(
                plan=loaded.plan,
                meeting=_meeting(loaded, printed, used),
                position=position,
                dates=printed.dates,
                lines="\n".join(printed.lines),
            )
        )


def _meeting(loaded: Loaded, printed: PrintedEntry, used: set[str]) -> Meeting:
    """The meeting an entry speaks of: the one that is there, else a new one."""
    title, *rest = printed.lines
    written = written_dates(printed.dates, loaded.plan.year)
    if written is None:
        loaded.remarks.append(
            _("The dates “%(dates)s” of “%(title)s” were not understood; it has no dates yet.")
            % {"dates": printed.dates, "title": title}
        )
    slug = _meeting_slug(title, written.span.start.year if written else loaded.plan.year, used)
    meeting = Meeting.objects.filter(slug=slug).first()
    if meeting is None:
        meeting = Meeting(slug=slug, title=title, city=", ".join(rest), published=True)
        meeting.span = written.span if written else None
        meeting.tentative = written is not None and written.tentative
        loaded.add(meeting)
    return meeting


def written_dates(dates: str, year: int) -> WrittenSpan | None:
    """The span that printed dates mean, or None where they cannot be read."""
    try:
        return parse_span(dates, year=year)
    except SpanError:
        return None


def _meeting_slug(title: str, year: int, used: set[str]) -> str:
    """Its title, cut at a word, and the year it is first planned for; one entry, one slug."""
    words = slugify(title)
    if len(words) > LONGEST_MEETING_SLUG:
        words = words[: LONGEST_MEETING_SLUG + 1].rsplit("-", 1)[0]
    slug, number = f"{words}-{year}", 1
    while slug in used:
        number += 1
        slug = f"{words}-{year}-{number}"
    used.add(slug)
    return slug


def _load_mandates(loaded: Loaded, document: PlanDocument) -> None:
    rows = document.mandates.rows
    tables = [
        _Paragraphs(loaded, _resolution(loaded, row.symbol, row.title))
        for row in rows
        if row.symbol
    ]
    made: list[Mandate] = []
    of_row: dict[int, Mandate] = {}
    for one in outline(document.mandates):
        above = None if one.parent is None else made[one.parent]
        made.append(tables[one.resolution].find_or_add(above, one))
        # A list inside one cell shares the row of the paragraph that opens it.
        of_row.setdefault(one.row, made[-1])
    for index, row in enumerate(rows):
        loaded.add(
            MandateRow(
                plan=loaded.plan,
                mandate=of_row[index],
                position=index + 1,
                symbol=row.symbol,
                title=row.title,
                mandate_cell=row.mandate,
                activities_cell=row.activities,
            )
        )


class _Paragraphs:
    """The mandates of one resolution while a plan is loaded: those there, and those added.

    A plan may print some paragraphs of a resolution that an earlier plan printed too, so a
    paragraph is known by its words; what is new comes after what is there.
    """

    def __init__(self, loaded: Loaded, resolution: Resolution) -> None:
        self.loaded, self.resolution = loaded, resolution
        self.there = list(resolution.mandates.order_by("position"))
        self.unused = {one.pk for one in self.there}

    def find_or_add(self, parent: Mandate | None, outlined: OutlinedMandate) -> Mandate:
        for one in self.there:
            if one.pk in self.unused and one.text.split() == outlined.text.split():
                self.unused.discard(one.pk)
                return one
        siblings = sum(one.parent_id == (parent and parent.pk) for one in self.there)
        above = parent.reference if parent else self.resolution.slug
        new = Mandate(
            reference=f"{above}-{path_label(len(outlined.path), siblings + 1)}",
            resolution=self.resolution,
            parent=parent,
            position=max((one.position for one in self.there), default=0) + 1,
            text=outlined.text,
            reported_on=not outlined.is_chapeau,
            published=True,
        )
        self.loaded.add(new)
        self.there.append(new)
        return new


def _resolution(loaded: Loaded, printed: str, title: str) -> Resolution:
    try:
        symbol = parse_symbol(printed)
    except SymbolError as error:
        raise PlanRefused(
            _("Mandates table, “%(printed)s”: %(error)s") % {"printed": printed, "error": error}
        ) from error
    resolution = Resolution.objects.filter(slug=symbol.slug).first()
    if resolution is None:
        resolution = new_resolution(symbol, printed, title)
        resolution.assembly = _assembly(loaded, symbol)
        loaded.add(resolution)
    return resolution


def new_resolution(symbol: Symbol, printed: str, title: str) -> Resolution:
    """A resolution with what its symbol says, not saved yet."""
    return Resolution(
        slug=symbol.slug,
        body=symbol.body,
        kind=symbol.kind.value,
        series=symbol.series,
        number=symbol.number,
        symbol=printed,
        title=title,
        published=True,
    )


def _assembly(loaded: Loaded, symbol: Symbol) -> Assembly | None:
    code = symbol.assembly
    if code is None:
        return None
    there = Assembly.objects.filter(ordinal=code.ordinal, special=code.special).first()
    if there is None:
        there = Assembly(ordinal=code.ordinal, special=code.special, year=code.year, published=True)
        loaded.add(there)
    return there


def what_was_read(document: PlanDocument) -> str:
    """One line that counts what a plan holds."""
    entries = document.calendar.entries
    written = [written_dates(entry.dates, document.year) for entry in entries]
    known = [one for one in written if one is not None]
    sections = list(_walk(document.sections))
    return _(
        "sections: %(sections)d; calendar: %(entries)d entries, %(tentative)d tentative, "
        "%(months)d month-only; mandates: %(rows)d rows, %(mandates)d mandates"
    ) % {
        "sections": len(sections),
        "entries": len(entries),
        "tentative": sum(one.tentative for one in known),
        "months": sum(one.span.precision is Precision.MONTH for one in known),
        "rows": len(document.mandates.rows),
        "mandates": len(outline(document.mandates)),
    }

"""Computes the report to a session from the records, for one day and for the time since the
session before.

A report says what the public may see, whoever looks at its draft: so what is read before it is
issued is what is issued, and no draft record goes out with it. The queries are planned: as many
for three rows as for one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext

from calendar_app.models import (
    AgendaItem,
    Deadline,
    Meeting,
    MeetingAct,
    MeetingChange,
    MeetingState,
    Session,
)
from calendar_app.models.deadlines import is_overdue
from documents.models import IssuedDocument, SessionReport
from documents.models.reports import ReportPart
from documents.session_report import (
    ActivityLine,
    ActivityTable,
    Answers,
    Area,
    Awaited,
    Bar,
    BareMandate,
    Calendar,
    ChairPage,
    Changes,
    Contradictions,
    Count,
    Decision,
    Due,
    MandateLine,
    Masthead,
    MeetingLine,
    OpeningLine,
    Part,
    Progress,
    ProgressTable,
    Report,
    Reported,
    Rescheduled,
    ResolutionTable,
    Unreported,
    Waiting,
)
from mandates.log_order import end_of
from mandates.models import Activity, Actor, Addressee, Mandate, ProgressReport, Resolution
from mandates.models.progress_status import latest_status, reports_that_settle
from mandates.status import SETTLED_STATUSES, Standing, Status
from workplan.models import EditorialNote, ProgramArea

PUBLIC = AnonymousUser()

#: The order in which the acts of meetings' logs are told: first what a delegate can rely on.
ACTS = (
    MeetingAct.CONFIRMED,
    MeetingAct.MOVED,
    MeetingAct.MARKED_TENTATIVE,
    MeetingAct.POSTPONED,
    MeetingAct.CANCELLED,
    MeetingAct.RESTORED,
    MeetingAct.HELD,
)


def draft_of(session: Session) -> SessionReport:
    """What the Secretariat has prepared for the session's report; else an empty draft, not saved,
    which has every part."""
    drafts = SessionReport.objects.select_related("agenda_item")
    return drafts.filter(session=session).first() or SessionReport(session=session)


def session_before(session: Session) -> Session | None:
    """The session before it: of its term, else the last one of an earlier term."""
    earlier = Q(term=session.term_id, ordinal__lt=session.ordinal)
    earlier |= Q(term__start_year__lt=session.term.start_year)
    return _sessions().filter(earlier).order_by("-term__start_year", "-ordinal").first()


def session_after(session: Session) -> Session | None:
    """The session after it: of its term, else the first one of a later term."""
    later = Q(term=session.term_id, ordinal__gt=session.ordinal)
    later |= Q(term__start_year__gt=session.term.start_year)
    return _sessions().filter(later).order_by("term__start_year", "ordinal").first()


def _sessions() -> QuerySet:
    return Session.objects.visible_to(PUBLIC).select_related("term", "meeting")


def compute_report(draft: SessionReport, *, as_of: date, revision: int = 0) -> Report:
    """The report to the draft's session: how things stood on a day, and what was recorded after
    the previous session.

    The report is a draft's: whoever issues it dates it.
    """
    records = _Records(draft, as_of)
    return Report(
        session=draft.session.slug,
        masthead=_masthead(records, revision),
        as_of=as_of,
        introduction=draft.introduction,
        parts=tuple(_PARTS[ReportPart(part)](records) for part in draft.parts),
    )


#: What a report speaks of: "mandate" or "activity", and its key.
_Key = tuple[str, int]


class _Records:
    """The records a report is made of; each kind is read once, when a part asks for it.

    Where a line says no more of other records than their names, these are read by themselves:
    most of the time that a report takes would go into making whole records of them.
    """

    def __init__(self, draft: SessionReport, as_of: date) -> None:
        self.draft, self.as_of = draft, as_of
        self.session = draft.session

    @cached_property
    def before(self) -> Session | None:
        return session_before(self.session)

    @cached_property
    def paper_before(self) -> IssuedDocument | None:
        """The report to the session before, as it was issued last; None where none was."""
        if self.before is None:
            return None
        issued = IssuedDocument.objects.reports_to(self.before).defer("content")
        return issued.filter(issued_at__lt=end_of(self.as_of)).first()

    @cached_property
    def since(self) -> date | None:
        """The day after which changes begin: that of the report to the session before, which was
        issued ahead of it, else its last day. None where there is no such session, or where it
        has no dates."""
        if self.paper_before is not None:
            return self.paper_before.as_of
        return self.before.meeting.end if self.before else None

    @cached_property
    def since_moment(self) -> datetime | None:
        """From when on what is recorded was not known to that report, or by that day."""
        if self.since is None or self.paper_before is None:
            return end_of(self.since) if self.since else None
        return min(self.paper_before.issued_at, end_of(self.since))

    @cached_property
    def after(self) -> Session | None:
        return session_after(self.session)

    @cached_property
    def meeting(self) -> Meeting:
        """The session's own, with the dates it had on the day."""
        return self._meetings.get(pk=self.session.meeting_id)

    @cached_property
    def _has_moved_since(self) -> bool:
        """Whether any meeting's log goes on after the day; else they stand as they stood."""
        return MeetingChange.objects.filter(recorded_at__gte=end_of(self.as_of)).exists()

    def _as_they_stood(self, rows: Any) -> Any:
        return rows.as_they_stood(self.as_of) if self._has_moved_since else rows

    @property
    def _meetings(self) -> Any:
        return self._as_they_stood(Meeting.objects.visible_to(PUBLIC))

    def meetings_until(self, last: date | None) -> Iterable[Meeting]:
        """From the report's day to that one, or all that are to come."""
        coming = self._meetings.in_period(self.as_of, last or date.max)
        return coming.in_calendar_order()

    @cached_property
    def mandates(self) -> list[Mandate]:
        """Those that had begun, the lines that open lists among them, in their order."""
        rows = Mandate.objects.visible_to(PUBLIC).begun(self.as_of).in_order()
        rows = rows.select_related("resolution", "parent__parent")
        target = Prefetch("standing_target", Mandate.objects.visible_to(PUBLIC))
        return list(self._with_settling(rows.prefetch_related(target), "mandate"))

    @cached_property
    def reported_on(self) -> list[Mandate]:
        return [mandate for mandate in self.mandates if mandate.reported_on]

    @cached_property
    def activities(self) -> list[Activity]:
        rows = Activity.objects.visible_to(PUBLIC)
        return list(self._with_settling(rows, "activity"))

    def _with_settling(self, rows: Any, target: str) -> Any:
        """Rows with the key of the report that settles their status."""
        return rows.annotate(settled_by=latest_status(self.as_of, "pk", **{target: OuterRef("pk")}))

    @cached_property
    def settling(self) -> dict[int, ProgressReport]:
        """The reports that settle the statuses, by key."""
        keys = {record.settled_by for record in (*self.mandates, *self.activities)} - {None}
        reports = ProgressReport.objects.select_related("evidence_file")
        return reports.defer("evidence_file__content").in_bulk(keys)

    @cached_property
    def statuses(self) -> dict[_Key, str]:
        """The statuses of all that was reported on."""
        return {_target(report): report.status for report in self.settling.values()}

    @cached_property
    def answers(self) -> dict[int, list[ProgressReport]]:
        """What those whom a mandate asks have answered of themselves, the last answer of each, by
        the mandate's key; in the order of their names."""
        reports = ProgressReport.objects.visible_to(PUBLIC).exclude(about=None).as_of(self.as_of)
        last: dict[tuple[int, int], ProgressReport] = {}
        for report in reports.select_related("about").newest_first():
            last.setdefault((report.mandate_id, report.about_id), report)
        found = defaultdict(list)
        for report in sorted(last.values(), key=lambda report: report.about.name.casefold()):
            found[report.mandate_id].append(report)
        return found

    @cached_property
    def statuses_then(self) -> dict[_Key, str]:
        """The statuses as they were known when changes begin."""
        known = reports_that_settle().as_of(self.since).filter(recorded_at__lt=self.since_moment)
        found: dict[_Key, str] = {}
        for report in known.newest_first().only("mandate", "activity", "status"):
            found.setdefault(_target(report), report.status)
        return found

    @cached_property
    def addressees(self) -> dict[int, list[str]]:
        """Whom each mandate asks, by its key."""
        rows = Addressee.objects.visible_to(PUBLIC).select_related("actor")
        found = defaultdict(list)
        for addressee in rows.order_by("position", "pk"):
            found[addressee.mandate_id].append(str(addressee))
        return found

    @cached_property
    def responsible_for_mandates(self) -> dict[int, list[str]]:
        return _by_key(Actor.objects.visible_to(PUBLIC), "mandates_responsible", "name")

    @cached_property
    def responsible_for_activities(self) -> dict[int, list[str]]:
        return _by_key(Actor.objects.visible_to(PUBLIC), "activities_responsible", "name")

    @cached_property
    def _proposed(self) -> list[tuple[int, str, int]]:
        """The keys of activities with the reference and the key of each mandate that they are
        proposed for, in the order of the mandates."""
        rows = Mandate.objects.visible_to(PUBLIC).in_order().filter(activities__isnull=False)
        return list(rows.values_list("activities", "reference", "pk"))

    @cached_property
    def mandates_of_activities(self) -> dict[int, list[str]]:
        """The references of the mandates that each activity is proposed for, by its key."""
        found = defaultdict(list)
        for activity, reference, _mandate in self._proposed:
            found[activity].append(reference)
        return found

    @cached_property
    def activities_of_mandates(self) -> dict[int, list[int]]:
        """The keys of the activities that are proposed for each mandate, by its key."""
        seen = {activity.pk for activity in self.activities}
        found = defaultdict(list)
        for activity, _reference, mandate in self._proposed:
            if activity in seen:
                found[mandate].append(activity)
        return found

    @cached_property
    def areas_of_activities(self) -> dict[int, list[int]]:
        return _by_key(ProgramArea.objects.visible_to(PUBLIC), "activities", "pk")

    @cached_property
    def deadlines(self) -> dict[_Key, list[Deadline]]:
        """By what is due, the soonest first."""
        rows = self._as_they_stood(Deadline.objects.visible_to(PUBLIC)).by_last_day()
        found = defaultdict(list)
        for deadline in rows.prefetch_related(Prefetch("meeting", self._meetings)):
            key = _target(deadline)
            status = self.statuses.get(key, Status.NO_REPORT)
            deadline.is_overdue = is_overdue(deadline.last_day, status, self.as_of)
            found[key].append(deadline)
        return found

    @cached_property
    def overdue_then(self) -> set[int]:
        """The deadlines that were overdue when changes begin."""
        if self.since is None:
            return set()
        rows = Deadline.objects.visible_to(PUBLIC).as_they_stood(self.since)
        return set(rows.overdue(self.since).values_list("pk", flat=True))

    @cached_property
    def notes(self) -> dict[int, str]:
        if self.draft.pk is None:
            return {}
        return dict(self.draft.notes.values_list("mandate", "text"))

    def decisions(self, session: Session | None, which: str) -> tuple[Decision, ...]:
        """The items of a session's agenda, each with what is asked or what was decided."""
        if session is None:
            return ()
        items = AgendaItem.objects.visible_to(PUBLIC).filter(session=session).order_by("position")
        return tuple(Decision(item.number, item.title, getattr(item, which)) for item in items)

    def status(self, record: Mandate | Activity) -> str:
        return self.statuses.get(_key(record), Status.NO_REPORT.value)

    def proposed_for(self, mandate: Mandate) -> set[int]:
        """The keys of the activities that are proposed for it, or for a paragraph it stands
        under."""
        lines = (mandate, *mandate.standing_under)
        return {key for line in lines for key in self.activities_of_mandates.get(line.pk, ())}

    def due_of_activities(self, mandate: Mandate) -> list[Deadline]:
        """By when what is proposed for it is due, the soonest first; each date once, and as overdue
        where anything is."""
        keys = self.proposed_for(mandate)
        dues = [one for key in keys for one in self.deadlines.get(("activity", key), ())]
        dues.sort(key=lambda one: (one.last_day or date.max, not one.is_overdue, one.pk))
        first: dict[Any, Deadline] = {}
        for one in dues:
            first.setdefault((one.meeting_id, one.due), one)
        return list(first.values())


def _key(record: Mandate | Activity) -> _Key:
    return "mandate" if isinstance(record, Mandate) else "activity", record.pk


def _target(record: Deadline | ProgressReport) -> _Key:
    if record.mandate_id is not None:
        return "mandate", record.mandate_id
    return "activity", record.activity_id


def _by_key(rows: QuerySet, related: str, field: str) -> dict[int, list[Any]]:
    """A field of the rows, in their order, by the keys of the records they are related to."""
    found = defaultdict(list)
    for key, value in rows.filter(**{f"{related}__isnull": False}).values_list(related, field):
        found[key].append(value)
    return found


# --- what parts share -------------------------------------------------------------------------


def _masthead(records: _Records, revision: int) -> Masthead:
    draft, session = records.draft, records.session
    span = records.meeting.stood
    return Masthead(
        title=draft.title or gettext("Report of the Permanent Secretariat on Progress in Mandates"),
        term=str(session.term),
        ordinal=session.roman,
        language="en",
        classification=draft.classification,
        symbol=draft.symbol,
        revision=revision,
        dates=span.printed(records.meeting.stood_as_tentative) if span else "",
        place=records.meeting.place,
        item=draft.agenda_item.number if draft.agenda_item else "",
    )


def _due(deadline: Deadline) -> Due:
    at = deadline.meeting
    span = deadline.due
    dates = span.printed(at.stood_as_tentative if at else False) if span else ""
    return Due(dates, _at(at) if at else "", deadline.words, deadline.is_overdue)


def _at(meeting: Meeting) -> str:
    if not meeting.is_called_off:
        return meeting.title
    state = str(meeting.stood_as.label).lower()
    return gettext("%(meeting)s (%(state)s)") % {"meeting": meeting.title, "state": state}


def _dues(records: _Records, record: Mandate | Activity) -> tuple[Due, ...]:
    return tuple(_due(deadline) for deadline in records.deadlines.get(_key(record), ()))


def _addressees(records: _Records, mandate: Mandate) -> tuple[str, ...]:
    return tuple(records.addressees.get(mandate.pk, ()))


def _said(report: ProgressReport | None) -> str:
    return (report.done or report.evidence_words) if report else ""


def _named(records: _Records) -> Iterator[tuple[str, bool, Any]]:
    """Every mandate that is reported on, and every activity: its name, which of both it is, and
    the record."""
    for mandate in records.reported_on:
        yield mandate.reference, True, mandate
    for activity in records.activities:
        yield activity.title, False, activity


def _by_resolution(mandates: Iterable[Mandate]) -> dict[Resolution, list[Mandate]]:
    found: dict[Resolution, list[Mandate]] = {}
    for mandate in mandates:
        found.setdefault(mandate.resolution, []).append(mandate)
    return found


# --- the parts --------------------------------------------------------------------------------


def _chair(records: _Records) -> ChairPage:
    statuses = list(map(records.status, records.reported_on))
    overdue = {
        key
        for key, deadlines in records.deadlines.items()
        if any(deadline.is_overdue for deadline in deadlines)
    }
    before = records.before
    return ChairPage(
        counts=tuple(_counts(statuses)),
        overdue=len(overdue & set(map(_key, records.reported_on))),
        overdue_activities=len(overdue & set(map(_key, records.activities))),
        bars=tuple(
            Bar(
                resolution.symbol,
                resolution.title,
                resolution.language,
                tuple(
                    count
                    for count in _counts(list(map(records.status, mandates)))
                    if count.mandates
                ),
            )
            for resolution, mandates in _by_resolution(records.reported_on).items()
        ),
        due=tuple(_awaited(records)),
        asked=records.decisions(records.session, "decision_asked"),
        previous=str(before) if before else "",
        taken=records.decisions(before, "decision_taken"),
        waiting=tuple(_waiting(records)),
    )


def _awaited(records: _Records) -> Iterator[Awaited]:
    """What is overdue, and what is due by the end of the session, the soonest first."""
    ends = records.meeting.stood.end if records.meeting.stood else records.as_of
    found = [
        (deadline.last_day, deadline.pk, Awaited(name, of_mandate, _due(deadline)))
        for name, of_mandate, record in _named(records)
        for deadline in records.deadlines.get(_key(record), ())
        if deadline.is_overdue
        or (
            deadline.last_day is not None
            and records.as_of <= deadline.last_day <= ends
            and records.status(record) not in SETTLED_STATUSES
        )
    ]
    yield from (awaited for _last_day, _key, awaited in sorted(found, key=lambda one: one[:2]))


def _counts(statuses: list[str]) -> Iterator[Count]:
    for status in Status:
        yield Count(status.value, statuses.count(status))


def _waiting(records: _Records) -> Iterator[Waiting]:
    """What is suspended, and what is contingent and not settled yet."""
    for name, of_mandate, record in _named(records):
        status = records.status(record)
        contingent_on = record.contingent_on if status not in SETTLED_STATUSES else ""
        if status == Status.SUSPENDED:
            # Why it is, as it was reported; what it had depended on before may be another thing.
            said = _said(records.settling.get(record.settled_by))
            yield Waiting(name, of_mandate, status, said or contingent_on)
        elif contingent_on:
            yield Waiting(name, of_mandate, status, contingent_on)


def _changes(records: _Records) -> Changes:
    previous = str(records.before) if records.before else ""
    since, after_report = records.since, records.paper_before is not None
    if since is None or records.since_moment >= end_of(records.as_of):
        return Changes(previous, since, after_report, (), (), (), ())
    recorded = {
        "recorded_at__gte": records.since_moment,
        "recorded_at__lt": end_of(records.as_of),
    }
    return Changes(
        previous=previous,
        since=since,
        after_report=after_report,
        reported=tuple(_reported(records, recorded)),
        answers=tuple(_answered(records)),
        overdue=tuple(_newly_overdue(records)),
        meetings=tuple(_rescheduled(recorded)),
    )


def _reported(records: _Records, recorded: dict[str, Any]) -> Iterator[Reported]:
    """What somebody has reported on; where several have, what the latest report says."""
    reports = ProgressReport.objects.filter(about=None, **recorded).as_of(records.as_of)
    said: dict[_Key, str] = {}
    for report in reports.newest_first():
        said.setdefault(_target(report), _said(report))
    for name, of_mandate, record in _named(records):
        key = _key(record)
        if key in said:
            before = records.statuses_then.get(key, Status.NO_REPORT.value)
            yield Reported(name, of_mandate, before, records.status(record), said[key])


def _answered(records: _Records) -> Iterator[Reported]:
    """The last answers that were recorded since, each with what the same had answered before."""
    earlier = ProgressReport.objects.exclude(about=None).as_of(records.since)
    before: dict[tuple[int, int], str] = {}
    for report in earlier.filter(recorded_at__lt=records.since_moment).newest_first():
        before.setdefault((report.mandate_id, report.about_id), report.status)
    for mandate in records.reported_on:
        for report in records.answers.get(mandate.pk, ()):
            if records.since_moment <= report.recorded_at < end_of(records.as_of):
                then = before.get((mandate.pk, report.about_id), Status.NO_REPORT.value)
                name = f"{mandate.reference}, {report.about.name}"
                yield Reported(name, True, then, report.status, _said(report))


def _newly_overdue(records: _Records) -> Iterator[Awaited]:
    for name, of_mandate, record in _named(records):
        for deadline in records.deadlines.get(_key(record), ()):
            if deadline.is_overdue and deadline.pk not in records.overdue_then:
                yield Awaited(name, of_mandate, _due(deadline))


def _rescheduled(recorded: dict[str, Any]) -> Iterator[Rescheduled]:
    """What became of meetings, act by act; of each act in the order it was recorded."""
    rows = MeetingChange.objects.visible_to(PUBLIC).filter(**recorded).select_related("meeting")
    for change in sorted(
        rows.order_by("recorded_at", "pk"), key=lambda row: ACTS.index(MeetingAct(row.act))
    ):
        yield Rescheduled(
            meeting=change.meeting.title,
            act=change.act,
            before=change.dates_before,
            after=change.dates_after,
            reason=change.reason,
        )


def _progress(records: _Records) -> ProgressTable:
    shown = _with_lines_above(records)
    return ProgressTable(
        tuple(
            ResolutionTable(
                symbol=resolution.symbol,
                title=resolution.title,
                language=resolution.language,
                lines=tuple(_line(records, mandate) for mandate in mandates),
            )
            for resolution, mandates in _by_resolution(shown).items()
        )
    )


def _with_lines_above(records: _Records) -> list[Mandate]:
    """What is reported on, and the lines that open the lists it stands in."""
    above = {line.pk for mandate in records.reported_on for line in mandate.standing_under}
    return [row for row in records.mandates if row.reported_on or row.pk in above]


def _line(records: _Records, mandate: Mandate) -> MandateLine | OpeningLine:
    depth = len(mandate.standing_under)
    if not mandate.reported_on:
        return OpeningLine(mandate.reference, depth, mandate.label, mandate.text)
    current = mandate.standing == Standing.CURRENT or (
        mandate.standing_date is not None and mandate.standing_date > records.as_of
    )
    target = mandate.standing_target
    return MandateLine(
        reference=mandate.reference,
        depth=depth,
        label=mandate.label,
        text=mandate.text,
        addressees=_addressees(records, mandate),
        responsible=tuple(records.responsible_for_mandates.get(mandate.pk, ())),
        deadlines=_dues(records, mandate),
        due_of_activities=tuple(map(_due, records.due_of_activities(mandate))),
        status=records.status(mandate),
        contingent_on=mandate.contingent_on,
        standing="" if current else mandate.standing,
        stands_for=target.reference if target and not current else "",
        progress=_settled(records.settling.get(mandate.settled_by)),
        answers=tuple(_answers(records.answers.get(mandate.pk, ()))),
        has_activities=bool(records.proposed_for(mandate)),
        note=records.notes.get(mandate.pk, ""),
    )


def _answers(reports: Iterable[ProgressReport]) -> Iterator[Answers]:
    """Those who answered, by what they answered, in the order of the statuses."""
    names = defaultdict(list)
    for report in reports:
        names[report.status].append(report.about.name)
    for status in Status:
        if status in names:
            yield Answers(status.value, tuple(names[status]))


def _settled(report: ProgressReport | None) -> Progress | None:
    if report is None:
        return None
    file = report.evidence_file.name if report.evidence_file else ""
    sources = (report.evidence_document, report.evidence_url, file)
    return Progress(
        as_of=report.as_of,
        done=report.done,
        words=report.evidence_words,
        source=", ".join(source for source in sources if source),
    )


def _activities(records: _Records) -> ActivityTable:
    under: dict[int | None, list[ActivityLine]] = defaultdict(list)
    for activity in records.activities:
        line = _activity(records, activity)
        for area in records.areas_of_activities.get(activity.pk, [None]):
            under[area].append(line)
    areas = [
        Area(area.full_name, area.depth, tuple(under[area.pk]))
        for area in ProgramArea.objects.visible_to(PUBLIC).in_tree_order()
        if area.pk in under
    ]
    if under[None]:
        areas.append(Area("", 0, tuple(under[None])))
    return ActivityTable(tuple(areas))


def _activity(records: _Records, activity: Activity) -> ActivityLine:
    return ActivityLine(
        title=activity.title,
        mandates=tuple(records.mandates_of_activities.get(activity.pk, ())),
        responsible=tuple(records.responsible_for_activities.get(activity.pk, ())),
        deadlines=_dues(records, activity),
        status=records.status(activity),
        contingent_on=activity.contingent_on,
        said=_said(records.settling.get(activity.settled_by)),
    )


def _calendar(records: _Records) -> Calendar:
    after = records.after
    ends = after.meeting.end if after else None
    return Calendar(
        next_session=str(after) if after else "",
        ends=ends,
        is_tentative=bool(after and after.meeting.tentative),
        meetings=tuple(_meeting(meeting) for meeting in records.meetings_until(ends)),
    )


def _meeting(meeting: Meeting) -> MeetingLine:
    state = meeting.stood_as
    return MeetingLine(
        dates=meeting.stood.printed(meeting.stood_as_tentative),
        title=meeting.title,
        subtitle=meeting.subtitle,
        place=meeting.place,
        state="" if state == MeetingState.SCHEDULED else state.value,
    )


def _unreported(records: _Records) -> Unreported:
    return Unreported(
        tuple(
            BareMandate(
                reference=mandate.reference,
                text="\n".join([line.text for line in (*mandate.standing_under, mandate)]),
                language=mandate.resolution.language,
                addressees=_addressees(records, mandate),
            )
            for mandate in records.reported_on
            if mandate.settled_by is None
            and not records.proposed_for(mandate)
            and mandate.pk not in records.answers
        )
    )


def _contradictions(records: _Records) -> Contradictions:
    notes = EditorialNote.objects.visible_to(PUBLIC).open_contradictions().order_by("slug")
    return Contradictions(tuple(note.text for note in notes))


_PARTS: dict[ReportPart, Callable[[_Records], Part]] = {
    ReportPart.CHAIR: _chair,
    ReportPart.CHANGES: _changes,
    ReportPart.PROGRESS: _progress,
    ReportPart.ACTIVITIES: _activities,
    ReportPart.CALENDAR: _calendar,
    ReportPart.UNREPORTED: _unreported,
    ReportPart.CONTRADICTIONS: _contradictions,
}

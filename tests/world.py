"""A small world in which everything is linked with everything, `n` times over."""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db import models

from calendar_app.models import MeetingAct
from documents.models import IssuedDocument
from mandates.models import ActorKind
from mandates.status import Standing
from tests import factories as make
from tests.factories import DAY
from workplan.models import SectionKind

LISTS = {
    "home": "/",
    "plans": "/plan/",
    "areas": "/areas/",
    "resolutions": "/resolutions/",
    "mandates": "/mandates/",
    "activities": "/activities/",
    "actors": "/actors/",
    "calendar": "/calendar/",
    "calendar_year": "/calendar/2003/",
    "calendar_month": "/calendar/2003/05/",
    "meetings": "/meetings/",
    "sessions": "/sessions/",
    "papers": "/papers/",
}


@dataclass
class World:
    """The records on whose pages all the others show."""

    hubs: SimpleNamespace

    def pages(self) -> dict[str, str]:
        """Every kind of page by its name, those of the hubs among them."""
        hubs = {name: record.get_absolute_url() for name, record in vars(self.hubs).items()}
        hubs["paper"] = f"/papers/report-{self.hubs.session.slug}-rev-0/"
        return {**LISTS, **hubs, "plan_now": f"{hubs['plan']}?view=now", "search": "/search/?q=a"}


def may(day: int) -> dict[str, Any]:
    return {"start": date(2003, 5, day), "end": date(2003, 5, day)}


def build(n: int) -> World:
    """One hub of each kind, and `n` of everything that its page shows."""
    hubs = SimpleNamespace()
    hubs.resolution = make.ResolutionFactory(assembly=make.AssemblyFactory())
    hubs.area = make.ProgramAreaFactory(parent=make.ProgramAreaFactory())
    hubs.actor = make.StateFactory()
    hubs.activity = make.ActivityFactory()
    hubs.meeting = make.MeetingFactory(kind="session", series="Sessions", **may(20))
    hubs.session = make.SessionFactory(meeting=hubs.meeting, ordinal=2)
    make.SessionFactory(term=hubs.session.term, ordinal=1)
    make.SessionFactory(term=hubs.session.term, ordinal=3)
    issue_revision(hubs)
    item = make.AgendaItemFactory(session=hubs.session)
    hubs.plan = make.WorkPlanFactory(agenda_item=item)
    chapeau = make.MandateFactory(resolution=hubs.resolution, reported_on=False)
    target = make.MandateFactory(resolution=hubs.resolution)
    hubs.mandate = make.MandateFactory(
        resolution=hubs.resolution,
        parent=chapeau,
        standing=Standing.SUPERSEDED,
        standing_target=target,
    )
    make.MandateFactory(resolution=hubs.resolution)
    world = World(hubs)
    for _ in range(n):
        surround(world)
    return world


def surround(world: World) -> None:
    """Once more of everything on the pages of the hubs."""
    hubs = world.hubs
    around_resolution(hubs)
    activity, meeting, mandate, actor = around_mandate(hubs)
    around_activity(hubs, mandate, actor)
    around_actor(hubs, mandate, activity)
    around_meeting(hubs, mandate, activity, actor)
    around_session(hubs, mandate, activity)
    around_area(hubs, mandate, activity, meeting)
    around_plan(hubs, mandate, activity, meeting)
    for record in vars(hubs).values():
        make.NoteTargetFactory(record=record)


def around_resolution(hubs: Any) -> None:
    hubs.resolution.rescinds.add(make.ResolutionFactory())
    hubs.resolution.rescinded_by.add(make.ResolutionFactory())
    hubs.resolution.follows.add(make.ResolutionFactory())
    hubs.resolution.followed_by.add(make.ResolutionFactory())
    make.CitationFactory(resolution=hubs.resolution)


def around_mandate(hubs: Any) -> tuple[models.Model, ...]:
    actor = make.ActorFactory()
    mandate = make.MandateFactory(resolution=hubs.resolution, parent=hubs.mandate)
    make.MandateFactory(standing=Standing.DUPLICATE, standing_target=hubs.mandate)
    for one in (mandate, hubs.mandate):
        make.AddresseeFactory(mandate=one, actor=actor, qualifier="that have not yet done so")
        one.responsible.add(actor)
        one.partners.add(actor)
    activity = make.ActivityFactory()
    for one in (hubs.mandate, hubs.mandate.parent, mandate):
        activity.mandates.add(one)
    for one in (hubs.mandate, mandate):
        make.ProgressReportFactory(mandate=one)
        make.ProgressReportFactory(mandate=one, about=actor)
    make.ProgressReportFactory(mandate=None, activity=activity)
    meeting = make.MeetingFactory(**may(10))
    meeting.mandates.add(hubs.mandate)
    make.DeadlineFactory(mandate=hubs.mandate, meeting=meeting)
    make.DeadlineFactory(mandate=None, activity=activity, meeting=meeting)
    make.CitationFactory(mandate=hubs.mandate)
    make.MandateRowFactory(mandate=hubs.mandate)
    return activity, meeting, mandate, actor


def around_activity(hubs: Any, mandate: Any, actor: Any) -> None:
    hubs.activity.mandates.add(mandate)
    hubs.activity.responsible.add(actor)
    hubs.activity.partners.add(actor)
    make.ProgressReportFactory(mandate=None, activity=hubs.activity)
    past = make.MeetingFactory(start=date(2003, 1, 15), end=date(2003, 1, 15))
    make.DeadlineFactory(mandate=None, activity=hubs.activity, meeting=past)
    make.MeetingFactory().activities.add(hubs.activity)
    row = make.MandateRowFactory(plan=hubs.plan)
    make.QuotationFactory(activity=hubs.activity, row=row)
    section = make.SectionFactory(plan=hubs.plan)
    make.QuotationFactory(activity=hubs.activity, row=None, section=section, words="A letter")


def around_actor(hubs: Any, mandate: Any, activity: Any) -> None:
    hubs.actor.members.add(make.ActorFactory())
    hubs.actor.collectives.add(make.ActorFactory())
    make.ActorFactory(kind=ActorKind.DELEGATE, state=hubs.actor)
    make.AddresseeFactory(mandate=mandate, actor=hubs.actor)
    mandate.responsible.add(hubs.actor)
    mandate.partners.add(hubs.actor)
    activity.responsible.add(hubs.actor)
    activity.partners.add(hubs.actor)
    make.MeetingFactory().organizers.add(hubs.actor)


def around_meeting(hubs: Any, mandate: Any, activity: Any, actor: Any) -> None:
    hubs.meeting.organizers.add(actor)
    hubs.meeting.mandates.add(mandate)
    hubs.meeting.activities.add(activity)
    hubs.meeting.follows.add(make.MeetingFactory())
    hubs.meeting.followed_by.add(make.MeetingFactory())
    make.MeetingFactory(series=hubs.meeting.series)
    make.MeetingFactory(start=None, end=None, precision="")
    make.DeadlineFactory(meeting=hubs.meeting, mandate=mandate)
    make.CalendarEntryFactory(meeting=hubs.meeting)
    make.MeetingChangeFactory(meeting=hubs.meeting, act=MeetingAct.MOVED)


def around_session(hubs: Any, mandate: Any, activity: Any) -> None:
    item = make.AgendaItemFactory(session=hubs.session)
    item.mandates.add(mandate)
    item.activities.add(activity)
    make.WorkPlanFactory(agenda_item=item)
    issue_revision(hubs)
    make.SessionFactory()


def issue_revision(hubs: Any) -> None:
    """The report to the session, or its next revision."""
    revision = IssuedDocument.objects.reports_to(hubs.session).next_revision()
    slug = f"report-{hubs.session.slug}-rev-{revision}"
    issued = make.IssuedDocumentFactory(session=hubs.session, slug=slug, revision=revision)
    make.IssuedFileFactory(document=issued)


def around_area(hubs: Any, mandate: Any, activity: Any, meeting: Any) -> None:
    make.ProgramAreaFactory(parent=hubs.area)
    hubs.area.mandates.add(mandate, hubs.mandate)
    hubs.area.activities.add(activity, hubs.activity)
    hubs.area.meetings.add(meeting, hubs.meeting)
    section = make.SectionFactory(area=hubs.area)
    make.QuotationFactory(row=None, section=section, words="A letter")
    make.DeadlineFactory(mandate=mandate, meeting=make.MeetingFactory(**may(30)))


def around_plan(hubs: Any, mandate: Any, activity: Any, meeting: Any) -> None:
    section = make.SectionFactory(plan=hubs.plan, area=hubs.area)
    part = make.SectionFactory(plan=hubs.plan, parent=section, area=hubs.area)
    make.QuotationFactory(activity=activity, row=None, section=part, words="A letter")
    if not hubs.plan.sections.exclude(kind=SectionKind.TEXT).exists():
        make.SectionFactory(plan=hubs.plan, kind="calendar", table_footnote="* Tentative date")
        headings = "Resolution\nMandate\nSuggested Activities"
        make.SectionFactory(plan=hubs.plan, kind="mandates", table_heading=headings)
    entry = make.CalendarEntryFactory(plan=hubs.plan, meeting=meeting)
    row = make.MandateRowFactory(plan=hubs.plan, mandate=mandate, symbol="CIM/RES.900")
    make.QuotationFactory(activity=activity, row=row)
    for record in (section, entry, row):
        make.NoteTargetFactory(record=record)


# --- drafts ----------------------------------------------------------------------------------


def canary(kind: str) -> str:
    return f"CANARY {kind}"


def hide_drafts_in(world: World) -> dict[str, models.Model]:
    """One draft of every kind of record, full of canaries and linked to every hub it can be, by
    its kind; the records to look for on public pages."""
    hubs = world.hubs
    drafts = {
        "assembly": make.AssemblyFactory(published=False, place=canary("assembly")),
        "resolution": make.ResolutionFactory(
            published=False,
            slug="canary-resolution",
            symbol=canary("resolution symbol"),
            title=canary("resolution"),
        ),
        "mandate": draft_mandate(hubs),
        "activity": draft_activity(hubs),
        "actor": draft_actor(hubs),
        "meeting": draft_meeting(hubs),
        "session": draft_session(hubs),
        "area": draft_area(hubs),
        "plan": draft_plan(hubs),
    }
    hubs.resolution.assembly = drafts["assembly"]
    hubs.resolution.save()
    for name in ("rescinds", "rescinded_by", "follows", "followed_by"):
        getattr(hubs.resolution, name).add(drafts["resolution"])
    make.MandateFactory(resolution=drafts["resolution"], text=canary("in a draft resolution"))
    make.CitationFactory(
        mandate=hubs.mandate, resolution=drafts["resolution"], words=canary("citation")
    )
    for record in vars(hubs).values():
        note = make.EditorialNoteFactory(published=False, text=canary("note"))
        make.NoteTargetFactory(note=note, record=record)
    return drafts


def draft_mandate(hubs: Any) -> models.Model:
    draft = make.MandateFactory(
        resolution=hubs.resolution,
        reference="canary-mandate",
        published=False,
        text=canary("mandate"),
    )
    make.MandateFactory(resolution=hubs.resolution, parent=draft, text=canary("under a draft"))
    make.AddresseeFactory(mandate=draft, actor=hubs.actor, qualifier=canary("qualifier"))
    make.DeadlineFactory(mandate=draft, meeting=hubs.meeting, words=canary("deadline"))
    make.MandateRowFactory(plan=hubs.plan, mandate=draft, mandate_cell=canary("row"))
    for related in (draft.responsible, draft.partners):
        related.add(hubs.actor)
    for record in (hubs.area, hubs.activity, hubs.meeting):
        record.mandates.add(draft)
    hubs.session.agenda.first().mandates.add(draft)
    return draft


def draft_activity(hubs: Any) -> models.Model:
    draft = make.ActivityFactory(slug="canary-activity", published=False, title=canary("activity"))
    for related in (draft.responsible, draft.partners):
        related.add(hubs.actor)
    draft.mandates.add(hubs.mandate, hubs.mandate.parent)
    hubs.area.activities.add(draft)
    hubs.meeting.activities.add(draft)
    hubs.session.agenda.first().activities.add(draft)
    make.DeadlineFactory(
        mandate=None, activity=draft, meeting=hubs.meeting, words=canary("its deadline")
    )
    row = make.MandateRowFactory(plan=hubs.plan)
    make.QuotationFactory(activity=draft, row=row)
    section = make.SectionFactory(plan=hubs.plan, area=hubs.area)
    make.QuotationFactory(activity=draft, row=None, section=section, words="A letter")
    make.ProgressReportFactory(mandate=None, activity=draft, done=canary("report"))
    return draft


def draft_actor(hubs: Any) -> models.Model:
    draft = make.ActorFactory(
        slug="canary-actor", published=False, name=canary("actor"), acronym=canary("acronym")
    )
    make.AddresseeFactory(mandate=hubs.mandate, actor=draft, qualifier=canary("addressee"))
    for record in (hubs.mandate, hubs.activity):
        record.responsible.add(draft)
        record.partners.add(draft)
    hubs.actor.members.add(draft)
    hubs.actor.collectives.add(draft)
    hubs.meeting.organizers.add(draft)
    make.ProgressReportFactory(mandate=hubs.mandate, about=draft, done=canary("answer"))
    make.ActorFactory(
        kind=ActorKind.DELEGATE, state=hubs.actor, published=False, name=canary("delegate")
    )
    return draft


def draft_meeting(hubs: Any) -> models.Model:
    draft = make.MeetingFactory(
        slug="canary-meeting",
        published=False,
        title=canary("meeting"),
        series=hubs.meeting.series,
        **may(12),
    )
    draft.organizers.add(hubs.actor)
    draft.mandates.add(hubs.mandate)
    draft.activities.add(hubs.activity)
    hubs.area.meetings.add(draft)
    hubs.meeting.follows.add(draft)
    hubs.meeting.followed_by.add(draft)
    make.DeadlineFactory(mandate=hubs.mandate, meeting=draft, words=canary("hangs on a draft"))
    make.CalendarEntryFactory(plan=hubs.plan, meeting=draft, lines=canary("entry"))
    return draft


def draft_session(hubs: Any) -> models.Model:
    meeting = make.MeetingFactory(kind="session", **may(25))
    draft = make.SessionFactory(
        published=False, term=hubs.session.term, ordinal=4, slug="canary-session", meeting=meeting
    )
    make.AgendaItemFactory(session=draft, title=canary("item"))
    make.IssuedDocumentFactory(session=draft, title=canary("paper"))
    return draft


def draft_area(hubs: Any) -> models.Model:
    draft = make.ProgramAreaFactory(
        slug="canary-area",
        published=False,
        parent=hubs.area,
        short_name=canary("short area"),
        full_name=canary("area"),
    )
    draft.mandates.add(hubs.mandate)
    draft.activities.add(hubs.activity)
    draft.meetings.add(hubs.meeting)
    make.SectionFactory(plan=hubs.plan, area=draft)
    return draft


def draft_plan(hubs: Any) -> models.Model:
    item = hubs.session.agenda.first()
    draft = make.WorkPlanFactory(
        year=1990, published=False, introduction=canary("plan"), agenda_item=item
    )
    section = make.SectionFactory(plan=draft, area=hubs.area, body=canary("section"))
    make.QuotationFactory(
        activity=hubs.activity, row=None, section=section, words=canary("quotation")
    )
    make.CalendarEntryFactory(plan=draft, meeting=hubs.meeting, lines=canary("draft entry"))
    make.MandateRowFactory(plan=draft, mandate=hubs.mandate, mandate_cell=canary("draft row"))
    make.NoteTargetFactory(record=section)
    return draft


#: What of a draft names it on the pages of others, where it has no canary of its own.
NAMED = {"session": "canary-session", "plan": "Work Plan 1990"}


def names_of(kind: str) -> str:
    return NAMED.get(kind, canary(kind))


assert date(2003, 2, 20) == DAY  # the pages of May are ahead of it

"""What the forms of the admin take, refuse and keep: versions, spans, symbols, printed words."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from calendar_app.models import Deadline, Meeting, MeetingAct, MeetingChange
from cimplan.forms import STALE as STALE_LAZY
from cimplan.groups import ADMINISTRATOR, EDITOR
from documents.models import SessionReport
from mandates.models import Activity, Actor, Assembly, Mandate, Resolution
from tests.factories import (
    ActivityFactory,
    ActorFactory,
    AddresseeFactory,
    AgendaItemFactory,
    AssemblyFactory,
    CalendarEntryFactory,
    EditorialNoteFactory,
    MandateFactory,
    MandateRowFactory,
    MeetingFactory,
    NoteTargetFactory,
    ProgramAreaFactory,
    QuotationFactory,
    ResolutionFactory,
    SectionFactory,
    SessionFactory,
    SessionReportFactory,
    UserFactory,
    WorkPlanFactory,
)
from tests.forms import add, address, errors_of, open_form, send
from tests.pages import sent_back, text_of
from workplan.models import NoteTarget, Quotation

pytestmark = pytest.mark.django_db

STALE = str(STALE_LAZY)


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(UserFactory(username="mary", groups=[EDITOR]))
    return client


# --- keys, and words as printed ---------------------------------------------------------------


@pytest.mark.parametrize("who", [EDITOR, ADMINISTRATOR])
@pytest.mark.parametrize(
    ("made_by", "fixed", "free"),
    [
        (ActivityFactory, {"slug": "other"}, {"title": "Other"}),
        (ActorFactory, {"slug": "other"}, {"name": "Other"}),
        (MandateFactory, {"reference": "1-1"}, {"verb": "request"}),
        (ResolutionFactory, {"slug": "x", "number": "1", "body": "AG"}, {"title": "Other"}),
        (MeetingFactory, {"slug": "other"}, {"title": "Other"}),
        (SessionFactory, {"slug": "1999-1"}, {"ordinal": "99"}),
        (ProgramAreaFactory, {"slug": "other"}, {"full_name": "Other"}),
        (EditorialNoteFactory, {"slug": "other"}, {"text": "Other"}),
        (WorkPlanFactory, {"year": "1990", "front_matter": "x"}, {"state": "adopted"}),
        (SectionFactory, {"number": "X", "heading": "x", "body": "x", "position": "99"}, {}),
        (CalendarEntryFactory, {"dates": "x", "lines": "x", "position": "99"}, {}),
        (MandateRowFactory, {"mandate_cell": "x", "activities_cell": "x", "symbol": "x"}, {}),
        (QuotationFactory, {"words": "x", "position": "99"}, {}),
    ],
    ids=lambda value: value._meta.model.__name__ if hasattr(value, "_meta") else "",
)
def test_what_is_given_once_stays(
    client: Client, who: str, made_by: Any, fixed: dict[str, str], free: dict[str, str]
) -> None:
    client.force_login(UserFactory(groups=[who], is_superuser=who == ADMINISTRATOR))
    record = made_by()
    data = open_form(client, record)
    assert not set(fixed) & set(data)
    assert set(free) <= set(data)
    before = {name: getattr(record, name) for name in fixed}
    assert send(client, record, {**data, **fixed, **free}).status_code == 302
    record.refresh_from_db()
    assert {name: getattr(record, name) for name in fixed} == before
    assert {name: str(getattr(record, name)) for name in free} == free
    assert record.version == (2 if free else 1)


def test_what_a_printed_row_points_at_may_be_corrected(editor: Client) -> None:
    section, area = SectionFactory(), ProgramAreaFactory()
    send(editor, section, {**open_form(editor, section), "area": area.pk})
    entry, meeting = CalendarEntryFactory(), MeetingFactory()
    send(editor, entry, {**open_form(editor, entry), "meeting": meeting.pk})
    quotation, activity = QuotationFactory(), ActivityFactory()
    send(editor, quotation, {**open_form(editor, quotation), "activity": activity.pk})
    for record in (section, entry, quotation):
        record.refresh_from_db()
    assert (section.area, entry.meeting, quotation.activity) == (area, meeting, activity)


def test_two_rows_of_a_plan_do_not_take_the_same_mandate(editor: Client) -> None:
    """The plan is read-only here, and the rule that speaks of it holds all the same."""
    row = MandateRowFactory()
    other = MandateRowFactory(plan=row.plan)
    response = send(editor, other, {**open_form(editor, other), "mandate": row.mandate.pk})
    assert errors_of(response)["__all__"]


def test_two_paragraphs_do_not_take_the_same_position(editor: Client) -> None:
    one = MandateFactory()
    other = MandateFactory(resolution=one.resolution)
    response = send(editor, other, {**open_form(editor, other), "position": one.position})
    assert errors_of(response)["__all__"] == ["Another paragraph has this position."]


def test_quoted_words_are_shown_in_their_activity_and_not_edited(editor: Client) -> None:
    quotation = QuotationFactory()
    data = open_form(editor, quotation.activity)
    data["quotations-0-words"] = "Changed"
    data["quotations-0-row"] = MandateRowFactory().pk
    assert send(editor, quotation.activity, data).status_code == 302
    quotation.refresh_from_db()
    assert (quotation.words, quotation.version) == ("Send a letter.", 1)


def test_a_quotation_is_added_in_its_activity(editor: Client) -> None:
    activity, row = ActivityFactory(), MandateRowFactory()
    data = open_form(editor, activity)
    data |= {
        "quotations-TOTAL_FORMS": "1",
        "quotations-0-row": row.pk,
        "quotations-0-words": "Send a letter.",
        "quotations-0-position": "1",
    }
    assert send(editor, activity, data).status_code == 302
    assert Quotation.objects.get(activity=activity).row == row


def test_lines_change_places_in_one_save(editor: Client) -> None:
    session = SessionFactory()
    for n in (1, 2, 3):
        AgendaItemFactory(number=str(n), session=session, position=n, title=f"No. {n}")
    data = open_form(editor, session)
    moved = {"agenda-0-number": "2", "agenda-1-number": "3", "agenda-2-number": "1"}
    assert send(editor, session, {**data, **moved}).status_code == 302
    assert {item.title: item.number for item in session.agenda.all()} == {
        "No. 1": "2",
        "No. 2": "3",
        "No. 3": "1",
    }
    for item in session.agenda.all():
        assert item.version == 2
        # That they stepped aside for a moment is nobody's history.
        numbers = list(item.history.order_by("history_id").values_list("number", flat=True))
        assert numbers == [item.title[-1], item.number]


def test_a_number_taken_by_another_line_is_refused(editor: Client) -> None:
    one = AgendaItemFactory(number="1")
    AgendaItemFactory(number="2", session=one.session)
    opened = open_form(editor, one.session)
    AgendaItemFactory(number="3", session=one.session)  # by somebody else, meanwhile
    for number in "23":
        response = send(editor, one.session, {**opened, "agenda-0-number": number})
        assert "The agenda has an item of this number already." in text_of(response)
    one.refresh_from_db()
    assert one.number == "1"


def test_the_number_of_a_line_taken_away_is_free(editor: Client) -> None:
    one = AgendaItemFactory(number="1", position=1)
    other = AgendaItemFactory(number="2", session=one.session, position=2)
    data = open_form(editor, one.session)
    data |= {"agenda-0-number": "2", "agenda-1-DELETE": "on"}
    assert send(editor, one.session, data).status_code == 302
    assert [item.number for item in one.session.agenda.all()] == ["2"]
    assert other.history.latest("history_id").number == "2"


def test_paragraphs_change_places_in_their_resolution(editor: Client) -> None:
    resolution = ResolutionFactory()
    first, above = (MandateFactory(resolution=resolution, position=n) for n in (1, 2))
    below = MandateFactory(resolution=resolution, position=3, parent=above)
    data = open_form(editor, resolution)
    moved = {"mandates-0-position": "3", "mandates-1-position": "1", "mandates-2-position": "2"}
    assert send(editor, resolution, {**data, **moved}).status_code == 302
    assert list(resolution.mandates.order_by("position")) == [above, below, first]
    # A paragraph still comes after the one it stands under, and positions count from 1.
    data = open_form(editor, resolution)
    for number, error in {
        "7": "A paragraph comes after the one it is under.",
        "0": "Positions count from 1.",
        "3": "Another paragraph has this position.",
    }.items():
        response = send(editor, resolution, {**data, "mandates-0-position": number})
        assert error in text_of(response)
    page = text_of(editor.get(address(Resolution, "change", resolution.pk)))
    assert f"?resolution={resolution.pk}&amp;position=4" in page


# --- symbols and references -------------------------------------------------------------------


def test_a_resolution_is_edited_though_a_paragraph_stands_under_a_draft(editor: Client) -> None:
    """What its line does not show is not judged there, and the page does not fail."""
    above = MandateFactory(published=False, position=1)
    below = MandateFactory(resolution=above.resolution, parent=above, position=2)
    data = open_form(editor, above.resolution)
    typed = {"title": "Renamed", "mandates-1-position": "3"}
    response = send(editor, above.resolution, {**data, **typed})
    assert response.status_code == 302
    above.resolution.refresh_from_db()
    below.refresh_from_db()
    assert (above.resolution.title, below.position) == ("Renamed", 3)
    # Nothing is kept from those who can do something about it.
    refused = send(editor, below, open_form(editor, below))
    assert "Publish the paragraph it stands under first." in text_of(refused)


def test_a_symbol_typed_says_all_else(editor: Client) -> None:
    assembly = AssemblyFactory(ordinal=7, special=True, year=2007)
    response = add(editor, Resolution, symbol="CIM/DEC. 4/07 (VII-E/07)", title="A declaration")
    assert response.status_code == 302
    made = Resolution.objects.get()
    assert (made.slug, made.body, made.kind) == ("cim-dec-4-07", "CIM", "declaration")
    assert (made.number, made.series, made.symbol) == (4, 2007, "CIM/DEC. 4/07 (VII-E/07)")
    assert made.assembly == assembly


def test_the_assemblies_of_the_oas_are_not_ours(editor: Client) -> None:
    AssemblyFactory(ordinal=30, special=False, year=2000)
    add(editor, Resolution, symbol="AG/RES. 1741 (XXX-O/00)")
    assert Resolution.objects.get(slug="ag-res-1741").assembly is None


def test_a_bad_symbol_is_refused_in_words(editor: Client) -> None:
    response = add(editor, Resolution, symbol="Resolution about women")
    (error,) = errors_of(response)["symbol"]
    assert "is not a symbol we can read" in error
    assert "Resolution about women" in text_of(response)


def test_a_resolution_is_not_added_twice(editor: Client) -> None:
    ResolutionFactory(number=224, symbol="CIM/RES.224 (XXXI-O/02)")
    response = add(editor, Resolution, symbol="CIM/RES. 224/02")
    assert errors_of(response)["symbol"] == [
        "This resolution is here already, as CIM/RES.224 (XXXI-O/02)."
    ]


def test_a_symbol_may_be_corrected_but_stays_the_same_resolution(editor: Client) -> None:
    resolution = ResolutionFactory(number=224, symbol="CIM/RES.224")
    data = open_form(editor, resolution)
    assert send(editor, resolution, {**data, "symbol": "CIM/RES. 224/02"}).status_code == 302
    data = open_form(editor, resolution)
    response = send(editor, resolution, {**data, "symbol": "CIM/RES.225"})
    assert "another resolution" in errors_of(response)["symbol"][0]


@pytest.mark.parametrize(
    "typed",
    ["CIM/RES.224 (XXXI-O/02)", "cim res 224", "CIM/RES. 224/02 (XXXI-0/02)", "224", "Inter-Amer"],
)
def test_a_resolution_is_found_however_its_symbol_is_typed(editor: Client, typed: str) -> None:
    ResolutionFactory(number=224, symbol="CIM/RES.224 (XXXI-O/02)", title="An Inter-American one")
    ResolutionFactory(number=300, symbol="CIM/RES.300", title="Another")
    response = editor.get(address(Resolution, "changelist"), {"q": typed})
    assert [row.slug for row in response.context["cl"].result_list] == ["224"]


@pytest.mark.parametrize(
    "typed", ["225-1-a", "225 1(a)", "CIM/RES.225 (XXXI-O/02) para. 1 (a)", "CIM/RES 225", "canary"]
)
def test_a_mandate_is_found_however_its_reference_is_typed(editor: Client, typed: str) -> None:
    resolution = ResolutionFactory(number=225, symbol="CIM/RES.225 (XXXI-O/02)")
    MandateFactory(resolution=resolution, reference="225-1-a", text="To urge the canary")
    MandateFactory(text="To urge another")
    response = editor.get(address(Mandate, "changelist"), {"q": typed})
    assert [row.reference for row in response.context["cl"].result_list] == ["225-1-a"]


@pytest.mark.parametrize("typed", ["IOM", "oim", "Migration"])
def test_an_actor_is_found_by_each_of_its_names(editor: Client, typed: str) -> None:
    actor = ActorFactory(name="Organization for Migration", acronym="IOM", other_names="OIM")
    ActorFactory()
    response = editor.get(address(type(actor), "changelist"), {"q": typed})
    assert list(response.context["cl"].result_list) == [actor]


def test_a_reference_is_read_and_must_be_of_its_resolution(editor: Client) -> None:
    resolution = ResolutionFactory(number=225, symbol="CIM/RES.225 (XXXI-O/02)")
    typed = {"resolution": resolution.pk, "position": "2", "text": "To urge"}
    response = add(editor, Mandate, reference="226-1", **typed)
    assert "is not of CIM/RES.225" in errors_of(response)["reference"][0]
    response = add(editor, Mandate, reference="the first", **typed)
    assert "Write a paragraph like" in errors_of(response)["reference"][0]
    assert add(editor, Mandate, reference="225 1 (a)", **typed).status_code == 302
    assert Mandate.objects.get().reference == "225-1-a"


# --- meetings ---------------------------------------------------------------------------------


def test_dates_are_typed_as_people_write_them(editor: Client) -> None:
    typed = {"title": "CEDAW", "slug": "cedaw", "dates": "June 30-July 18, 2003"}
    assert add(editor, Meeting, **typed).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.start, meeting.end) == (date(2003, 6, 30), date(2003, 7, 18))
    assert (meeting.precision, meeting.tentative) == ("day", False)
    assert not MeetingChange.objects.exists()
    assert open_form(editor, meeting)["dates"] == ["June 30-July 18, 2003"]


@pytest.mark.parametrize(
    ("typed", "shown", "tentative"),
    [
        ("May 2003*", "May 2003", True),
        ("April 1st", "April 1, 2003", False),
        ("first semester of this year", "first semester of 2003", False),
        ("2004", "2004", False),
        ("", "", False),
    ],
)
def test_dates_are_shown_back_as_understood(
    editor: Client, typed: str, shown: str, tentative: bool
) -> None:
    add(editor, Meeting, title="A meeting", slug="a-meeting", dates=typed)
    meeting = Meeting.objects.get()
    data = open_form(editor, meeting)
    assert (data["dates"], "tentative" in data) == ([shown], tentative)


def test_dates_that_cannot_be_are_refused_in_words(editor: Client) -> None:
    meeting = MeetingFactory()
    data = open_form(editor, meeting)
    response = send(editor, meeting, {**data, "dates": "June 31, 2003"})
    assert errors_of(response)["dates"] == ["There is no June 31: June 2003 has 30 days."]
    assert "June 31, 2003" in text_of(response)
    response = send(editor, meeting, {**data, "dates": "", "tentative": "on"})
    assert errors_of(response)["__all__"] == ["Without dates there is nothing tentative."]


def test_a_meeting_that_moves_leaves_an_entry_in_its_log(editor: Client) -> None:
    meeting = MeetingFactory(start=date(2003, 5, 1), end=date(2003, 5, 31), precision="month")
    data = open_form(editor, meeting)
    send(editor, meeting, {**data, "dates": "June 5-6, 2003", "reason": "The hall was taken."})
    entry = MeetingChange.objects.get()
    assert (entry.act, entry.reason) == (MeetingAct.MOVED, "The hall was taken.")
    assert entry.recorded_by.username == "mary"
    assert localdate(entry.recorded_at) == date(2003, 2, 20)
    page = text_of(editor.get(address(Meeting, "change", meeting.pk)))
    assert "May 2003" in page
    assert "June 5-6, 2003" in page
    assert meeting.history.latest("history_id").history_user.username == "mary"


def test_other_edits_leave_no_entry(editor: Client) -> None:
    meeting = MeetingFactory()
    send(editor, meeting, {**open_form(editor, meeting), "title": "Renamed", "reason": "Why not"})
    assert Meeting.objects.get().title == "Renamed"
    assert not MeetingChange.objects.exists()


def test_a_meeting_is_cancelled_with_a_reason(editor: Client) -> None:
    meeting = MeetingFactory()
    data = {**open_form(editor, meeting), "state": "cancelled"}
    response = send(editor, meeting, data)
    assert errors_of(response)["reason"] == ["Say why the meeting is cancelled."]
    assert send(editor, meeting, {**data, "reason": "No funds."}).status_code == 302
    assert MeetingChange.objects.get().act == MeetingAct.CANCELLED
    # Later edits of a cancelled meeting ask for no further reason.
    data = {**open_form(editor, meeting), "subtitle": "Once planned"}
    assert send(editor, meeting, data).status_code == 302


def test_a_stale_meeting_is_neither_saved_nor_logged(editor: Client) -> None:
    meeting = MeetingFactory()
    data = {**open_form(editor, meeting), "dates": "June 5, 2003", "reason": "A new hall"}
    meeting.save()
    response = send(editor, meeting, data)
    assert STALE in errors_of(response)["__all__"]
    assert "A new hall" in text_of(response)
    assert not MeetingChange.objects.exists()


# --- deadlines --------------------------------------------------------------------------------


def with_deadline(client: Client, activity: Activity, **typed: Any) -> Any:
    data = {**open_form(client, activity), "deadlines-TOTAL_FORMS": "1"}
    data |= {f"deadlines-0-{name}": value for name, value in typed.items()}
    return send(client, activity, data)


def test_a_deadline_is_typed_where_no_meeting_sets_it(editor: Client) -> None:
    activity = ActivityFactory()
    with_deadline(editor, activity, by="first semester of this year", words="this year")
    deadline = Deadline.objects.get()
    assert (deadline.end, deadline.precision) == (date(2003, 6, 30), "half-year")
    assert open_form(editor, activity)["deadlines-0-by"] == ["first semester of 2003"]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({}, "Choose a meeting, or else give dates."),
        ({"by": "some day"}, "was not understood"),
        ({"by": "May 2003*"}, "A deadline has no asterisk"),
        ({"by": "May 2003", "meeting": "any"}, "Choose a meeting, or else give dates."),
    ],
)
def test_a_deadline_is_at_a_meeting_or_by_a_date(
    editor: Client, typed: dict[str, Any], error: str
) -> None:
    if "meeting" in typed:
        typed = {**typed, "meeting": MeetingFactory().pk}
    response = with_deadline(editor, ActivityFactory(), words="in time", **typed)
    assert error in text_of(response)
    assert not Deadline.objects.exists()


def test_a_mandate_is_added_together_with_its_deadline(editor: Client) -> None:
    resolution = ResolutionFactory(number=225)
    response = add(
        editor,
        Mandate,
        **{
            "resolution": resolution.pk,
            "reference": "225-3",
            "position": "3",
            "text": "To urge",
            "deadlines-TOTAL_FORMS": "1",
            "deadlines-0-by": "2004",
            "deadlines-0-words": "in 2004",
        },
    )
    assert response.status_code == 302
    assert Deadline.objects.get().mandate.reference == "225-3"


# --- notes and reports ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made_by", "key"),
    [
        (MandateFactory, "{0.reference}"),
        (ActivityFactory, "{0.slug}"),
        (SectionFactory, "{0.plan.year}/{0.slug}"),
        (MandateRowFactory, "{0.plan.year}/{0.mandate.reference}"),
        (CalendarEntryFactory, "{0.plan.year}/{0.meeting.slug}"),
        (WorkPlanFactory, "{0.year}"),
    ],
)
def test_what_a_note_is_about_is_named_by_its_key(editor: Client, made_by: Any, key: str) -> None:
    record, note = made_by(), EditorialNoteFactory()
    kind = NoteTarget(record=record).content_type
    data = open_form(editor, note) | {"targets-TOTAL_FORMS": "1"}
    data |= {"targets-0-content_type": kind.pk, "targets-0-key": key.format(record)}
    assert send(editor, note, data).status_code == 302
    assert note.targets.get().record == record
    assert open_form(editor, note)["targets-0-key"] == [key.format(record)]


@pytest.mark.parametrize("key", ["no-such", "2003", "2003/none", "x/y", "/", "9" * 30])
def test_a_key_that_names_nothing_is_refused(editor: Client, key: str) -> None:
    target = NoteTargetFactory()
    response = send(editor, target, {**open_form(editor, target), "key": key})
    assert errors_of(response)["key"] == [f"There is no row of the mandates table “{key}”."]


def test_the_parts_of_a_report_are_written_one_a_line(editor: Client) -> None:
    report = SessionReportFactory()
    data = open_form(editor, report)
    assert data["parts"][0].split()[0] == "chair"
    assert send(editor, report, {**data, "parts": "progress\n\nchair\n"}).status_code == 302
    assert SessionReport.objects.get().parts == ["progress", "chair"]
    data = open_form(editor, report)
    response = send(editor, report, {**data, "parts": "progress\nweather"})
    assert "Choose from:" in errors_of(response)["parts"][0]


class TestWhatASubParagraphCarries:
    """Of the paragraph it stands under: the verb, and whom that asks."""

    def added(self, editor: Client, parent: Mandate, **typed: str) -> tuple[Mandate, str]:
        fields = {
            "resolution": str(parent.resolution.pk),
            "reference": f"{parent.reference}-a",
            "parent": str(parent.pk),
            "position": str(parent.position + 1),
            "text": "to do it",
            **typed,
        }
        assert add(editor, Mandate, **fields).status_code == 302
        said = text_of(editor.get(address(Mandate, "changelist")))
        return Mandate.objects.get(reference=f"{parent.reference}-a"), said

    @pytest.fixture
    def parent(self) -> Mandate:
        parent = MandateFactory(reported_on=False, verb="urge")
        states = ActorFactory(name="Member States")
        AddresseeFactory(mandate=parent, actor=states, qualifier="that have not done so")
        return parent

    def test_it_asks_whom_that_asks(self, editor: Client, parent: Mandate) -> None:
        child, said = self.added(editor, parent)
        assert child.verb == "urge"
        assert [str(one) for one in child.addressees.all()] == [
            str(one) for one in parent.addressees.all()
        ]
        assert f"{child} asks whom {parent} asks: Member States" in said

    def test_unless_it_names_somebody_itself(self, editor: Client, parent: Mandate) -> None:
        other = ActorFactory(name="Permanent Secretariat")
        lines = {
            "addressees-TOTAL_FORMS": "1",
            "addressees-0-actor": str(other.pk),
            "addressees-0-qualifier": "",
            "addressees-0-position": "1",
        }
        child, said = self.added(editor, parent, verb="instruct", **lines)
        assert (child.verb, [one.actor for one in child.addressees.all()]) == ("instruct", [other])
        assert "asks whom" not in said

    def test_what_stands_under_nothing_carries_nothing(self, editor: Client) -> None:
        assert MandateFactory().carry() == []


class TestParagraphsOneAfterTheOther:
    def test_another_one_comes_after_it_in_the_same_place(self, editor: Client) -> None:
        above = MandateFactory(position=4, reported_on=False)
        fields = {
            "resolution": str(above.resolution.pk),
            "reference": f"{above.reference}-a",
            "parent": str(above.pk),
            "position": "7",
            "text": "to do it",
            "_addanother": "1",
        }
        response = add(editor, Mandate, **fields)
        assert response.status_code == 302
        form = sent_back(editor.get(response["Location"]), "mandate_form")
        assert form["position"] == ["8"]
        assert form["resolution"] == [str(above.resolution.pk)]
        assert form["parent"] == [str(above.pk)]

    def test_the_first_of_a_resolution_is_the_first(self, editor: Client) -> None:
        resolution = ResolutionFactory()
        page = editor.get(address(Mandate, "add"), {"resolution": resolution.pk})
        assert sent_back(page, "mandate_form")["position"] == ["1"]


@pytest.mark.parametrize("typed", ["XLIII", "43", "xliii-o/26", "asuncion", "Asunción 2026"])
def test_an_assembly_is_found_by_any_part_of_what_names_it(editor: Client, typed: str) -> None:
    AssemblyFactory(ordinal=12, year=1998, place="Lima")
    assembly = AssemblyFactory(ordinal=43, year=2026, place="Asunción, Paraguay")
    listed = editor.get(address(Assembly, "changelist"), {"q": typed}).context_data["cl"]
    assert list(listed.queryset) == [assembly]


@pytest.mark.parametrize("typed", ["belem", "BELÉM", "elém do"])
def test_lists_of_the_admin_mind_no_accents(editor: Client, typed: str) -> None:
    ActorFactory(name="Bogotá")
    actor = ActorFactory(name="Group on Belém do Pará")
    listed = editor.get(address(Actor, "changelist"), {"q": typed}).context_data["cl"]
    assert list(listed.queryset) == [actor]


@pytest.mark.parametrize("typed", ["a b c d " * 300, "a" * 10_000, '"*( OR', "’ –"])
@pytest.mark.parametrize("model", [Actor, Mandate, Assembly])
def test_any_search_of_a_list_is_answered(editor: Client, model: Any, typed: str) -> None:
    MandateFactory(resolution__assembly=AssemblyFactory())
    assert editor.get(address(model, "changelist"), {"q": typed}).status_code == 200


@pytest.mark.parametrize("typed", ["٣", "-1", "219"])
def test_a_new_paragraph_of_a_resolution_that_is_none_has_a_form(
    editor: Client, typed: str
) -> None:
    page = editor.get(address(Mandate, "add"), {"resolution": typed})
    assert page.status_code == 200

"""The filters of the lists: rows, counts, addresses, and what is said of those not understood."""

import html
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from cimplan import filtering
from cimplan.groups import EDITOR
from mandates.models import Activity, Actor, ActorKind
from mandates.status import Standing, Status
from mandates.words import MAX_LENGTH
from tests import factories as make
from tests import world
from tests.pages import controls_of, main_text_of, rows_of, sent_back

pytestmark = pytest.mark.django_db

MAY = {"start": date(2003, 5, 10), "end": date(2003, 5, 10)}
PAST = {"start": date(2003, 1, 15), "end": date(2003, 1, 15)}


def shown(client: Client, address: str, **query: Any) -> list[str]:
    """What the rows of a list are called, all of which are on its first page."""
    response = client.get(address, query, follow=True)
    assert response.status_code == 200
    return list(rows_of(response))


def control(response: Any, name: str) -> Any:
    return next(one for one in controls_of(response) if one.name == name)


def counts(response: Any, name: str) -> dict[str, int | None]:
    return {choice.value: choice.count for choice in control(response, name).choices}


def chips(response: Any) -> list[tuple[str, str]]:
    """The names of the links that take a filter off, as they are read out, and their targets."""
    page = response.content.decode()
    listed = re.search(r'<ul class="chips".*?</ul>', page, re.DOTALL)
    found = re.findall(r'<a href="([^"]*)">(.*?)</a>', listed[0] if listed else "", re.DOTALL)
    return [
        (" ".join(re.sub(r"<[^>]+>", "", text).split()), html.unescape(target))
        for target, text in found
    ]


def one_mandate(**fields: Any) -> str:
    return make.MandateFactory(**fields).reference


# --- mandates --------------------------------------------------------------------------------


class TestMandates:
    """Each filter leaves the rows it says, beside another that it does not."""

    @pytest.fixture(autouse=True)
    def _another(self):
        self.other = one_mandate(verb="thank", contingent_on="")

    def only(self, client: Client, **query: Any) -> list[str]:
        return shown(client, "/mandates/", **query)

    def test_status(self, client):
        planned = make.ProgressReportFactory(status=Status.PLANNED).mandate.reference
        under_way = make.ProgressReportFactory(status=Status.IN_PROGRESS).mandate.reference
        assert self.only(client, status="planned") == [planned]
        assert self.only(client, status=["planned", "in-progress"]) == [planned, under_way]
        assert self.only(client, status="no-report") == [self.other]

    def test_status_as_of_a_day(self, client):
        make.ProgressReportFactory(status=Status.PLANNED)
        assert self.only(client, status="planned", as_of="2003-02-19") == []
        assert len(self.only(client, status="no-report", as_of="2003-02-19")) == 2

    @pytest.mark.parametrize("most", [10_000, 2])
    def test_of_several_reports_the_latest_counts_and_no_states_own(
        self, client, monkeypatch, most
    ):
        """In lists of any length."""
        monkeypatch.setattr("cimplan.filtering.MOST_ROWS", most)
        mandate = make.MandateFactory()
        for status, day in ((Status.COMPLETED, 5), (Status.PLANNED, 1), (Status.ONGOING, 3)):
            as_of = date(2003, 2, day)
            make.ProgressReportFactory(mandate=mandate, status=status, as_of=as_of)
        make.ProgressReportFactory(
            mandate=mandate, status=Status.DISCONTINUED, about=make.StateFactory()
        )
        other = make.ProgressReportFactory(status=Status.IN_PROGRESS).mandate
        for status in ("planned", "ongoing", "discontinued"):
            assert self.only(client, status=status) == []
        assert self.only(client, status="completed") == [mandate.reference]
        assert self.only(client, status="ongoing", as_of="2003-02-04") == [mandate.reference]
        assert self.only(client, status="no-report") == [self.other]
        either = {"status": ["in-progress", "completed"]}
        assert self.only(client, **either) == [mandate.reference, other.reference]
        assert self.only(client, **either, resolution=other.resolution.slug) == [other.reference]
        make.ProgressReportFactory(mandate=other, status=Status.COMPLETED)
        assert self.only(client, status="in-progress") == []

    def test_resolution_and_assembly(self, client):
        assembly = make.AssemblyFactory(ordinal=40, year=2020)
        mandate = make.MandateFactory(resolution__assembly=assembly)
        assert self.only(client, resolution=mandate.resolution.slug) == [mandate.reference]
        assert self.only(client, assembly="xl-o-20") == [mandate.reference]
        assert self.only(client, assembly="none") == [self.other]

    def test_plan(self, client):
        row = make.MandateRowFactory(plan__year=2003)
        child = make.MandateFactory(resolution=row.mandate.resolution, parent=row.mandate)
        printed = [row.mandate.reference, child.reference]
        assert self.only(client, plan="2003") == printed
        assert self.only(client, plan="none") == [self.other]
        assert self.only(client, plan=["2003", "none"]) == [self.other, *printed]

    def test_area(self, client):
        mandate = make.MandateFactory()
        make.ProgramAreaFactory(slug="iap").mandates.add(mandate)
        assert self.only(client, area="iap") == [mandate.reference]
        assert self.only(client, area="none") == [self.other]

    def test_addressee(self, client):
        argentina, peru = make.StateFactory(slug="argentina"), make.StateFactory(slug="peru")
        states = make.StateFactory(slug="member-states")
        states.members.add(argentina, peru)
        asked = make.AddresseeFactory(actor=states).mandate.reference
        by_name = make.AddresseeFactory(actor=argentina).mandate.reference
        assert self.only(client, addressee="member-states") == [asked]
        assert self.only(client, addressee="argentina") == [asked, by_name]
        assert self.only(client, addressee="peru") == [asked]
        assert self.only(client, addressee="none") == [self.other]
        assert counts(client.get("/mandates/"), "addressee") == {
            "member-states": 1,
            "argentina": 2,
            "peru": 1,
            "none": 1,
        }

    def test_responsible_and_partner(self, client):
        mandate, actor = make.MandateFactory(), make.ActorFactory(slug="secretariat")
        mandate.responsible.add(actor)
        assert self.only(client, responsible="secretariat") == [mandate.reference]
        assert self.only(client, responsible="none") == [self.other]
        assert self.only(client, partner="secretariat") == []
        mandate.partners.add(actor)
        assert self.only(client, partner="secretariat") == [mandate.reference]

    def test_verb(self, client):
        without, calling = one_mandate(verb=""), one_mandate(verb="call upon")
        assert self.only(client, verb="thank") == [self.other]
        assert self.only(client, verb="call-upon") == [calling]
        assert self.only(client, verb="none") == [without]
        assert self.only(client, verb=["none", "thank"]) == [self.other, without]

    def test_due(self, client):
        session = make.SessionFactory(meeting=make.MeetingFactory(kind="session", **MAY))
        at_session = make.DeadlineFactory(meeting=session.meeting).mandate.reference
        past = make.DeadlineFactory(meeting=make.MeetingFactory(**PAST)).mandate.reference
        later = {"start": date(2004, 1, 1), "end": date(2004, 1, 31), "precision": "month"}
        next_year = make.DeadlineFactory(meeting=None, **later).mandate.reference
        assert self.only(client, due="overdue") == [past]
        assert self.only(client, due="before-next-session") == [at_session]
        assert self.only(client, due="this-year") == [at_session, past]
        assert self.only(client, due="none") == [self.other]
        assert next_year in self.only(client)

    def test_the_session_under_way_is_not_the_next(self, client):
        under_way = {"start": date(2003, 2, 19), "end": date(2003, 2, 21), "precision": "day"}
        make.SessionFactory(meeting=make.MeetingFactory(kind="session", **under_way))
        following = make.SessionFactory(meeting=make.MeetingFactory(kind="session", **MAY))
        due = make.DeadlineFactory(meeting=following.meeting).mandate.reference
        assert self.only(client, due="before-next-session") == [due]
        assert f"Due by the end of the {following}" in main_text_of(client.get("/"))

    def test_what_is_ongoing_is_never_overdue(self, client):
        past = make.DeadlineFactory(meeting=make.MeetingFactory(**PAST)).mandate
        make.ProgressReportFactory(mandate=past, status=Status.ONGOING)
        assert self.only(client, due="overdue") == []

    def test_contingent_and_standing(self, client):
        funded = one_mandate(contingent_on="Funding permitting", standing=Standing.PROCEDURAL)
        assert self.only(client, contingent="yes") == [funded]
        assert self.only(client, contingent="no") == [self.other]
        assert self.only(client, standing="procedural") == [funded]

    def test_activities(self, client):
        parent = make.MandateFactory(reported_on=False)
        child = make.MandateFactory(resolution=parent.resolution, parent=parent)
        make.ActivityFactory().mandates.add(parent)
        assert self.only(client, activities="with") == [child.reference]
        assert self.only(client, activities="without") == [self.other]

    def test_words(self, client):
        text = one_mandate(text="To adopt the Convention of Belém do Pará.")
        title = one_mandate(resolution__title="Follow-up of the Convention of Belem")
        activity = make.ActivityFactory(title="Convention: a letter from BELÉM")
        suggested = make.MandateFactory()
        activity.mandates.add(suggested)
        assert self.only(client, q="belem convention") == [text, title, suggested.reference]
        assert self.only(client, q="belem parana") == []

    def test_the_match_is_marked_and_where_it_is_is_said(self, client):
        make.MandateFactory(text="To adopt the Convention of Belém do Pará.")
        suggested = make.MandateFactory(resolution__title="On Belém")
        make.ActivityFactory(title="A letter from Belém").mandates.add(suggested)
        page = client.get("/mandates/?q=belem").content.decode()
        assert "Convention of <mark>Belém</mark> do Pará" in page
        assert "On <mark>Belém</mark>" in page
        assert "A letter from <mark>Belém</mark>" in page

    def test_several_filters_hold_together(self, client):
        both = one_mandate(verb="urge", contingent_on="Funding permitting")
        one_mandate(verb="urge")
        one_mandate(verb="request", contingent_on="Funding permitting")
        assert self.only(client, verb="urge", contingent="yes") == [both]

    def test_a_line_that_only_opens_a_list_is_no_row(self, client):
        one_mandate(reported_on=False, text="To urge member states to:")
        assert self.only(client, q="urge member states") == []

    def test_a_child_is_found_by_the_words_it_stands_under(self, client):
        parent = make.MandateFactory(reported_on=False, text="To urge member states to:")
        child = one_mandate(resolution=parent.resolution, parent=parent, text="Sign the protocol.")
        assert self.only(client, q="states protocol") == [child]


# --- the other lists -------------------------------------------------------------------------


class TestActivities:
    def test_each_filter(self, client):
        other, activity = make.ActivityFactory(title="A"), make.ActivityFactory(title="B: a letter")
        actor, mandate = make.ActorFactory(slug="oas"), make.MandateFactory(resolution__slug="219")
        activity.mandates.add(mandate)
        activity.responsible.add(actor)
        activity.partners.add(actor)
        make.ProgramAreaFactory(slug="iap").activities.add(activity)
        make.ProgressReportFactory(mandate=None, activity=activity, status=Status.PLANNED)
        make.DeadlineFactory(mandate=None, activity=activity, meeting=make.MeetingFactory(**PAST))
        Activity.objects.filter(pk=activity.pk).update(deliverable="Its text", funding="USAID")
        asked = {
            "status": ("planned", "no-report"),
            "responsible": ("oas", "none"),
            "partner": ("oas", "none"),
            "resolution": ("219", "none"),
            "area": ("iap", "none"),
            "due": ("overdue", "none"),
            "mandates": ("with", "without"),
            "deliverable": ("with", "without"),
            "funding": ("with", "without"),
        }
        for name, (value, otherwise) in asked.items():
            assert shown(client, "/activities/", **{name: value}) == [str(activity)], name
            assert shown(client, "/activities/", **{name: otherwise}) == [str(other)], name
            assert counts(client.get("/activities/"), name)[value] == 1, name
            assert counts(client.get("/activities/"), name)[otherwise] == 1, name
        either = shown(client, "/activities/", funding=["with", "without"])
        assert either == [str(other), str(activity)]
        assert shown(client, "/activities/", q="LETTER") == [str(activity)]
        assert shown(client, "/activities/", q="usaid") == [str(activity)]

    def test_a_draft_mandate_tells_nothing_of_its_resolution(self, client):
        activity = make.ActivityFactory()
        activity.mandates.add(make.MandateFactory(resolution__slug="219", published=False))
        assert shown(client, "/activities/", resolution="219") == []
        assert shown(client, "/activities/", resolution="none") == [str(activity)]
        assert "219" not in counts(client.get("/activities/"), "resolution")


class TestActorsAndResolutions:
    def test_actors(self, client):
        state = make.StateFactory(name="Perú")
        make.ActorFactory(kind=ActorKind.OAS_ORGAN, acronym="OAS")
        assert shown(client, "/actors/", kind="state") == [str(state)]
        assert shown(client, "/actors/", q="peru") == [str(state)]

    def test_resolutions(self, client):
        assembly = make.AssemblyFactory(ordinal=40, year=2020)
        ours = make.ResolutionFactory(assembly=assembly, title="On trafficking")
        theirs = make.ResolutionFactory(body="A/HRC")
        dated = make.ResolutionFactory(adopted_on=date(1998, 1, 1))
        assert shown(client, "/resolutions/", body="a-hrc") == [str(theirs)]
        assert shown(client, "/resolutions/", assembly="xl-o-20") == [str(ours)]
        assert shown(client, "/resolutions/", year="2020") == [str(ours)]
        assert shown(client, "/resolutions/", year="1998") == [str(dated)]
        assert shown(client, "/resolutions/", year="none") == [str(theirs)]
        assert shown(client, "/resolutions/", q="trafficking") == [str(ours)]

    @pytest.mark.parametrize("counted", [0, 1_000])
    def test_assemblies_and_plans_are_offered_in_their_order(self, client, monkeypatch, counted):
        monkeypatch.setattr(filtering, "COUNTED_ROWS", counted)
        for year in (2002, 1996, 2000):
            assembly = make.AssemblyFactory(ordinal=year - 1971, year=year)
            mandate = make.MandateFactory(resolution__assembly=assembly)
            make.MandateRowFactory(plan=make.WorkPlanFactory(year=year), mandate=mandate)
        response = client.get("/mandates/")
        assert list(counts(response, "assembly")) == ["xxv-o-96", "xxix-o-00", "xxxi-o-02", "none"]
        assert list(counts(response, "plan")) == ["2002", "2000", "1996", "none"]

    @pytest.mark.parametrize("counted", [0, 1_000])
    def test_drafts_are_no_choices(self, client, monkeypatch, counted):
        monkeypatch.setattr(filtering, "COUNTED_ROWS", counted)
        assembly = make.AssemblyFactory(ordinal=40, year=2011, published=False)
        mandate = make.MandateFactory(resolution__assembly=assembly)
        draft = make.WorkPlanFactory(year=2011, published=False)
        make.MandateRowFactory(plan=draft, mandate=mandate)
        mandate.responsible.add(make.ActorFactory(name="Canary", published=False))
        make.AddresseeFactory(
            mandate=mandate, actor=make.ActorFactory(name="Canary", published=False)
        )
        response = client.get("/mandates/")
        for name in ("assembly", "plan", "responsible", "addressee"):
            assert list(counts(response, name)) == ["none"], name

    @pytest.mark.parametrize("counted", [0, 1_000])
    def test_those_who_are_only_among_the_addressees_stand_apart(
        self, client, monkeypatch, counted
    ):
        monkeypatch.setattr(filtering, "COUNTED_ROWS", counted)
        states, peru = make.ActorFactory(name="Member States"), make.StateFactory(name="Peru")
        chile = make.StateFactory(name="Chile")
        states.members.add(peru, chile)
        for actor in (states, chile):
            make.AddresseeFactory(actor=actor)
        make.MandateFactory()
        choices = control(client.get("/mandates/"), "addressee").choices
        assert [(choice.label, choice.group) for choice in choices] == [
            ("Chile", ""),
            ("Member States", ""),
            ("Peru", "As one of those addressed"),
            ("Nobody named", ""),
        ]

    @pytest.mark.parametrize("counted", [0, 1_000])
    def test_a_draft_collective_does_not_tell_whom_it_is_of(self, client, monkeypatch, counted):
        monkeypatch.setattr(filtering, "COUNTED_ROWS", counted)
        states = make.ActorFactory(name="Some states", published=False)
        states.members.add(make.StateFactory(name="Peru", slug="peru"))
        asked = make.AddresseeFactory(actor=states).mandate.reference
        assert list(counts(client.get("/mandates/"), "addressee")) == ["none"]
        assert shown(client, "/mandates/", addressee="peru") == []
        assert shown(client, "/mandates/", addressee="none") == [asked]
        assert asked not in client.get("/actors/peru/").content.decode()
        Actor.objects.update(published=True)
        assert "peru" in counts(client.get("/mandates/"), "addressee")
        assert shown(client, "/mandates/", addressee="peru") == [asked]
        assert asked in client.get("/actors/peru/").content.decode()

    def test_the_year_of_a_draft_assembly_is_not_known(self, client):
        make.ResolutionFactory(assembly=make.AssemblyFactory(year=2020, published=False))
        assert len(shown(client, "/resolutions/", year="none")) == 1
        assert counts(client.get("/resolutions/"), "year") == {"none": 1}


class TestMeetings:
    def test_each_filter(self, client):
        cim = make.ActorFactory(kind=ActorKind.CIM_ORGAN)
        ours = make.MeetingFactory(
            kind="session", tentative=True, city="Lima, Peru", country="PE", **MAY
        )
        ours.organizers.add(cim)
        make.ProgramAreaFactory(slug="iap").meetings.add(ours)
        past = make.MeetingFactory(title="CSW", **PAST)
        undated = make.MeetingFactory(start=None, end=None, precision="")
        asked = {
            "period": {"coming": [ours], "past": [past], "none": [undated]},
            "kind": {"session": [ours], "meeting": [past, undated]},
            "convened": {"cim": [ours], "external": [past, undated]},
            "tentative": {"yes": [ours], "no": [past, undated]},
            "area": {"iap": [ours], "none": [past, undated]},
            "country": {"pe": [ours], "none": [past, undated]},
            "place": {"lima-peru": [ours], "none": [past, undated]},
        }
        for name, values in asked.items():
            for value, rows in values.items():
                expected = sorted(str(row) for row in rows)
                found = shown(client, "/meetings/", **{name: value})
                assert sorted(found) == expected, (name, value)
                assert counts(client.get("/meetings/"), name)[value] == len(rows), (name, value)
        assert shown(client, "/meetings/", since="2003-05-01") == [str(ours)]
        assert shown(client, "/meetings/", until="2003-05-10") == [str(past), str(ours)]
        assert shown(client, "/meetings/", since="2003-01-16", until="2003-05-09") == []
        assert shown(client, "/meetings/", q="csw") == [str(past)]

    def test_days_the_wrong_way_round_are_said(self, client):
        make.MeetingFactory(**MAY)
        said = "“To” is before “From”"
        for days in ("since=2003-06-01&until=2003-05-01", "since=2003-05-01&until=2003-06-01"):
            page = main_text_of(client.get(f"/meetings/?{days}"))
            assert (said in page) == ("No meetings meet" in page) == (days[6:16] == "2003-06-01")
        assert said in main_text_of(client.get("/calendar/2003/?since=2003-06-01&until=2003-05-01"))
        assert said not in main_text_of(client.get("/meetings/?since=2003-06-01"))

    def test_a_meeting_is_found_by_the_dates_it_had(self, client):
        meeting = make.MeetingFactory(**MAY)
        make.MeetingChangeFactory(
            meeting=meeting, start_before=date(2003, 4, 1), end_before=date(2003, 4, 1)
        )
        assert shown(client, "/meetings/", since="2003-05-01") == [str(meeting)]
        then = {"as_of": "2003-02-19"}
        assert shown(client, "/meetings/", since="2003-05-01", **then) == []
        assert shown(client, "/meetings/", tentative="yes", **then) == [str(meeting)]
        assert shown(client, "/meetings/", tentative="yes") == []

    def test_the_ways_to_write_a_place_are_one_choice(self, client):
        for city in ("Washington, D.C.", "Washington DC"):
            make.MeetingFactory(city=city)
        assert counts(client.get("/meetings/"), "place") == {"washington-dc": 2}
        assert len(shown(client, "/meetings/", place="washington-dc")) == 2


# --- the form and the chips --------------------------------------------------------------------


class TestForm:
    def test_counts_go_with_the_other_filters(self, client):
        one_mandate(verb="urge", contingent_on="Funding permitting")
        one_mandate(verb="urge")
        one_mandate(verb="thank")
        assert counts(client.get("/mandates/"), "verb") == {"urge": 2, "thank": 1}
        filtered = client.get("/mandates/?contingent=yes&verb=thank")
        assert counts(filtered, "verb") == {"urge": 1, "thank": 0}
        assert counts(filtered, "contingent") == {"yes": 0, "no": 1}

    def test_the_choice_made_stays_though_it_gives_nothing(self, client):
        actor = make.ActorFactory(slug="oas")
        one_mandate()
        response = client.get("/mandates/?addressee=oas&responsible=oas")
        for name in ("responsible", "addressee"):
            assert [choice.value for choice in control(response, name).chosen] == ["oas"]
        assert sent_back(response, "filters")["responsible"] == ["oas", ""]
        assert actor.name in main_text_of(response)

    def test_it_is_closed_until_a_filter_is_on(self, client):
        one_mandate()
        assert '<details class="filters">' in client.get("/mandates/").content.decode()
        open_ones = client.get("/mandates/?verb=urge"), client.get("/mandates/?nothing=1")
        for response in open_ones:
            assert '<details class="filters" open>' in response.content.decode()

    def test_rows_are_one_link_away_from_an_open_form(self, client):
        one_mandate(verb="urge")
        to_rows = '<p class="to-rows"><a href="#list">'
        page = client.get("/mandates/?verb=urge").content.decode()
        assert page.index(to_rows) < page.index("<form id=") < page.index('id="list"')
        assert to_rows not in client.get("/mandates/").content.decode()
        assert to_rows not in client.get("/mandates/?verb=urgge").content.decode()

    def test_every_field_has_a_name(self, client):
        world.build(1)
        for address in ("/mandates/", "/meetings/"):
            page = client.get(address).content.decode()
            form = page[page.index('<form id="filters"') :].partition("</form>")[0]
            ids = re.findall(r'<label for="([^"]+)"', form) + re.findall(r'id="(l-[^"]+)"', form)
            assert len(ids) == len(set(ids)) == len(client.get(address).context["filters"].filters)
            for select in re.findall(r"<select[^>]*>", form):
                assert re.search(r'aria-labelledby="(l-[^"]+)"', select)[1] in ids

    def test_the_count_is_of_all(self, client):
        one_mandate(verb="urge")
        one_mandate(verb="thank")
        assert "1 of 2 mandates" in main_text_of(client.get("/mandates/?verb=urge"))
        assert "2 in all" in main_text_of(client.get("/mandates/"))

    def test_each_chip_takes_one_filter_off(self, client):
        one_mandate(verb="urge")
        response = client.get("/mandates/?status=planned&status=in-progress&verb=urge")
        assert chips(response) == [
            ("Remove filter Status: Planned", "/mandates/?status=in-progress&verb=urge"),
            ("Remove filter Status: In progress", "/mandates/?status=planned&verb=urge"),
            ("Remove filter Action verb: urge", "/mandates/?status=planned&status=in-progress"),
        ]
        assert 'class="clear" href="/mandates/"' in response.content.decode()

    def test_the_day_looked_at_is_kept(self, client):
        one_mandate()
        response = client.get("/mandates/?verb=urge&as_of=2003-02-01")
        assert chips(response)[0][1] == "/mandates/?as_of=2003-02-01"
        assert response.context["filters"].address_of_all == "/mandates/?as_of=2003-02-01"
        assert sent_back(response, "filters")["as_of"] == ["2003-02-01"]

    def test_filters_that_nothing_meets_say_so(self, client):
        one_mandate(verb="urge")
        response = client.get("/mandates/?contingent=yes&verb=urge")
        assert response.status_code == 200
        text = main_text_of(response)
        assert "0 of 1 mandate" in text
        assert "No mandates meet all of these filters together." in text
        assert "recorded yet" not in text
        assert len(chips(response)) == 2

    def test_paging_keeps_the_filters(self, client):
        resolution = make.ResolutionFactory()
        make.MandateFactory.create_batch(51, resolution=resolution)
        page = client.get("/mandates/?verb=urge").content.decode()
        assert 'href="?verb=urge&amp;page=2"' in page
        second = client.get("/mandates/?verb=urge&page=2")
        assert len(second.context["page"]) == 1
        assert chips(second)[0][1] == "/mandates/"

    def test_the_beginning_of_a_word_shows_the_activity_it_is_found_by(self, client):
        mandate = make.MandateFactory(text="To combat violence.", published=True)
        activity = make.ActivityFactory(title="Study of trafficking", published=True)
        activity.mandates.add(mandate)
        page = main_text_of(client.get("/mandates/?q=traffick"))
        assert "Suggested activity: Study of trafficking" in page

    def test_words_that_nothing_has_lead_to_the_search_which_corrects_them(self, client):
        make.MandateFactory(text="To combat trafficking.", published=True)
        response = client.get("/mandates/?q=traficking")
        assert "No mandates meet all of these" in main_text_of(response)
        (there,) = re.findall(r'href="(/search/[^"]*)"', response.content.decode())
        assert "trafficking" in main_text_of(client.get(html.unescape(there)))
        assert "/search/?q" not in client.get("/mandates/?q=trafficking").content.decode()

    def test_very_long_lists_are_not_counted(self, client, monkeypatch):
        monkeypatch.setattr(filtering, "COUNTED_ROWS", 1)
        for built in (world.build(1), world.surround):
            assert built
        response = client.get("/mandates/?verb=urge")
        for one in controls_of(response):
            assert {choice.count for choice in one.choices} <= {None}, one.name
        assert counts(response, "resolution")


# --- addresses -------------------------------------------------------------------------------


class TestAddress:
    @pytest.mark.parametrize(
        ("typed", "short"),
        [
            ("?q=&status=&resolution=&verb=", ""),
            ("?q=++two++words+", "?q=two+words"),
            ("?q=one&q=two", "?q=one+two"),
            ("?verb=urge&status=planned", "?status=planned&verb=urge"),
            ("?status=in_progress", "?status=in-progress"),
            ("?status=Planned", "?status=planned"),
            ("?status=in-progress&status=planned&status=planned", None),
            ("?page=1&status=planned", "?status=planned&page=1"),
            ("?as_of=2003-02-01&status=planned", "?status=planned&as_of=2003-02-01"),
            ("?format=&status=planned", "?status=planned"),
            ("?utm_source=letter&status=planned&utm_medium=mail", "?status=planned"),
            ("?fbclid=IwAR0", ""),
        ],
    )
    def test_one_question_has_one_address(self, client, typed, short):
        one_mandate(verb="urge")
        if short is None:
            short = "?status=planned&status=in-progress"
        response = client.get(f"/mandates/{typed}")
        assert response.status_code == 302
        assert response["Location"] == f"/mandates/{short}"
        assert client.get(response["Location"]).status_code == 200

    def test_no_address_has_a_number_of_the_database(self, client):
        built = world.build(1)
        for address in built.pages().values():
            response = client.get(address)
            for one in controls_of(response) if "filters" in response.context else ():
                for choice in one.choices:
                    assert not choice.value.isdecimal() or one.name in (
                        "plan",
                        "year",
                        "resolution",
                    )


# --- what is not understood --------------------------------------------------------------------


class TestBadInput:
    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("status=donee", "“donee” is not among the choices of “Status”."),
            ("status=planed", "Did you mean Planned ?"),
            ("statuss=planned", "There is no filter “statuss” here. Did you mean status ?"),
            ("addressee=argentinia", "Did you mean Argentina ?"),
            ("addressee=nobody-knows", "“nobody-knows” is not among the choices of"),
            ("responsible=1", "“1” is not among the choices of “Responsible”."),
            ("plan=20033", "“20033” is not among the choices of “Work plan”."),
            ("plan=٢٠٠٣", "is not among the choices of “Work plan”."),
            ("assembly=31", "“31” is not among the choices of “Assembly”."),
            ("verb=sing", "“sing” is not among the choices of “Action verb”."),
            ("resolution=none", "“none” is not among the choices of “Resolution”."),
            ("id=1", "There is no filter “id” here."),
            ("=1", "There is no filter “” here."),
            ("status=planned&colour=", "There is no filter “colour” here."),
            (f"q={'word' * 2500}", f"at most {MAX_LENGTH} characters"),
            (f"{'x' * 10_000}=1", "There is no filter “xxx"),
        ],
    )
    def test_it_is_said_and_no_row_is_shown(self, client, query, said):
        make.AddresseeFactory(actor=make.StateFactory(slug="argentina", name="Argentina"))
        response = client.get(f"/mandates/?{query}")
        assert response.status_code == 400
        text = main_text_of(response)
        assert said in text
        assert "No rows are shown" in text
        assert "<table" not in response.content.decode()
        assert len(response.content) < 60_000
        assert client.get(f"/mandates/?{query}&format=csv").status_code == 400

    @pytest.mark.parametrize(
        "day", ["2003-02-30", "tomorrow", "20030220", "2003-2-1", "٢٠٠٣-٠٢-٠١"]
    )
    def test_a_day_that_is_none(self, client, day):
        response = client.get("/meetings/", {"since": day})
        assert response.status_code == 400
        assert f"“{day}” is not a date." in main_text_of(response)

    def test_a_day_is_one(self, client):
        response = client.get("/meetings/?since=2003-01-01&since=2003-01-02")
        assert response.status_code == 400
        assert "“From” is one day." in main_text_of(response)

    def test_the_rest_of_the_form_stays_filled_in(self, client):
        one_mandate()
        response = client.get("/mandates/?q=belem&verb=urge&status=donee&as_of=2003-02-01")
        sent = sent_back(response, "filters")
        assert sent["q"] == ["belem"]
        assert sent["verb"] == ["urge", ""]
        assert sent["as_of"] == ["2003-02-01"]

    def test_what_was_meant_is_one_link_away(self, client):
        one_mandate()
        response = client.get("/mandates/?statuss=no-report&verb=urgge")
        better = [problem.better_address for problem in response.context["filters"].problems]
        assert better == [
            "/mandates/?verb=urgge&status=no-report",
            "/mandates/?statuss=no-report&verb=urge",
        ]

    def test_control_characters_are_dropped(self, client):
        mandate = one_mandate(text="To adopt.")
        response = client.get("/mandates/", {"q": "ad\x00o\x07pt\x1b"}, follow=True)
        assert response.wsgi_request.get_full_path() == "/mandates/?q=adopt"
        assert list(rows_of(response)) == [mandate]

    @pytest.mark.parametrize(
        "value", ["\x00", "\x00planned", "<script>alert(1)</script>", "' OR 1"]
    )
    def test_hostile_values(self, client, value):
        one_mandate()
        for name in ("status", "verb", "area", "resolution", "due", "plan", "q", value or "x"):
            response = client.get("/mandates/", {name: value}, follow=True)
            assert response.status_code in (200, 400)
            page = response.content.decode()
            assert "<script>" not in page
            assert "\x00" not in page

    @pytest.mark.parametrize("typed", ["*", '"', "%", "***", "AND OR NOT", "a' --", "(", "ñ"])
    def test_signs_are_no_language(self, client, typed):
        one_mandate()
        assert client.get("/mandates/", {"q": typed}, follow=True).status_code == 200

    def test_a_page_beyond_the_end(self, client):
        one_mandate()
        assert client.get("/mandates/?verb=urge&page=1000000").status_code == 404


# --- drafts ----------------------------------------------------------------------------------


class TestDrafts:
    def test_no_choice_and_no_count_tells_of_one(self, client):
        built = world.build(1)
        drafts = world.hide_drafts_in(built)
        for address in ("/mandates/", "/activities/", "/actors/", "/resolutions/", "/meetings/"):
            response = client.get(address)
            assert "canary" not in response.content.decode().casefold()
            for name in {"status", "kind", "verb", "body", "convened", "contingent"}:
                if name in response.context["filters"].filters:
                    rows = sum(counts(response, name).values())
                    assert rows == response.context["page"].paginator.count, (address, name)
        for name, kind in {
            "area": "area",
            "responsible": "actor",
            "resolution": "resolution",
        }.items():
            answer = client.get(f"/mandates/?{name}={drafts[kind].slug}")
            missing = client.get(f"/mandates/?{name}=zzzzzzzz")
            assert answer.status_code == missing.status_code == 400
            assert "canary" not in main_text_of(answer).casefold().replace(drafts[kind].slug, "")

    def test_what_is_linked_to_drafts_alone_is_linked_to_none(self, client):
        mandate = make.MandateFactory()
        make.ProgramAreaFactory(published=False).mandates.add(mandate)
        make.ActivityFactory(published=False).mandates.add(mandate)
        mandate.responsible.add(make.ActorFactory(published=False))
        make.AddresseeFactory(mandate=mandate, actor=make.ActorFactory(published=False))
        make.DeadlineFactory(mandate=mandate, meeting=make.MeetingFactory(published=False))
        make.MandateRowFactory(mandate=mandate, plan__published=False)
        asked = "area=none&activities=without&responsible=none&addressee=none&due=none&plan=none"
        assert shown(client, f"/mandates/?{asked}") == [str(mandate)]
        editor = Client()
        editor.force_login(make.UserFactory(groups=[EDITOR]))
        assert shown(editor, f"/mandates/?{asked}") == []


# --- long lists ------------------------------------------------------------------------------


class TestLongLists:
    """Of thousands of rows no more is counted or paged through than somebody would look at, and
    of thousands of choices one types which."""

    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch):
        from cimplan import paging

        monkeypatch.setattr(paging, "ROWS_PER_PAGE", 2)
        for module in (paging, filtering):
            monkeypatch.setattr(module, "MOST_ROWS", 4)

    def test_up_to_the_most_all_is_as_ever(self, client):
        for _ in range(4):
            one_mandate()
        page = main_text_of(client.get("/mandates/"))
        assert "4 in all; 1–2 on this page" in page
        assert "Page 1 of 2" in page
        assert client.get("/mandates/", {"page": "3"}).status_code == 404

    def test_more_are_told_of_and_not_counted(self, client):
        for _ in range(5):
            one_mandate(verb="urge")
        page = main_text_of(client.get("/mandates/"))
        assert "more than 4 in all; 1–2 on this page" in page
        assert "Page 1 of more than 2" in page
        found = main_text_of(client.get("/mandates/", {"verb": "urge"}))
        assert "More than 4 mandates; 1–2 on this page" in found
        one_mandate(verb="thank")
        assert "1 of more than 4 mandates" in main_text_of(
            client.get("/mandates/", {"verb": "thank"})
        )

    def test_a_page_behind_them_is_refused_with_the_way_out(self, client):
        for _ in range(5):
            one_mandate()
        assert client.get("/mandates/", {"page": "2"}).status_code == 200
        for number in ("3", "1000000"):
            response = client.get("/mandates/", {"page": number})
            assert response.status_code == 400
            assert "Narrow it with its filters" in main_text_of(response)

    def test_the_file_has_all_rows(self, client):
        for _ in range(5):
            one_mandate()
        response = client.get("/mandates/", {"format": "csv"})
        assert len(b"".join(response.streaming_content).splitlines()) == 6

    @pytest.mark.parametrize("typed", ["219", "CIM/RES. 219/02", "cim res 219", "CIM/RES.219"])
    def test_a_resolution_is_typed_by_its_symbol(self, client, monkeypatch, typed):
        monkeypatch.setattr(filtering, "MENU", 2)
        monkeypatch.setattr(filtering, "COUNTED_ROWS", 2)
        wanted = one_mandate(
            resolution__slug="219", resolution__symbol="CIM/RES.219 (XXXI-O/02)", position=1
        )
        for _ in range(3):
            one_mandate()
        response = client.get("/mandates/")
        assert control(response, "resolution").layout == "typed"
        assert '<select name="resolution"' not in response.content.decode()
        assert "219, CIM/RES.219, A/RES/54/4" in response.content.decode()
        form = sent_back(response, "filters")
        found = client.get("/mandates/", {**form, "resolution": typed}, follow=True)
        assert list(rows_of(found)) == [wanted]
        assert found.redirect_chain[-1][0] == "/mandates/?resolution=219"
        assert sent_back(found, "filters")["resolution"] == ["219", ""]

    def test_what_is_typed_and_unknown_is_said(self, client, monkeypatch):
        monkeypatch.setattr(filtering, "MENU", 2)
        for _ in range(4):
            one_mandate()
        response = client.get("/mandates/", {"resolution": "CIM/RES.77777"})
        assert response.status_code == 400
        assert "is not among the choices of “Resolution”" in main_text_of(response)

    def test_an_actor_is_typed_by_name(self, client, monkeypatch):
        monkeypatch.setattr(filtering, "MENU", 2)
        monkeypatch.setattr("mandates.filters.MENU", 2)
        monkeypatch.setattr(filtering, "COUNTED_ROWS", 2)
        states = make.StateFactory(slug="member-states", name="Member States")
        wanted = make.AddresseeFactory(actor=states).mandate.reference
        for _ in range(3):
            make.AddresseeFactory()
        assert control(client.get("/mandates/"), "addressee").layout == "typed"
        assert shown(client, "/mandates/", addressee="Member States") == [wanted]

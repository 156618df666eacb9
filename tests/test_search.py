"""The one search box: words in everything, and symbols that lead to their pages."""

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from cimplan.groups import EDITOR
from cimplan.search import _ANSWERS
from mandates.models import Mandate
from mandates.words import MAX_LENGTH
from tests import factories as make
from tests.pages import main_text_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _statements_of_their_own():
    """Put together with the limits that a test sets."""
    _ANSWERS.clear()
    yield
    _ANSWERS.clear()


@pytest.fixture
def few_are_best(monkeypatch):
    """So that a test need not have hundreds for them to be counted."""
    for module in ("cimplan.search", "mandates.models.search"):
        monkeypatch.setattr(f"{module}.BEST", 5)


def found(client: Client, typed: str) -> str:
    response = client.get("/search/", {"q": typed})
    assert response.status_code == 200, typed
    return main_text_of(response)


def marked(client: Client, typed: str) -> list[str]:
    page = text_of(client.get("/search/", {"q": typed}))
    return re.findall(r"<mark>(.*?)</mark>", page)


def references(client: Client, address: str) -> list[str]:
    """Of the mandates that were found, in their order."""
    return re.findall('class="reference" href="/mandates/([^/]+)/', text_of(client.get(address)))


# --- dates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words", "address"),
    [
        ("May 2003", "Meetings of May 2003", "/calendar/2003/05/"),
        ("may 2003", "Meetings of May 2003", "/calendar/2003/05/"),
        ("2003-05-14", "Meetings of May 14, 2003", "/calendar/2003/05/"),
        ("2003", "Meetings of 2003", "/calendar/2003/"),
        ("May 30-June 2, 2003", "Meetings of May 30-June 2, 2003", "/calendar/2003/"),
    ],
)
def test_dates_lead_to_their_page_of_the_calendar(client, typed, words, address):
    days = {"start": date(2003, 5, 14), "end": date(2003, 5, 31)}
    make.MeetingFactory(title="Forum", **days)
    page = text_of(client.get("/search/", {"q": typed}))
    assert f'<a href="{address}">' in page
    assert words in found(client, typed)
    assert client.get(address).status_code == 200
    looking_back = text_of(client.get("/search/", {"q": typed, "as_of": "2003-02-01"}))
    assert f'<a href="{address}?as_of=2003-02-01">' in looking_back
    assert client.get(f"{address}?as_of=2003-02-01").status_code == 200


def test_looking_back_dates_lead_to_where_a_meeting_stood(client):
    meeting = make.MeetingFactory(start=date(2003, 5, 14), end=date(2003, 5, 14))
    stood = {f"{field}_before": date(2009, 5, 14) for field in ("start", "end")}
    make.MeetingChangeFactory(
        meeting=meeting, recorded_at=datetime(2003, 2, 10, tzinfo=UTC), **stood
    )
    page = text_of(client.get("/search/", {"q": "May 2009", "as_of": "2003-02-01"}))
    assert '<a href="/calendar/2009/05/?as_of=2003-02-01">' in page
    month = client.get("/calendar/2009/05/?as_of=2003-02-01")
    assert month.status_code == 200
    assert meeting.title in main_text_of(month)
    assert "Meetings of" not in found(client, "May 2009")


@pytest.mark.parametrize(
    "typed",
    ["May", "May 2004", "June 1999", "1850", "December 2002-May 2003", "Forum 2003", "14/15/2003"],
)
def test_what_is_no_date_of_a_meeting_leads_to_none(client, typed):
    make.MeetingFactory(title="Forum", start=date(2003, 5, 14), end=date(2003, 5, 14))
    make.MeetingFactory(
        title="Hidden", published=False, start=date(2004, 5, 1), end=date(2004, 5, 1)
    )
    # No year before 1900 has a page.
    make.MeetingFactory(title="Old", start=date(1850, 5, 1), end=date(1850, 5, 1))
    assert "Meetings of" not in found(client, typed)


# --- words -----------------------------------------------------------------------------------


def test_each_kind_of_record_is_found_in_its_group_with_its_words_marked(client):
    make.MandateFactory(text="To ratify the convention of Belém do Pará")
    make.ResolutionFactory(title="Follow-up of Belém")
    make.ActivityFactory(title="A seminar in Belém")
    make.SectionFactory(heading="On Belém")
    make.MeetingFactory(title="Meeting at Belém")
    make.ActorFactory(name="Friends of Belém")
    make.ActorFactory(name="Somebody else")
    said = found(client, "belem")
    for title in ("Mandates 1", "Resolutions 1", "Activities 1", "Sections of work plans 1"):
        assert title in said
    assert "Meetings 1" in said
    assert "Actors 1" in said
    assert "Somebody else" not in said
    assert set(marked(client, "BELÉM")) == {"Belém"}
    assert len(marked(client, "belem")) == 6


def test_the_page_is_headed_by_what_was_searched(client):
    make.MandateFactory(text="To combat trafficking in persons")
    for words in ("trafficking", "nothing of the kind"):
        page = client.get("/search/", {"q": words}).content.decode()
        assert f"<h1>Search for “{words}”</h1>" in page
    assert "<h1>Search</h1>" in client.get("/search/").content.decode()


def test_all_words_must_occur_wherever_they_stand_around_a_mandate(client):
    resolution = make.ResolutionFactory(title="Trafficking in persons")
    above = make.MandateFactory(resolution=resolution, text="To urge member states to", position=1)
    below = make.MandateFactory(
        resolution=resolution, text="combat the crime", parent=above, position=2
    )
    activity = make.ActivityFactory(title="A seminar for judges")
    activity.mandates.add(below)
    for typed in ("trafficking crime", "urge crime", "judges crime"):
        assert below.reference in found(client, typed), typed
    assert below.reference not in found(client, "judges astronomy")


@pytest.mark.parametrize("address", ["/search/", "/mandates/"])
def test_a_mandate_is_found_by_what_a_published_plan_prints_beside_it(client, address):
    mandate = make.MandateFactory(text="To combat the crime")
    plan = make.WorkPlanFactory(year=2003, published=False)
    row = make.MandateRowFactory(
        plan=plan, mandate=mandate, position=28, activities_cell="A proposal with Casa Alianza."
    )
    make.MandateFactory(text="To combat something else")

    def said(typed: str) -> str:
        page = client.get(address, {"q": typed}, follow=True)
        return main_text_of(page) if mandate.reference in text_of(page) else ""

    assert said("alianza") == ""
    plan.published = True
    plan.save()
    words = "Printed beside it in the plan of 2003: A proposal with Casa Alianza"
    assert words in said("casa alianza")
    assert words in said("crime alianza")
    assert f'href="/plan/2003/#row-28">{words[:12]}' in text_of(
        client.get(address, {"q": "alianza"})
    )
    # What the mandate itself or an activity has needs no other line.
    assert "Printed beside it" not in said("crime")
    activity = make.ActivityFactory(title="Letters to Casa Alianza")
    activity.mandates.add(mandate)
    assert "Printed beside it" not in said("alianza")
    activity.delete()
    row.activities_cell = "A letter."
    row.save()
    assert said("alianza") == ""
    assert words[:12] in said("letter")
    other = Mandate.objects.exclude(pk=mandate.pk).get()
    row.mandate = other
    row.save()
    assert said("letter") == ""
    assert other.reference in found(client, "letter")
    row.delete()
    assert other.reference not in found(client, "letter")


def test_a_child_is_shown_with_its_parents_words(client):
    above = make.MandateFactory(text="To urge member states to", position=1)
    make.MandateFactory(
        resolution=above.resolution, parent=above, text="engage the media", position=2
    )
    said = found(client, "media")
    assert said.index("To urge member states to") < said.index("engage the media")


def test_more_than_a_page_holds_is_behind_a_link_to_all_of_them(client):
    resolution = make.ResolutionFactory()
    make.MandateFactory.create_batch(12, resolution=resolution, text="To combat violence")
    page = client.get("/search/", {"q": "violence"})
    assert "All 12 mandates" in main_text_of(page)
    rows = client.get("/mandates/", {"q": "violence"}).context["page"].paginator.count
    assert rows == 12


def test_what_is_counted_is_what_one_may_see(client, few_are_best):
    for published, count in ((True, 12), (False, 6)):
        make.MandateFactory.create_batch(count, text="To combat violence", published=published)
    assert "All 12 mandates" in found(client, "violence")
    client.force_login(make.UserFactory(groups=[EDITOR]))
    assert "All 18 mandates" in found(client, "violence")


def test_a_kind_of_which_only_drafts_answer_is_not_named(client):
    make.MandateFactory(text="clandestine", published=False)
    make.ActivityFactory(title="clandestine")
    said = found(client, "clandestine")
    assert "Activities 1" in said
    assert "Mandates" not in said


def test_the_kinds_stand_in_one_order(client):
    make.ActorFactory(name="violence")
    make.ActivityFactory(title="violence")
    make.MandateFactory(text="violence")
    said = found(client, "violence")
    places = [said.index(f"{kind} 1") for kind in ("Mandates", "Activities", "Actors")]
    assert places == sorted(places)


def test_what_answers_best_stands_first(client):
    resolution = make.ResolutionFactory()
    words = "violence " + "and other words that say nothing of it " * 5
    worse = make.MandateFactory(resolution=resolution, text=words, position=1)
    best = make.MandateFactory(resolution=resolution, text="violence violence", position=2)
    assert references(client, "/search/?q=violence") == [best.reference, worse.reference]


@pytest.mark.django_db(transaction=True)
def test_a_meeting_has_the_dates_it_had_on_the_day_one_looks_back_at(client):
    moved = make.MeetingFactory(
        title="violence", start=date(2003, 5, 1), end=date(2003, 5, 2), precision="day"
    )
    make.MeetingChangeFactory(
        meeting=moved,
        start_before=date(2003, 4, 7),
        end_before=date(2003, 4, 8),
        precision_before="day",
        tentative_before=True,
        recorded_at=datetime(2003, 2, 15, 12, tzinfo=UTC),
    )
    for day, dates in (("", "May 1-2, 2003"), ("02-10", "April 7-8, 2003*"), ("02-16", "May 1-2")):
        asked = {"q": "violence", **({"as_of": f"2003-{day}"} if day else {})}
        said = main_text_of(client.get("/search/", asked))
        assert dates in said, day
        assert ("* Tentative date" in said) == dates.endswith("*"), day


def test_a_section_says_where_it_stands_and_whether_its_plan_is_a_draft(client):
    plan = make.WorkPlanFactory(language="es")
    above = make.SectionFactory(plan=plan, number="III.", position=50)
    make.SectionFactory(
        plan=plan, number="(a)", parent=above, heading="Zebra", body="zebra", position=51
    )
    page = text_of(client.get("/search/?q=zebra"))
    assert "section III. (a)" in page
    assert 'class="words" lang="es"' in page
    assert "Draft, seen by staff only" not in page
    plan.published = False
    plan.save()
    client.force_login(make.UserFactory(groups=[EDITOR]))
    assert "Draft, seen by staff only" in text_of(client.get("/search/?q=zebra"))


def test_what_thousands_answer_is_not_counted_to_the_end(client, monkeypatch, few_are_best):
    monkeypatch.setattr("cimplan.search.MOST_COUNTED", 11)
    make.MandateFactory.create_batch(11, text="To combat violence")
    assert "All 11 mandates" in found(client, "violence")
    make.MandateFactory(text="To combat violence")
    said = found(client, "violence")
    assert "Mandates more than 11" in said
    assert "All of them" in said


@pytest.mark.parametrize("hidden", [False, True])
def test_the_best_of_thousands_are_those_that_stand_first_among_all(client, monkeypatch, hidden):
    for times in (2, 5, 1, 4, 3):
        # Where the best are drafts, others stand first.
        rows = make.MandateFactory.create_batch(3, text="violence " * times + "and peace")
        Mandate.objects.filter(
            pk__in=[row.pk for row in rows], text__startswith="violence " * 3
        ).update(published=not hidden)
    address = "/search/?q=violence"
    in_full = references(client, address)
    _ANSWERS.clear()
    for module in ("cimplan.search", "mandates.models.search"):
        monkeypatch.setattr(f"{module}.BEST", 12 if not hidden else 5)
    monkeypatch.setattr("cimplan.search.SHOWN", 5)
    # Something is written, so that the page is made anew.
    make.ActivityFactory()
    assert references(client, address) == in_full[:5]


def test_a_slip_of_the_pen_is_put_right(client):
    make.MandateFactory(text="To combat trafficking")
    page = client.get("/search/", {"q": "traficking"})
    assert "Did you mean trafficking" in main_text_of(page)
    assert "/search/?q=trafficking" in text_of(page)


def test_what_is_a_draft_is_found_by_staff_only_and_suggests_nothing_to_others(client):
    make.MandateFactory(text="To found a clandestine office", published=False)
    activity = make.ActivityFactory(title="Clandestine work", published=False)
    activity.mandates.add(make.MandateFactory(text="To do it"))
    assert "Nothing that is published here" in found(client, "clandestine")
    assert "Did you mean" not in found(client, "clandestin")
    assert "Did you mean" not in found(client, "clandestime")
    client.force_login(make.UserFactory(groups=[EDITOR]))
    assert "To found a clandestine office" in found(client, "clandestine")


# --- symbols ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["CIM/RES.219 (XXXI-O/02)", "cim/res.219", "CIM/RES. 219", "res 219", "Res. 219", "219"],
)
def test_a_symbol_in_any_of_its_forms_leads_to_its_resolution(client, typed):
    resolution = make.ResolutionFactory(slug="219", symbol="CIM/RES.219 (XXXI-O/02)")
    response = client.get("/search/", {"q": typed})
    assert response.status_code == 302, typed
    assert response["Location"] == resolution.get_absolute_url()


@pytest.mark.parametrize("typed", ["225-1-a", "225-1(a)", "225 para. 1 (a)", "CIM/RES.225-1(a)"])
def test_a_reference_in_any_of_its_forms_leads_to_its_mandate(client, typed):
    mandate = make.MandateFactory(reference="225-1-a")
    response = client.get("/search/", {"q": typed})
    assert response.status_code == 302, typed
    assert response["Location"] == mandate.get_absolute_url()


def test_a_symbol_of_a_draft_or_of_nothing_leads_nowhere(client):
    make.ResolutionFactory(slug="219", symbol="CIM/RES.219", published=False)
    assert "Nothing that is published here" in found(client, "CIM/RES.219")
    assert "Nothing that is published here" in found(client, "CIM/RES.999")


def test_the_day_looked_back_at_is_kept(client):
    mandate = make.MandateFactory(reference="219-3")
    response = client.get("/search/", {"q": "219-3", "as_of": "2003-01-01"})
    assert response["Location"] == f"{mandate.get_absolute_url()}?as_of=2003-01-01"


# --- what nobody should type -----------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", " ", "\x00\x1b", "%", '"', "()", "…"])
def test_no_word_at_all_is_answered_with_how_to_search(client, typed):
    make.MandateFactory(text="To urge")
    said = found(client, typed)
    assert "How to search" in said
    assert "To urge" not in said


def test_a_document_pasted_is_refused_in_words(client):
    response = client.get("/search/", {"q": "word " * 2_000})
    assert response.status_code == 400
    assert f"Search for at most {MAX_LENGTH} characters" in main_text_of(response)


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "a' OR 1=1 --", "a NEAR b", "{{ x }}", "'\"><b>"]
)
def test_hostile_words_are_shown_as_typed(client, typed):
    make.MandateFactory(text="a script alert 1 or near b x")
    page = text_of(client.get("/search/", {"q": typed}))
    assert "<script>" not in page
    assert "<b>" not in page


def test_control_characters_among_words_are_left_out(client):
    make.MandateFactory(text="To combat trafficking")
    assert "To combat trafficking" in found(client, "traf\x00ficking\x0b combat")


@pytest.mark.parametrize("address", ["/search/", "/mandates/"])
def test_a_draft_that_is_suggested_for_what_was_found_is_not_told(client, address):
    mandate = make.MandateFactory(text="To urge states")
    make.ActivityFactory(title="A seminar").mandates.add(mandate)
    make.ActivityFactory(title="Hidden seminar", published=False).mandates.add(mandate)
    said = main_text_of(client.get(address, {"q": "seminar"}))
    assert "A seminar" in said
    assert "Hidden" not in said

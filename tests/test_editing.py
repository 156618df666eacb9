"""Editing well: copies, names one can choose by, what was understood, what stands in the way."""

import html
import re
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from calendar_app.copying import copy_into_next_year
from calendar_app.dates import parse_span
from calendar_app.models import Meeting, MeetingAct, MeetingChange
from cimplan.groups import ADMINISTRATOR, EDITOR
from mandates.models import Activity, Actor, Mandate, Resolution, Versioned
from tests import factories as make
from tests.forms import add, address, errors_of, open_form, send
from tests.pages import blocked_by_policy, sent_back, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make.UserFactory(username="mary", groups=[EDITOR]))
    return client


def said(response: Any) -> list[str]:
    """The messages one gets after saving."""
    return [str(message) for message in get_messages(response.wsgi_request)]


# --- names to choose by ------------------------------------------------------------------------


def test_names_are_given_in_full_where_one_chooses(editor: Client) -> None:
    long = "To urge the member states to adopt " + "and carry out " * 20
    mandate = make.MandateFactory(reference="219-3", text=long)
    resolution = mandate.resolution
    resolution.title = "Integration of the gender perspective " * 5
    resolution.save()
    begins = "219-3 · To urge the member states to adopt and carry out and carry…"
    for model, field, text in (
        ("activity", "mandates", begins),
        ("mandate", "resolution", f"{resolution.symbol} Integration of the gender perspective"),
    ):
        found = editor.get(
            reverse("admin:autocomplete"),
            {"app_label": "mandates", "model_name": model, "field_name": field, "term": ""},
        )
        (one,) = found.json()["results"]
        assert one["text"].startswith(text)
        assert len(one["text"]) < 200
    activity = make.ActivityFactory()
    activity.mandates.add(mandate)
    assert begins in text_of(editor.get(address(Activity, "change", activity.pk)))


def test_nothing_is_chosen_from_a_list_of_hundreds() -> None:
    """Whatever record one chooses, on a page or in a line, completes itself."""
    swept = 0
    for model, page in admin.site._registry.items():
        if not issubclass(model, Versioned):
            continue
        for form in (page, *page.inlines):
            model = getattr(form, "model", model)
            if not issubclass(model, Versioned):
                continue
            for field in (*model._meta.fields, *model._meta.many_to_many):
                target = field.related_model
                chosen = field.name in (form.fields or ()) and isinstance(target, type)
                if chosen and issubclass(target, Versioned):
                    assert field.name in form.autocomplete_fields, (form, field)
                    swept += 1
    assert swept >= 20


# --- copies ------------------------------------------------------------------------------------


def copy_form(client: Client, record: Any) -> dict[str, list[str]]:
    response = client.get(address(type(record), "add"), {"copy": record.pk})
    assert response.status_code == 200
    return sent_back(response, f"{record._meta.model_name}_form")


def test_a_mandate_is_copied_with_whom_it_addresses(editor: Client) -> None:
    mandate = make.MandateFactory(text="To urge", verb="urge", standing="expired")
    line = make.AddresseeFactory(mandate=mandate, qualifier="that have not yet done so")
    make.CitationFactory(mandate=mandate)
    make.DeadlineFactory(mandate=mandate)
    page = text_of(editor.get(address(Mandate, "change", mandate.pk)))
    assert f'href="/admin/mandates/mandate/add/?copy={mandate.pk}" class="copylink"' in page
    data = copy_form(editor, mandate)
    assert (data["text"], data["verb"]) == (["To urge"], ["urge"])
    assert data["resolution"] == [str(mandate.resolution_id)]
    assert (data["reference"], data["position"]) == ([""], [""])
    assert data["standing"] == ["current"]
    assert "published" not in data
    assert data["addressees-0-actor"] == [str(line.actor_id)]
    assert data["addressees-0-id"] == [""]
    assert data["deadlines-TOTAL_FORMS"] == ["0"]
    data |= {"reference": f"{mandate.resolution.slug}-77", "position": "77"}
    assert editor.post(address(Mandate, "add"), data).status_code == 302
    copy = Mandate.objects.get(position=77)
    assert [line.qualifier for line in copy.addressees.all()] == ["that have not yet done so"]
    assert (mandate.addressees.count(), copy.citations.count()) == (1, 1)
    assert (copy.standing, copy.published) == ("current", False)


def test_a_meeting_is_copied_without_what_must_be_new(editor: Client) -> None:
    meeting = make.MeetingFactory(
        title="CEDAW", state="held", tentative=True, city="New York", series="CEDAW"
    )
    data = copy_form(editor, meeting)
    assert (data["title"], data["city"], data["series"]) == (["CEDAW"], ["New York"], ["CEDAW"])
    assert data["dates"] == [str(meeting.span)]
    assert (data["slug"], data["state"]) == ([""], ["scheduled"])
    assert not {"published", "tentative"} & set(data)


def test_an_activity_is_copied(editor: Client) -> None:
    activity = make.ActivityFactory(description="Many words")
    activity.responsible.add(make.ActorFactory())
    data = copy_form(editor, activity)
    assert (data["description"], data["slug"]) == (["Many words"], [""])
    assert len(data["responsible"]) == 1


@pytest.mark.parametrize("key", ["", "x", "999", "9" * 30, "-1"])
def test_a_copy_of_nothing_is_an_empty_form(editor: Client, key: str) -> None:
    response = editor.get(address(Activity, "add"), {"copy": key})
    assert sent_back(response, "activity_form")["title"] == [""]


# --- last year's calendar ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "copied"),
    [
        ("June 30-July 18, 2003", "June 30-July 18, 2004*"),
        ("May 2003*", "May 2004*"),
        ("February 2003", "February 2004*"),
        ("February 29, 2004", "February 28, 2005*"),
        ("first semester of 2003", "first semester of 2004*"),
        ("2003", "2004*"),
    ],
)
def test_a_meeting_is_copied_one_year_on(span: str, copied: str) -> None:
    written = parse_span(span)
    meeting = make.MeetingFactory(tentative=written.tentative)
    meeting.span = written.span
    meeting.save()
    (copy,) = copy_into_next_year(meetings=[meeting]).made
    assert copy.span.printed(copy.tentative) == copied


@pytest.mark.parametrize(
    ("printed", "copied"),
    [
        ("CIM Committee 2002-2004, meeting of 2003", "CIM Committee 2002-2004, meeting of 2004"),
        ("The term 2003–2005", "The term 2003–2005"),
        ("The term 2001 — 2003", "The term 2001 — 2003"),
        ("The term 2003/04 in 2003", "The term 2003/04 in 2004"),
        ("CEDAW 2003-", "CEDAW 2004-"),
    ],
)
def test_a_term_stays_the_term_in_the_name_of_a_copy(printed: str, copied: str) -> None:
    meeting = make.MeetingFactory(title=printed, start=date(2003, 5, 1))
    (copy,) = copy_into_next_year(meetings=[meeting]).made
    assert copy.title == copied


@pytest.mark.parametrize(
    ("slug", "copied"),
    [("ec-2003-2005", "ec-2003-2005-2004"), ("cedaw-2003-02", "cedaw-2004-02")],
)
def test_a_key_has_the_next_year(slug: str, copied: str) -> None:
    meeting = make.MeetingFactory(slug=slug, start=date(2003, 5, 1))
    (copy,) = copy_into_next_year(meetings=[meeting]).made
    assert copy.slug == copied


def test_a_copy_follows_up_on_its_meeting_as_a_draft() -> None:
    meeting = make.MeetingFactory(
        slug="cedaw-2003", title="CEDAW 2003", state="held", series="CEDAW", start=date(2003, 6, 30)
    )
    meeting.organizers.add(make.ActorFactory())
    (copy,) = copy_into_next_year(meetings=[meeting]).made
    assert (copy.slug, copy.title, copy.series) == ("cedaw-2004", "CEDAW 2004", "CEDAW")
    assert (copy.published, copy.state, copy.tentative) == (False, "scheduled", True)
    assert list(copy.follows.all()) == [meeting]
    assert list(copy.organizers.all()) == list(meeting.organizers.all())
    again = copy_into_next_year(meetings=[meeting])
    assert (again.made, again.there) == ([], [copy])


def test_one_without_a_year_in_its_key_is_copied_too() -> None:
    meeting = make.MeetingFactory(slug="x" * 100, start=date(2003, 3, 8))
    (copy,) = copy_into_next_year(meetings=[meeting]).made
    assert copy.slug == "x" * 95 + "-2004"


def test_one_without_a_date_is_left_out(editor: Client) -> None:
    undated = make.MeetingFactory(slug="seminar", start=None, end=None, precision="")
    copied = copy_into_next_year(meetings=[undated])
    assert (copied.made, copied.undated) == ([], [undated])
    chosen = {"action": "copy_into_next_year", "_selected_action": [undated.pk]}
    assert said(editor.post(address(Meeting, "changelist"), chosen)) == [
        "1 meeting has no date and was left out: its copy would be the same once more."
    ]
    assert Meeting.objects.get() == undated


def test_all_or_none_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    meetings = [make.MeetingFactory(), make.MeetingFactory(title="Bad")]
    save = Meeting.save

    def fail(self: Meeting, *args: Any, **kwargs: Any) -> None:
        if self.title == "Bad":
            raise RuntimeError
        save(self, *args, **kwargs)

    monkeypatch.setattr(Meeting, "save", fail)
    with pytest.raises(RuntimeError):
        copy_into_next_year(meetings=meetings)
    assert Meeting.objects.count() == 2


def test_chosen_meetings_are_copied_from_their_list(editor: Client) -> None:
    meetings = [make.MeetingFactory(slug=f"no-{n}-2003", title=f"No. {n}") for n in (1, 2)]
    make.MeetingFactory(slug="no-2-2004", title="No. 2 of 2004")
    chosen = {"action": "copy_into_next_year", "index": 0}
    chosen["_selected_action"] = [meeting.pk for meeting in meetings]
    response = editor.post(address(Meeting, "changelist"), chosen)
    assert said(response) == [
        "1 meeting copied, tentative and not published: look through its dates and its title, "
        "where a number as in “47° Session” is still that of the year before.",
        "“No. 2 of 2004” is there already and was left as it is.",
    ]
    copy = Meeting.objects.get(slug="no-1-2004")
    assert not copy.published
    assert copy.history.latest("history_id").history_user.username == "mary"


# --- what was understood, and where one is afterwards ------------------------------------------


def test_dates_and_symbols_are_said_back_as_understood(editor: Client) -> None:
    meeting = make.MeetingFactory()
    data = open_form(editor, meeting)
    response = send(editor, meeting, {**data, "dates": "30 June – 18 July 2003 *"})
    assert "“30 June – 18 July 2003 *” was understood as June 30-July 18, 2003*." in said(response)
    data = open_form(editor, meeting)
    del data["tentative"]
    response = send(editor, meeting, {**data, "dates": "July 1, 2003"})
    assert not [words for words in said(response) if "understood" in words]
    response = add(editor, Resolution, symbol="cim res 224 / 02")
    assert "“cim res 224 / 02” was understood as 224." in said(response)
    typed = {"resolution": Resolution.objects.get().pk, "position": "1", "text": "To urge"}
    lines = {"deadlines-TOTAL_FORMS": "1", "deadlines-0-by": "1 july 2003"}
    lines["deadlines-0-words"] = "by then"
    response = add(editor, Mandate, reference="224 para. 1", **typed, **lines)
    assert "“224 para. 1” was understood as 224-1." in said(response)
    assert "“1 july 2003” was understood as July 1, 2003." in said(response)


def test_one_comes_back_to_the_list_as_it_was_filtered(editor: Client) -> None:
    mandate = make.MandateFactory()
    filters = {"standing__exact": "current", "q": "urge"}
    page = text_of(editor.get(address(Mandate, "changelist"), filters))
    link = re.search(rf'href="([^"]*/{mandate.pk}/change/[^"]*)"', page)
    assert link
    url = html.unescape(link[1])
    data = {**sent_back(editor.get(url), "mandate_form"), "verb": "request"}
    response = editor.post(url, data)
    assert response["Location"].endswith("/mandate/?standing__exact=current&q=urge")


def test_the_public_page_and_the_form_lead_to_each_other(editor: Client) -> None:
    swept = set()
    for model, made_by in make.FACTORIES.items():
        if not hasattr(model, "get_absolute_url") or not issubclass(model, Versioned):
            continue
        record = made_by()
        page = text_of(editor.get(address(model, "change", record.pk)))
        assert "viewsitelink" in page, model
        public = record.get_absolute_url()
        response = editor.get(public, follow=True)
        assert response.status_code == 200
        if "#" not in public:
            assert address(model, "change", record.pk) in text_of(response), model
        swept.add(model._meta.model_name)
    assert swept >= {"mandate", "resolution", "activity", "actor", "meeting", "session"}
    assert swept >= {"programarea", "workplan", "section", "calendarentry", "mandaterow"}


def test_a_mandate_leads_to_its_activities_and_to_a_new_one(editor: Client) -> None:
    activity = make.ActivityFactory(title="A seminar")
    mandate = make.MandateFactory()
    activity.mandates.add(mandate)
    page = text_of(editor.get(address(Mandate, "change", mandate.pk)))
    assert f'<a href="{address(Activity, "change", activity.pk)}">A seminar</a>' in page
    new = f"{address(Activity, 'add')}?mandates={mandate.pk}"
    assert new in page
    assert sent_back(editor.get(new), "activity_form")["mandates"] == [str(mandate.pk)]


# --- meetings called off -----------------------------------------------------------------------


def test_a_meeting_added_as_cancelled_says_why(editor: Client) -> None:
    typed = {"title": "CEDAW", "slug": "cedaw", "dates": "May 2003", "state": "cancelled"}
    response = add(editor, Meeting, **typed)
    assert errors_of(response)["reason"] == ["Say why the meeting is cancelled."]
    assert add(editor, Meeting, **typed, reason="No funds.").status_code == 302
    entry = MeetingChange.objects.get()
    assert (entry.act, entry.reason) == (MeetingAct.CANCELLED, "No funds.")
    assert entry.meeting.state == "cancelled"
    assert entry.recorded_by.username == "mary"


def test_an_asterisk_alone_is_called_what_it_is(editor: Client) -> None:
    meeting = make.MeetingFactory()
    send(editor, meeting, {**open_form(editor, meeting), "tentative": "on"})
    assert MeetingChange.objects.get().get_act_display() == "Marked tentative"


# --- deleting ----------------------------------------------------------------------------------


def test_deleting_says_what_goes_what_stands_in_the_way_and_who_may(client: Client) -> None:
    mandate = make.MandateFactory()
    line = make.AddresseeFactory(mandate=mandate, qualifier="that have not yet done so")
    client.force_login(make.UserFactory(groups=[EDITOR]))
    page = text_of(client.get(address(Mandate, "change", mandate.pk)))
    assert "Only an administrator of the Secretariat may delete this." in page
    assert "deletelink" not in page
    refused = client.get(address(Mandate, "delete", mandate.pk))
    assert refused.status_code == 403
    client.force_login(make.UserFactory(groups=[ADMINISTRATOR]))
    page = text_of(client.get(address(Mandate, "change", mandate.pk)))
    assert "Only an administrator" not in page
    page = text_of(client.get(address(Mandate, "delete", mandate.pk)))
    assert str(line) in page
    make.MandateRowFactory(mandate=mandate, plan__year=1999)
    response = client.get(address(Mandate, "delete", mandate.pk))
    assert "would require deleting the following protected" in text_of(response)
    assert "1999" in text_of(response)
    client.post(address(Mandate, "delete", mandate.pk), {"post": "yes"})
    assert Mandate.objects.filter(pk=mandate.pk).exists()


# --- what nobody should type -------------------------------------------------------------------

HOSTILE = "Tab\tstays \x0b line \u2028 bell \x07 end\x85 \x9f."
CLEAN = "Tab\tstays \n line \n bell  end\n ."


@pytest.mark.parametrize("model", make.FACTORIES, ids=lambda model: model._meta.model_name)
def test_control_characters_and_endless_texts_are_cleaned_or_refused(
    editor: Client, model: Any
) -> None:
    """Never an error of the server; what was typed stays where it is refused."""
    if not issubclass(model, Versioned):
        pytest.skip("a log")
    record = make.FACTORIES[model]()
    form = admin.site._registry[model].form
    data = open_form(editor, record)
    texts = [
        name
        for name in data
        if not name.startswith(("initial-", "csrf", "read_version"))
        and "__prefix__" not in name
        and is_text(model, name, form)
    ]
    for name in texts:
        for typed in (HOSTILE, "x" * 100_000, "null \x00 byte"):
            response = send(editor, record, {**data, name: typed})
            assert response.status_code in (200, 302), (name, typed[:20])
            if response.status_code == 200:
                assert errors_of(response), name
                shown = html.unescape(text_of(response))
                assert typed[:5] in shown
                assert blocked_by_policy(response) == []
            elif typed == HOSTILE and hasattr(record, name):
                kept = model._base_manager.get(pk=record.pk)
                assert getattr(kept, name).split() == CLEAN.split()
            data = open_form(editor, record)


def is_text(model: Any, name: str, form: Any) -> bool:
    field = form.base_fields.get(name) or form.declared_fields.get(name)
    known = {one.name: one for one in model._meta.fields}
    if name in known:
        return known[name].get_internal_type() in ("CharField", "TextField", "SlugField")
    return field is not None and type(field).__name__ == "CharField"


def test_text_in_a_list_or_an_address_is_refused_in_words(editor: Client) -> None:
    for query in ({"q": "x\x00y"}, {"q": "y" * 5000}, {"id__exact": "x"}, {"p": "999"}):
        response = editor.get(address(Actor, "changelist"), query)
        assert response.status_code in (200, 302), query

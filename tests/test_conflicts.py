"""Two people at one record: nothing is lost, the second sees both, and decides."""

import html
import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import Permission
from django.test import Client

from calendar_app.models import MeetingChange
from cimplan import forms as cimplan_forms
from cimplan.groups import ADMINISTRATOR, EDITOR
from mandates.models import Activity, Mandate, StaleRecord
from tests.factories import (
    ActivityFactory,
    ActorFactory,
    AddresseeFactory,
    AgendaItemFactory,
    CitationFactory,
    DeadlineFactory,
    MandateFactory,
    MeetingFactory,
    NoteTargetFactory,
    ProgramAreaFactory,
    SessionReportFactory,
    StateFactory,
    UserFactory,
)
from tests.forms import address, errors_of, open_form, send
from tests.pages import blocked_by_policy, sent_back, text_of
from workplan.models import ProgramArea

pytestmark = pytest.mark.django_db

STALE, UNKNOWN_VERSION, GONE = (
    str(text) for text in (cimplan_forms.STALE, cimplan_forms.UNKNOWN_VERSION, cimplan_forms.GONE)
)


def signed_in(username: str, group: str = EDITOR) -> Client:
    client = Client()
    name = {"first_name": username.title(), "last_name": "Ray"}
    client.force_login(UserFactory(username=username, groups=[group], **name))
    return client


@pytest.fixture
def mary() -> Client:
    return signed_in("mary")


@pytest.fixture
def john() -> Client:
    return signed_in("john")


def words_of(fragment: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", fragment)).split())


def conflict_in(response: Any) -> list[str]:
    """What each comparison on a page says, in words."""
    found = re.findall(r'<div class="conflict">(.*?)</div>', text_of(response), re.S)
    return [words_of(fragment) for fragment in found]


def contested(response: Any) -> dict[str, tuple[str, str]]:
    """The fields in which the two differ: what was typed, and what is stored."""
    rows = re.findall(
        r'<th scope="row">(.*?)</th>\s*<td>(.*?)</td>\s*<td>(.*?)</td>', text_of(response), re.S
    )
    return {words_of(label): (words_of(typed), words_of(now)) for label, typed, now in rows}


def ticked(data: dict[str, Any], response: Any) -> dict[str, Any]:
    """The form once more, with every box ticked that says one has seen what is stored."""
    box = r'name="([\w-]*seen_version)"\s+id="[\w-]+"\s+value="(\d+)"'
    boxes = re.findall(box, text_of(response))
    assert boxes
    return data | dict(boxes)


# --- one record --------------------------------------------------------------------------------


def test_the_second_to_save_sees_both_and_who_and_keeps_what_was_typed(
    mary: Client, john: Client
) -> None:
    activity = ActivityFactory(description="At first", funding="None")
    hers, his = open_form(mary, activity), open_form(john, activity)
    assert send(mary, activity, {**hers, "description": "Her words"}).status_code == 302
    response = send(john, activity, {**his, "description": "His own words"})
    assert response.status_code == 200
    assert STALE in errors_of(response)["__all__"]
    (said,) = conflict_in(response)
    assert re.search(r"Saved by Mary Ray \(Feb\. 20, 2003, \d+", said)
    assert contested(response) == {"Description": ("His own words", "Her words")}
    assert sent_back(response, "activity_form")["description"] == ["His own words"]
    assert blocked_by_policy(response) == []
    activity.refresh_from_db()
    assert (activity.description, activity.version) == ("Her words", 2)


def test_pressing_save_again_does_not_force_it_through(mary: Client, john: Client) -> None:
    activity = ActivityFactory()
    his = {**open_form(john, activity), "title": "His"}
    send(mary, activity, {**open_form(mary, activity), "title": "Hers"})
    response = send(john, activity, his)
    for _ in range(2):
        again = sent_back(response, "activity_form")
        assert "seen_version" not in again
        response = send(john, activity, again)
        assert contested(response) == {"Title": ("His", "Hers")}
    activity.refresh_from_db()
    assert activity.title == "Hers"


def test_having_seen_it_one_saves_ones_own_and_keeps_the_rest_of_theirs(
    mary: Client, john: Client
) -> None:
    old, new = ActorFactory(name="Old"), ActorFactory(name="New")
    activity = ActivityFactory(title="At first", description="At first", funding="At first")
    activity.responsible.add(old)
    his = open_form(john, activity)
    hers = {"title": "Her title", "description": "Her words", "responsible": [new.pk]}
    send(mary, activity, {**open_form(mary, activity), **hers})
    response = send(john, activity, {**his, "description": "His words", "funding": "His funds"})
    assert contested(response) == {
        "Description": ("His words", "Her words"),
        "Funding": ("His funds", "At first (as when you opened it)"),
    }
    assert "Title: Her title" in conflict_in(response)[0]
    assert "Responsible: New" in conflict_in(response)[0]
    # What one sees in the form is what will be saved.
    again = sent_back(response, "activity_form")
    assert (again["title"], again["description"]) == (["Her title"], ["His words"])
    assert again["responsible"] == [str(new.pk)]
    assert send(john, activity, ticked(again, response)).status_code == 302
    activity.refresh_from_db()
    assert (activity.title, activity.description) == ("Her title", "His words")
    assert activity.funding == "His funds"
    assert list(activity.responsible.all()) == [new]
    assert activity.version == 3
    names = [row.history_user.username for row in activity.history.order_by("-history_id")[:1]]
    assert names == ["john"]


def test_even_one_who_never_saw_the_merged_form_loses_nothing_of_theirs(
    mary: Client, john: Client
) -> None:
    """The same fields as first typed, sent with the tick: what he never touched stays hers."""
    activity = ActivityFactory(title="At first", description="At first")
    his = {**open_form(john, activity), "description": "His"}
    send(mary, activity, {**open_form(mary, activity), "title": "Hers"})
    response = send(john, activity, his)
    assert send(john, activity, ticked(his, response)).status_code == 302
    activity.refresh_from_db()
    assert (activity.title, activity.description) == ("Hers", "His")


def test_what_was_seen_must_be_what_is_stored(mary: Client, john: Client) -> None:
    activity = ActivityFactory(title="At first")
    response = send_after(mary, john, activity, title="His")
    seen = ticked(sent_back(response, "activity_form"), response)
    send(mary, activity, {**open_form(mary, activity), "title": "Hers again"})
    response = send(john, activity, seen)
    assert contested(response) == {"Title": ("His", "Hers again")}
    assert send(john, activity, ticked(sent_back(response, "activity_form"), response)).status_code
    activity.refresh_from_db()
    assert activity.title == "His"


def send_after(mary: Client, john: Client, activity: Activity, **typed: Any) -> Any:
    """What John gets who opened the form before Mary saved hers."""
    his = open_form(john, activity)
    hers = dict.fromkeys(typed, "Hers")
    send(mary, activity, {**open_form(mary, activity), **hers})
    return send(john, activity, {**his, **typed})


def test_another_error_does_not_ask_to_look_twice(mary: Client, john: Client) -> None:
    activity = ActivityFactory()
    response = send_after(mary, john, activity, title="His")
    again = ticked(sent_back(response, "activity_form"), response)
    response = send(john, activity, {**again, "title": ""})
    assert set(errors_of(response)) == {"title"}
    again = {**sent_back(response, "activity_form"), "title": "His at last"}
    assert send(john, activity, again).status_code == 302
    activity.refresh_from_db()
    assert activity.title == "His at last"


def test_a_list_that_was_empty_is_still_typed_after_an_error(mary: Client) -> None:
    """An empty list sends nothing of what was opened, which is not to say that nothing was."""
    activity, actor = ActivityFactory(), ActorFactory()
    response = send(
        mary, activity, {**open_form(mary, activity), "responsible": [actor.pk]} | {"title": ""}
    )
    again = {**sent_back(response, "activity_form"), "title": activity.title}
    assert send(mary, activity, again).status_code == 302
    assert list(activity.responsible.all()) == [actor]


def test_choices_and_dates_are_compared_in_words(mary: Client, john: Client) -> None:
    mandate = MandateFactory()
    hers = {"standing": "expired", "ends_on": "2003-03-01", "published": [], "priority": "1"}
    his = {"standing": "fulfilled", "ends_on": "2003-04-01", "reported_on": []}
    opened = open_form(john, mandate)
    data = open_form(mary, mandate)
    del data["published"]
    hers.pop("published")
    assert send(mary, mandate, {**data, **hers}).status_code == 302
    del opened["reported_on"]
    his.pop("reported_on")
    response = send(john, mandate, {**opened, **his})
    assert contested(response) == {
        "Standing": ("Fulfilled", "Expired"),
        "Ends on": ("2003-04-01", "2003-03-01"),
        "Reported on": ("no", "yes (as when you opened it)"),
    }
    assert "Published: no" in conflict_in(response)[0]
    assert "Priority: High" in conflict_in(response)[0]
    again = ticked(sent_back(response, "mandate_form"), response)
    assert send(john, mandate, again).status_code == 302
    mandate.refresh_from_db()
    assert (mandate.standing, str(mandate.ends_on)) == ("fulfilled", "2003-04-01")
    assert (mandate.published, mandate.reported_on, mandate.priority) == (False, False, 1)


def test_records_are_compared_by_their_names(mary: Client, john: Client) -> None:
    one, two, three = (StateFactory(name=name) for name in ("Chile", "Peru", "Belize"))
    delegate = ActorFactory(kind="delegate", state=one)
    his = open_form(john, delegate)
    send(mary, delegate, {**open_form(mary, delegate), "state": two.pk})
    response = send(john, delegate, {**his, "state": three.pk})
    assert contested(response) == {"State": ("Belize", "Peru")}


def test_meetings_are_compared_in_dates_as_people_write_them(mary: Client, john: Client) -> None:
    meeting = MeetingFactory()
    his = {**open_form(john, meeting), "dates": "June 5, 2003", "reason": "A new hall"}
    hers = {"dates": "May 2003*", "reason": "Not settled"}
    assert send(mary, meeting, {**open_form(mary, meeting), **hers}).status_code == 302
    response = send(john, meeting, his)
    assert contested(response)["Dates"] == ("June 5, 2003", "May 2003")
    assert "Tentative: yes" in conflict_in(response)[0]
    assert MeetingChange.objects.count() == 1
    again = ticked(sent_back(response, "meeting_form"), response)
    assert again["reason"] == ["A new hall"]
    del again["tentative"]
    assert send(john, meeting, again).status_code == 302
    meeting.refresh_from_db()
    assert (str(meeting.span), meeting.tentative) == ("June 5, 2003", False)
    entry = MeetingChange.objects.latest("pk")
    assert (str(entry.dates_before), entry.dates_after) == ("May 2003*", "June 5, 2003")


def test_the_parts_of_a_report_are_compared(mary: Client, john: Client) -> None:
    report = SessionReportFactory()
    his = {**open_form(john, report), "parts": "chair"}
    send(mary, report, {**open_form(mary, report), "parts": "progress"})
    assert contested(send(john, report, his)) == {"Parts, in order": ("chair", "progress")}


def test_a_form_nobody_typed_in_is_neither_written_nor_refused(mary: Client, john: Client) -> None:
    activity = ActivityFactory(title="At first", description="Two\nlines")
    his = open_form(john, activity)
    send(mary, activity, {**open_form(mary, activity), "title": "Hers"})
    rows = activity.history.count()
    assert send(john, activity, his).status_code == 302
    activity.refresh_from_db()
    assert (activity.title, activity.version) == ("Hers", 2)
    assert activity.history.count() == rows


def test_line_ends_of_a_browser_are_nobodys_change(mary: Client, john: Client) -> None:
    """Browsers send CR LF, of the hidden values as well; stored is LF."""
    activity = ActivityFactory(title="At first", description="Two\nlines")
    his = {
        name: [value.replace("\n", "\r\n") for value in values]
        for name, values in open_form(john, activity).items()
    }
    send(mary, activity, {**open_form(mary, activity), "title": "Hers"})
    response = send(john, activity, {**his, "funding": "His"})
    assert list(contested(response)) == ["Funding"]
    assert "Description" not in conflict_in(response)[0]


def test_what_both_typed_alike_is_not_contested(mary: Client, john: Client) -> None:
    activity = ActivityFactory()
    his = {**open_form(john, activity), "title": "The same", "funding": "His"}
    send(mary, activity, {**open_form(mary, activity), "title": "The same"})
    assert list(contested(send(john, activity, his))) == ["Funding"]


def test_typed_markup_is_text_in_the_comparison(mary: Client, john: Client) -> None:
    activity = ActivityFactory()
    his = {**open_form(john, activity), "description": "<script>his()</script>"}
    hers = {"description": "<img src=x onerror=hers()>"}
    send(mary, activity, {**open_form(mary, activity), **hers})
    response = send(john, activity, his)
    assert blocked_by_policy(response) == []
    assert "<td>&lt;script&gt;his()&lt;/script&gt;</td>" in text_of(response)
    assert "&lt;img src=x onerror=hers()&gt;" in text_of(response)


def test_where_no_history_tells_who_it_says_so(john: Client) -> None:
    activity = ActivityFactory()
    his = {**open_form(john, activity), "title": "His"}
    activity.title = "Of unknown hand"
    activity.save()
    activity.history.all().delete()
    assert "Who it was is not recorded." in conflict_in(send(john, activity, his))[0]


@pytest.mark.parametrize("token", [None, "", "x", "-1", "1; drop", "9" * 40, "٣"])
def test_a_missing_or_bad_version_is_a_refusal(mary: Client, token: str | None) -> None:
    activity = ActivityFactory(title="Stays")
    data = {**open_form(mary, activity), "title": "Goes"}
    if token is None:
        del data["read_version"]
    else:
        data["read_version"] = token
    response = send(mary, activity, data)
    assert errors_of(response)["__all__"][0] in (UNKNOWN_VERSION, STALE)
    assert 'value="Goes"' in text_of(response)
    activity.refresh_from_db()
    assert activity.title == "Stays"


@pytest.mark.parametrize("opened", [None, "", "nonsense", "\x00"])
def test_without_the_opened_values_all_is_taken_for_typed(
    mary: Client, john: Client, opened: str | None
) -> None:
    """Nothing is saved unseen, whatever a broken or forged form says of where it began."""
    activity = ActivityFactory(title="At first", funding="At first")
    his = {**open_form(john, activity), "funding": "His"}
    for name in [name for name in his if name.startswith("initial-")]:
        del his[name]
        if opened is not None:
            his[name] = opened
    send(mary, activity, {**open_form(mary, activity), "title": "Hers"})
    response = send(john, activity, his)
    assert contested(response) == {
        "Title": ("At first", "Hers"),
        "Funding": ("His", "At first (as when you opened it)"),
    } or {"Title", "Funding"} <= set(contested(response))
    activity.refresh_from_db()
    assert activity.title == "Hers"


@pytest.mark.django_db(transaction=True)
def test_a_save_between_our_reading_and_our_writing_is_a_refusal_in_words(
    mary: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The UPDATE fails, and the form says so and shows both."""
    activity = ActivityFactory(title="At first")
    data = {**open_form(mary, activity), "title": "Ours"}
    save, view, raced = Activity.save, ModelAdmin.changeform_view, []

    def stale_at_first(self: Activity, *args: Any, **kwargs: Any) -> None:
        if not raced:
            raise StaleRecord
        save(self, *args, **kwargs)

    def somebody_else_saves(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except StaleRecord:
            raced.append(True)
            other = Activity.objects.get()
            other.title = "Theirs"
            other.save()
            raise

    monkeypatch.setattr(Activity, "save", stale_at_first)
    monkeypatch.setattr(ModelAdmin, "changeform_view", somebody_else_saves)
    response = send(mary, activity, data)
    assert raced == [True]
    assert contested(response) == {"Title": ("Ours", "Theirs")}
    assert 'value="Ours"' in text_of(response)
    activity.refresh_from_db()
    assert (activity.title, activity.version) == ("Theirs", 2)


# --- lines -------------------------------------------------------------------------------------


def test_a_line_somebody_else_changed_is_shown_with_both(mary: Client, john: Client) -> None:
    addressee = AddresseeFactory(qualifier="at first", position=1)
    mandate = addressee.mandate
    his = {**open_form(john, mandate), "addressees-0-qualifier": "ours"}
    hers = {"addressees-0-qualifier": "theirs", "addressees-0-position": "7"}
    assert send(mary, mandate, {**open_form(mary, mandate), **hers}).status_code == 302
    response = send(john, mandate, his)
    assert contested(response) == {"Qualifier": ("ours", "theirs")}
    (said,) = conflict_in(response)
    assert "Saved by Mary Ray" in said
    assert "Position: 7" in said
    addressee.refresh_from_db()
    assert addressee.qualifier == "theirs"
    again = ticked(sent_back(response, "mandate_form"), response)
    assert send(john, mandate, again).status_code == 302
    addressee.refresh_from_db()
    assert (addressee.qualifier, addressee.position) == ("ours", 7)


def test_a_line_left_alone_is_nobodys_conflict(mary: Client, john: Client) -> None:
    addressee = AddresseeFactory(qualifier="at first")
    mandate = addressee.mandate
    his = {**open_form(john, mandate), "verb": "request"}
    hers = {"addressees-0-qualifier": "theirs"}
    assert send(mary, mandate, {**open_form(mary, mandate), **hers}).status_code == 302
    assert send(john, mandate, his).status_code == 302
    addressee.refresh_from_db()
    mandate.refresh_from_db()
    assert (addressee.qualifier, addressee.version) == ("theirs", 2)
    assert (mandate.verb, mandate.version) == ("request", 2)


def test_a_line_with_lists_is_compared(mary: Client, john: Client) -> None:
    item, mandates = AgendaItemFactory(), [MandateFactory(), MandateFactory()]
    his = {**open_form(john, item.session), "agenda-0-mandates": [mandates[0].pk]}
    hers = {"agenda-0-mandates": [mandates[1].pk], "agenda-0-decision_taken": "Adopted\nas it is"}
    assert send(mary, item.session, {**open_form(mary, item.session), **hers}).status_code == 302
    response = send(john, item.session, his)
    assert contested(response) == {"Mandates": tuple(mandate.in_full for mandate in mandates)}
    again = ticked(sent_back(response, "session_form"), response)
    assert send(john, item.session, again).status_code == 302
    item.refresh_from_db()
    assert list(item.mandates.all()) == mandates[:1]
    assert item.decision_taken == "Adopted\nas it is"


def test_a_note_s_record_is_compared_by_its_key(mary: Client, john: Client) -> None:
    one, two, three = MandateFactory(), MandateFactory(), MandateFactory()
    target = NoteTargetFactory(record=one)
    his = {**open_form(john, target.note), "targets-0-key": two.reference}
    hers = {"targets-0-key": three.reference}
    assert send(mary, target.note, {**open_form(mary, target.note), **hers}).status_code == 302
    response = send(john, target.note, his)
    assert contested(response) == {"Key": (two.reference, three.reference)}


def test_a_line_somebody_else_changed_is_not_deleted_unseen(mary: Client, john: Client) -> None:
    addressee = AddresseeFactory()
    mandate = addressee.mandate
    his = {**open_form(john, mandate), "addressees-0-DELETE": "on"}
    hers = {"addressees-0-qualifier": "that have not yet done so"}
    send(mary, mandate, {**open_form(mary, mandate), **hers})
    response = send(john, mandate, his)
    assert STALE in text_of(response)
    assert "Qualifier: that have not yet done so" in conflict_in(response)[0]
    addressee.refresh_from_db()
    again = {**sent_back(response, "mandate_form"), "addressees-0-DELETE": "on"}
    assert send(john, mandate, ticked(again, response)).status_code == 302
    assert not mandate.addressees.exists()


def test_a_line_taken_away_does_not_come_back_and_its_words_are_kept(
    mary: Client, john: Client
) -> None:
    addressee, other = AddresseeFactory(position=1), None
    mandate = addressee.mandate
    other = AddresseeFactory(mandate=mandate, position=2, qualifier="stays")
    his = {**open_form(john, mandate), "addressees-0-qualifier": "ours"}
    send(mary, mandate, {**open_form(mary, mandate), "addressees-0-DELETE": "on"})
    response = send(john, mandate, his)
    assert GONE in text_of(response)
    assert "Taken away by Mary Ray" in text_of(response)
    again = sent_back(response, "mandate_form")
    assert again["addressees-0-qualifier"] == ["ours"]
    assert again["addressees-1-qualifier"] == ["stays"]
    assert send(john, mandate, again).status_code == 200
    let_go = {**again, "addressees-0-DELETE": "on", "addressees-1-qualifier": "changed"}
    assert send(john, mandate, let_go).status_code == 302
    assert [line.qualifier for line in mandate.addressees.all()] == ["changed"]
    other.refresh_from_db()


def test_a_line_taken_away_is_not_missed_by_who_left_it_alone(mary: Client, john: Client) -> None:
    mandate = AddresseeFactory().mandate
    his = {**open_form(john, mandate), "verb": "request"}
    send(mary, mandate, {**open_form(mary, mandate), "addressees-0-DELETE": "on"})
    assert send(john, mandate, his).status_code == 302
    mandate.refresh_from_db()
    assert mandate.verb == "request"
    assert not mandate.addressees.exists()


def test_a_line_without_its_version_is_refused(mary: Client) -> None:
    addressee = AddresseeFactory(qualifier="stays")
    data = {**open_form(mary, addressee.mandate), "addressees-0-qualifier": "goes"}
    assert data.pop("addressees-0-read_version") == ["1"]
    assert UNKNOWN_VERSION in text_of(send(mary, addressee.mandate, data))
    addressee.refresh_from_db()
    assert addressee.qualifier == "stays"


def test_lines_that_nobody_touched_are_not_written(mary: Client) -> None:
    mandate = MandateFactory()
    lines = [AddresseeFactory(mandate=mandate), CitationFactory(mandate=mandate)]
    lines.append(DeadlineFactory(mandate=mandate))
    assert send(mary, mandate, open_form(mary, mandate)).status_code == 302
    for record in (mandate, *lines):
        record.refresh_from_db()
        assert record.version == 1
        assert record.history.count() == 1


def test_a_list_edited_in_place_is_guarded_row_by_row(mary: Client, john: Client) -> None:
    one, other = ProgramAreaFactory(order=1), ProgramAreaFactory(order=2)
    url = address(ProgramArea, "changelist")
    his = {**sent_back(john.get(url), "changelist-form"), "_save": "Save"}
    assert his["form-0-read_version"] == his["form-1-read_version"] == ["1"]
    hers = {**open_form(mary, one), "full_name": "Renamed by Mary", "order": "5"}
    assert send(mary, one, hers).status_code == 302
    # A row we leave alone is nobody's loss, so the other one is saved.
    assert john.post(url, {**his, "form-1-order": "7"}).status_code == 302
    other.refresh_from_db()
    assert (other.order, other.version) == (7, 2)
    stale = john.post(url, {**his, "form-0-order": "9"})
    assert contested(stale) == {"Order": ("9", "5")}
    for missing in ("", "x"):
        refused = john.post(url, {**his, "form-0-order": "9", "form-0-read_version": missing})
        assert UNKNOWN_VERSION in text_of(refused)
    one.refresh_from_db()
    assert (one.order, one.full_name) == (5, "Renamed by Mary")
    again = {**sent_back(stale, "changelist-form"), "_save": "Save"}
    assert john.post(url, ticked(again, stale)).status_code == 302
    one.refresh_from_db()
    assert (one.order, one.full_name) == (9, "Renamed by Mary")


# --- deleted meanwhile -------------------------------------------------------------------------


def test_of_a_record_deleted_meanwhile_it_says_who_and_keeps_what_was_typed(john: Client) -> None:
    boss = signed_in("boss", ADMINISTRATOR)
    activity = ActivityFactory(title="A seminar")
    his = {**open_form(john, activity), "title": "Two seminars", "description": "<b>Many</b> words"}
    his |= {"deadlines-TOTAL_FORMS": "1", "deadlines-0-by": "May 2003", "deadlines-0-words": "soon"}
    boss.post(address(Activity, "delete", activity.pk), {"post": "yes"})
    response = send(john, activity, his)
    assert response.status_code == 410
    page = words_of(text_of(response))
    assert "A seminar. Taken away by Boss Ray (Feb. 20, 2003" in page
    assert "Nothing of yours was saved." in page
    for kept in ("Title Two seminars", "<b>Many</b> words", "By May 2003", "Words soon"):
        assert kept in page
    assert blocked_by_policy(response) == []
    assert not Activity.objects.exists()


@pytest.mark.parametrize("key", ["999999", "x", "9" * 40, "%00"])
def test_of_a_record_that_never_was_it_says_what_it_can(john: Client, key: str) -> None:
    response = john.post(f"/admin/mandates/activity/{key}/change/", {"title": "Typed"})
    assert response.status_code in (404, 410)
    if response.status_code == 410:
        assert "Who it was is not recorded." in text_of(response)
        assert "Typed" in text_of(response)


def test_who_may_not_see_drafts_is_not_told_of_them(client: Client) -> None:
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename="change_mandate"))
    client.force_login(user)
    draft = MandateFactory(published=False, text="Canary of the draft")
    for key in (draft.pk, 999):
        response = client.post(address(Mandate, "change", key), {"text": "Mine"})
        assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_every_form_carries_what_it_was_opened_with() -> None:
    swept = 0
    for page in admin.site._registry.values():
        form = getattr(page, "form", None)
        if form and issubclass(form, cimplan_forms.VersionedForm):
            assert form.full_clean is cimplan_forms.VersionedForm.full_clean
            swept += 1
    assert swept == 22

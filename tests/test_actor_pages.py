"""An actor's page: what is asked of a state, as a state and through its delegate."""

import pytest

from mandates.models import Activity, ActorKind
from mandates.models.actors import Actor
from mandates.models.mandates import Mandate
from tests import factories as make
from tests.pages import main_text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def peru():
    peru = make.StateFactory(name="Peru", slug="peru")
    make.ActorFactory(name="Member States").members.add(peru)
    delegate = make.ActorFactory(
        name="Principal Delegate of Peru", kind=ActorKind.DELEGATE, state=peru
    )
    make.ActorFactory(name="Principal Delegates").members.add(delegate)
    return peru


def asking(name: str, text: str) -> Mandate:
    mandate = make.MandateFactory(text=text)
    make.AddresseeFactory(mandate=mandate, actor=Actor.objects.get(name=name))
    return mandate


def test_a_state_is_asked_by_name_as_a_member_and_through_its_delegate(client, peru):
    asking("Peru", "Peru itself.")
    asking("Member States", "All states.")
    asking("Principal Delegate of Peru", "Her delegate.")
    asking("Principal Delegates", "All delegates.")
    make.ActorFactory(name="OAS")
    asking("OAS", "Somebody else.")
    text = main_text_of(client.get("/actors/peru/"))
    asked, through_delegate = text.split("What is asked through its delegate", 1)
    assert "Peru itself." in asked
    assert "All states." in asked
    assert "Her delegate." not in asked
    assert "Her delegate." in through_delegate
    assert "All delegates." in through_delegate
    assert "Somebody else." not in text


def test_who_has_no_delegate_is_asked_nothing_through_one(client, peru):
    asking("Principal Delegates", "All delegates.")
    other = make.ActorFactory(slug="undp")
    page = client.get(f"/actors/{other.slug}/").content.decode()
    assert "through its delegate" not in page
    assert "through its delegate" in client.get("/actors/peru/").content.decode()


def work_of(name: str, title: str, *, part: str) -> Activity:
    activity = make.ActivityFactory(title=title)
    getattr(activity, part).add(Actor.objects.get(name=name))
    return activity


def test_a_state_has_a_part_in_what_its_collectives_and_its_delegates_do(client, peru):
    work_of("Peru", "Peru’s own", part="responsible")
    work_of("Member States", "Reports by all", part="responsible")
    work_of("Principal Delegates", "A list of experts", part="partners")
    both = work_of("Member States", "Peru’s and all", part="partners")
    both.partners.add(peru)
    make.ActorFactory(name="OAS")
    work_of("OAS", "Somebody else’s", part="responsible")
    text = main_text_of(client.get("/actors/peru/"))
    own, shared = text.split("Activities it has a part in with others", 1)
    assert "Peru’s own" in own
    assert own.count("Peru’s and all") == 1
    assert "Reports by all" in shared
    assert "A list of experts" in shared
    assert "through its delegate" in shared
    assert "Peru’s" not in shared
    assert "Somebody else’s" not in text
    Actor.objects.get(name="Principal Delegates").members.clear()
    assert "A list of experts" not in main_text_of(client.get("/actors/peru/"))


def test_a_state_sees_what_is_due_of_it_until_that_is_settled(client, peru):
    asked = asking("Member States", "All states.")
    make.DeadlineFactory(mandate=asked, words="asked by name of all")
    through = asking("Principal Delegates", "All delegates.")
    make.DeadlineFactory(mandate=through, words="asked of the delegate")
    activity = work_of("Member States", "Reports by all", part="responsible")
    make.DeadlineFactory(mandate=None, activity=activity, words="for the IV Session")
    make.DeadlineFactory(words="of somebody else")
    every = ("asked by name of all", "asked of the delegate", "for the IV Session")
    page = main_text_of(client.get("/actors/peru/"))
    assert [words in page for words in every] == [True, True, True]
    assert "of somebody else" not in page
    make.ProgressReportFactory(mandate=asked, status="completed")
    page = main_text_of(client.get("/actors/peru/"))
    assert [words in page for words in every] == [False, True, True]
    delegate = Actor.objects.get(name="Principal Delegate of Peru")
    page = main_text_of(client.get(f"/actors/{delegate.slug}/"))
    assert [words in page for words in every] == [False, True, False]
    other = make.StateFactory()
    assert "What is due" not in main_text_of(client.get(f"/actors/{other.slug}/"))


def test_a_draft_delegate_and_what_she_stands_for_are_no_part_of_a_states_page(client, peru):
    due = asking("Principal Delegates", "All delegates.")
    make.DeadlineFactory(mandate=due, words="by the next session")
    work_of("Principal Delegates", "A list of experts", part="responsible")
    told = ("All delegates.", "by the next session", "A list of experts")
    page = main_text_of(client.get("/actors/peru/"))
    assert [words in page for words in told] == [True, True, True]
    Actor.objects.filter(state=peru).update(published=False)
    page = main_text_of(client.get("/actors/peru/"))
    assert [words in page for words in told] == [False, False, False]


def test_drafts_do_not_come_in_by_a_collective(client, peru):
    for name, part in (("Member States", "responsible"), ("Principal Delegates", "partners")):
        activity = work_of(name, f"canary of {name}", part=part)
        make.DeadlineFactory(mandate=None, activity=activity, words=f"by when, {name}")
        page = main_text_of(client.get("/actors/peru/"))
        assert f"canary of {name}" in page
        assert f"by when, {name}" in page
        Activity.objects.update(published=False)
        page = main_text_of(client.get("/actors/peru/"))
        assert "canary" not in page
        assert "by when" not in page
    draft = make.MandateFactory(published=False)
    make.AddresseeFactory(mandate=draft, actor=Actor.objects.get(name="Member States"))
    make.DeadlineFactory(mandate=draft, words="by when, a draft")
    assert "by when" not in main_text_of(client.get("/actors/peru/"))


@pytest.mark.parametrize("part", ["responsible", "partners"])
def test_what_a_mandate_is_due_by_is_told_to_those_with_a_part_in_it(client, peru, part):
    mandate = make.MandateFactory()
    getattr(mandate, part).add(peru)
    make.DeadlineFactory(mandate=mandate, words="before the summit")
    assert "before the summit" in main_text_of(client.get("/actors/peru/"))


def test_more_than_a_page_holds_is_said_to_be_there(client, peru, monkeypatch):
    monkeypatch.setattr("cimplan.paging.ROWS_PER_PAGE", 2)
    for number in range(3):
        activity = work_of("Member States", f"Number {number}", part="responsible")
        make.DeadlineFactory(mandate=None, activity=activity, words=f"deadline {number}")
        if number == 1:
            page = main_text_of(client.get("/actors/peru/"))
            assert "there are others" not in page.lower()
    page = main_text_of(client.get("/actors/peru/"))
    assert "These are due first; there are others." in page
    assert "There are others, on the pages of those" in page


def test_what_is_asked_is_a_list_with_the_same_rows(client, peru):
    asking("Member States", "All states.")
    asking("Peru", "Peru itself.")
    assert 'href="/mandates/?addressee=peru"' in client.get("/actors/peru/").content.decode()
    text = main_text_of(client.get("/mandates/?addressee=peru"))
    assert "All states." in text
    assert "Peru itself." in text


def test_a_state_sees_its_own_answers(client, peru):
    mandate = asking("Member States", "All states.")
    make.ProgressReportFactory(mandate=mandate, about=peru, done="The Convention was ratified.")
    make.ProgressReportFactory(mandate=mandate, done="What others did.")
    text = main_text_of(client.get("/actors/peru/"))
    assert "The Convention was ratified." in text
    assert "What others did." not in text
    draft = make.MandateFactory(published=False)
    make.ProgressReportFactory(mandate=draft, about=peru, done="canary")
    assert "canary" not in client.get("/actors/peru/").content.decode()


def test_a_long_list_beside_others_is_cut_and_says_where_the_rest_is(client, monkeypatch):
    monkeypatch.setattr("cimplan.paging.ROWS_PER_PAGE", 2)
    actor = make.ActorFactory()
    for number in range(3):
        make.MandateFactory(text=f"Number {number}.").responsible.add(actor)
    page = client.get(f"/actors/{actor.slug}/").content.decode()
    assert [f"Number {number}." in page for number in range(3)] == [True, True, False]
    rest = f"/mandates/?responsible={actor.slug}"
    assert f'href="{rest}"' in page
    assert client.get(rest).context["page"].paginator.count == 3

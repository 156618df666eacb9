"""The home page: where things stand, every number a link to exactly those rows."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from cimplan.home import segments
from mandates.models import Actor, Mandate
from mandates.status import Status
from tests import factories as make
from tests.pages import main_text_of

pytestmark = pytest.mark.django_db


def test_a_bar_has_its_statuses_side_by_side_in_their_order():
    counts = {Status.COMPLETED: 2, Status.NO_REPORT: 3, Status.PLANNED: 1}
    drawn = [(one.status, one.before, one.count) for one in segments(counts)]
    assert drawn == [(Status.NO_REPORT, 0, 3), (Status.PLANNED, 3, 1), (Status.COMPLETED, 4, 2)]


def test_every_page_leads_to_the_papers_that_were_issued(client):
    for address in ("/", "/mandates/", "/papers/"):
        assert '<a href="/papers/"' in client.get(address).content.decode(), address
    assert '<a href="/papers/" aria-current="page"' in client.get("/papers/").content.decode()


def test_what_was_reported_last_stands_first(client):
    mandate = make.MandateFactory()
    for day, done in ((1, "First this."), (2, "Then that.")):
        recorded = datetime(2003, 2, day, tzinfo=UTC)
        make.ProgressReportFactory(mandate=mandate, done=done, recorded_at=recorded)
    text = main_text_of(client.get("/"))
    assert text.index("Then that.") < text.index("First this.")
    # Looking back, what was recorded of a later day is not known yet.
    make.ProgressReportFactory(mandate=mandate, done="Much later.", as_of=date(2003, 2, 20))
    assert "Much later." in main_text_of(client.get("/"))
    assert "Much later." not in main_text_of(client.get("/?as_of=2003-02-19"))


def test_drafts_are_neither_counted_nor_drawn(client):
    shown = make.MandateFactory()
    make.MandateFactory(resolution=shown.resolution, published=False)
    make.MandateFactory(resolution=make.ResolutionFactory(published=False, symbol="CIM/RES.canary"))
    page = client.get("/")
    assert page.context["total"] == 1
    assert [[one.count for one in bar.segments] for bar in page.context["resolutions"]] == [[1]]
    assert "canary" not in page.content.decode()


@pytest.mark.parametrize("see_drafts", [False, True])
def test_statuses_are_counted_as_each_mandate_has_them(see_drafts):
    user = make.UserFactory(is_superuser=True) if see_drafts else AnonymousUser()
    shown = make.MandateFactory.create_batch(3)
    draft = make.MandateFactory(published=False)
    mandates = [
        *shown,
        draft,
        make.MandateFactory(parent=draft, resolution=draft.resolution),
        make.MandateFactory(resolution=make.ResolutionFactory(published=False)),
        make.MandateFactory(reported_on=False),
    ]
    state = make.ActorFactory()
    activity = make.ActivityFactory()
    for mandate in mandates[1:]:
        # Out of their order, of one day and of one moment: the last one of a moment counts.
        for day, hour, status in (
            (20, 9, Status.COMPLETED), (3, 9, Status.PLANNED), (20, 8, Status.SUSPENDED),
            (20, 9, Status.ONGOING), (25, 7, Status.IN_PROGRESS),
        ):  # fmt: skip
            make.ProgressReportFactory(
                mandate=mandate,
                status=status,
                as_of=date(2003, 2, day),
                recorded_at=datetime(2003, 2, 1, hour, tzinfo=UTC),
            )
        make.ProgressReportFactory(mandate=mandate, about=state, as_of=date(2003, 3, 1))
    make.ProgressReportFactory(mandate=None, activity=activity)
    for mandate in mandates:
        make.AddresseeFactory(mandate=mandate, actor=state)
    listed = Mandate.objects.visible_to(user).reported_on()
    assert set(Mandate.objects.not_listed(user)) == set(Mandate.objects.all()) - set(listed)
    assert Actor.objects.for_list(user).get(pk=state.pk).asked_count == listed.count()
    for day in (date(2003, 2, 1), date(2003, 2, 10), date(2003, 2, 20), date(2003, 3, 9)):
        one_by_one = Counter(listed.with_status(day).values_list("status", flat=True))
        counted = Mandate.objects.count_by_status(user, day)
        assert {status: number for status, number in counted.items() if number} == one_by_one


def test_nothing_recorded_is_said(client):
    text = main_text_of(client.get("/"))
    assert "No mandate has been recorded yet." in text
    assert "No meeting is ahead." in text
    assert "Nothing has been reported yet." in text

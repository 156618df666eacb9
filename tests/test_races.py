"""Two hundred races: two people save the same record at the same moment, and no save is lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test import Client

from cimplan.admin import LogAdmin, VersionedAdmin
from cimplan.forms import STALE, VersionedForm, VersionedFormSet, VersionField
from cimplan.groups import EDITOR
from mandates.models import Versioned
from tests.factories import (
    ActivityFactory,
    AddresseeFactory,
    AgendaItemFactory,
    AssemblyFactory,
    CitationFactory,
    DeadlineFactory,
    EditorialNoteFactory,
    MandateFactory,
    MandateNoteFactory,
    MeetingFactory,
    ProgramAreaFactory,
    TermFactory,
    UserFactory,
)
from tests.forms import address, open_form
from tests.pages import sent_back, text_of
from workplan.models import ProgramArea


class Race(NamedTuple):
    """What two people change: the record whose page they have open, the record that is written,
    and the field of the form and of the record."""

    page: models.Model
    record: models.Model
    typed_into: str
    field: str


def on_page(factory: Any, field: str) -> Callable[[], Race]:
    def prepare() -> Race:
        record = factory()
        return Race(record, record, field, field)

    return prepare


def in_line(factory: Any, above: str, prefix: str, field: str) -> Callable[[], Race]:
    def prepare() -> Race:
        line = factory()
        return Race(getattr(line, above), line, f"{prefix}-0-{field}", field)

    return prepare


#: Each run so many times; a record on its own page, or as a line of another's.
RACES: dict[str, Callable[[], Race]] = {
    "term": on_page(TermFactory, "end_year"),
    "assembly": on_page(AssemblyFactory, "place"),
    "note": on_page(EditorialNoteFactory, "text"),
    "addressee": on_page(AddresseeFactory, "qualifier"),
    "citation": on_page(CitationFactory, "words"),
    "report's note": on_page(MandateNoteFactory, "text"),
    "activity": on_page(ActivityFactory, "title"),
    "mandate": on_page(MandateFactory, "verb"),
    "meeting": on_page(MeetingFactory, "title"),
    "line of a mandate": in_line(AddresseeFactory, "mandate", "addressees", "qualifier"),
    "line of an agenda": in_line(AgendaItemFactory, "session", "agenda", "title"),
    "deadline of a mandate": in_line(DeadlineFactory, "mandate", "deadlines", "words"),
}
TIMES = {"term": 60, "assembly": 60, "addressee": 30, "note": 18}
OTHERS = 4
assert sum(TIMES.get(kind, OTHERS) for kind in RACES) >= 200
WORDS = ("2390", "2391")


def all_at_once(act: Callable[[Any], Any], racers: list[Any]) -> list[Any]:
    """What each gets who acts; all start at one moment."""
    start = threading.Barrier(len(racers), timeout=30)

    def act_and_close(racer: Any) -> Any:
        try:
            start.wait()
            return act(racer)
        finally:
            connection.close()  # a thread's own, which nobody else would close

    with ThreadPoolExecutor(len(racers)) as pool:
        return list(pool.map(act_and_close, racers))


@pytest.fixture
def both(transactional_db: None) -> list[Client]:
    TermFactory.reset_sequence(0)  # far from a term that ends in the year one types anyway
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(UserFactory(groups=[EDITOR]))
    return clients


@pytest.fixture
def checked_at_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both forms are found right before either is written: only the UPDATE can tell then. (SQLite
    lets one transaction in at a time, so there the two take turns as they come.)"""
    if connection.vendor != "postgresql":
        return
    check, meeting_point = VersionedForm.clean, threading.local()
    gate = threading.Barrier(2)

    def check_and_wait(form: VersionedForm) -> Any:
        cleaned = check(form)
        if form.has_changed() and not getattr(meeting_point, "passed", False):
            meeting_point.passed = True
            try:
                gate.wait(timeout=0.5)
            except threading.BrokenBarrierError:
                gate.reset()
        return cleaned

    monkeypatch.setattr(VersionedForm, "clean", check_and_wait)


@pytest.mark.parametrize("kind", RACES)
def test_of_two_who_save_at_one_moment_one_saves_and_one_is_told(
    kind: str, both: list[Client], checked_at_one_moment: None
) -> None:
    for _round in range(TIMES.get(kind, OTHERS)):
        race = RACES[kind]()
        opened = open_form(both[0], race.page)
        racers = [
            (client, {**opened, race.typed_into: words}, words)
            for client, words in zip(both, WORDS, strict=True)
        ]

        def save(racer: Any, page: models.Model = race.page) -> Any:
            client, data, words = racer
            return client.post(address(type(page), "change", page.pk), data), words

        answers = all_at_once(save, racers)
        assert sorted(answer.status_code for answer, _words in answers) == [200, 302]
        (won,) = (words for answer, words in answers if answer.status_code == 302)
        (refused,) = (answer for answer, _words in answers if answer.status_code == 200)
        race.record.refresh_from_db()
        assert str(getattr(race.record, race.field)) == won
        assert race.record.version == 2
        assert race.record.history.count() == 2
        page = text_of(refused)
        assert str(STALE) in page
        assert "What is stored now" in page
        assert all(words in page for words in WORDS)


def test_of_two_who_report_at_one_moment_the_second_is_told_of_the_first(
    both: list[Client],
) -> None:
    page = "/admin/report-progress/"
    for _ in range(6):
        mandate = MandateFactory()
        pages = [client.get(page, {"mandate": mandate.reference}) for client in both]
        typed = [sent_back(one, "report-form") | {"status": "planned"} for one in pages]

        def act(racer: tuple[Client, dict[str, Any]]) -> str:
            response = racer[0].post(page, racer[1])
            return "told" if response.status_code == 200 else "saved"

        assert sorted(all_at_once(act, list(zip(both, typed, strict=True)))) == ["saved", "told"]
        assert mandate.reports.count() == 1


def test_lists_and_actions_race_too(both: list[Client], checked_at_one_moment: None) -> None:
    """One edits the list in place, the other the record's own page; then one publishes what the
    other edits. Whoever is second is told, or has seen the first's."""
    for _round in range(6):
        area = ProgramAreaFactory(order=1, published=False)
        listed = address(ProgramArea, "changelist")
        rows = sent_back(both[0].get(listed), "changelist-form")
        (row,) = (
            name.removesuffix("-id")
            for name, value in rows.items()
            if name.endswith("-id") and value == [str(area.pk)]
        )
        own = {**open_form(both[1], area), "order": "8"}
        chosen = {"action": "publish", "_selected_action": [area.pk], "index": 0}
        racers = [
            (both[0], listed, {**rows, f"{row}-order": "9", "_save": "Save"}),
            (both[1], address(ProgramArea, "change", area.pk), own),
        ]
        answers = all_at_once(lambda one: one[0].post(one[1], one[2]), racers)
        assert sorted(answer.status_code for answer in answers) == [200, 302]
        area.refresh_from_db()
        assert (area.order, area.version) in ((9, 2), (8, 2))

        own = {**open_form(both[1], area), "full_name": "Renamed"}
        racers = [(both[0], listed, chosen), (both[1], racers[1][1], own)]
        published, renamed = all_at_once(lambda one: one[0].post(one[1], one[2]), racers)
        before, area = area, ProgramArea.objects.get(pk=area.pk)
        done = [area.published, area.full_name == "Renamed"]
        assert area.version == before.version + sum(done)
        assert done[1] is (renamed.status_code == 302)
        assert any(done)
        assert published.status_code == 302


def test_every_page_inline_and_list_is_guarded_by_the_version() -> None:
    """Whoever adds a page of the admin makes it one of these two: guarded, or a log."""
    pages = inlines = lists = logs = 0
    for model, page in admin.site._registry.items():
        if model._meta.app_label == "auth":
            continue
        if not issubclass(model, Versioned):
            assert isinstance(page, LogAdmin), model
            logs += 1
            continue
        assert isinstance(page, VersionedAdmin), model
        assert issubclass(page.form, VersionedForm)
        assert isinstance(page.form.base_fields["read_version"], VersionField)
        for name in ("changeform_view", "changelist_view"):
            assert getattr(type(page), name) is getattr(VersionedAdmin, name)
        pages += 1
        lists += bool(page.list_editable)
        for inline in page.inlines:
            if issubclass(inline.model, Versioned):
                assert issubclass(inline.form, VersionedForm), inline
                assert issubclass(inline.formset, VersionedFormSet), inline
                inlines += 1
    assert pages == 22
    assert inlines >= 8
    assert lists == 1
    assert logs >= 5

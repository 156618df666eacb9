"""What anybody may see is made once for each state of the data, and no reader sees an older one."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from cachetools import LRUCache
from django.core.management import call_command
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from calendar_app.models import Meeting
from cimplan import table_versions as table_versions_module
from cimplan.groups import EDITOR
from cimplan.table_versions import (
    APPS,
    TABLE,
    WEIGHT,
    Reading,
    check_versions_are_kept,
    remembered,
    remembered_pieces,
    table_versions,
)
from mandates.models import Activity, Actor, Addressee, Mandate
from mandates.status import Status
from tests import factories
from tests.pages import main_text_of, rows_of, statements_asked

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = ("/mandates/", "/resolutions/", "/search/?q=letter", "/feed.atom", "/calendar/feed.ics")


@pytest.fixture
def activity() -> Activity:
    return factories.ActivityFactory(title="A letter to all", published=True)


def queries_of(client: Client, address: str, **headers: str) -> tuple[int, object]:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, headers=headers)
    return len(queries), response


class TestAgain:
    @pytest.mark.parametrize("address", ADDRESSES)
    def test_a_page_asked_for_again_costs_one_query(self, client, activity, address):
        first, page = queries_of(client, address)
        again, same = queries_of(client, address)
        assert page.status_code == same.status_code == 200
        assert (first > 1, again) == (True, 1)
        assert same.content == page.content
        assert same["Content-Type"] == page["Content-Type"]
        assert same["Cache-Control"] == "no-cache"

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_a_browser_that_has_it_is_told_so(self, client, activity, address):
        etag = client.get(address)["ETag"]
        queries, answer = queries_of(client, address, if_none_match=etag)
        assert (answer.status_code, queries, answer.content) == (304, 1, b"")

    def test_another_worker_knows_it_too(self, client, activity):
        """Each keeps its own pages; what it is asked for is the same."""
        etag = client.get("/activities/")["ETag"]
        assert Client().get("/activities/", headers={"if-none-match": etag}).status_code == 304

    def test_compressed_and_not(self, client, activity):
        plain = client.get("/activities/")
        packed = client.get("/activities/", headers={"accept-encoding": "gzip"})
        again = client.get("/activities/", headers={"accept-encoding": "gzip"})
        assert packed["Content-Encoding"] == "gzip"
        assert packed.content == again.content != plain.content
        assert not plain.has_header("Content-Encoding")

    def test_each_address_is_a_page_of_its_own(self, client, activity):
        pages = [
            client.get(f"/activities/{query}").content for query in ("", "?q=letter", "?page=1")
        ]
        assert len(set(pages)) == 3

    def test_each_answer_has_its_own_number(self, client, activity):
        numbers = {client.get("/activities/")["X-Request-ID"] for _ in range(3)}
        assert len(numbers) == 3


class TestWritten:
    """After a write, on whatever path, a reader sees it, and what did not change stays known."""

    @pytest.mark.parametrize(
        "write",
        [
            lambda one: (setattr(one, "title", "Changed"), one.save()),
            lambda one: Activity.objects.update(title="Changed"),
            lambda one: Activity.objects.bulk_create(
                [Activity(slug="b", title="Changed", published=True)]
            ),
            lambda one: connection.cursor().execute(
                "UPDATE mandates_activity SET title = 'Changed' WHERE id = %s", [one.pk]
            ),
        ],
        ids=["save", "update", "bulk_create", "SQL"],
    )  # fmt: skip
    def test_on_every_path(self, client, activity, write: Callable):
        before = client.get("/activities/")
        write(activity)
        after = client.get("/activities/", headers={"if-none-match": before["ETag"]})
        assert after.status_code == 200
        assert b"Changed" in after.content

    def test_what_is_unpublished_is_gone_at_once(self, client, activity):
        address = activity.get_absolute_url()
        assert client.get(address).status_code == 200
        Activity.objects.update(published=False)
        assert client.get(address).status_code == 404

    def test_a_report_changes_the_status(self, client):
        address = factories.MandateFactory(reference="901-1").get_absolute_url()
        assert b"Completed" not in client.get(address).content
        factories.ProgressReportFactory(mandate=Mandate.objects.get(), status=Status.COMPLETED)
        assert b"Completed" in client.get(address).content

    def test_a_page_that_did_not_change_is_still_known(self, client, activity):
        etag = client.get("/activities/")["ETag"]
        factories.ResolutionFactory(published=False)
        assert client.get("/activities/", headers={"if-none-match": etag}).status_code == 304

    def test_a_page_is_kept_while_others_are_written_to(self, client, activity):
        factories.MeetingFactory(title="A meeting")
        client.get("/sessions/")
        Activity.objects.update(title="Changed")
        assert queries_of(client, "/sessions/")[0] == 1
        assert b"Changed" in client.get("/activities/").content

    @pytest.mark.parametrize("address", ["/search/?q=letter", "/activities/?q=letter"])
    def test_words_are_looked_for_in_what_was_written(self, client, activity, address):
        """Their index names no table of which it is made."""
        assert activity.get_absolute_url().encode() in client.get(address).content
        Activity.objects.update(title="Changed")
        assert activity.get_absolute_url().encode() not in client.get(address).content

    def test_within_a_transaction_nothing_is_kept(self, client, activity):
        client.get("/activities/")
        with transaction.atomic():
            Activity.objects.update(title="Not yet")
            assert table_versions() is None
            assert b"Not yet" in client.get("/activities/").content
            transaction.set_rollback(True)
        assert b"Not yet" not in client.get("/activities/").content


class TestTableVersions:
    def test_a_write_renews_the_version_of_its_table_and_of_no_other(self, activity):
        before = table_versions()
        Activity.objects.update(title="Changed")
        after = table_versions()
        assert {name for name in after if after[name] != before[name]} == {"mandates_activity"}

    def test_reading_leaves_it(self, activity):
        before = table_versions()
        list(Mandate.objects.all())
        assert table_versions() == before

    def test_every_table_renews_it(self):
        """Each needs its triggers: none is left out, now or of a model to come."""
        from django.apps import apps

        tables = {
            model._meta.db_table
            for label in APPS
            for model in apps.get_app_config(label).get_models(include_auto_created=True)
        }
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                wanted = {
                    f"{table}_{on}_is_noted"
                    for table in tables
                    for on in ("insert", "update", "delete")
                }
            else:
                # 60: after INSERT 4, DELETE 8, UPDATE 16 or TRUNCATE 32, of a statement.
                cursor.execute(
                    "SELECT tgrelid::regclass::text FROM pg_trigger "
                    "WHERE tgname = 'is_noted' AND tgtype = 60 AND tgenabled = 'O'"
                )
                wanted = tables
            there = {name for (name,) in cursor.fetchall()}
        assert len(tables) > 20
        assert wanted <= there

    def test_a_migration_makes_what_a_table_lost(self, client, activity):
        with connection.cursor() as cursor:
            cursor.execute(
                "DROP TRIGGER mandates_activity_update_is_noted"
                if connection.vendor == "sqlite"
                else "DROP TRIGGER is_noted ON mandates_activity"
            )
        before = table_versions()
        Activity.objects.update(title="Unseen")
        assert table_versions() == before
        (warning,) = check_versions_are_kept(["default"])
        assert "mandates_activity" in warning.msg
        call_command("migrate", verbosity=0)
        before = table_versions()
        Activity.objects.update(title="Seen")
        assert table_versions() != before
        assert check_versions_are_kept(["default"]) == []

    def test_what_is_taken_back_leaves_it(self, activity):
        before = table_versions()
        with transaction.atomic():
            Activity.objects.update(title="Not so")
            transaction.set_rollback(True)
        assert table_versions() == before

    def test_a_part_taken_back_does_not_hide_the_rest(self, activity):
        before = table_versions()
        with transaction.atomic():
            with transaction.atomic():
                Activity.objects.update(title="Not so")
                transaction.set_rollback(True)
            Activity.objects.update(title="So")
        assert table_versions() != before

    def test_what_only_staff_see_leaves_it(self, activity):
        before = table_versions()
        factories.UserFactory()
        assert table_versions() == before

    def test_after_many_writes_to_others_it_is_not_what_it_once_was(self, activity):
        """Or a page that was kept before its last write would hold again."""
        notes = (factories.ActorFactory, factories.AssemblyFactory)
        was = set()
        for title in ("Before", "After"):
            Activity.objects.update(title=title)
            for number in range(150):
                notes[number % 2]()
            was.add(table_versions()[Activity._meta.db_table])
        assert len(was) == 2

    def test_it_is_another_after_each_of_many_writes(self, activity):
        """More than are kept: on PostgreSQL those of long ago are put together. The version of no
        other table is another by that."""
        versions, others = set(), table_versions()
        del others[Activity._meta.db_table]
        for number in range(1200):
            Activity.objects.update(title=f"Title {number}")
            version = table_versions()
            versions.add(version.pop(Activity._meta.db_table))
            assert version == others, number
        assert len(versions) == 1200
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {TABLE}")  # noqa: S608 -- the name is ours
            assert cursor.fetchone()[0] <= 300


class TestRemembered:
    """What several pages ask is found once, and each of them depends on it."""

    def asked(self, rf) -> tuple[Reading, object]:
        request = rf.get("/")
        request.reading = Reading(table_versions())
        with request.reading.watched():
            number = remembered(request, "how many", lambda: Activity.objects.count())
        return request.reading, number

    def test_found_once(self, rf, activity, django_assert_num_queries):
        self.asked(rf)
        with django_assert_num_queries(1):
            assert self.asked(rf)[1] == 1

    def test_found_anew_after_a_write(self, rf, activity):
        self.asked(rf)
        factories.ActivityFactory()
        assert self.asked(rf)[1] == 2

    def test_what_is_too_large_to_be_kept_is_found_all_the_same(self, rf, activity, monkeypatch):
        room = LRUCache(WEIGHT - 1, getsizeof=table_versions_module._weight)
        monkeypatch.setattr(table_versions_module, "_remembered", room)
        assert [self.asked(rf)[1] for _ in range(2)] == [1, 1]
        assert not room

    def test_who_is_told_depends_on_it_as_who_asked_does(self, rf, activity):
        reads = [self.asked(rf)[0].versions_read for _ in range(2)]
        assert reads[0] == reads[1]
        assert set(reads[1]) == {"mandates_activity"}

    def test_what_was_read_before_is_not_what_it_depends_on(self, rf, activity):
        request = rf.get("/")
        request.reading = Reading(table_versions())
        with request.reading.watched():
            list(Mandate.objects.order_by().values_list("pk"))
            remembered(request, "apart", lambda: Activity.objects.count())
        assert set(request.reading.versions_read) == {"mandates_activity", "mandates_mandate"}
        Mandate.objects.all().delete()
        factories.MandateFactory()
        request.reading = Reading(table_versions())
        assert remembered(request, "apart", lambda: "found anew") == 1

    def test_what_is_asked_within_is_what_it_depends_on(self, rf, activity):
        """Whether it was found then, or had been before."""

        def ask(name: str) -> int:
            request = rf.get("/")
            request.reading = Reading(table_versions())
            with request.reading.watched():
                return remembered(request, name, lambda: number(request) + number(request))

        def number(request) -> int:
            return remembered(request, "how many", lambda: Activity.objects.count())

        assert (ask("first"), ask("second")) == (2, 2)
        factories.ActivityFactory()
        assert (ask("second"), ask("first")) == (4, 4)


class TestPieces:
    """The same of many things at once: each is found once, and anew when what it is of changes."""

    def asked(self, rf, *keys: int) -> tuple[Reading, list[int], dict[int, str]]:
        request, looked_up = rf.get("/"), []
        request.reading = Reading(table_versions())

        def find(missing: list[int]) -> dict[int, str]:
            looked_up.extend(missing)
            rows = Activity.objects.order_by().filter(pk__in=missing)
            return dict(rows.values_list("pk", "title"))

        with request.reading.watched():
            found = remembered_pieces(request, "titles", keys, find)
        return request.reading, looked_up, found

    def test_those_that_are_not_kept_are_found(self, rf):
        one, other = factories.ActivityFactory(title="One"), factories.ActivityFactory(title="Two")
        assert self.asked(rf, one.pk)[1] == [one.pk]
        _, looked_up, found = self.asked(rf, one.pk, other.pk)
        assert looked_up == [other.pk]
        assert found == {one.pk: "One", other.pk: "Two"}

    def test_all_anew_after_a_write(self, rf, activity):
        self.asked(rf, activity.pk)
        Activity.objects.update(title="Changed")
        assert self.asked(rf, activity.pk)[2] == {activity.pk: "Changed"}

    def test_what_is_not_there_is_asked_for_again(self, rf, activity):
        assert self.asked(rf, activity.pk + 1)[2] == {}
        assert self.asked(rf, activity.pk + 1)[1] == [activity.pk + 1]

    def test_who_is_told_depends_on_it_as_who_asked_does(self, rf, activity):
        reads = [self.asked(rf, activity.pk)[0].versions_read for _ in range(2)]
        assert reads[0] == reads[1]
        assert set(reads[1]) == {"mandates_activity"}


class TestLinesOfMandates:
    """What a line shows is kept by itself, and is never older than what was written."""

    @pytest.fixture
    def mandate(self) -> Mandate:
        mandate = factories.MandateFactory(text="To urge member states.")
        factories.AddresseeFactory(mandate=mandate)
        return mandate

    def line(self, client: Client, address: str = "/mandates/") -> str:
        page = client.get(address).content.decode()
        return page[page.index("<tbody>") : page.index("</tbody>")]

    @pytest.mark.parametrize(
        "write",
        [
            lambda one: Mandate.objects.update(text="Changed"),
            lambda one: Mandate.objects.update(contingent_on="Changed"),
            lambda one: Actor.objects.update(name="Changed"),
            lambda one: Addressee.objects.update(qualifier="Changed"),
            lambda one: factories.AddresseeFactory(
                mandate=one, position=2, actor=factories.ActorFactory(name="Changed")
            ),
        ],
        ids=["text", "contingency", "actor", "qualifier", "addressee"],
    )  # fmt: skip
    def test_each_part_is_as_it_was_written_last(self, client, mandate, write: Callable):
        assert "Changed" not in self.line(client)
        write(mandate)
        assert "Changed" in self.line(client)

    def test_the_words_it_stands_under(self, client, mandate):
        child = factories.MandateFactory(resolution=mandate.resolution, parent=mandate)
        assert "To urge member states." in self.line(client, f"/mandates/?q={child.reference}")
        Mandate.objects.filter(pk=mandate.pk).update(text="Changed")
        assert "Changed" in self.line(client, f"/mandates/?q={child.reference}")

    def test_all_the_words_of_a_paragraph_far_down(self, client, mandate):
        below = mandate
        for text in ("Second", "Third", "Fourth", "Last"):
            below = factories.MandateFactory(resolution=mandate.resolution, parent=below, text=text)
        words = self.line(client, f"/mandates/?q={below.reference}")
        texts = ("urge member states", "Second", "Third", "Fourth", "Last")
        places = [words.index(text) for text in texts]
        assert places == sorted(places)

    def test_what_was_found_by_an_activity_says_which(self, client, mandate):
        factories.ActivityFactory(title="A seminar", description="In Lima").mandates.add(mandate)
        factories.ActivityFactory(title="A study").mandates.add(mandate)
        assert "A <mark>seminar</mark>" in self.line(client, "/mandates/?q=seminar")
        assert "In <mark>Lima</mark>" in self.line(client, "/mandates/?q=lima")
        assert "A study" not in self.line(client, "/mandates/?q=lima")

    def test_after_a_report_the_status_alone_is_asked_for(self, client, mandate):
        """A kept line is put around another status, at the cost of one query."""
        self.line(client)
        factories.ProgressReportFactory(mandate=mandate, status=Status.COMPLETED)
        with statements_asked() as asked:
            assert "Completed" in self.line(client)
        assert [sql for sql, _ in asked if "mandates_progressreport" in sql]
        assert not [sql for sql, _ in asked if "mandates_addressee" in sql]
        assert "To urge member states." in self.line(client)

    def test_of_two_reports_the_later_counts(self, client, mandate):
        for status, day in ((Status.PLANNED, 3), (Status.COMPLETED, 5), (Status.ONGOING, 1)):
            as_of = date(2003, 2, day)
            factories.ProgressReportFactory(mandate=mandate, status=status, as_of=as_of)
        assert "Completed" in self.line(client)
        assert "Planned" in self.line(client, "/mandates/?as_of=2003-02-04")

    def test_whoever_looks_back_goes_on_looking_back(self, client, mandate):
        address = mandate.get_absolute_url()
        assert f'href="{address}"' in self.line(client)
        assert f'href="{address}?as_of=2003-02-01"' in self.line(
            client, "/mandates/?as_of=2003-02-01"
        )
        assert f'href="{address}"' in self.line(client)

    def test_words_are_marked_for_who_looks_for_them(self, client, mandate):
        assert "<mark>" not in self.line(client)
        assert "<mark>urge</mark>" in self.line(client, "/mandates/?q=urge")
        assert "<mark>member</mark>" in self.line(client, "/mandates/?q=member")
        assert "<mark>" not in self.line(client)

    def test_a_draft_is_marked_for_staff_alone(self, client, mandate):
        draft = factories.MandateFactory(published=False)
        editor = Client()
        editor.force_login(factories.UserFactory(groups=[EDITOR]))
        for reader, seen in ((editor, True), (client, False), (editor, True)):
            assert (draft.reference in self.line(reader)) == seen
            assert ("Draft, seen by staff only" in self.line(reader)) == seen


class TestPagesOfLists:
    """A page is kept with room for the statuses: after a report it is not written again."""

    @pytest.fixture(autouse=True)
    def _long(self, monkeypatch):
        """Of a short list, the numbers beside the choices hang on reports as well."""
        monkeypatch.setattr("cimplan.filtering.COUNTED_ROWS", 1)

    def statuses(self, page: HttpResponse) -> list[str]:
        return re.findall(r'status-\w+">([^<]+)<', page.content.decode())

    @pytest.mark.parametrize("of", ["mandate", "activity"])
    def test_each_report_is_in_its_place(self, client, of, monkeypatch):
        factory, address = {
            "mandate": (factories.MandateFactory, "/mandates/"),
            "activity": (factories.ActivityFactory, "/activities/"),
        }[of]
        factory.create_batch(2)
        page = client.get(address)
        assert self.statuses(page) == ["No indication"] * 2
        one, other = [
            factory._meta.model.objects.get(**{kwarg: value})
            for kwarg, value in (resolve(to).kwargs.popitem() for to in rows_of(page).values())
        ]
        # No template is asked for again.
        monkeypatch.setattr("cimplan.lists.render_to_string", None)
        nothing = {"mandate": None, "activity": None}
        for record, status in ((other, Status.COMPLETED), (one, Status.SUSPENDED)):
            factories.ProgressReportFactory(**{**nothing, of: record}, status=status)
        assert self.statuses(client.get(address)) == ["Suspended", "Completed"]

    def test_a_report_may_change_which_rows_there_are(self, client):
        one, other = factories.MandateFactory.create_batch(2)
        for mandate in (one, other):
            factories.ProgressReportFactory(
                mandate=mandate, status=Status.PLANNED, as_of=date(2003, 2, 18)
            )
        address = "/mandates/?status=planned"
        assert "2 of 2 mandates" in main_text_of(client.get(address))
        factories.ProgressReportFactory(
            mandate=one, status=Status.COMPLETED, as_of=date(2003, 2, 19)
        )
        page = client.get(address)
        assert "1 of 2 mandates" in main_text_of(page)
        assert one.reference not in rows_of(page)
        assert other.reference in rows_of(page)

    def test_as_many_others(self, client):
        one, other = factories.MandateFactory.create_batch(2)
        day = {"as_of": date(2003, 2, 18)}
        factories.ProgressReportFactory(mandate=one, status=Status.PLANNED, **day)
        address = "/mandates/?status=planned"
        assert [*rows_of(client.get(address))] == [one.reference]
        factories.ProgressReportFactory(mandate=one, status=Status.ONGOING)
        factories.ProgressReportFactory(mandate=other, status=Status.PLANNED, **day)
        assert [*rows_of(client.get(address))] == [other.reference]

    def test_each_address_has_its_own(self, client):
        factories.MandateFactory.create_batch(2)
        for query in ("", "?page=1", "?status=no-report"):
            page = client.get(f"/mandates/{query}").content.decode()
            assert f"http://testserver/mandates/{query}</span>" in page

    @pytest.mark.parametrize(
        ("write", "said"),
        [
            (lambda: Mandate.objects.update(text="Changed"), "Changed"),
            (lambda: Actor.objects.update(name="Changed"), "Responsible: Changed"),
            (lambda: factories.MandateFactory(), "of 3 mandates"),
            (lambda: factories.MandateFactory(verb="changed"), "changed"),
        ],
        ids=["line", "chip", "total", "choice"],
    )
    def test_what_is_written_elsewhere_is_on_it(self, client, write: Callable, said: str):
        actor = factories.ActorFactory()
        for mandate in factories.MandateFactory.create_batch(2):
            mandate.responsible.add(actor)
        address = f"/mandates/?responsible={actor.slug}"
        assert said not in main_text_of(client.get(address))
        write()
        assert said in main_text_of(client.get(address))

    def test_staff_have_the_statuses_too(self, client):
        mandate = factories.MandateFactory(published=False)
        factories.ProgressReportFactory(mandate=mandate, status=Status.COMPLETED)
        client.force_login(factories.UserFactory(groups=[EDITOR]))
        assert self.statuses(client.get("/mandates/")) == ["Completed"]


class TestLinesOfActivities:
    @pytest.fixture
    def activity(self) -> Activity:
        activity = factories.ActivityFactory(title="A seminar")
        activity.responsible.add(factories.ActorFactory(name="The Secretariat"))
        activity.mandates.add(factories.MandateFactory(reference="219-1"))
        return activity

    def line(self, client: Client) -> str:
        page = client.get("/activities/").content.decode()
        return page[page.index("<tbody>") : page.index("</tbody>")]

    @pytest.mark.parametrize(
        "write",
        [
            lambda one: Activity.objects.update(title="Changed"),
            lambda one: Activity.objects.update(contingent_on="Changed"),
            lambda one: Actor.objects.update(name="Changed"),
            lambda one: one.responsible.add(factories.ActorFactory(name="Changed")),
            lambda one: one.mandates.add(factories.MandateFactory(reference="Changed")),
        ],
        ids=["title", "contingency", "actor", "responsible", "mandate"],
    )
    def test_each_part_is_as_it_was_written_last(self, client, activity, write: Callable):
        before = self.line(client)
        assert "The Secretariat" in before
        assert "219-1" in before
        assert "Changed" not in before
        write(activity)
        assert "Changed" in self.line(client)


class TestLongLists:
    """Of a long list, whose choices are not counted, the form is kept as well."""

    @pytest.fixture(autouse=True)
    def _long(self, monkeypatch):
        monkeypatch.setattr("cimplan.filtering.COUNTED_ROWS", 1)

    @pytest.mark.parametrize("first", ["", "?status=no-report", "?verb=urge"])
    def test_a_new_choice_is_offered(self, client, first):
        """Whichever address the others were found for."""
        factories.MandateFactory.create_batch(2, verb="urge")
        client.get(f"/mandates/{first}")
        addresses = [f"/mandates/{query}" for query in ("", "?status=no-report", "?verb=urge")]
        for address in addresses:
            assert 'value="thank"' not in client.get(address).content.decode()
        factories.MandateFactory(verb="thank")
        for address in addresses:
            assert 'value="thank"' in client.get(address).content.decode()

    def test_what_a_filter_is_called_is_as_it_was_written_last(self, client):
        actor = factories.ActorFactory(name="The Ministers")
        for mandate in factories.MandateFactory.create_batch(2):
            mandate.responsible.add(actor)
        address = f"/mandates/?responsible={actor.slug}"
        assert "Responsible: The Ministers" in main_text_of(client.get(address))
        Actor.objects.update(name="The Meeting")
        assert "Responsible: The Meeting" in main_text_of(client.get(address))
        Actor.objects.update(published=False)
        assert client.get(address).status_code == 400

    def test_a_deadline_before_the_next_session_moves_with_it(self, client):
        mandate = factories.MandateFactory.create_batch(2)[0]
        session = factories.SessionFactory(
            meeting=factories.MeetingFactory(start=date(2003, 4, 8), end=date(2003, 4, 9))
        )
        other = factories.MeetingFactory(start=date(2003, 5, 1))
        factories.DeadlineFactory(mandate=mandate, meeting=other)
        address = "/mandates/?due=before-next-session"
        assert mandate.reference not in rows_of(client.get(address))
        Meeting.objects.filter(session=session).update(start=date(2003, 6, 1), end=date(2003, 6, 2))
        assert mandate.reference in rows_of(client.get(address))

    def test_one_that_is_short_again_has_its_counts(self, client):
        """What stands in the form of a long list depends on no row."""
        _one, other = factories.MandateFactory.create_batch(2)
        assert 'class="many"' not in client.get("/mandates/").content.decode()
        Mandate.objects.filter(pk=other.pk).update(published=False)
        page = client.get("/mandates/").content.decode()
        assert 'class="many"' in page[page.index('name="status"') : page.index('name="due"')]

    def test_each_question_has_its_own_form(self, client):
        factories.MandateFactory.create_batch(2, verb="urge")
        ticked = 'name="verb" value="urge" checked'
        for _ in range(2):
            assert ticked not in client.get("/mandates/").content.decode()
            assert ticked in client.get("/mandates/?verb=urge").content.decode()
            factories.ProgressReportFactory(mandate=Mandate.objects.first())

    def test_rows_that_come_to_meet_a_filter_are_among_its_rows(self, client):
        one, other = factories.MandateFactory.create_batch(2, text="To urge.")
        assert other.reference not in client.get("/mandates/?q=thank").content.decode()
        Mandate.objects.filter(pk=other.pk).update(text="To thank.")
        assert other.reference in client.get("/mandates/?q=thank").content.decode()
        factories.ProgressReportFactory(mandate=one, status=Status.PLANNED, as_of=date(2003, 2, 18))
        assert one.reference in client.get("/mandates/?status=planned").content.decode()
        factories.ProgressReportFactory(
            mandate=one, status=Status.COMPLETED, as_of=date(2003, 2, 19)
        )
        assert one.reference not in client.get("/mandates/?status=planned").content.decode()

    @pytest.mark.parametrize("address", ["/mandates/?q=urge", "/search/?q=urge"])
    def test_words_are_not_looked_for_anew_after_a_report(self, client, address):
        mandate = factories.MandateFactory.create_batch(2, text="To urge.")[0]
        client.get(address)
        factories.ProgressReportFactory(mandate=mandate, status=Status.COMPLETED)
        with statements_asked() as asked:
            found = client.get(address).content
            assert b'status-completed">Completed' in found
        assert not [sql for sql, _ in asked if "@@" in sql or "MATCH" in sql]
        with statements_asked() as asked:
            client.get(f"{address}nt")
        assert [sql for sql, _ in asked if "@@" in sql or "MATCH" in sql]


class TestLinesOfASearch:
    def test_each_word_is_marked_for_who_looks_for_it(self, client):
        factories.ActivityFactory(title="A letter to ministers")
        assert (
            "A <mark>letter</mark> to ministers" in client.get("/search/?q=letter").content.decode()
        )
        found = client.get("/search/?q=ministers").content.decode()
        assert "A letter to <mark>ministers</mark>" in found

    def test_what_was_found_by_an_activity_says_so_for_its_words_alone(self, client):
        mandate = factories.MandateFactory(text="To urge states")
        factories.ActivityFactory(title="A seminar").mandates.add(mandate)
        assert "Suggested for it: A seminar" in main_text_of(client.get("/search/?q=seminar urge"))
        assert "Suggested for it" not in main_text_of(client.get("/search/?q=urge states"))

    def test_who_pays_is_told_where_it_was_looked_for(self, client):
        activity = factories.ActivityFactory(title="A seminar", funding="presented to USAID")
        activity.mandates.add(factories.MandateFactory(text="To urge states"))
        found = client.get("/search/?q=usaid").content.decode()
        assert "Suggested for it: A seminar Funding: presented to USAID" in main_text_of(
            client.get("/search/?q=usaid")
        )
        assert "Funding: presented to <mark>USAID</mark>" in found
        assert "Funding:" not in client.get("/search/?q=seminar").content.decode()
        assert "to <mark>USAID</mark>" in client.get("/activities/?q=usaid").content.decode()

    def test_tentative_dates_have_their_footnote_each_time(self, client):
        factories.MeetingFactory(title="A seminar in Rio", tentative=True)
        for words in ("seminar", "rio"):
            assert "* Tentative date" in main_text_of(client.get(f"/search/?q={words}")), words

    @pytest.mark.parametrize(
        "write",
        [
            lambda mandate: mandate.resolution.__class__.objects.update(title="On judges"),
            lambda mandate: Mandate.objects.update(text="To urge judges"),
            lambda mandate: Activity.objects.update(title="A seminar of judges"),
            lambda mandate: Actor.objects.update(name="Judges", acronym=""),
        ],
        ids=["resolution", "mandate", "activity", "actor"],
    )
    def test_each_part_is_as_it_was_written_last(self, client, write: Callable):
        mandate = factories.MandateFactory(text="To urge states")
        factories.AddresseeFactory(mandate=mandate)
        factories.ActivityFactory(title="A seminar").mandates.add(mandate)
        assert "udges" not in main_text_of(client.get("/search/?q=urge seminar"))
        write(mandate)
        assert "udges" in main_text_of(client.get("/search/?q=seminar urge"))


class TestWhoIsLoggedIn:
    def test_sees_drafts_that_stay_theirs(self, client, activity):
        Activity.objects.update(published=False)
        editor = Client()
        editor.force_login(factories.UserFactory(groups=[EDITOR]))
        assert b"A letter to all" in editor.get("/activities/").content
        assert b"A letter to all" not in client.get("/activities/").content
        page = editor.get("/activities/")
        assert b"A letter to all" in page.content
        assert page["Cache-Control"] == "private, no-store"
        assert not page.has_header("ETag")

    def test_pages_with_a_cookie_to_set_are_not_kept(self, client, activity):
        first = client.get("/admin/login/")
        client.cookies.clear()
        second = client.get("/admin/login/")
        assert first.status_code == second.status_code == 200
        assert first.cookies["csrftoken"].value != second.cookies["csrftoken"].value

    def test_nobody_is_given_the_token_of_another(self, client):
        """A page with a form's token sets a cookie each time, so it is not kept."""
        address = reverse("admin_password_reset")
        assert client.get(address).cookies["csrftoken"].value
        assert client.get(address).cookies["csrftoken"].value
        client.cookies.clear()
        assert client.get(address).cookies["csrftoken"].value

    def test_what_is_missing_is_not_kept(self, client):
        assert client.get("/resolutions/cim-9/").status_code == 404
        factories.ResolutionFactory(slug="cim-9")
        assert client.get("/resolutions/cim-9/").status_code == 200

"""What PostgreSQL is asked again it plans once."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from cimplan import prepared
from mandates.models import Actor
from mandates.models.progress_status import latest_statuses
from mandates.statements import AskedAgain, Statement
from tests.factories import ActorFactory, MandateFactory, ProgressReportFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans in microseconds"),
]


def kept() -> list[str]:
    """The statements that the connection keeps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements ORDER BY 1")
        return [statement for (statement,) in cursor.fetchall()]


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    prepared._names.clear()


def named() -> Statement:
    return Statement.among(Actor.objects.order_by("name"), "pk", "name")


def test_one_plan_for_all_that_it_is_asked_of():
    one, other = ActorFactory(name="A"), ActorFactory(name="100 % B")
    assert named().rows([one.pk]) == [(one.pk, "A")]
    assert named().rows([other.pk, one.pk]) == [(other.pk, "100 % B"), (one.pk, "A")]
    assert len(kept()) == 1


def test_what_is_asked_once_is_not_kept():
    ActorFactory()
    assert len(Statement.for_keys(Actor.objects.order_by("name")).keys()) == 1
    assert kept() == []


def test_signs_of_percent_stay_what_they_are():
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(AskedAgain("SELECT '%' || '%%'"))
            assert cursor.fetchone() == ("%%%",)
            cursor.execute(AskedAgain("SELECT '%%' || '%%'"), ())
            assert cursor.fetchone() == ("%%",)
            cursor.execute(AskedAgain("SELECT '%%' || %s || %s::text", [1]), ["%1", "%s"])
            assert cursor.fetchone() == ("%%1%s",)


def test_a_connection_keeps_so_many_and_no_more(monkeypatch):
    """Any day may be looked back at."""
    monkeypatch.setattr(prepared, "MOST_KEPT", 3)
    mandate = MandateFactory()
    ProgressReportFactory(mandate=mandate, status="planned", as_of=date(2003, 1, 5))
    for day in (*range(1, 9), *range(1, 9)):
        found = latest_statuses("mandate", [mandate.pk], date(2003, 1, day))
        assert found == ({mandate.pk: "planned"} if day >= 5 else {})
        assert len(kept()) <= 3


@pytest.mark.django_db(transaction=True)
def test_a_plan_is_the_connections_and_not_the_transactions():
    one = ActorFactory(name="A")
    with transaction.atomic():
        named().rows([one.pk])
        transaction.set_rollback(True)
    assert named().rows([one.pk]) == [(one.pk, "A")]
    assert len(kept()) == 1


@pytest.mark.parametrize(
    ("text", "kept_of_it"), [("SELECT 1 / %s::integer", 1), ("SELECT nothing(%s)", 0)]
)
def test_what_failed_is_asked_again_and_fails_alike(text, kept_of_it):
    """One fails where it is asked, the other where it is planned."""
    errors = []
    for _ in range(2):
        with (
            pytest.raises(DatabaseError) as raised,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(AskedAgain(text, [0]), [0])
        errors.append(str(raised.value))
    assert errors[0] == errors[1]
    assert len(kept()) == kept_of_it


def test_how_many_there_are_is_planned_once_as_well():
    first, last = ActorFactory(name="A"), ActorFactory(name="B")
    for key, found in ((first.pk, 1), (last.pk, 0)):
        given = Statement.among(Actor.objects.filter(name="A"), "pk").given([key])
        assert (given.count(), len(given.keys())) == (found, found)
    assert len(kept()) == 2


def test_a_new_connection_has_plans_of_its_own():
    one = ActorFactory(name="A")
    named().rows([one.pk])
    apart = connection.copy()
    try:
        with apart.cursor() as cursor:
            for _ in range(2):
                cursor.execute(AskedAgain(named().sql, [0]), [[one.pk]])
                assert cursor.fetchall() == []
            cursor.execute("SELECT count(*) FROM pg_prepared_statements")
            assert cursor.fetchone() == (1,)
    finally:
        apart.close()

"""What PostgreSQL is asked again it plans once."""

from datetime import date

import pytest
from django.db import DataError, connection, transaction

from cimplan import prepared
from mandates.models import Actor
from mandates.models.progress_status import latest_statuses
from mandates.statements import AskedAgain, Statement
from tests.factories import ActorFactory, MandateFactory, ProgressReportFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans in microseconds"),
]


def kept() -> list[tuple[str, int]]:
    """The statements that the connection keeps, and how often each was asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans FROM pg_prepared_statements ORDER BY 1")
        return cursor.fetchall()


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    prepared._names.clear()
    yield
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    prepared._names.clear()


def named() -> Statement:
    return Statement.among(Actor.objects.order_by("name"), "pk", "name")


def test_one_plan_for_all_that_it_is_asked_of():
    one, other = ActorFactory(name="A"), ActorFactory(name="100 % B")
    assert named().rows([one.pk]) == [(one.pk, "A")]
    assert named().rows([other.pk, one.pk]) == [(other.pk, "100 % B"), (one.pk, "A")]
    assert [asked for _statement, asked in kept()] == [2]


def test_what_is_asked_once_is_not_kept():
    ActorFactory()
    assert len(Statement.for_keys(Actor.objects.order_by("name")).keys()) == 1
    assert kept() == []


def test_signs_of_percent_stay_what_they_are():
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(AskedAgain("SELECT '%' || '%%'"))
            assert cursor.fetchone() == ("%%%",)
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


def test_what_was_rolled_back_is_asked_again():
    """A plan is the connection's, not the transaction's; and what failed leaves none."""
    one = ActorFactory(name="A")
    with transaction.atomic():
        named().rows([one.pk])
        transaction.set_rollback(True)
    assert named().rows([one.pk]) == [(one.pk, "A")]
    wrong = AskedAgain("SELECT 1 / %s::integer", [0])
    for _ in range(2):
        with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(wrong, ["nought"])


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

"""A statement that was put together once answers from what is there when it is asked."""

import pytest

from mandates.models import Actor, Mandate
from mandates.statements import Statement
from tests.factories import ActivityFactory, ActorFactory, MandateFactory

pytestmark = pytest.mark.django_db


def test_it_answers_from_what_is_there_in_the_order_of_the_rows():
    last, first = ActorFactory(name="Z"), ActorFactory(name="A")
    statement = Statement.for_keys(Actor.objects.exclude(name="M").order_by("name"))
    assert (list(statement.keys()), statement.count()) == ([first.pk, last.pk], 2)
    Actor.objects.filter(pk=last.pk).update(name="M")
    assert (list(statement.keys()), statement.count()) == ([first.pk], 1)


def test_no_more_than_were_asked_for():
    ActorFactory.create_batch(3)
    statement = Statement.for_keys(Actor.objects.order_by("pk")[:2])
    assert (len(statement.keys()), statement.count()) == (2, 2)


def test_what_nothing_can_answer_is_not_asked(django_assert_num_queries):
    ActorFactory()
    with django_assert_num_queries(0):
        statement = Statement.for_keys(Actor.objects.filter(pk__in=[]))
        assert (list(statement.keys()), statement.count()) == ([], 0)


def test_it_is_asked_of_other_keys_each_time():
    one, other = ActorFactory(name="A"), ActorFactory(name="B")
    statement = Statement.among(Actor.objects.order_by("-name"), "pk", "name")
    assert statement.rows([one.pk, other.pk]) == [(other.pk, "B"), (one.pk, "A")]
    assert statement.rows([one.pk]) == [(one.pk, "A")]
    Actor.objects.filter(pk=one.pk).update(name="C")
    assert statement.rows([one.pk]) == [(one.pk, "C")]
    assert statement.rows([]) == []


def test_of_what_a_record_is_linked_to_only_what_was_asked_of_answers():
    asked, beside = ActivityFactory(), ActivityFactory()
    both = MandateFactory(reference="both")
    both.activities.set([asked, beside])
    statement = Statement.among(Mandate.objects.order_by("pk"), "activities", "reference")
    assert statement.rows([asked.pk]) == [(asked.pk, "both")]
    assert sorted(statement.rows([asked.pk, beside.pk])) == sorted(
        [(asked.pk, "both"), (beside.pk, "both")]
    )

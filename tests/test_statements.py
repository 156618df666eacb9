"""A statement that was put together once answers from what is there when it is asked."""

import pytest

from cimplan.statements import Statement
from mandates.models import Actor
from tests.factories import ActorFactory

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

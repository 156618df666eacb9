"""The values that a field has, looked up in its index, are those that DISTINCT gives."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cimplan.occurring import values_occurring
from mandates.models import Mandate, Resolution
from tests import factories as make

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()


def occurring(rows, field):
    return [value for (value,) in values_occurring(rows, field).rows()]


def test_each_once_and_only_of_the_rows_asked_for():
    for verb in ("urge", "urge", "", "Ñandú", "thank", "call upon"):
        make.MandateFactory(verb=verb)
    make.MandateFactory(verb="canary", published=False)
    make.MandateFactory(verb="canary too", resolution=make.ResolutionFactory(published=False))
    make.MandateFactory(verb="to", reported_on=False)
    rows = Mandate.objects.visible_to(NOBODY).reported_on().in_order()
    found = occurring(rows, "verb")
    assert sorted(found) == sorted(["urge", "", "Ñandú", "thank", "call upon"])
    assert set(found) == set(rows.order_by().values_list("verb", flat=True).distinct())
    assert sorted(occurring(rows.exclude(verb="urge"), "verb")) == sorted({*found} - {"urge"})


def test_of_no_rows():
    assert occurring(Mandate.objects.visible_to(NOBODY), "verb") == []
    make.MandateFactory(verb="canary", published=False)
    assert occurring(Mandate.objects.visible_to(NOBODY), "verb") == []


def test_what_has_no_index_is_found_as_well():
    for city in ("Lima", "Lima", ""):
        make.MeetingFactory(city=city)
    rows = make.MeetingFactory._meta.model.objects.all()
    assert sorted(occurring(rows, "city")) == ["", "Lima"]


def test_what_is_counted_out_for_each_row_is_found_as_well():
    make.ResolutionFactory(assembly=make.AssemblyFactory(year=2002))
    make.ResolutionFactory(assembly=None)
    rows = Resolution.objects.with_year(NOBODY)
    assert sorted(occurring(rows, "year"), key=str) == [2002, None]


def test_one_question():
    make.MandateFactory.create_batch(3, verb="urge")
    with CaptureQueriesContext(connection) as queries:
        occurring(Mandate.objects.visible_to(NOBODY), "verb")
    assert len(queries) == 1
    assert "DISTINCT" not in queries[0]["sql"]

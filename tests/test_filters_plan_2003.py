"""The filters of the lists on the real plan: addresses, counts, weight."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pages import controls_of, sent_back

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2003")]


class TestRoundTrip:
    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(data=st.data())
    def test_address_form_address(self, data):
        """What the form sends that an address fills in leads to the same address and rows."""
        client = Client()
        path = data.draw(st.sampled_from(["/mandates/", "/activities/", "/meetings/"]))
        offered = {
            one.name: [choice.value for choice in one.choices]
            for one in controls_of(client.get(path))
            if one.choices
        }
        names = data.draw(st.lists(st.sampled_from(sorted(offered)), max_size=4, unique=True))
        query = [
            (name, value)
            for name in names
            for value in data.draw(st.lists(st.sampled_from(offered[name]), max_size=3))
        ]
        words = data.draw(st.sampled_from(["", "belem", "el convenio", "women’s rights"]))
        first = client.get(f"{path}?{urlencode([*query, ('q', words)])}", follow=True)
        assert first.status_code == 200
        again = client.get(path, sent_back(first, "filters"), follow=True)
        assert address_of(again) == address_of(first)
        assert list(again.context["page"]) == list(first.context["page"])
        for one in controls_of(first):
            assert {choice.value for choice in one.chosen} == {
                value for name, value in query if name == one.name
            }


def address_of(response: Any) -> str:
    return response.wsgi_request.get_full_path()


@pytest.mark.parametrize("path", ["/mandates/", "/activities/", "/actors/", "/meetings/"])
def test_each_count_is_of_the_rows_one_gets(path):
    """Each choice of each filter, of the real plan, with another filter on and without."""
    client, swept = Client(), 0
    beside = {"/mandates/": "status=planned", "/activities/": "due=none"}.get(path, "")
    for query in {"", beside}:
        for one in controls_of(client.get(f"{path}?{query}")):
            if query.startswith(one.name):
                continue
            for choice in one.choices[:12]:
                address = f"{path}?{query}&{one.name}={choice.value}".replace("?&", "?")
                found = client.get(address, follow=True)
                assert found.context["page"].paginator.count == choice.count, address
                swept += 1
    assert swept >= 10


def test_the_pages_of_the_real_plan_are_light():
    for path in ("/mandates/", "/activities/", "/actors/", "/resolutions/", "/meetings/"):
        response = Client().get(path, headers={"accept-encoding": "gzip"})
        assert response["Content-Encoding"] == "gzip"
        assert len(response.content) < 15_000, path

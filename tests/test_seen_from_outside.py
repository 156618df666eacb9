"""What those who run the site see of it, and its readers when it fails."""

import json
import logging
import re
from datetime import datetime

import pytest
from django.db import OperationalError, connection
from django.test import Client

from cimplan.groups import EDITOR
from cimplan.log import AddRequestId
from tests import factories as make
from tests.pages import blocked_by_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def failing(monkeypatch):
    """A browser for a site whose first page fails as is said."""

    def fails(error: Exception) -> Client:
        def refuse(*args, **kwargs):
            raise error

        monkeypatch.setattr(connection, "cursor", refuse)
        return Client(raise_request_exception=False)

    return fails


class TestFailures:
    def test_a_database_that_is_down_is_said_to_be(self, failing) -> None:
        client = failing(OperationalError("connection refused: 10.0.0.7"))
        for address in ("/", "/mandates/", "/calendar/feed.ics", "/no/such/page/"):
            response = client.get(address)
            page = response.content.decode()
            if response.status_code == 404:
                continue
            assert response.status_code == 503, address
            assert response["Retry-After"] == "10"
            assert "cannot be reached just now" in page
            assert "10.0.0.7" not in page
            assert "Traceback" not in page

    def test_who_is_logged_in_is_told_the_same(self, failing, client) -> None:
        client.force_login(make.UserFactory(groups=[EDITOR]))
        there = failing(OperationalError("connection refused"))
        there.cookies = client.cookies
        assert there.get("/admin/").status_code == 503

    def test_a_fault_of_ours_is_none_of_the_database(self, failing) -> None:
        response = failing(ValueError("the secret detail")).get("/")
        page = response.content.decode()
        assert response.status_code == 500
        assert "Something went wrong here" in page
        assert "secret detail" not in page
        assert response["X-Request-ID"] in page

    def test_a_form_without_its_token_is_not_accepted_in_words(self) -> None:
        response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "ana"})
        page = response.content.decode()
        assert response.status_code == 403
        assert "It was opened before you logged in or out" in page
        assert "CSRF" not in page
        assert blocked_by_policy(response) == []


class TestRequestId:
    def test_it_is_the_one_that_was_given(self, client) -> None:
        response = client.get("/healthz", headers={"X-Request-ID": "0123456789abcdef"})
        assert response["X-Request-ID"] == "0123456789abcdef"

    @pytest.mark.parametrize("given", ["", "short", "x" * 65, 'quote"quote"quote', "a\tb\tc\td\te"])
    def test_else_one_of_ours(self, client, given) -> None:
        response = client.get("/healthz", headers={"X-Request-ID": given})
        assert re.fullmatch(r"[0-9a-f]{32}", response["X-Request-ID"])

    def test_every_line_has_it(self, client, caplog) -> None:
        caplog.handler.addFilter(AddRequestId())
        caplog.set_level(logging.INFO, "cimplan.request")
        response = client.get("/mandates/?q=asylum")
        line = next(record for record in caplog.records if record.name == "cimplan.request")
        assert line.request_id == response["X-Request-ID"]
        assert line.getMessage().startswith("GET /mandates/ 200 ")
        assert "asylum" not in caplog.text

    def test_so_has_what_django_says_of_an_answer_afterwards(self, client, caplog) -> None:
        caplog.handler.addFilter(AddRequestId())
        response = client.get("/no/such/page/")
        line = next(record for record in caplog.records if record.name == "django.request")
        assert line.getMessage() == "Not Found: /no/such/page/"
        assert line.request_id == response["X-Request-ID"]

    @pytest.mark.parametrize("staff", [False, True])
    @pytest.mark.parametrize(
        "address",
        [
            "/admin/new-password/MQ/geheim-geheim/",
            "/admin/new-password/MQ/geheim-geheim",
            "/admin//new-password/MQ/geheim-geheim/",
            "//admin/new-password//MQ/geheim-geheim/",
        ],
    )
    def test_a_link_that_sets_a_password_is_not_in_it(
        self, client, caplog, address: str, staff: bool
    ) -> None:
        caplog.handler.addFilter(AddRequestId())
        caplog.set_level(logging.INFO, "cimplan.request")
        if staff:
            client.force_login(make.UserFactory(groups=[EDITOR]))
        client.get("/", PATH_INFO=address)
        assert "new-password/" in caplog.text
        assert "geheim" not in caplog.text

    def test_nor_is_it_in_that_of_nginx_at_either_port(self, settings) -> None:
        text = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()
        before, *servers = text.split("\nserver {")
        assert "~*new-password  0;" in before
        assert len(servers) == 2
        for server in servers:
            assert re.findall(r"access_log .*", server) == [
                "access_log /var/log/nginx/access.log combined if=$cimplan_logged;"
            ]

    def test_a_line_is_an_object(self, settings) -> None:
        from pythonjsonlogger.json import JsonFormatter

        kwargs = dict(settings.LOGGING["formatters"]["json"])
        made = kwargs.pop("()")
        assert made.endswith("JsonFormatter")
        formatter = JsonFormatter(kwargs.pop("format"), **kwargs)
        record = logging.makeLogRecord({"msg": "two\nlines", "name": "x", "request": object()})
        AddRequestId().filter(record)
        line = formatter.format(record)
        assert "\n" not in line
        said = json.loads(line)
        assert said["message"] == "two\nlines"
        assert datetime.fromisoformat(said["time"]).tzinfo is not None
        assert set(said) >= {"time", "level", "logger", "request_id"}
        assert "request" not in said


class TestCaches:
    def test_nothing_is_kept_of_what_staff_see(self, client) -> None:
        mandate = make.MandateFactory()
        client.force_login(make.UserFactory(groups=[EDITOR]))
        for address in ("/", mandate.get_absolute_url(), "/feed.atom", "/admin/", "/none/"):
            assert client.get(address)["Cache-Control"] == "private, no-store", address

    def test_what_anybody_sees_may_be(self, client) -> None:
        assert "no-store" not in client.get("/").get("Cache-Control", "")

    def test_nor_is_it_kept_unasked_that_something_is_not_there(self, client) -> None:
        draft = make.MandateFactory(published=False)
        for address in (draft.get_absolute_url(), "/none/", "/mandates/?as_of=tomorrow"):
            assert client.get(address)["Cache-Control"] == "no-cache", address


def test_search_engines_are_told_what_to_leave(client) -> None:
    said = client.get("/robots.txt")
    assert said["Content-Type"].startswith("text/plain")
    assert "Disallow: /admin/\n" in said.content.decode()

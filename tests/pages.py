"""Reading pages in tests: what a browser would send back, and what a strict policy would block."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.http import HttpResponse


class _Fields(HTMLParser):
    """Collects what a browser would send of the form with an id."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside = form_id, False
        self.values: dict[str, list[str]] = {}
        self.textarea: str | None = None
        self.select: tuple[str, bool, list[tuple[str, bool]]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "form":
            self.inside = attributes.get("id") == self.form_id
        if not self.inside or "disabled" in attributes:
            return
        name, value = attributes.get("name"), attributes.get("value") or ""
        if tag == "input" and name:
            kind = attributes.get("type", "text")
            ticked = kind not in ("checkbox", "radio") or "checked" in attributes
            if kind == "checkbox" and "value" not in attributes:
                value = "on"
            if kind not in ("submit", "file", "button") and ticked:
                self.values.setdefault(name, []).append(value)
        elif tag == "textarea" and name:
            self.textarea = name
            self.values[name] = [""]
        elif tag == "select" and name:
            self.select = (name, "multiple" in attributes, [])
        elif tag == "option" and self.select:
            self.select[2].append((value, "selected" in attributes))

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.values[self.textarea][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.textarea:
            # The first line end after the tag is not part of the text.
            self.values[self.textarea][0] = self.values[self.textarea][0].removeprefix("\n")
            self.textarea = None
        elif tag == "select" and self.select:
            name, multiple, options = self.select
            chosen = [value for value, selected in options if selected]
            if not chosen and not multiple and options:
                chosen = [options[0][0]]
            if chosen:
                self.values.setdefault(name, []).extend(chosen)
            self.select = None


def sent_back(response: HttpResponse, form_id: str) -> dict[str, list[str]]:
    """What a browser would send of a form nobody has touched."""
    fields = _Fields(form_id)
    fields.feed(response.content.decode())
    return fields.values


class _Blocked(HTMLParser):
    """Collects what `script-src 'self'; style-src 'self'` would not let run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        data_only = attributes.get("type") == "application/json"
        if tag == "style" or (tag == "script" and "src" not in attributes and not data_only):
            self.found.append(f"<{tag}>")
        for name, value in attributes.items():
            if _is_blocked(name, (value or "").strip().lower()):
                self.found.append(f"{tag} {name}={value}")


def _is_blocked(name: str, value: str) -> bool:
    if name in ("href", "action", "src") and value.startswith("javascript:"):
        return True
    from_elsewhere = name == "src" and not value.startswith(("/", "data:image/"))
    return from_elsewhere or name == "style" or name.startswith("on")


def blocked_by_policy(response: HttpResponse) -> list[str]:
    """Inline scripts, styles and handlers of a page, and what it would load from elsewhere."""
    blocked = _Blocked()
    blocked.feed(response.content.decode())
    return blocked.found


def text_of(response: Any) -> str:
    return response.content.decode()


def main_text_of(response: HttpResponse) -> str:
    """What a reader reads of a page's main part, white space made one."""
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    # A form of filters that is closed is not read.
    main = re.sub(r'<details class="filters">.*?</details>', "", main, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def controls_of(response: Any) -> list[Any]:
    """The filters of a list's form, as it shows them."""
    filters = response.context["filters"]
    return [filters.control(name) for name in filters.filters]


def rows_of(response: HttpResponse) -> dict[str, str]:
    """What the rows of a list are called, as it shows them, with the addresses they lead to."""
    links = re.findall(
        r'<th scope="row"[^>]*>\s*<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>',
        text_of(response),
        re.DOTALL,
    )
    return {html.unescape(re.sub(r"<[^>]+>", "", name)).strip(): to for to, name in links}


@contextmanager
def statements_asked() -> Iterator[list[tuple[str, Any]]]:
    """What the database is asked meanwhile, and of which: in words, where Django's own log of
    queries has but the name of a prepared statement."""
    asked: list[tuple[str, Any]] = []

    def look_at(execute: Any, sql: str, parameters: Any, *args: Any) -> Any:
        asked.append((sql, parameters))
        return execute(sql, parameters, *args)

    with connection.execute_wrapper(look_at):
        yield asked

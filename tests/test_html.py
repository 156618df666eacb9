"""Every kind of public page is valid HTML, by the Nu Html Checker (`make html` fetches it)."""

import json
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

CHECKER = Path(__file__).parent.parent / ".venv" / "vnu.jar"
JAVA = shutil.which("java")

#: Pages of one kind that are looked at; the kind is the view, and whether the page is filtered.
EACH = 4

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("plan_2003"),
    pytest.mark.skipif(
        JAVA is None or not CHECKER.exists(),
        reason="the Nu Html Checker is not here: it needs Java, and make html fetches it",
    ),
]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def crawl(client: Client, start: str) -> dict[str, bytes]:
    """The HTML pages reached from the start by links, a few of each kind, by their address."""
    pages: dict[str, bytes] = {}
    waiting, known, taken = [start], {start}, Counter[tuple[str, bool]]()
    for address in waiting:
        parts = urlsplit(address)
        kind = (resolve(parts.path).view_name, bool(parts.query))
        if taken[kind] >= EACH:
            continue
        taken[kind] += 1
        response = client.get(address)
        if not response.get("Content-Type", "").startswith("text/html") or response.streaming:
            continue
        assert response.status_code == 200, address
        pages[address] = response.content
        links = _Links()
        links.feed(response.content.decode())
        for link in links.found:
            target = urljoin(address, link.partition("#")[0])
            if target.startswith("/") and not target.startswith("/admin/") and target not in known:
                known.add(target)
                waiting.append(target)
    return pages


def test_public_pages_are_valid_html(client: Client, tmp_path: Path) -> None:
    pages = crawl(client, "/")
    missing = client.get("/no/such/page/")
    pages["/no/such/page/"] = missing.content
    assert len(pages) >= 15
    names = {}
    for number, (address, content) in enumerate(pages.items()):
        file = tmp_path / f"{number}.html"
        file.write_bytes(content)
        names[file.as_uri().replace("file:///", "file:/")] = address
    done = subprocess.run(
        [JAVA, "-jar", str(CHECKER), "--format", "json", "--stdout", str(tmp_path)],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    # One address stands for each fault; the same one on every page would hide the others.
    faults: dict[str, str] = {}
    for message in json.loads(done.stdout)["messages"]:
        if message["type"] == "error":
            where = f"{names[message['url']]}, line {message.get('lastLine')}"
            faults.setdefault(f"{message['message']} {message.get('extract', '')}", where)
    assert not faults, "\n".join(f"{where}: {fault}" for fault, where in faults.items())

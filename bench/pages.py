"""What pages and tables cost, against two floors of the same server.

    python -m bench.pages [--mandates 80000] [--un] [--rounds 30] [--json FILE] [--compare FILE]

*bytes* returns the bytes of the list of mandates from memory; *plain* is the plainest view and
template for fifty rows of them. Of each page: *fresh*, the first after every table was written
to; *reported*, the first after a report of progress was recorded, the usual write; *other*, of a
list, another address of it then; *again*, asked for once more; *known*, asked for by a browser that
has it (304). Each round asks every page, so that all share the machine's moods; and words that
nobody looked for yet, one fresh and ten more, a report before each. One worker, milliseconds at the
client.

Ctrl-C ends it early with what there is. With DATABASE_URL's PostgreSQL (`make bench-postgres`
makes one), or on an SQLite of its own. bench/scale.py runs it for several sizes.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from types import SimpleNamespace

from tqdm import tqdm

from bench.served import ROOT, Person, Site, editor, served
from cimplan.spreadsheets.reader import MOST_ROWS
from tests.pages import sent_back

FLOORS = ("/bench/bytes/", "/bench/plain/")
LISTS = ("/mandates/", "/activities/", "/actors/", "/meetings/", "/resolutions/")
#: Stands for a word that nobody looked for yet; so many of them a round, after the first.
NEW_WORD, NEW_WORDS = "/search/?q=(a new word)", 10
#: Asked in a list of more than so many rows.
DEEP = {"/mandates/?page=40": 2000, "/mandates/?page=200": 10_000}
PAGES = (
    "/", "/mandates/", "/mandates/?status=planned", "/mandates/?status=in-progress",
    "/mandates/?addressee=member-states", "/mandates/?verb=urge", "/mandates/?q=women",
    "/mandates/?q=trafficking", *DEEP,
    "/mandates/219-3/", "/resolutions/", "/resolutions/219/", "/activities/", "/actors/",
    "/actors/member-states/", "/calendar/", "/calendar/2003/", "/meetings/", "/plan/2003/",
    "/sessions/2003-1/", "/search/?q=trafficking", "/search/?q=belem", "/search/?q=the",
    "/search/?q=e", "/search/?q=traficking", "/search/?q=xqzzwvklm",
    "/search/?q=%22not%20(or%22*%20-a", "/feed.atom", "/calendar/feed.ics",
)  # fmt: skip
#: Whole tables and papers.
FILES = ("/mandates/?format=csv", "/plan/2003/plan.pdf", "/plan/2003/plan.docx")
#: The draft of a report, as staff ask for it; only where it is of the plan alone, for it is on
#: every mandate in force.
REPORT = ("/sessions/2003-1/report/", "/sessions/2003-1/report.pdf", "/sessions/2003-1/report.docx")
#: Paragraphs of a resolution, and the words they are made of, where no real ones are given.
PARAGRAPHS = 40
TEXT = (
    "To urge member states to strengthen their measures on {0}, and to report on them to the "
    "Executive Committee of the Commission at its session of {1}."
)
SUBJECTS = (
    "the trafficking of women", "violence against women", "Belém do Pará", "women’s health",
    "education for peace", "equal pay", "rural women", "women’s political participation",
)  # fmt: skip
#: Every so many-th mandate is reported on, and asks the member states.
REPORTED = 4
REPORTED_IN_FULL = 1000
#: Where staff bring a file of mandates in.
IMPORT = "/admin/mandates/mandate/import/"


def grow(site: Site, mandates: int) -> dict[str, float]:
    """Bring that many more mandates in through the command that staff use; rows a second."""
    with tempfile.TemporaryDirectory() as folder:
        paragraphs = write_tables(Path(folder), mandates, first=1000)
        site.manage("import_table", "resolutions", str(Path(folder, "resolutions.csv")))
        return timed(site, mandates, "import_table", "mandates", str(paragraphs))


def write_tables(folder: Path, mandates: int, *, first: int) -> Path:
    """The file of so many mandates, beside that of their resolutions, from a number on."""
    symbols = [f"CIM/RES.{first + n}/26" for n in range(-(-mandates // PARAGRAPHS))]
    lines = "".join(f"{symbol},Resolution,2026-01-01,yes\n" for symbol in symbols)
    (folder / "resolutions.csv").write_text(f"symbol,title,adopted_on,published\n{lines}")
    lines = "".join(
        f'{symbols[n // PARAGRAPHS]},{n % PARAGRAPHS + 1},1,{n % PARAGRAPHS + 1}.,'
        f'"{TEXT.format(SUBJECTS[n % len(SUBJECTS)], 2000 + n % 27)}",yes\n'
        for n in range(mandates)
    )  # fmt: skip
    paragraphs = folder / "paragraphs.csv"
    paragraphs.write_text(f"resolution,position,level,label,text,published\n{lines}")
    return paragraphs


def import_in_the_admin(site: Site) -> dict[str, float]:
    """As many rows as one file may have there: the preview, and the confirmation that saves."""
    from mandates.models import Mandate

    person, before = editor(site, "importer"), Mandate.objects.count()
    with tempfile.TemporaryDirectory() as folder:
        paragraphs = write_tables(Path(folder), MOST_ROWS, first=5000)
        site.manage("import_table", "resolutions", str(Path(folder, "resolutions.csv")))
        file = BytesIO(paragraphs.read_bytes())
    file.name = paragraphs.name
    form = person.form(IMPORT, "import-file")
    began = time.perf_counter()
    preview = person.send(IMPORT, form, file)
    answer = person.post(
        IMPORT, sent_back(SimpleNamespace(content=preview.content), "import-confirm")
    )
    seconds = time.perf_counter() - began
    if answer.status != 302 or Mandate.objects.count() != before + MOST_ROWS:
        sys.exit(f"The import in the admin answers {answer.status}")
    return {"seconds": seconds, "rows_per_second": MOST_ROWS / seconds, "mb": site.memory()}


def grow_from_un(site: Site, folder: Path) -> dict[str, float]:
    """The UN's resolutions on women, which are published then."""
    from mandates.models import Mandate, Resolution

    before = Mandate.objects.count()
    site.manage("import_table", "resolutions", str(folder / "un-women-resolutions.csv"))
    paragraphs = folder / "un-women-paragraphs.csv"
    figures = timed(site, 1, "import_table", "mandates", str(paragraphs),
                    "--column", "symbol=Resolution")  # fmt: skip
    rows = Mandate.objects.count() - before
    Resolution.objects.update(published=True)
    Mandate.objects.update(published=True)
    return {**figures, "rows": rows, "rows_per_second": rows / figures["seconds"]}


def tell_of_them() -> None:
    """Reports on some of the mandates that came in, and somebody whom they ask."""
    from mandates.models import Actor, Addressee, Mandate, ProgressReport
    from mandates.status import Status

    grown = Mandate.objects.filter(reports=None, addressees=None, resolution__assembly=None)
    some = grown.order_by("pk").values_list("pk", flat=True)[::REPORTED]
    states = Actor.objects.get(slug="member-states")
    statuses = (Status.IN_PROGRESS, Status.ONGOING, Status.COMPLETED)
    reports = [
        ProgressReport(
            mandate_id=pk, status=statuses[n % len(statuses)], as_of=date(2026, 6, 1),
            recorded_at=datetime(2026, 6, 2, tzinfo=UTC), done="A letter was sent.",
        )
        for n, pk in enumerate(some)
    ]  # fmt: skip
    ProgressReport.objects.bulk_create(reports, batch_size=500)
    addressees = [Addressee(mandate_id=pk, actor=states) for pk in some]
    Addressee.objects.bulk_create(addressees, batch_size=500)


def timed(site: Site, rows: int, *words: str) -> dict[str, float]:
    """A command's seconds, rows a second, and most memory in MB."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=site.environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(process.stderr.read().decode()[-2000:])
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "rows_per_second": rows / seconds, "mb": used.ru_maxrss / 1024}


def ask(person: Person, address: str, etag: str = "") -> tuple[float, str]:
    """Milliseconds, and the ETag. Ends the bench where the page is not well."""
    began = time.perf_counter()
    answer = person.get(address, etag)
    took = (time.perf_counter() - began) * 1000
    if answer.status != (304 if etag else 200):
        sys.exit(f"{address} answers {answer.status}")
    return took, answer.headers.get("ETag", "")


def write() -> None:
    """The worst that a write can do: every table counts as written to."""
    from cimplan.table_versions import keep_table_versions

    keep_table_versions(using="default")


def report() -> None:
    """The usual write; on any mandate, or the log of one would be what is measured."""
    from mandates.models import Mandate, ProgressReport
    from mandates.status import Status

    of_the_plan = Mandate.objects.exclude(rows=None).exclude(reference="219-3")
    ProgressReport.objects.create(
        mandate=of_the_plan.order_by("?").first(), status=Status.ONGOING,
        as_of=date(2026, 6, 1), recorded_at=datetime.now(UTC), done="A letter was sent.",
    )  # fmt: skip


Took = dict[str, dict[str, list[float]]]


def measure(site: Site, pages: list[str], rounds: int) -> Took:
    from calendar_app.models import Session
    from documents.models import SessionReport
    from mandates.models import Mandate

    person = Person(site)
    every = (*FLOORS, *pages)
    new_words = cycle(words_not_in(every))
    for address in every:
        ask(person, address)
    took: Took = {
        address: {"fresh": [], "reported": [], "other": [], "again": [], "known": []}
        for address in (*every, NEW_WORD)
    }
    try:
        for _ in tqdm(range(rounds), unit="round", disable=None):
            for address in every:
                write()
                took[address]["fresh"].append(ask(person, address)[0])
                report()
                took_then, etag = ask(person, address)
                took[address]["reported"].append(took_then)
                if other := another(address):
                    took[address]["other"].append(ask(person, other)[0])
                if address not in FLOORS:
                    took[address]["again"].append(ask(person, address)[0])
                    took[address]["known"].append(ask(person, address, etag)[0])
            search(person, new_words, took[NEW_WORD])
    except KeyboardInterrupt:
        print("cut short")
    asked = [(person, address) for address in FILES]
    if Mandate.objects.count() <= REPORTED_IN_FULL:
        SessionReport.objects.create(session=Session.objects.get(slug="2003-1"))
        writer = editor(site, "editor")
        asked += [(writer, address) for address in REPORT]
    for who, address in asked:
        times = []
        for _ in range(3):
            write()
            times.append(ask(who, address)[0])
        took[address] = {"fresh": times[1:]}
    return {address: times for address, times in took.items() if times["fresh"]}


def search(person: Person, new_words: Iterator[str], took: dict[str, list[float]]) -> None:
    write()
    took["fresh"].append(ask(person, f"/search/?q={next(new_words)}")[0])
    for word in islice(new_words, NEW_WORDS):
        report()
        took["reported"].append(ask(person, f"/search/?q={word}")[0])


def another(address: str) -> str:
    """Another address of a list; "" for other pages."""
    if address.partition("?")[0] not in LISTS or "page=" in address:
        return ""
    return f"{address}{'&' if '?' in address else '?'}page=1"


def words_not_in(addresses: Iterable[str]) -> list[str]:
    """Words of the mandates' texts that none of the addresses looks for."""
    from mandates.models import Mandate
    from mandates.words import words_of

    texts = Mandate.objects.order_by("pk").values_list("text", flat=True)[:1000]
    found = dict.fromkeys(word.folded for text in texts for word in words_of(text))
    words = (word for word in found if len(word) > 3 and word.isalpha())
    return [word for word in words if not any(word in one for one in addresses)]


def in_short(took: Took) -> dict[str, dict[str, float]]:
    """Medians, and 95th percentiles of the pages that are made: p95 of *reported*, p95_other."""
    found = {}
    for address, times in took.items():
        found[address] = {how: median(some) for how, some in times.items() if some}
        for how, name in (("reported", "p95"), ("other", "p95_other")):
            if some := times.get(how):
                found[address][name] = quantiles(some, n=20)[-1] if len(some) > 1 else some[0]
    return found


def say(pages: dict[str, dict[str, float]], earlier: dict[str, dict[str, float]]) -> None:
    plain = pages["/bench/plain/"]["fresh"]
    heads = ("fresh", "reported", "p95", "other", "p95_other", "again", "known")
    print(f"{'page':36}", *(f"{head:>9}" for head in heads), f"{'of plain':>9}  before")
    for address, one in pages.items():
        before = f"{earlier[address]['fresh']:.1f}" if address in earlier else ""
        cells = (f"{one[head]:9.1f}" if head in one else " " * 9 for head in heads)
        print(f"{address:36}", *cells, f"{one['fresh'] / plain:8.1f}×  {before}")


def machine() -> dict[str, object]:
    model = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")), "",
    )  # fmt: skip
    return {"python": platform.python_version(), "cores": os.cpu_count(), "processor": model}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mandates", type=int, default=0, help="so many more than the plan's")
    parser.add_argument("--un", action="store_true", help="the tables of CIMPLAN_UN_DATA as well")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--compare", type=Path, help="an earlier JSON")
    asked = parser.parse_args()
    with served(workers=1) as site:
        from django.db import connection

        from mandates.models import Mandate

        tables = {}
        if asked.mandates:
            tables["import on the command line"] = grow(site, asked.mandates)
        if asked.un:
            tables["import on the command line"] = grow_from_un(
                site, Path(os.environ["CIMPLAN_UN_DATA"])
            )
        if tables:
            tell_of_them()
            with tempfile.TemporaryDirectory() as folder:
                file = str(Path(folder, "mandates.csv"))
                rows = Mandate.objects.count()
                figures = timed(site, rows, "export_table", "mandates", file)
                tables["export on the command line"] = figures
            site.manage("analyze")
        rows = Mandate.objects.count()
        pages = [address for address in PAGES if rows > DEEP.get(address, 0)]
        found = in_short(measure(site, pages, asked.rounds))
        memory, engine = site.memory(), connection.vendor
        tables["import in the admin"] = import_in_the_admin(site)
    earlier = json.loads(asked.compare.read_text())["pages"] if asked.compare else {}
    print(f"{rows} mandates, {engine}")
    say(found, earlier)
    for name, figures in tables.items():
        print(f"{name}: " + ", ".join(f"{key} {value:.0f}" for key, value in figures.items()))
    print(f"the worker's memory: {memory} MB")
    if asked.json:
        commit = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout.strip()  # fmt: skip
        everything = {
            "commit": commit, "machine": machine(), "engine": engine, "mandates": rows,
            "pages": found, "tables": tables, "worker_mb": memory,
        }  # fmt: skip
        asked.json.write_text(json.dumps(everything, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())

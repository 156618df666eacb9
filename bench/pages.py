"""What pages and tables cost, against two floors of the same server, as the plan grows.

    python -m bench.pages [--mandates 80000] [--rounds 60] [--json FILE] [--compare FILE]

*bytes* returns the bytes of the list of mandates from memory; *plain* is the plainest view and
template for fifty rows. Each round asks every page once, so that all share the machine's moods.
Ctrl-C ends it early with what there is. With DATABASE_URL's PostgreSQL (`make bench-postgres`
makes one), or on an SQLite of its own.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from tqdm import tqdm

from bench.served import ROOT, Person, Site, served

FLOORS = ("/bench/bytes/", "/bench/plain/")
PAGES = (
    "/", "/mandates/", "/mandates/?status=planned", "/mandates/?q=women", "/mandates/?page=40",
    "/mandates/219-3/", "/resolutions/", "/resolutions/219/", "/activities/", "/actors/",
    "/calendar/", "/calendar/2003/", "/meetings/", "/plan/2003/", "/sessions/2003-1/",
    "/search/?q=trafficking", "/search/?q=belem", "/search/?q=the",
    "/feed.atom", "/calendar/feed.ics",
)  # fmt: skip
TABLES = ("/mandates/?format=csv",)
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


def grow(site: Site, mandates: int) -> dict[str, float]:
    """Bring that many more mandates in through the command that staff use; rows a second."""
    resolutions = -(-mandates // PARAGRAPHS)
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "resolutions.csv"), Path(folder, "paragraphs.csv")
        symbols = [f"CIM/RES.{1000 + n}/26" for n in range(resolutions)]
        lines = "".join(f"{symbol},Resolution,2026-01-01,yes\n" for symbol in symbols)
        ours.write_text(f"symbol,title,adopted_on,published\n{lines}")
        lines = "".join(
            f'{symbols[n // PARAGRAPHS]},{n % PARAGRAPHS + 1},1,{n % PARAGRAPHS + 1}.,'
            f'"{TEXT.format(SUBJECTS[n % len(SUBJECTS)], 2000 + n % 27)}",yes\n'
            for n in range(mandates)
        )  # fmt: skip
        theirs.write_text(f"symbol,position,level,label,text,published\n{lines}")
        site.manage("import_table", "resolutions", str(ours))
        return timed(site, mandates, "import_table", "mandates", str(theirs),
                     "--column", "symbol=Resolution")  # fmt: skip


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


def ask(person: Person, address: str) -> float:
    """Milliseconds. Ends the bench where the page is not well."""
    began = time.perf_counter()
    answer = person.get(address)
    if answer.status != 200:
        sys.exit(f"{address} answers {answer.status}")
    return (time.perf_counter() - began) * 1000


def measure(site: Site, rounds: int) -> dict[str, list[float]]:
    person = Person(site)
    every = (*FLOORS, *PAGES)
    for address in every:
        for _ in range(3):
            ask(person, address)
    took: dict[str, list[float]] = {address: [] for address in every}
    try:
        for _ in tqdm(range(rounds), unit="round"):
            for address in every:
                took[address].append(ask(person, address))
    except KeyboardInterrupt:
        print("cut short")
    for address in TABLES:
        took[address] = [ask(person, address)]
    return {address: times for address, times in took.items() if times}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mandates", type=int, default=0, help="so many more than the plan's")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--compare", type=Path, help="an earlier JSON")
    asked = parser.parse_args()
    with served() as site:
        from django.db import connection

        tables = {}
        if asked.mandates:
            tables["import"] = grow(site, asked.mandates)
            with tempfile.TemporaryDirectory() as folder:
                file = str(Path(folder, "mandates.csv"))
                tables["export"] = timed(site, asked.mandates, "export_table", "mandates", file)
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
        took = measure(site, asked.rounds)
        memory, engine = site.memory(), connection.vendor
    earlier = json.loads(asked.compare.read_text())["pages"] if asked.compare else {}
    pages = {}
    plain = median(took["/bench/plain/"])
    print(f"{'page':34} {'median':>8} {'p95':>8} {'of plain':>9}  before")
    for address, times in took.items():
        p95 = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        pages[address] = {"median": median(times), "p95": p95}
        before = f"{earlier[address]['median']:.1f}" if address in earlier else ""
        print(
            f"{address:34} {median(times):8.1f} {p95:8.1f} {median(times) / plain:8.1f}×  {before}"
        )
    for name, figures in tables.items():
        print(f"{name}: " + ", ".join(f"{key} {value:.0f}" for key, value in figures.items()))
    print(f"largest worker: {memory} MB")
    if asked.json:
        commit = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout.strip()  # fmt: skip
        machine = {"python": platform.python_version(), "cores": os.cpu_count(), "engine": engine}
        found = {
            "commit": commit, "machine": machine, "mandates": asked.mandates,
            "pages": pages, "tables": tables, "worker_mb": memory,
        }  # fmt: skip
        asked.json.write_text(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())

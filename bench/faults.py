"""Breaks the site on purpose and counts what is lost.

    python -m bench.faults kills [TIMES]      a worker or an import is killed, again and again
    python -m bench.faults database           PostgreSQL is stopped and started under load
    python -m bench.faults machines           two machines on one database: does each see the other
    python -m bench.faults load [MINUTES]     readers and editors at once, for half an hour

With DATABASE_URL's PostgreSQL (`make faults-postgres` makes one), or on an SQLite of its own.
"""

import http.client
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from bench.served import ROOT, Answer, Person, Site, another, editor, served, wait_until
from tests.with_postgres import postgres_programs, run_as

PAGES = (
    "/", "/mandates/", "/mandates/?status=planned", "/mandates/219-3/", "/resolutions/",
    "/resolutions/219/", "/activities/", "/calendar/", "/calendar/2003/", "/meetings/",
    "/search/?q=trafficking", "/plan/2003/", "/actors/", "/sessions/2003-1/", "/feed.atom",
    "/calendar/feed.ics", "/mandates/?format=csv",
)  # fmt: skip


#: What a reader notices of a worker that is killed: no answer, half of one, or another's refusal.
GONE = (OSError, http.client.HTTPException, RuntimeError)


def edit(person: Person, pk: int, title: str) -> Answer:
    """An activity's title, through the form of the admin."""
    address = f"/admin/mandates/activity/{pk}/change/"
    form = person.form(address, "activity_form")
    return person.post(address, {**form, "title": title})


# --- killed ----------------------------------------------------------------------------------


def kills(times: int) -> bool:
    # The imports come last: with all they bring, a report would be hundreds of pages.
    imports = times // 3
    kinds = [(killed_in_a_save, killed_in_an_issue)[n % 2] for n in range(times - imports)]
    kinds += [killed_in_an_import] * imports
    lost = 0
    with served() as site:
        from calendar_app.models import Session
        from documents.models import SessionReport

        person = editor(site, "editor")
        SessionReport.objects.create(session=Session.objects.get(slug="2003-1"))
        for number, kind in enumerate(kinds):
            kept, said = kind(site, person, number)
            lost += not kept
            print(f"{number + 1:3} {kind.__name__.replace('_', ' ')}: {said}", flush=True)
            wait_until(lambda: person.get("/readyz").status == 200, seconds=20)
    print(f"{times - lost} of {times}: nothing that was acknowledged was lost, nothing was halved")
    return lost == 0


def killed_in_a_save(site: Site, person: Person, number: int) -> tuple[bool, str]:
    from mandates.models import Activity

    activity = Activity.objects.order_by("pk").first()
    acknowledged, sent = activity.title, activity.title
    before = activity.version
    timer = threading.Timer(random.uniform(0.3, 2.0), site.kill_workers)
    timer.start()
    count = 0
    try:
        while timer.is_alive():
            sent = f"Killed {number}, saved {count}"
            if edit(person, activity.pk, sent).status != 302:
                break
            acknowledged, count = sent, count + 1
    except GONE:
        pass
    timer.join()
    time.sleep(0.3)
    stored = Activity.objects.get(pk=activity.pk)
    last = stored.history.order_by("-history_id").first()
    whole = last is None or last.title == stored.title or stored.version == before
    return (
        stored.title in (acknowledged, sent) and whole,
        f"{count} saves were acknowledged; stored is “{stored.title}”",
    )


def killed_in_an_import(site: Site, person: Person, number: int) -> tuple[bool, str]:
    from mandates.models import Mandate, Resolution

    rows = 6000
    with tempfile.TemporaryDirectory() as folder:
        resolutions, paragraphs = Path(folder, "resolutions.csv"), Path(folder, "paragraphs.csv")
        symbol = f"CIM/RES.{9000 + number}/26"
        resolutions.write_text(f"symbol,title,adopted_on\n{symbol},Killed,2026-01-01\n")
        lines = "".join(f"{symbol},{n},1,{n}.,To do it {n}\n" for n in range(1, rows + 1))
        paragraphs.write_text(f"symbol,position,level,label,text\n{lines}")
        site.manage("import_table", "resolutions", str(resolutions))
        began = Mandate.objects.count()
        process = subprocess.Popen(
            [sys.executable, "manage.py", "import_table", "mandates", str(paragraphs),
             "--column", "symbol=Resolution"],
            cwd=ROOT, env=site.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(random.uniform(0.6, 2.4))
        process.send_signal(signal.SIGKILL)
        process.wait()
    time.sleep(0.5)
    found = Mandate.objects.count() - began
    history = Mandate.history.filter(resolution__symbol=symbol).count()
    there = Resolution.objects.filter(symbol=symbol).count()
    return found in (0, rows) and history == found and there == 1, f"{found} of {rows} rows"


def killed_in_an_issue(site: Site, person: Person, number: int) -> tuple[bool, str]:
    from documents.models import IssuedDocument, SessionReport

    report = SessionReport.objects.order_by("pk").first()
    address = f"/admin/documents/sessionreport/{report.pk}/issue/"
    before = IssuedDocument.objects.count()
    timer = threading.Timer(random.uniform(0.2, 2.5), site.kill_workers)
    timer.start()
    acknowledged = False
    try:
        form = person.form(address, "issue-form")
        acknowledged = person.post(address, form).status == 302
    except GONE:
        pass
    timer.join()
    time.sleep(0.5)
    made = IssuedDocument.objects.count() - before
    whole = all(issued.files.count() == 3 for issued in IssuedDocument.objects.all())
    return (made == 1 or (made == 0 and not acknowledged)) and whole, (
        f"{made} paper, whole; acknowledged: {acknowledged}"
    )


# --- the database is away --------------------------------------------------------------------


def database() -> bool:
    """Stop and start PostgreSQL while people read and write."""
    from django.db import connection

    with served() as site:
        person = editor(site, "editor")
        if connection.vendor != "postgresql":
            sys.exit("This is about PostgreSQL: make faults-postgres.")
        with connection.cursor() as cursor:
            cursor.execute("SHOW data_directory")
            folder = cursor.fetchone()[0]
        connection.close()
        seen: dict[int | str, int] = {}
        stop = threading.Event()

        def read() -> None:
            while not stop.is_set():
                try:
                    status: int | str = Person(site).get(random.choice(PAGES)).status
                except http.client.IncompleteRead:
                    status = "a file cut short"
                seen[status] = seen.get(status, 0) + 1

        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        good, slowest = True, 0.0
        from mandates.models import Activity

        activity = Activity.objects.order_by("pk").first()
        connection.close()
        for number in range(5):
            title = f"Before restart {number}"
            good &= edit(person, activity.pk, title).status == 302
            _server(folder, "-m", "fast", "stop")
            away = person.get("/mandates/219-3/")
            asked = time.monotonic()
            ready = person.get("/readyz").status
            waited = time.monotonic() - asked
            _server(folder, "-l", "/dev/null", "start")
            took = wait_until(lambda: Person(site).get("/mandates/").status == 200, seconds=30)
            slowest = max(slowest, took)
            stored = Activity.objects.get(pk=activity.pk).title
            connection.close()
            good &= away.status == 503 and ready == 503 and stored == title
            print(
                f"{number + 1}: away {away.status}, /readyz {ready} in {waited:.2f} s, "
                f"well again after {took:.2f} s, saved before: {stored == title}",
                flush=True,
            )
        stop.set()
        for reader in readers:
            reader.join()
        print(f"readers saw {seen}; slowest to be well again: {slowest:.2f} s")
        return good and slowest <= 5 and set(seen) <= {200, 503, "a file cut short"}


def _server(folder: str, *words: str) -> None:
    options = Path(folder, "postmaster.opts").read_text().split('"')[1::2]
    started = ["-o", " ".join(options)] if words[-1] == "start" else []
    subprocess.run(
        [postgres_programs() / "pg_ctl", "-D", folder, "-w", *started, *words],
        check=True, stdout=subprocess.DEVNULL, cwd="/", **run_as(),
    )  # fmt: skip


# --- several machines ------------------------------------------------------------------------


def machines() -> bool:
    """Two of them, each with a folder of its own: an edit at one is seen at the other at once,
    who has logged in is known at both, and of six wrong passwords, three at each, the last is
    refused."""
    with served() as one, another(one) as two:
        from django.db import connection

        from mandates.models import Activity

        activity = Activity.objects.order_by("pk").first()
        address = activity.get_absolute_url()
        person = editor(one, "editor")
        connection.close()
        late = 0
        for number in range(20):
            here, there = (one, two) if number % 2 else (two, one)
            known = Person(there).get(address).headers["ETag"]
            title = f"Edited {number}"
            saved = edit(Person(here, person.cookies), activity.pk, title)
            seen = Person(there).get(address, etag=known)
            late += not (
                saved.status == 302 and seen.status == 200 and title.encode() in seen.content
            )
        answers = []
        for number in range(6):
            stranger = Person((one, two)[number % 2])
            form = stranger.form("/admin/login/", "login-form")
            wrong = {**form, "username": "editor", "password": "wrong"}
            answers.append(stranger.post("/admin/login/", wrong).status)
        print(
            f"20 edits, seen too late at the other: {late}; six wrong passwords in turn: {answers}"
        )
        return not late and answers[0] == 200 and answers[-1] == 429


# --- load ------------------------------------------------------------------------------------


#: Seconds between one save of an editor and the next: two people who do nothing else all day.
PAUSE = 5


def load(minutes: float) -> bool:
    """Four readers and two editors at once; before that and after it for a minute of the *plain*
    page alone (bench/pages.py), since a machine has its moods. Errors, rates, and the memory of
    the workers."""
    with served() as site:
        from django.db import connection

        from mandates.models import Activity

        ids = list(Activity.objects.order_by("pk").values_list("pk", flat=True)[:2])
        people = [editor(site, f"editor-{n}") for n in range(len(ids))]
        connection.close()
        before = _plain(site, people, ids, minutes)
        found = _at_once(site, people, ids, PAGES, minutes * 60)
        stored = [Activity.objects.get(pk=pk).title for pk in ids]
        connection.close()
        after = _plain(site, people, ids, minutes)
        kept = stored == [f"Edited {count - 1}" for count in found.saves]
        memory, wrong = found.memory, before.wrong + found.wrong + after.wrong
        print(
            f"{found.rate:.1f} pages/s (the plain page {before.rate:.1f} before and "
            f"{after.rate:.1f} after), {sum(found.saves)} edits, last ones stored: {kept}, "
            f"errors: {len(wrong)} {wrong[:5]}, memory {memory[0]} to {memory[-1]} MB"
        )
        return not wrong and kept


def _plain(site: Site, people: list[Person], ids: list[int], minutes: float) -> "Load":
    return _at_once(site, people, ids, ("/bench/plain/",), min(60, minutes * 60))


@dataclass
class Load:
    reads: list[int]
    saves: list[int]
    wrong: list[tuple[str, int]]
    memory: list[int]
    seconds: float = 0

    @property
    def rate(self) -> float:
        return sum(self.reads) / self.seconds


def _at_once(
    site: Site, people: list[Person], ids: list[int], pages: tuple[str, ...], seconds: float
) -> Load:
    done = Load([0] * 4, [0] * len(ids), [], [])
    began = time.monotonic()
    end = began + seconds

    def read(n: int) -> None:
        chance = random.Random(n)
        while time.monotonic() < end:
            address = chance.choice(pages)
            status = Person(site).get(address).status
            done.reads[n] += 1
            if status != 200:
                done.wrong.append((address, status))

    def write(n: int) -> None:
        while time.monotonic() < end:
            status = edit(people[n], ids[n], f"Edited {done.saves[n]}").status
            done.saves[n] += 1
            if status != 302:
                done.wrong.append(("edit", status))
            time.sleep(PAUSE)

    threads = [threading.Thread(target=read, args=(n,)) for n in range(len(done.reads))]
    threads += [threading.Thread(target=write, args=(n,)) for n in range(len(ids))]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        time.sleep(min(30, seconds / 10))
        done.memory.append(site.memory())
        print(f"{time.monotonic() - began:6.0f} s  {sum(done.reads):7} pages  "
              f"{sum(done.saves):5} edits  {len(done.wrong)} errors  {done.memory[-1]} MB",
              flush=True)  # fmt: skip
    done.seconds = time.monotonic() - began
    return done


def main(words: list[str]) -> int:
    random.seed(os.environ.get("SEED", "2003"))
    match words:
        case ["kills", *times]:
            return 0 if kills(int(times[0]) if times else 20) else 1
        case ["database"]:
            return 0 if database() else 1
        case ["machines"]:
            return 0 if machines() else 1
        case ["load", *minutes]:
            return 0 if load(float(minutes[0]) if minutes else 30) else 1
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

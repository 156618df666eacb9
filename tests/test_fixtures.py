"""The fixtures against the printed plan, as plain values: no database.

Each check gives the problems it finds, so that the last tests can show that each one can fail.
"""

import copy
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils.text import slugify

from calendar_app.dates import parse_span
from documents.plan import PlanSection, outline
from documents.reading import read_plan
from mandates.symbols import parse_symbol, path_label

FOLDER = Path(__file__).parent.parent / "fixtures"
SOURCE = (FOLDER / "work-plan-2003.txt").read_bytes()
PLAN = read_plan(SOURCE).document
DOCUMENT_DAY = date(2003, 2, 20)

Data = dict[str, list[dict[str, Any]]]
Check = Callable[[Data], list[str]]

DATA: Data = {path.stem: yaml.safe_load(path.read_text()) for path in FOLDER.glob("*.yaml")}
KEYS = {"assemblies": "code", "mandates": "reference", "plans": "year", "terms": "start_year"}

#: What no quotation holds, row by row: headings above dashes, which propose nothing themselves.
NOT_QUOTED = {
    "2003/219-3": ["SEPIA I -Follow-up meetings on Labor and Gender:", "SEPIA II:"],
}


def collapsed(text: str) -> str:
    return " ".join(text.split())


# --- What the import makes of the printed plan, by the keys it gives ---------------------------


def printed_mandates() -> Iterator[tuple[str, dict[str, Any]]]:
    symbols = [row.symbol for row in PLAN.mandates.rows if row.symbol]
    found = outline(PLAN.mandates)
    rows_named: set[int] = set()
    references: list[str] = []
    for one in found:
        labels = [path_label(level, at) for level, at in enumerate(one.path, start=1)]
        references.append("-".join([parse_symbol(symbols[one.resolution]).slug, *labels]))
        yield (
            references[-1],
            {
                "text": collapsed(one.text),
                "parent": None if one.parent is None else references[one.parent],
                "is_chapeau": one.is_chapeau,
                "cell": collapsed(PLAN.mandates.rows[one.row].activities),
                "has_row": one.row not in rows_named,
            },
        )
        rows_named.add(one.row)


def printed_sections(
    sections: tuple[PlanSection, ...] = PLAN.sections, above: str = ""
) -> Iterator[tuple[str, str]]:
    for section in sections:
        slug = above + slugify(section.number)
        yield f"2003/{slug}", collapsed(" ".join(section.paragraphs))
        yield from printed_sections(section.sections, f"{slug}-")


def printed_meetings() -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in PLAN.calendar.entries:
        words = slugify(entry.lines[0])
        if len(words) > 60:
            words = words[:61].rsplit("-", 1)[0]
        yield f"{words}-{parse_span(entry.dates).span.start.year}", entry.lines


MANDATES = dict(printed_mandates())
SECTIONS = dict(printed_sections())
MEETINGS = dict(printed_meetings())
ROWS = {f"2003/{ref}": one["cell"] for ref, one in MANDATES.items() if one["has_row"]}
RESOLUTIONS = {parse_symbol(row.symbol).slug for row in PLAN.mandates.rows if row.symbol}
WHOLE = collapsed(SOURCE.decode())
# The source breaks resolutions' titles over rows; the reader joins them.
TITLES = " / ".join(row.title for row in PLAN.mandates.rows)


def by_key(data: Data, topic: str) -> dict[str, dict[str, Any]]:
    return {str(entry[KEYS.get(topic, "slug")]): entry for entry in data[topic]}


def mandates_with_activity(data: Data) -> set[str]:
    """Its row's, or its parent's, but no chapeau: what must be reported on."""
    own = {reference for entry in data["activities"] for reference in entry.get("mandates", [])}
    return {
        reference
        for reference, one in MANDATES.items()
        if not one["is_chapeau"] and (reference in own or one["parent"] in own)
    }


# --- The checks -------------------------------------------------------------------------------


def keys_are_given_once(data: Data) -> list[str]:
    problems = []
    for topic in set(data) - {"progress"}:
        counted = Counter(entry[KEYS.get(topic, "slug")] for entry in data[topic])
        problems += [f"{topic}: {key} {n} times" for key, n in counted.items() if n > 1]
    return problems


def references_in(topic: str, entry: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each record an entry points at, as (kind, key)."""
    lists = {
        "members": "actor",
        "responsible": "actor",
        "partners": "actor",
        "organizers": "actor",
        "mandates": "mandate",
        "activities": "activity",
        "meetings": "meeting",
        "sections": "section",
        "rescinds": "resolution",
        "follows": "resolution" if topic == "resolutions" else "meeting",
    }
    single = {
        "state": "actor",
        "parent": "area",
        "meeting": "meeting",
        "mandate": "mandate",
        "activity": "activity",
        "assembly": "assembly",
        "term": "term",
        "session": "session",
    }
    if topic in ("meetings", "plans"):
        single.pop("state")  # scheduled, proposed: not an actor
    for name, value in entry.items():
        if name in lists:
            yield from ((lists[name], key) for key in value)
        elif name in single:
            yield single[name], value
    for addressee in entry.get("addressees", []):
        yield "actor", addressee["actor"] if isinstance(addressee, dict) else addressee
    for line in (*entry.get("citations", []), *entry.get("deadlines", [])):
        yield from ((name, line[name]) for name in ("resolution", "meeting") if name in line)
    for line in (*entry.get("quotations", []), *entry.get("targets", [])):
        yield from ((name, key) for name, key in line.items() if name != "words")
    for item in entry.get("agenda", []):
        yield from references_in("agenda", item)
    if "agenda_item" in entry:
        yield "session", entry["agenda_item"]["session"]


def keys_referred_to_exist(data: Data) -> list[str]:
    known = {
        "actor": set(by_key(data, "actors")),
        "mandate": set(MANDATES),
        "activity": set(by_key(data, "activities")),
        "meeting": {*MEETINGS, *by_key(data, "meetings")},
        "area": set(by_key(data, "areas")),
        "session": set(by_key(data, "sessions")),
        "section": set(SECTIONS),
        "row": set(ROWS),
        "entry": {f"2003/{slug}" for slug in MEETINGS},
        "resolution": {*RESOLUTIONS, *by_key(data, "resolutions")},
        "assembly": set(by_key(data, "assemblies")),
        "term": {f"{one['start_year']}-{one['end_year']}" for one in data["terms"]},
    }
    problems = [
        f"{topic}: there is no {kind} {key}"
        for topic, entries in data.items()
        for entry in entries
        for kind, key in references_in(topic, entry)
        if key not in known[kind]
    ]
    strays = set(by_key(data, "mandates")) - set(MANDATES)
    problems += [f"mandates: the plan has no {reference}" for reference in strays]
    numbers = [item["number"] for one in data["sessions"] for item in one.get("agenda", [])]
    items = [one["agenda_item"]["number"] for one in data["plans"]]
    return problems + [f"plans: no agenda item {one}" for one in items if one not in numbers]


def quotations_are_printed(data: Data) -> list[str]:
    return [
        f"{entry['slug']}: “{line['words']}” is not in {place}"
        for entry in data["activities"]
        for line in entry["quotations"]
        if (place := line.get("row") or line["section"])
        and collapsed(line["words"]) not in {**ROWS, **SECTIONS}.get(place, "")
    ]


def rows_quoted_are_the_activitys_own(data: Data) -> list[str]:
    """What a row suggests is linked to its mandate; and nothing is, whose row is blank."""
    problems = []
    for entry in data["activities"]:
        own = set(entry.get("mandates", []))
        quoted = {line["row"].split("/")[1] for line in entry["quotations"] if "row" in line}
        problems += [f"{entry['slug']} quotes {one}, not among its own" for one in quoted - own]
        blank = {one for one in own if not MANDATES.get(one, {"cell": ""})["cell"]}
        problems += [f"{entry['slug']}: the row of {one} is blank" for one in blank]
    return problems


def not_covered(text: str, quoted: list[str]) -> list[str]:
    """The stretches of a text that none of the quotations holds."""
    free = list(text)
    for words in map(collapsed, quoted):
        if (at := text.find(words)) >= 0:
            free[at : at + len(words)] = "\0" * len(words)
    return [one.strip() for one in re.split("\0+", "".join(free)) if one.strip()]


def left_over(data: Data) -> Iterator[tuple[str, str, list[str]]]:
    """Each place with words: its key, its text, and what is not quoted of it."""
    quoted: dict[str, list[str]] = {}
    for entry in data["activities"]:
        for line in entry["quotations"]:
            quoted.setdefault(line.get("row") or line["section"], []).append(line["words"])
    for place, text in (*ROWS.items(), *SECTIONS.items()):
        if text:
            yield place, text, not_covered(text, quoted.get(place, []))


def all_that_is_proposed_is_quoted(data: Data) -> list[str]:
    return [
        f"{place}: {share_quoted(text, left):.0%} is quoted; not {left}"
        for place, text, left in left_over(data)
        if left != NOT_QUOTED.get(place, [])
    ]


def share_quoted(text: str, left: list[str]) -> float:
    """Of a place's words, those in some quotation."""
    return 1 - sum(len(one.split()) for one in left) / len(text.split())


def evidence_is_printed(data: Data) -> list[str]:
    problems = []
    for entry in data["progress"]:
        key = entry.get("mandate") or entry["activity"]
        if collapsed(entry["evidence_words"]) not in WHOLE:
            problems.append(f"{key}: “{entry['evidence_words']}” is not in the document")
        if entry["as_of"] > DOCUMENT_DAY:
            problems.append(f"{key}: as of {entry['as_of']}, after the document")
        if entry["evidence_document"] != "Proposed Work Plan 2003":
            problems.append(f"{key}: evidence from {entry['evidence_document']}")
    return problems


def words_of_mandates_are_theirs(data: Data) -> list[str]:
    """Citations, deadlines, contingency and qualifiers, in the mandate's own text."""
    problems = []
    for entry in data["mandates"]:
        reference = entry["reference"]
        lines = (*entry.get("citations", []), *entry.get("deadlines", []))
        words = [line["words"] for line in lines]
        words += [one["qualifier"] for one in entry.get("addressees", []) if "actor" in one]
        words += [entry["contingent_on"]] if "contingent_on" in entry else []
        text = MANDATES[reference]["text"]
        problems += [f"{reference}: “{one}”" for one in words if collapsed(one) not in text]
        instruments = [line.get("instrument", "") for line in lines]
        problems += [f"{reference}: too long: {one}" for one in instruments if len(one) > 300]
    return problems


def words_of_activities_are_printed(data: Data) -> list[str]:
    """Deadlines in its own quotations; contingency and funding anywhere, as a sentence's opening
    may govern several activities."""
    problems = []
    for entry in data["activities"]:
        own = " ".join(collapsed(line["words"]) for line in entry["quotations"])
        late = [line["words"] for line in entry.get("deadlines", []) if line["words"] not in own]
        words = [entry[name] for name in ("contingent_on", "funding") if name in entry]
        problems += [f"{entry['slug']}: “{one}”" for one in late]
        problems += [f"{entry['slug']}: “{one}”" for one in words if one not in WHOLE]
    return problems


def verbs_begin_their_mandates(data: Data) -> list[str]:
    """The verb is the paragraph's first, after "To", or after what it is contingent upon."""
    problems = []
    for entry in data["mandates"]:
        if "verb" not in entry:
            continue
        text = MANDATES[entry["reference"]]["text"].removeprefix(entry.get("contingent_on", ""))
        opening = re.sub(r"(?i)^(?:to\s+|,\s*)", "", text).split()[0].lower()
        if entry["verb"] != opening:
            problems.append(f"{entry['reference']}: “{entry['verb']}”, not “{opening}”")
    topmost = {reference for reference, one in MANDATES.items() if one["parent"] is None}
    with_verb = {one["reference"] for one in data["mandates"] if "verb" in one}
    return problems + [f"{one}: no verb" for one in topmost - with_verb]


def every_member_state_has_a_delegate(data: Data) -> list[str]:
    actors = by_key(data, "actors")
    states = {slug for slug, one in actors.items() if one.get("country")}
    delegates = {slug for slug, one in actors.items() if one["kind"] == "delegate"}
    expected = {
        "34 states": len(states) == 34,
        "34 countries": len({actors[one]["country"] for one in states}) == 34,
        "34 delegates": len(delegates) == 34,
        "a delegate each": {actors[one]["state"] for one in delegates} == states,
        "delegates named for their states": all(
            one == f"delegate-of-{actors[one]['state']}" for one in delegates
        ),
        "Member States are all of them": set(actors["member-states"]["members"]) == states,
        "Delegates are all of them": set(actors["delegates"]["members"]) == delegates,
    }
    return [f"not so: {words}" for words, holds in expected.items() if not holds]


def reports_where_something_is_proposed(data: Data) -> list[str]:
    """Exactly one for each, and none where the plan proposes nothing."""
    counted = Counter(one["mandate"] for one in data["progress"] if "mandate" in one)
    expected = Counter(mandates_with_activity(data))
    of_activities = Counter(one["activity"] for one in data["progress"] if "activity" in one)
    wanted = Counter(list(by_key(data, "activities")))
    problems = [f"{one} has no report" for one in (expected - counted) | (wanted - of_activities)]
    problems += [f"{one}: a report" for one in (counted - expected) | (of_activities - wanted)]
    return problems


def meetings_are_as_printed(data: Data) -> list[str]:
    """All of the calendar are here; the second line is the place, or a second title."""
    entries = by_key(data, "meetings")
    problems = [f"{slug} is on the calendar" for slug in set(MEETINGS) - set(entries)]
    for slug, entry in entries.items():
        place, subtitle = entry.get("city", ""), entry.get("subtitle", "")
        if slug in MEETINGS and [*filter(None, (subtitle, place))] != [*MEETINGS[slug][1:]]:
            problems.append(f"{slug}: “{subtitle}” “{place}” is not as printed")
        if bool(place) != bool(entry.get("country")):
            problems.append(f"{slug}: a place goes with a country")
        if entry["kind"] == "observance" and place:
            problems.append(f"{slug}: an observance has no place")
        if slug not in MEETINGS and not entry.get("title"):
            problems.append(f"{slug}: no title")
    return problems


def spans_can_be_read(data: Data) -> list[str]:
    lines = [line for topic in ("mandates", "activities") for one in data[topic] for line in
             one.get("deadlines", [])]  # fmt: skip
    problems = []
    for line in (*lines, *data["meetings"]):
        try:
            parse_span(line.get("span", "2003"))
        except ValueError as error:
            problems.append(str(error))
    both = [line for line in lines if ("span" in line) == ("meeting" in line)]
    return problems + [f"{line}: a meeting or a span" for line in both]


def notes_quote_the_plan(data: Data) -> list[str]:
    """What they put in quotation marks is printed; of a correction, the first."""
    problems = []
    for entry in data["notes"]:
        quoted = re.findall("“([^”]+)”", entry["text"])
        if entry["kind"] == "correction":
            quoted = quoted[:1]
        for words in (part for one in quoted for part in one.split("…")):
            if collapsed(words) not in f"{WHOLE} / {TITLES}":
                problems.append(f"{entry['slug']}: “{words}”")
        if not entry["targets"]:
            problems.append(f"{entry['slug']}: about nothing")
    return problems


CHECKS: tuple[Check, ...] = (
    keys_are_given_once,
    keys_referred_to_exist,
    quotations_are_printed,
    rows_quoted_are_the_activitys_own,
    all_that_is_proposed_is_quoted,
    evidence_is_printed,
    words_of_mandates_are_theirs,
    words_of_activities_are_printed,
    verbs_begin_their_mandates,
    every_member_state_has_a_delegate,
    reports_where_something_is_proposed,
    meetings_are_as_printed,
    spans_can_be_read,
    notes_quote_the_plan,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_fixtures_hold(check: Check) -> None:
    assert check(DATA) == []


def test_all_words_of_all_places_are_quoted_but_two_headings() -> None:
    """Run with -s for the list of places."""
    shares = {place: share_quoted(text, left) for place, text, left in left_over(DATA)}
    for place, share in shares.items():
        print(f"{place:16}{share:5.0%} quoted")
    assert {place for place, share in shares.items() if share < 1} == set(NOT_QUOTED)
    assert shares["2003/219-3"] == pytest.approx(1 - 10 / 101)


def test_how_much_there_is() -> None:
    """So that no check above holds only because it found nothing to look at."""
    assert len(MANDATES) == 46
    assert len(ROWS) == 43
    assert sum(bool(cell) for cell in ROWS.values()) == 30
    assert sum(bool(text) for text in SECTIONS.values()) == 13
    assert len(MEETINGS) == 34
    assert set(NOT_QUOTED) <= set(ROWS)
    assert sum(len(one["quotations"]) for one in DATA["activities"]) > 80
    assert sum(len(one.get("citations", [])) for one in DATA["mandates"]) > 10
    without = {ref for ref, one in MANDATES.items() if not one["is_chapeau"]}
    assert sorted(without - mandates_with_activity(DATA)) == [
        "220-1", "220-2", "221-1", "225-1-b", "225-1-e", "225-3", "225-5", "225-6", "226-4",
    ]  # fmt: skip


def test_what_has_no_area() -> None:
    """Delegates' reports and votes of thanks; every other mandate and activity has one."""
    in_areas = {key for area in DATA["areas"] for key in area.get("mandates", [])}
    assert sorted(set(MANDATES) - in_areas) == ["220-1", "220-2", "228-1", "228-2"]
    in_areas = {key for area in DATA["areas"] for key in area.get("activities", [])}
    assert sorted(set(by_key(DATA, "activities")) - in_areas) == [
        "letter-of-thanks-to-the-delegate-of-the-dominican-republic",
        "letter-of-thanks-to-the-dominican-republic",
    ]
    about = [section for area in DATA["areas"] for section in area.get("sections", [])]
    assert sorted(set(SECTIONS) - set(about)) == ["2003/ix", "2003/viii"]
    assert len(about) == len(set(about))


# --- Each check can fail ----------------------------------------------------------------------


def without(topic: str, key: str, data: Data) -> None:
    name = KEYS.get(topic, "slug")
    data[topic] = [entry for entry in data[topic] if str(entry.get(name)) != key]


def repeat_an_actor(data: Data) -> None:
    data["actors"].append(data["actors"][0])


def change(topic: str, key: str, **values: Any) -> Callable[[Data], None]:
    return lambda data: by_key(data, topic)[key].update(values)


def drop(topic: str, key: str) -> Callable[[Data], None]:
    return lambda data: without(topic, key, data)


def report(**values: Any) -> Callable[[Data], None]:
    """The first report changed; or, of another record, a report added."""

    def spoil(data: Data) -> None:
        if "mandate" in values or "activity" in values:
            of_another = {k: v for k, v in data["progress"][0].items() if k != "mandate"}
            data["progress"].append({**of_another, **values})
        else:
            data["progress"][0].update(values)

    return spoil


def no_report(data: Data) -> None:
    del data["progress"][0]


SPOILED: tuple[tuple[Check, Callable[[Data], None]], ...] = (
    (keys_are_given_once, repeat_an_actor),
    (keys_referred_to_exist, change("mandates", "219-1", addressees=["nobody"])),
    (keys_referred_to_exist, change("mandates", "219-1", reference="219-7")),
    (keys_referred_to_exist, change("areas", "sepia-i", sections=["2003/x"])),
    (keys_referred_to_exist, change("notes", "iom-or-oim", targets=[{"row": "2003/226-2-a"}])),
    (keys_referred_to_exist, change("notes", "iom-or-oim", targets=[{"entry": "2003/remim-ii"}])),
    (keys_referred_to_exist, change("resolutions", "220", rescinds=["192"])),
    (
        keys_referred_to_exist,
        change("plans", "2003", agenda_item={"session": "2003-1", "number": "3"}),
    ),
    (keys_referred_to_exist, drop("sessions", "2003-1")),
    (keys_referred_to_exist, drop("meetings", "remim-ii-2004")),
    (keys_referred_to_exist, drop("areas", "iap")),
    (keys_referred_to_exist, drop("assemblies", "XXVIII-O/96")),
    (
        quotations_are_printed,
        change("activities", "sepia-iii", quotations=[{"row": "2003/219-2", "words": "SEPIA 3"}]),
    ),
    (
        rows_quoted_are_the_activitys_own,
        change("activities", "ngo-contact-list", mandates=["227-1"]),
    ),
    (rows_quoted_are_the_activitys_own, change("activities", "seed-fund", mandates=["225-6"])),
    (all_that_is_proposed_is_quoted, drop("activities", "disseminate-oas-job-openings")),
    (all_that_is_proposed_is_quoted, drop("activities", "seed-fund")),
    (evidence_is_printed, report(evidence_words="The letter was sent.")),
    (evidence_is_printed, report(as_of=date(2003, 2, 21))),
    (evidence_is_printed, report(evidence_document="A letter")),
    (words_of_mandates_are_theirs, change("mandates", "219-3", contingent_on="Funding permitting")),
    (
        words_of_mandates_are_theirs,
        change("mandates", "219-4", citations=[{"instrument": "CIM", "words": "Strategic Plan"}]),
    ),
    (
        words_of_mandates_are_theirs,
        change("mandates", "224-2", addressees=[{"actor": "oas", "qualifier": "not yet"}]),
    ),
    (
        words_of_activities_are_printed,
        change("activities", "seed-fund", deadlines=[{"span": "2004", "words": "in 2004"}]),
    ),
    (words_of_activities_are_printed, change("activities", "seed-fund", funding="USAID pays")),
    (verbs_begin_their_mandates, change("mandates", "219-1", verb="promote")),
    (verbs_begin_their_mandates, drop("mandates", "219-1")),
    (every_member_state_has_a_delegate, drop("actors", "delegate-of-mexico")),
    (every_member_state_has_a_delegate, change("actors", "mexico", country="BR")),
    (every_member_state_has_a_delegate, change("actors", "delegate-of-mexico", state="brazil")),
    (every_member_state_has_a_delegate, change("actors", "delegates", members=[])),
    (reports_where_something_is_proposed, no_report),
    (reports_where_something_is_proposed, report(mandate="219-2")),
    (reports_where_something_is_proposed, report(mandate="225-3")),
    (reports_where_something_is_proposed, report(mandate="224-3")),
    (reports_where_something_is_proposed, report(activity="seed-fund")),
    (reports_where_something_is_proposed, drop("activities", "seed-fund")),
    (meetings_are_as_printed, drop("meetings", "international-womens-day-2003")),
    (meetings_are_as_printed, change("meetings", "international-womens-day-2003", city="Lima")),
    (
        meetings_are_as_printed,
        change(
            "meetings", "policy-day-fourth-annual-women-waging-peace-colloquium-2002", city="Boston"
        ),
    ),
    (meetings_are_as_printed, change("meetings", "global-summit-of-women-2003", country="")),
    (meetings_are_as_printed, change("meetings", "remim-ii-2004", title="")),
    (spans_can_be_read, change("meetings", "remim-ii-2004", span="soon")),
    (
        spans_can_be_read,
        change("activities", "seed-fund", deadlines=[{"words": "Seed Fund"}]),
    ),
    (notes_quote_the_plan, change("notes", "iom-or-oim", text="It is “OIMM” in one place.")),
    (notes_quote_the_plan, change("notes", "iom-or-oim", targets=[])),
)


@pytest.mark.parametrize(
    ("check", "spoil"), SPOILED, ids=lambda part: getattr(part, "__name__", "")
)
def test_each_check_can_fail(check: Check, spoil: Callable[[Data], None]) -> None:
    data = copy.deepcopy(DATA)
    spoil(data)
    assert check(data)


def test_no_check_is_without_a_failure() -> None:
    assert {check for check, _spoil in SPOILED} == set(CHECKS)

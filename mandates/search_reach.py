"""The index of the words by which a mandate is found, which the database itself keeps true.

One searches what one reads with a mandate: its own words and those it stands under, its
resolution's symbol and title, the activities suggested for it, the published ones, and what
published plans print beside it. Each mandate has one entry with all of these words in
`mandates_mandate_words`, so that "trafficking letter" finds a mandate on trafficking for which a
letter is suggested, at the cost of one look into one index. (Joined when asked, over five tables
for each word, 80,000 mandates took a second and more.)

Triggers on every table that has a part in it write the entry anew. A migration that alters one of
`TABLES` puts `forget_reach()` before and `index_reach()` after, as mandates/search_index.py tells
of its indexes; on SQLite it fails otherwise.
"""

# ruff: noqa: S608 -- the names in these statements are our tables' own

from dataclasses import dataclass

from django.db import migrations

from mandates.search_index import FTS5_OPTIONS, NAME_WEIGHT, POSTGRES_WORDS, both_ways

WORDS = "mandates_mandate_words"
SUGGESTED = "mandates_activity_mandates"
PRINTED, PLANS = "workplan_mandaterow", "workplan_workplan"
TABLES = (
    "mandates_mandate", "mandates_resolution", "mandates_activity", SUGGESTED, PRINTED, PLANS,
)  # fmt: skip

OWN = "m.reference || ' ' || m.label || ' ' || m.text || ' ' || m.contingent_on"
# {joined} is the one function whose name the engines do not share.
AROUND = f"""
  coalesce((SELECT r.symbol || ' ' || r.title FROM mandates_resolution r
    WHERE r.id = m.resolution_id), '') || ' ' ||
  coalesce((SELECT p.text || ' ' || coalesce(g.text, '') FROM mandates_mandate p
    LEFT JOIN mandates_mandate g ON g.id = p.parent_id WHERE p.id = m.parent_id), '') || ' ' ||
  coalesce((SELECT {{joined}}(a.title || ' ' || a.description || ' ' || a.deliverable || ' ' ||
    a.funding || ' ' || a.contingent_on, ' ') FROM {SUGGESTED} s CROSS JOIN mandates_activity a
    WHERE a.id = s.activity_id AND s.mandate_id = m.id AND a.published), '') || ' ' ||
  coalesce((SELECT {{joined}}(w.activities_cell, ' ') FROM {PRINTED} w CROSS JOIN {PLANS} y
    WHERE y.id = w.plan_id AND w.mandate_id = m.id AND y.published), '')
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a row, and whose entries it makes untrue: a query for the keys of mandates."""

    table: str
    act: str
    keys: str
    columns: tuple[str, ...] = ()

    @property
    def trigger(self) -> str:
        return f"{self.table}_reach_{self.act.lower()}"


_ALL = "SELECT id FROM mandates_mandate"
_CHILDREN = "SELECT c.id FROM mandates_mandate c WHERE c.parent_id = new.id"
_FAMILY = f"""
  SELECT new.id AS id
  UNION ALL {_CHILDREN}
  UNION ALL SELECT g.id FROM mandates_mandate g WHERE g.parent_id IN ({_CHILDREN})
"""
_OF_RESOLUTION = "SELECT id FROM mandates_mandate WHERE resolution_id = new.id"
_OF_ACTIVITY = f"SELECT mandate_id AS id FROM {SUGGESTED} WHERE activity_id = new.id"

# What is written before what it hangs on, as fixtures do, is indexed when that comes.
CHANGES = (
    Change("mandates_mandate", "INSERT", _FAMILY),
    Change(
        "mandates_mandate",
        "UPDATE",
        _FAMILY,
        ("reference", "label", "text", "contingent_on", "parent_id", "resolution_id"),
    ),
    Change("mandates_resolution", "INSERT", _OF_RESOLUTION),
    Change("mandates_resolution", "UPDATE", _OF_RESOLUTION, ("symbol", "title")),
    Change("mandates_activity", "INSERT", _OF_ACTIVITY),
    Change(
        "mandates_activity",
        "UPDATE",
        _OF_ACTIVITY,
        ("title", "description", "deliverable", "funding", "contingent_on", "published"),
    ),
    Change(SUGGESTED, "INSERT", "SELECT new.mandate_id AS id"),
    Change(SUGGESTED, "UPDATE", "SELECT old.mandate_id AS id UNION SELECT new.mandate_id"),
    Change(SUGGESTED, "DELETE", "SELECT old.mandate_id AS id"),
    Change(PRINTED, "INSERT", "SELECT new.mandate_id AS id"),
    Change(
        PRINTED,
        "UPDATE",
        "SELECT old.mandate_id AS id UNION SELECT new.mandate_id",
        ("activities_cell", "mandate_id", "plan_id"),
    ),
    Change(PRINTED, "DELETE", "SELECT old.mandate_id AS id"),
    # Fixtures write a plan before or after its rows.
    Change(PLANS, "INSERT", f"SELECT mandate_id AS id FROM {PRINTED} WHERE plan_id = new.id"),
    Change(
        PLANS,
        "UPDATE",
        f"SELECT mandate_id AS id FROM {PRINTED} WHERE plan_id = new.id",
        ("published",),
    ),
)
REMOVAL = "mandates_mandate_reach_delete"


def index_reach() -> migrations.RunPython:
    """The operation that indexes the mandates, those already there included."""
    return both_ways(_create, _drop)


def forget_reach() -> migrations.RunPython:
    """The operation that drops the index, before one of `TABLES` is altered."""
    return both_ways(_drop, _create)


def triggers_of_reach() -> set[str]:
    """The names of the triggers that keep the index."""
    return {REMOVAL, *(change.trigger for change in CHANGES)}


def _create(vendor: str) -> list[str]:
    create = _create_on_postgres if vendor == "postgresql" else _create_on_sqlite
    return [*create(), *_entries(vendor, _ALL).split("; ")]


def _drop(vendor: str) -> list[str]:
    if vendor == "postgresql":
        functions = [
            f"DROP FUNCTION IF EXISTS {name}() CASCADE" for name in sorted(triggers_of_reach())
        ]
        return [*functions, f"DROP TABLE {WORDS}"]
    triggers = [f"DROP TRIGGER IF EXISTS {name}" for name in sorted(triggers_of_reach())]
    return [*triggers, f"DROP TABLE {WORDS}"]


def _rows(keys: str) -> str:
    """The mandates of these keys, looked up one by one: on SQLite a CROSS JOIN is taken in the
    order in which it stands. Left to the planner, which had last looked at a small table, the
    whole of it was read for each row of an import."""
    return f"FROM ({keys}) k CROSS JOIN mandates_mandate m WHERE m.id = k.id"


def _entries(vendor: str, keys: str) -> str:
    """The statements that write the entries of some mandates."""
    rows = _rows(keys)
    if vendor != "postgresql":
        around = AROUND.format(joined="group_concat")
        # Not INSERT OR REPLACE: in a trigger the OR of the statement that fires it counts instead,
        # and Django adds to a relation with INSERT OR IGNORE.
        return (
            f"DELETE FROM {WORDS} WHERE rowid IN ({keys}); "
            f"INSERT INTO {WORDS}(rowid, own, around) SELECT m.id, {OWN}, {around} {rows}"
        )
    around = AROUND.format(joined="string_agg")
    return f"""
      INSERT INTO {WORDS}(id, words) SELECT m.id,
        setweight(to_tsvector('simple', cimplan_words({OWN})), 'A') ||
        setweight(to_tsvector('simple', cimplan_words({around})), 'D') {rows}
      ON CONFLICT (id) DO UPDATE SET words = excluded.words"""


def _changed(change: Change, differs: str) -> str:
    """The condition that the change is one of words; a save writes all columns."""
    parts = [f"old.{column} {differs} new.{column}" for column in change.columns]
    return f"WHEN ({' OR '.join(parts)})" if parts else ""


def _create_on_sqlite() -> list[str]:
    return [
        f"CREATE VIRTUAL TABLE {WORDS} USING fts5(own, around, {FTS5_OPTIONS})",
        f"INSERT INTO {WORDS}({WORDS}, rank) VALUES ('rank', 'bm25({NAME_WEIGHT}, 1)')",
        f"CREATE TRIGGER {REMOVAL} AFTER DELETE ON mandates_mandate "
        f"BEGIN DELETE FROM {WORDS} WHERE rowid = old.id; END",
        *(
            f"CREATE TRIGGER {change.trigger} AFTER {change.act} ON {change.table} "
            f"{_changed(change, 'IS NOT')} BEGIN {_entries('sqlite', change.keys)}; END"
            for change in CHANGES
        ),
    ]


def _create_on_postgres() -> list[str]:
    # No foreign key: Django empties its tables with TRUNCATE, which one would forbid.
    statements = [
        POSTGRES_WORDS,
        f"CREATE TABLE {WORDS} (id bigint PRIMARY KEY, words tsvector NOT NULL)",
        f"CREATE INDEX {WORDS}_words ON {WORDS} USING gin (words)",
        _function(REMOVAL, f"DELETE FROM {WORDS} WHERE TG_OP = 'TRUNCATE' OR id = old.id"),
        f"CREATE TRIGGER {REMOVAL} AFTER DELETE ON mandates_mandate "
        f"FOR EACH ROW EXECUTE FUNCTION {REMOVAL}()",
        f"CREATE TRIGGER {REMOVAL}_all AFTER TRUNCATE ON mandates_mandate "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {REMOVAL}()",
    ]
    for change in CHANGES:
        # As a list the children are looked up, where all that stand under anything were joined.
        keys = change.keys.replace(f"IN ({_CHILDREN})", f"= ANY (ARRAY({_CHILDREN}))")
        # Two who write parts of one entry at the same time take turns, and the second reads
        # what the first has written.
        locked = f"{_rows(keys)} ORDER BY m.id FOR NO KEY UPDATE OF m"
        body = f"PERFORM 1 {locked}; {_entries('postgresql', keys)}"
        statements += [
            _function(change.trigger, body),
            f"CREATE TRIGGER {change.trigger} AFTER {change.act} ON {change.table} FOR EACH ROW "
            f"{_changed(change, 'IS DISTINCT FROM')} EXECUTE FUNCTION {change.trigger}()",
        ]
    return statements


def _function(name: str, body: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        # Its plans are kept from the first rows on, when the table may have been small.
        "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off "
        f"AS $$ BEGIN {body}; RETURN NULL; END $$"
    )

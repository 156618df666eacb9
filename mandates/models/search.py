"""What it means that a record is found by words."""

# ruff: noqa: S608, S611 -- the names in these statements are our tables' own; words are parameters

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection, connections, models
from django.db.models import Q
from django.db.models.expressions import OrderBy, RawSQL

from mandates.models.records import RecordQuerySet
from mandates.search_index import table_of_words, triggers_missing, triggers_of
from mandates.search_reach import WORDS, triggers_of_reach
from mandates.statements import GIVEN, Statement
from mandates.words import words_sought

#: How many records that answer are looked at for the best, and how many of these are put first
#: (on PostgreSQL, and where only the first are wanted). Of a word that more records have, no order
#: is much better than another.
RANKED = 5000
BEST = 100

#: Letters of a word that are looked at: PostgreSQL refuses a search for a word of thousands.
LETTERS = 200

#: Words of which any will do that are looked up at a time on PostgreSQL.
TOGETHER = 10


class SearchedQuerySet(RecordQuerySet):
    """For a model that says in `searched` which of its fields hold its words, as its migration
    does (mandates/search_index.py).

    Every word typed must be there, or one that begins with it; a single letter or digit stands
    for itself. Accents, case and signs mean nothing, so nothing one types is an error: quotes,
    OR and * are signs and words like others. A text without any word finds nothing.
    """

    #: Whether the index is a table of its own on PostgreSQL too; on SQLite it always is.
    words_apart = False

    def matching(self, text: str) -> "SearchedQuerySet":
        """The rows with every word of the text, in whatever order they had."""
        return self.filter(self.condition_of(text))

    def condition_of(self, text: str) -> Q:
        """What the rows with every word of the text meet."""
        words = words_sought(text)
        return self._having_every(words) if words else Q(pk__in=())

    def having_any(self, words: list[str], *, whole: bool = False) -> "SearchedQuerySet":
        """The rows with one or more of these words, folded as mandates/words.py does, or with one
        that begins so unless it is to be whole."""
        return self.filter(self._having_any(words, whole)) if words else self.none()

    def best_first(self, text: str) -> "SearchedQuerySet":
        """In the order of how well they answer: the words more often, in a shorter text, or in
        what names the record. Equals stay in the order of their keys, and so do the rest of what
        thousands of records answer."""
        words = words_sought(text)
        if not words:
            return self.order_by("pk")
        table, index = self.model._meta.db_table, self._index
        if self._on_postgres:
            # A list that is made once, where the rank of each row would be asked for anew.
            best, parameters = self._best(words)
            rank = f"array_position(ARRAY({best}), {table}.id)"
            order = RawSQL(rank, parameters, output_field=models.FloatField())
        else:
            # LIMIT also keeps SQLite from asking the index anew for each row.
            rank = (
                f"SELECT f.rank FROM (SELECT rowid AS id, rank FROM {index} "
                f"WHERE {index} MATCH %s LIMIT {RANKED}) f WHERE f.id = {table}.id"
            )
            query = _query(words, on_postgres=False)
            order = RawSQL(rank, [query], output_field=models.FloatField())
        return self.order_by(OrderBy(order, nulls_last=True), "pk")

    def _best(self, words: list[str]) -> tuple[str, list[str]]:
        """The statement for the keys of the BEST, the best first, and its parameters."""
        ranked, parameters = self._ranked(_query(words, on_postgres=self._on_postgres))
        return f"SELECT id FROM ({ranked}) f ORDER BY rank, id", parameters

    def _ranked(self, query: str) -> tuple[str, list[str]]:
        """The statement for the keys of the BEST with their ranks, the lowest of the best."""
        index = self._index
        if self._on_postgres:
            looked_at = f"SELECT id, words FROM {index} WHERE words @@ %s::tsquery LIMIT {RANKED}"
            rank, parameters = "-ts_rank('{.1, .1, .1, 1}', f.words, %s::tsquery)", [query] * 2
        else:
            looked_at = (
                f"SELECT rowid AS id, rank FROM {index} WHERE {index} MATCH %s LIMIT {RANKED}"
            )
            rank, parameters = "f.rank", [query]
        best = f"SELECT f.id, {rank} AS rank FROM ({looked_at}) f ORDER BY 2, 1 LIMIT {BEST}"
        return best, parameters

    @property
    def _on_postgres(self) -> bool:
        return connections[self.db].vendor == "postgresql"

    @property
    def _index(self) -> str:
        """The table that holds the words."""
        table = self.model._meta.db_table
        return table if self._on_postgres and not self.words_apart else table_of_words(table)

    def _having_every(self, words: list[str]) -> Q:
        query = _query(words, on_postgres=self._on_postgres)
        return Q(pk__in=RawSQL(self._answering, [query]))

    def _having_any(self, words: list[str], whole: bool) -> Q:
        if not self._on_postgres:
            query = _query(words, on_postgres=False, every=False, whole=whole)
            return Q(pk__in=RawSQL(self._answering, [query]))
        # A few words at a time, each from the index. For hundreds at once PostgreSQL reads all
        # texts, and compares each with all words: seconds, where there are 80,000.
        rows = (
            "SELECT f.id FROM unnest(%s::tsquery[]) asked CROSS JOIN LATERAL "
            f"(SELECT id FROM {self._index} WHERE words @@ asked OFFSET 0) f"
        )
        queries = [
            _query(words[start : start + TOGETHER], on_postgres=True, every=False, whole=whole)
            for start in range(0, len(words), TOGETHER)
        ]
        return Q(pk__in=RawSQL(rows, [queries]))

    @property
    def _answering(self) -> str:
        """The statement for the keys of what answers a query."""
        if self._on_postgres:
            return f"SELECT id FROM {self._index} WHERE words @@ %s::tsquery"
        return f"SELECT rowid FROM {self._index} WHERE {self._index} MATCH %s"


def _query(words: list[str], *, on_postgres: bool, every: bool = True, whole: bool = False) -> str:
    """All of the words or any of them, each as the beginning of one or whole. They are letters and
    digits only, so that nothing in them can end their quotes."""
    signs = ("'", ":*", " & ", " | ") if on_postgres else ('"', "*", " AND ", " OR ")
    quote, begins, and_, or_ = signs
    terms = [
        f"{quote}{word[:LETTERS]}{quote}{'' if whole or len(word) == 1 else begins}"
        for word in words
    ]
    return (and_ if every else or_).join(terms)


@dataclass(frozen=True, slots=True)
class Answers:
    """What several kinds of records answer to words: statements put together from their query sets
    for all words that may be looked for."""

    best: Statement
    counts: Mapping[str, Statement]

    @classmethod
    def of(cls, kinds: Mapping[str, SearchedQuerySet], *, most_counted: int) -> "Answers":
        """By the names of the kinds."""
        best: list[str] = []
        seen: list[str] = []
        asked: list[Any] = []
        parameters: list[Any] = []
        counts = {}
        for kind, rows in kinds.items():
            ranked, words = rows._ranked(GIVEN)
            best.append(f"best_{kind} AS ({ranked})")
            asked += words
            among = rows.order_by().filter(pk__in=RawSQL(f"SELECT id FROM best_{kind}", ()))
            visible, conditions = among.values("pk").query.sql_with_params()
            seen.append(f"SELECT '{kind}', id, rank, id IN ({visible}) FROM best_{kind}")
            parameters += conditions
            answering = rows.order_by().filter(pk__in=RawSQL(rows._answering, [GIVEN]))
            counts[kind] = Statement.for_keys(answering[: most_counted + 1])
        sql = f"WITH {', '.join(best)} {' UNION ALL '.join(seen)} ORDER BY 1, 3, 2"
        return cls(Statement(connection.alias, sql, (*asked, *parameters)), counts)

    def best_for(self, text: str) -> dict[str, list[tuple[int, bool]]]:
        """The keys of the BEST of each kind that has any, the best first, and whether each is among
        the rows of its query set."""
        found: dict[str, list[tuple[int, bool]]] = {}
        for kind, key, _rank, is_seen in self.best.given(_query_for(text)).rows():
            found.setdefault(kind, []).append((key, bool(is_seen)))
        return found

    def count(self, kind: str, text: str) -> int:
        """How many records of a kind answer; one more than are counted where there are more."""
        return self.counts[kind].given(_query_for(text)).count()


def _query_for(text: str) -> str:
    return _query(words_sought(text), on_postgres=connection.vendor == "postgresql")


def index_triggers() -> dict[str, set[str]]:
    """The triggers that must be there on SQLite, by the index that they keep."""
    tables = (
        model._meta.db_table for model in apps.get_models() if getattr(model, "searched", None)
    )
    kept = {table_of_words(table): triggers_of(table) for table in tables}
    return {**kept, WORDS: triggers_of_reach()}


@register(Tags.database)
def check_index_is_kept(databases: list[str] | None = None, **kwargs: object) -> list[CheckMessage]:
    """A table that Django copied on SQLite has lost the triggers of its index."""
    return [
        Warning(
            f"The search index is no longer kept: the trigger {trigger} is gone.",
            hint="A migration altered its table without dropping the index before it and making "
            "it anew after it (mandates/search_index.py).",
            id="mandates.W001",
        )
        for alias in databases or ()
        if connections[alias].vendor == "sqlite"
        for trigger in triggers_missing(connections[alias], index_triggers())
    ]

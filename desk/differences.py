"""From what to what a record was changed, in the words of its form."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from simple_history.template_utils import ObjDiffDisplay

from calendar_app.dates import Precision, Span
from calendar_app.models.spans import SpanFields
from cimplan.forms import in_full

NOTHING = "–"
#: What is shown of a long text: where it differs, and what stands around that.
SHOWN = ObjDiffDisplay(max_length=400)
#: A span and its asterisk are shown as one.
SPAN = ("start", "end", "precision", "tentative")
#: Counted by the database, and nobody's change.
NOBODYS = ("id", "version")


class Difference(NamedTuple):
    """One field, from what to what; a dash where there was or is nothing."""

    field: str
    label: str
    old: str
    new: str


class Histories:
    """Rows of one model's history, each with the row before its save and with all that names
    them; `began` says with what sort of row the record's history begins, `lives` whether the
    record is still there. The queries are the same for any number of rows."""

    def __init__(self, model: Any, keys: Iterable[int], related: Iterable[str]) -> None:
        self.model = model
        named = [field.name for field in _foreign_keys(model)]
        whole = model.objects.select_related("history_user", *named, *related)
        its_own = model.objects.filter(id=OuterRef("id"))
        # A save writes several rows of one moment: the record's, and two for each of its lists.
        earlier = its_own.filter(history_id__lt=OuterRef("history_id")).exclude(
            history_date=OuterRef("history_date")
        )
        marked = whole.annotate(
            before=Subquery(earlier.order_by("-history_id").values("history_id")[:1]),
            began=Subquery(its_own.order_by("history_id").values("history_type")[:1]),
            lives=Exists(model.instance_type._base_manager.filter(pk=OuterRef("id"))),
        )
        self.rows: dict[int, Any] = marked.in_bulk(keys)
        self.before = whole.in_bulk({row.before for row in self.rows.values() if row.before})
        self.lists: dict[str, dict[int, dict[int, str]]] = {}

    def differences(self, row: Any) -> list[Difference]:
        """What was changed by the save a row tells of; nothing is known of a record's first."""
        before = self.before.get(row.before)
        if before is None:
            return []
        found = [*self._dates(before, row), *self._values(before, row)]
        return [*found, *self._lists(before, row)]

    def _dates(self, old: Any, new: Any) -> Iterable[Difference]:
        if not issubclass(self.model.instance_type, SpanFields):
            return
        then, now = _dates_of(old), _dates_of(new)
        if then != now:
            yield Difference("dates", _("Dates"), then, now)

    def _values(self, old: Any, new: Any) -> Iterable[Difference]:
        apart = (*NOBODYS, *(SPAN if issubclass(self.model.instance_type, SpanFields) else ()))
        for field in self.model.tracked_fields:
            if field.name in apart or getattr(old, field.attname) == getattr(new, field.attname):
                continue
            then, now = (_in_words(field, row) for row in (old, new))
            yield Difference(field.name, _label(field), *SHOWN.common_shorten_repr(then, now))

    def _lists(self, old: Any, new: Any) -> Iterable[Difference]:
        for field in self.model._history_m2m_fields:
            then, now = (self._names(field).get(row.pk, {}) for row in (old, new))
            if then.keys() != now.keys():
                common = ["…"] if then.keys() & now.keys() else []
                gone = [*common, *(name for key, name in then.items() if key not in now)]
                come = [*common, *(name for key, name in now.items() if key not in then)]
                yield Difference(
                    field.name,
                    _label(field),
                    ", ".join(gone) or NOTHING,
                    ", ".join(come) or NOTHING,
                )

    def _names(self, field: Any) -> dict[int, dict[int, str]]:
        """What each row has in a many-to-many field, asked once for all rows."""
        if field.name not in self.lists:
            target = field.m2m_reverse_field_name()
            wanted = getattr(self.model, field.name).filter(
                history_id__in=[*self.rows, *self.before]
            )
            names: Any = defaultdict(dict)
            for row in wanted.select_related(target).order_by(f"{target}_id"):
                names[row.history_id][getattr(row, f"{target}_id")] = _name(getattr(row, target))
            self.lists[field.name] = names
        return self.lists[field.name]


def as_it_was(row: Any, related: Iterable[str]) -> Any:
    """The record of a row of history, with the records it names at hand."""
    record = row.instance
    paths = {path.partition("__")[0] for path in related}
    for name in paths | {field.name for field in _foreign_keys(type(row))}:
        setattr(record, name, getattr(row, name))
    return record


def _foreign_keys(model: Any) -> list[models.Field]:
    return [field for field in model.tracked_fields if field.is_relation]


def _label(field: Any) -> str:
    return str(capfirst(field.verbose_name))


def _dates_of(row: Any) -> str:
    if row.start is None:
        return NOTHING
    span = Span(row.start, row.end, Precision(row.precision))
    return span.printed(getattr(row, "tentative", False))


def _in_words(field: Any, row: Any) -> str:
    value = getattr(row, field.attname)
    if value in (None, ""):
        return NOTHING
    if field.is_relation:
        return _name(getattr(row, field.name))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(dict(field.flatchoices).get(value, value))


def _name(record: models.Model | None) -> str:
    return _("(deleted)") if record is None else in_full(record)

"""Lines into the database: looked at as by the forms, then written in bulk with their history."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cimplan.spreadsheets.columns import Column
from cimplan.spreadsheets.lines import STEP, Line, Lines
from cimplan.spreadsheets.resource import CHUNK, links_of


class Saving:
    """Writes lines that are settled. in_bulk: else one by one, to say which row it was that the
    database refuses."""

    def __init__(self, lines: Lines, *, in_bulk: bool) -> None:
        self.lines, self.resource, self.refuse = lines, lines.resource, lines.refuse
        self.in_bulk = in_bulk

    def check(self, lines: list[Line]) -> None:
        """What the forms would refuse, without a query a row."""
        links = [f for f in self.resource.model._meta.fields if f.is_relation]
        for line in lines:
            problems: list[tuple[str, str]] = []
            try:
                line.record.clean_fields(exclude=[link.name for link in links])
            except ValidationError as error:
                problems += _by_attribute(error)
            problems += [
                (link.name, _("A value is needed here."))
                for link in links
                if not link.null and getattr(line.record, link.attname) is None
            ]
            if not problems:
                try:
                    line.record.clean()
                except ValidationError as error:
                    problems += _by_attribute(error)
                problems += self.resource.check(line.before, line.record, line.values)
            for attribute, sentence in problems:
                self.refuse(line.row, attribute, sentence)

    # --- the records -------------------------------------------------------------------------

    def step_aside(self) -> None:
        """Paragraphs that change places would meet on the way: first all go where none is."""
        keys = sorted(self.lines.aside)
        for start in range(0, len(keys), CHUNK):
            rows = self.resource.model._base_manager.filter(pk__in=keys[start : start + CHUNK])
            rows.update(position=F("position") + STEP)

    def write(self, lines: list[Line]) -> None:
        self._create([line for line in lines if line.is_new])
        for line in lines:
            if line.is_new:
                continue
            if self.in_bulk:
                self._update(line)
            else:
                self._try(line, lambda line=line: self._update(line))

    def _create(self, lines: list[Line]) -> None:
        if self.in_bulk:
            for start in range(0, len(lines), CHUNK):
                part = [line.record for line in lines[start : start + CHUNK]]
                self.resource.model._default_manager.bulk_create(part)
            return
        for line in lines:
            self._try(line, lambda line=line: models.Model.save_base(line.record, raw=True))

    def _update(self, line: Line) -> None:
        """The write names the version that was read, like every other."""
        record = line.record
        values = {name: getattr(record, name) for name in line.fields}
        stored = type(record)._base_manager.filter(pk=record.pk, version=record.version)
        if not stored.update(**values, version=record.version + 1):
            self.lines.refuse_stale(line, "0")
        record.version += 1

    def _try(self, line: Line, write: Callable[[], Any]) -> None:
        try:
            with transaction.atomic():
                write()
        except IntegrityError:
            try:
                line.record.validate_constraints()
                line.record.validate_unique()
            except ValidationError as error:
                for attribute, sentence in _by_attribute(error):
                    self.refuse(line.row, attribute, sentence)
            else:
                sentence = _("The database refuses this row beside the others.")
                self.refuse(line.row, "", sentence)

    # --- what goes with them -----------------------------------------------------------------

    def write_beside(self, lines: list[Line]) -> None:
        """The links, history and logs of records that are written."""
        for column in self.resource.columns:
            touched = [line for line in lines if column.attribute in line.linked]
            if touched:
                self._write_links(column, touched)
        self._write_history(lines)
        self._write_logs(lines)

    def _write_links(self, column: Column, lines: list[Line]) -> None:
        name, widget = column.attribute, column.widget
        through, ours, theirs = links_of(self.resource.model, name)
        others = {widget.key(one): one for one in self.lines.others[widget.model].values()}
        others |= {widget.key(one): one for line in lines if line.before
                   for one in widget.others(line.before, name)}  # fmt: skip
        new = []
        for line in lines:
            before, after = line.linked[name]
            gone = [others[key].pk for key in before - after]
            if gone:
                rows = through._base_manager.filter(**{ours: line.record.pk})
                rows.filter(**{f"{theirs}__in": gone}).delete()
            new += [
                through(**{ours: line.record.pk, theirs: others[key].pk})
                for key in sorted(after - before)
            ]
        through._base_manager.bulk_create(new, batch_size=CHUNK)

    def _write_history(self, lines: list[Line]) -> None:
        """What the history of a save by form would say, in bulk; the package writes none of the
        many-to-many fields in bulk, so these follow."""
        if not self.resource.versioned:
            return
        manager = self.resource.model.history
        for update in (False, True):
            records = [line.record for line in lines if line.is_new != update]
            for start in range(0, len(records), CHUNK):
                part = records[start : start + CHUNK]
                entries = manager.bulk_history_create(
                    part, update=update, default_user=self.resource.by,
                    default_date=self.resource.at,
                )  # fmt: skip
                _write_history_of_links(dict(zip((one.pk for one in part), entries, strict=True)))

    def _write_logs(self, lines: Iterable[Line]) -> None:
        entries: dict[type[models.Model], list[models.Model]] = {}
        for line in lines:
            for entry in self.resource.after_save(line.before, line.record, line.values):
                entries.setdefault(type(entry), []).append(entry)
        for model, rows in entries.items():
            model._base_manager.bulk_create(rows, batch_size=CHUNK)


def _by_attribute(error: ValidationError) -> list[tuple[str, str]]:
    if not hasattr(error, "error_dict"):
        return [("", " ".join(error.messages))]
    return [
        ("" if name == NON_FIELD_ERRORS else {"end": "span", "start": "span"}.get(name, name),
         " ".join(map(_sentence, problems)))
        for name, problems in error.error_dict.items()
    ]  # fmt: skip


def _sentence(problem: ValidationError) -> str:
    if problem.code in ("null", "blank"):
        return _("A value is needed here.")
    return " ".join(problem.messages)


def _write_history_of_links(entries: dict[Any, Any]) -> None:
    """The many-to-many rows of records, by key, beside the entries of their history."""
    if not entries:
        return
    history = type(next(iter(entries.values())))
    for relation in history._history_m2m_fields:
        kept = getattr(history, relation.name).model
        through = relation.remote_field.through
        ours = f"{relation.m2m_field_name()}_id"
        names = [one.attname for one in through._meta.fields]
        rows = through._base_manager.filter(**{f"{ours}__in": list(entries)})
        kept._base_manager.bulk_create(
            [
                kept(history=entries[getattr(row, ours)], **{n: getattr(row, n) for n in names})
                for row in rows
            ],
            batch_size=CHUNK,
        )

"""Forms that know the version they began from: nobody's save is lost, and the second of two people
sees both what is stored now and what they typed."""

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import F
from django.forms.models import (
    BaseInlineFormSet,
    InlineForeignKeyField,
    ModelChoiceField,
    ModelMultipleChoiceField,
)
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mandates.models import StaleRecord
from mandates.texts import clean_text, name_of

STALE = _(
    "Somebody else has saved this since you opened it, so nothing of yours is saved yet. What you "
    "typed is still in the form."
)
UNKNOWN_VERSION = _(
    "The form does not say which version of the record it began from, so nothing was saved. "
    "What you typed is still here: open the record in another window and make your change there."
)
GONE = _(
    "Somebody else has taken away a line since you opened this page, so nothing of yours is saved "
    "yet. What you typed is still here: tick “Delete” on that line to let it go, or copy its words "
    "into a new one."
)

SAVED_BY = _("Saved by %(name)s (%(when)s).")
TAKEN_BY = _("Taken away by %(name)s (%(when)s).")
UNRECORDED = _("Who it was is not recorded.")


class VersionField(forms.CharField):
    """The version the form began from, carried along unseen."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False  # it is no change of its own, so a line left alone is not written


class Contested(NamedTuple):
    """A field in which what was typed is not what is stored. `theirs`: somebody else has changed
    it as well since the form was opened."""

    label: str
    typed: str
    stored: str
    theirs: bool


class VersionedForm(forms.ModelForm):
    """Refuses to save over a version other than the one it was opened with, until the person has
    seen what is stored now. A field they did not touch keeps what is stored. The UPDATE names the
    version once more (`mandates.models.Versioned`), for those who press Save at the same moment.

    The values the form was opened with are carried along unseen, each beside its field: only so
    can one tell what a person typed from what merely stood there.
    """

    read_version = VersionField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: The fields that others changed since the form was opened.
        self.theirs: list[str] = []
        if self.instance.pk:
            self.initial["read_version"] = self.instance.version
        if self.instance.pk or self._sent("read_version"):
            for name, field in self.fields.items():
                field.show_hidden_initial = name != "read_version"

    def _sent(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name)) or "")

    def full_clean(self) -> None:
        if self.is_bound:
            self._keep_what_was_opened()
        read = self._sent("read_version")
        if self.instance.pk and read.isdecimal() and read != str(self.instance.version):
            self._take_what_is_stored()
        super().full_clean()

    def add_error(self, field: str | None, error: Any) -> None:
        """What a form does not show it does not judge: a line that changes a paragraph's place is
        not the place to be told that what it stands under is a draft."""
        if field is None and hasattr(error, "error_dict"):
            shown = {*self.fields, NON_FIELD_ERRORS}
            error.error_dict = {
                name: found for name, found in error.error_dict.items() if name in shown
            }
        super().add_error(field, error)

    def _keep_what_was_opened(self) -> None:
        """An empty list sends nothing, and Django would take what was typed for what was opened
        when it shows the form once more."""
        self.data = self.data.copy()
        for name in self.carried:
            self.data.setlistdefault(self[name].html_initial_name, [])

    def _take_what_is_stored(self) -> None:
        """Let fields nobody touched here show what is stored by now; where the person has seen
        that version, count on from it."""
        touched = set(self.changed_data)  # asked before the values change
        opened = {name: _texts(self.data, self[name].html_initial_name) for name in self.carried}
        seen = self._sent("seen_version") == str(self.instance.version)
        for name in self.carried:
            stored = _as_sent(self[name], self.fields[name].hidden_widget())
            if sorted(stored) != sorted(opened[name]):
                self.theirs.append(name)
            if name not in touched:
                shown = _as_sent(self[name], self.fields[name].widget)
                self.data.setlist(self[name].html_name, shown)
            if name not in touched or seen:
                self.data.setlist(self[name].html_initial_name, stored)
        if seen:
            self.data[self.add_prefix("read_version")] = str(self.instance.version)

    @property
    def carried(self) -> list[str]:
        """The fields whose opened values are carried along."""
        return [
            name
            for name, field in self.fields.items()
            if field.show_hidden_initial and not field.disabled
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk and self.has_changed():
            self.refuse_other_version()
        return cleaned

    def refuse_other_version(self) -> None:
        """Raise ValidationError where the form began from another version than is stored."""
        read = self._sent("read_version")
        if read == str(self.instance.version):
            return
        if not read.isdecimal():
            raise ValidationError(UNKNOWN_VERSION, code="stale")
        both = render_to_string("admin/conflict.html", self._conflict())
        raise ValidationError(
            [ValidationError(STALE, code="stale"), ValidationError(both, code="conflict")]
        )

    def _conflict(self) -> dict[str, Any]:
        """What the second of two people sees; a template's context."""
        return {
            "saved": last_saved(self.instance),
            "contested": list(self._contested()),
            "taken": [
                (self[name].label, in_words(self.fields[name], self[name].initial))
                for name in self.theirs
                if name not in self.changed_data
            ],
            "box": self.add_prefix("seen_version"),
            "version": self.instance.version,
        }

    def _contested(self) -> Iterator[Contested]:
        for name in self.carried:
            if name in self.changed_data:
                stored = in_words(self.fields[name], self[name].initial)
                typed = in_words(self.fields[name], self._typed(name))
                if typed != stored:
                    yield Contested(str(self[name].label), typed, stored, name in self.theirs)

    def _typed(self, name: str) -> Any:
        """What was typed or chosen: in the person's own spelling, unless it is a choice."""
        if isinstance(self.fields[name], forms.ChoiceField | forms.BooleanField):
            return self.cleaned_data.get(name, self[name].data)
        return clean_text(self[name].data or "")

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        # Django asks only constraints all of whose fields are on the form; ours hold for what is
        # read-only and for spans as well, and it is better said here than by the database.
        try:
            self._validate_constraints(exclude=self._parents_not_saved_yet())
        except ValidationError as error:
            self._update_errors(error)

    def _validate_constraints(self, exclude: set[str]) -> None:
        self.instance.validate_constraints(exclude=exclude)

    def _parents_not_saved_yet(self) -> set[str]:
        return {
            name
            for name, field in self.fields.items()
            if isinstance(field, InlineForeignKeyField) and field.parent_instance.pk is None
        }


class Gone:
    """Stands for a line that somebody else has taken away, where its row names the record."""

    def __init__(self, form: forms.ModelForm) -> None:
        self.pk = form.data.get(form.add_prefix("id"))

    def __str__(self) -> str:
        return gettext("Taken away by somebody else")


class VersionedFormSet(BaseInlineFormSet):
    """The lines under a record. A line is not deleted either where it is another by now; one that
    somebody else has taken away is missed only by those who wrote in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extra = max(self.extra, len(self.initial_extra or ()))

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        """In a table the name of a field stands above its column, and a screen reader wants it
        with the field."""
        super().add_fields(form, index)
        for field in form.fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs.setdefault("aria-label", field.label)

    def _construct_form(self, i: int, **kwargs: Any) -> forms.ModelForm:
        form = super()._construct_form(i, **kwargs)
        form.gone = None
        if self.is_bound and i < self.initial_form_count() and form.instance.pk is None:
            form.gone = Gone(form)
            form.empty_permitted = True
            form.fields["id"] = VersionField(required=False)
        return form

    def get_queryset(self) -> Any:
        """The lines; once they stand in forms, those of the forms, which the admin pairs them
        with one by one."""
        if self.is_bound and "forms" in self.__dict__:
            return [form.gone or form.instance for form in self.initial_forms]
        return super().get_queryset()

    def clean(self) -> None:
        super().clean()
        for form in self.initial_forms:
            deleted = self.can_delete and self._should_delete_form(form)
            if form.gone and form.has_changed() and not deleted:
                raise ValidationError([GONE, self._who_took(form)], code="stale")
            if deleted and not form.gone:
                form.refuse_other_version()

    def delete_existing(self, obj: Any, commit: bool = True) -> None:
        """Delete a line of the version that was seen. Raises StaleRecord for another."""
        if commit:
            seen = self.model._base_manager.filter(pk=obj.pk, version=obj.version)
            if not seen.update(version=F("version") + 1):
                raise StaleRecord(f"{self.model._meta.label} {obj.pk}: was changed")
        super().delete_existing(obj, commit)

    def _who_took(self, form: forms.ModelForm) -> str:
        key = str(form.gone.pk or "")
        row = last_row(self.model, key) if key.isdecimal() else None
        return who_and_when(row) if row else UNRECORDED


class NumberedForm(VersionedForm):
    """A line with a number that no other line under its record has: the lines settle it together
    (`NumberedFormSet`), since any two may change places."""

    numbered_by: str

    def _validate_constraints(self, exclude: set[str]) -> None:
        errors: list[ValidationError] = []
        for constraint in self.instance._meta.constraints:
            if not is_of_number(constraint, self.numbered_by):
                try:
                    constraint.validate(type(self.instance), self.instance, exclude=exclude)
                except ValidationError as error:
                    errors.append(error)
        if errors:
            raise ValidationError(errors)


class NumberedFormSet(VersionedFormSet):
    """Lines with numbers, which may change places in one save."""

    def validate_unique(self) -> None:
        self._settle_numbers()
        super().validate_unique()

    def _settle_numbers(self) -> None:
        name = self.form.numbered_by
        taken: dict[Any, Any] = dict(self._stored(name))
        kept = [form for form in self.forms if not self._should_delete_form(form)]
        for form in self.forms:
            taken.pop(form.instance.pk, None)
        for form in (form for form in kept if hasattr(form, "cleaned_data")):
            number = form.cleaned_data.get(name)
            if number is not None and number in taken.values():
                form.add_error(name, self._refusal(name))
            taken[form] = number

    def _stored(self, name: str) -> Any:
        if self.instance.pk is None:
            return ()
        lines = self.model._base_manager.filter(**{self.fk.name: self.instance})
        return lines.values_list("pk", name)

    def _refusal(self, name: str) -> Any:
        (message,) = (
            constraint.violation_error_message
            for constraint in self.model._meta.constraints
            if is_of_number(constraint, name)
        )
        return message

    def save_existing_objects(self, commit: bool = True) -> list[models.Model]:
        """Lines that change places first go where nobody is: the database allows no two lines of
        one number, not even for a moment. What they are written with at last tells the history."""
        if commit:
            self._step_aside(self.form.numbered_by)
        return super().save_existing_objects(commit)

    def _step_aside(self, name: str) -> None:
        moved = [
            form.instance.pk
            for form in self.initial_forms
            if name in form.changed_data or self._should_delete_form(form)
        ]
        taken = {number for _pk, number in self._stored(name)}
        as_text = isinstance(self.model._meta.get_field(name), models.CharField)
        free = (f"~{n}" if as_text else n for n in itertools.count(max(1, len(taken))))
        aside = (number for number in free if number not in taken)
        for key in moved:
            self.model._base_manager.filter(pk=key).update(**{name: next(aside)})


def can_be_key(value: Any) -> bool:
    """Whether what somebody typed can be a primary key: Django's fields with search, and SQLite,
    fail on the rest."""
    return str(value).isdecimal() and len(str(value)) < 19


def is_of_number(constraint: models.BaseConstraint, name: str) -> bool:
    """Whether a constraint says that a number is given once."""
    return isinstance(constraint, models.UniqueConstraint) and name in constraint.fields


def last_row(model: type[models.Model], key: Any) -> Any:
    """The last row of the history of a record; None where none is kept."""
    rows = model.history.model.objects.filter(id=key).select_related("history_user")
    return rows.order_by("-history_id").first()


def who_and_when(row: Any) -> str:
    """Who wrote a row of history, what was done, and when."""
    name = name_of(row.history_user) or gettext("somebody unnamed")
    when = date_format(timezone.localtime(row.history_date), "DATETIME_FORMAT")
    said = TAKEN_BY if row.history_type == "-" else SAVED_BY
    return str(said) % {"name": name, "when": when}


def last_saved(record: models.Model) -> str:
    """Who saved a record last, and when; what no history tells is said to be unknown."""
    row = last_row(type(record), record.pk)
    return who_and_when(row) if row else str(UNRECORDED)


def in_full(record: models.Model) -> str:
    """A record's name, with enough to choose it by among others."""
    return str(getattr(record, "in_full", record))


def in_words(field: forms.Field, value: Any) -> str:
    """A value of a form's field, as a reader would say it."""
    if isinstance(field, ModelMultipleChoiceField):
        return ", ".join(in_full(record) for record in _records(field, value)) or "–"
    if value in (None, "", []):
        return "–"
    if isinstance(field, ModelChoiceField):
        return ", ".join(in_full(record) for record in _records(field, [value])) or "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(field, forms.ChoiceField):
        return str(dict(_flat(field.choices)).get(str(value), value))
    return str(value)


def _flat(choices: Any) -> Iterator[tuple[str, Any]]:
    for key, label in choices:
        yield from _flat(label) if isinstance(label, list | tuple) else [(str(key), label)]


def _records(field: ModelChoiceField, values: Any) -> list[models.Model]:
    """The records of a choice, whether it holds them or their keys."""
    values = list(values or ())
    keys = [value for value in values if not isinstance(value, models.Model)]
    found = list(field.queryset.filter(pk__in=keys)) if keys else []
    return [*(value for value in values if isinstance(value, models.Model)), *found]


def _as_sent(bound: forms.BoundField, widget: forms.Widget) -> list[str]:
    """What is stored, as a browser would send it back; nothing for an empty field."""
    value = bound.field.prepare_value(bound.initial)
    widget = getattr(widget, "widget", widget)  # the admin wraps the widgets of relations
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if value else []
    if not isinstance(value, list | tuple):
        value = widget.format_value(value)
    return [str(one) for one in (value if isinstance(value, list | tuple) else [value]) if one]


def _texts(data: Any, name: str) -> list[str]:
    return [clean_text(text) for text in data.getlist(name) if text]

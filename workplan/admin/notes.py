"""Editorial notes, and the records they are about."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from calendar_app.models import Meeting, Session
from cimplan.admin import (
    RecordAdmin,
    TableOfLines,
    TracedAdmin,
    VersionedForm,
)
from desk.filters import AttentionFilter
from mandates.models import Activity, Actor, Mandate, Resolution
from workplan.models import (
    CalendarEntry,
    EditorialNote,
    MandateRow,
    NoteTarget,
    ProgramArea,
    Section,
    WorkPlan,
)
from workplan.models.notes import records_with_names

#: How a record is named where a note is about it: the look-ups that the parts of its key fill.
NAMED_BY: dict[type[models.Model], tuple[str, ...]] = {
    Mandate: ("reference",),
    Activity: ("slug",),
    Meeting: ("slug",),
    Resolution: ("slug",),
    Actor: ("slug",),
    ProgramArea: ("slug",),
    Session: ("slug",),
    WorkPlan: ("year",),
    Section: ("plan__year", "slug"),
    CalendarEntry: ("plan__year", "meeting__slug"),
    MandateRow: ("plan__year", "mandate__reference"),
}


def key_of(record: models.Model | None) -> str:
    """The key of a record, as `record_named` reads it; "" for none."""
    if record is None:
        return ""
    parts = []
    for path in NAMED_BY.get(type(record), ("pk",)):
        value: Any = record
        for name in path.split("__"):
            value = getattr(value, name)
        parts.append(str(value))
    return "/".join(parts)


def record_named(model: type[models.Model], key: str) -> models.Model:
    """The record of a model that a key names: 219-3, 2003/i-a. Raises ValidationError."""
    names = NAMED_BY[model]
    parts = key.strip().split("/", len(names) - 1)
    found = None
    if len(parts) == len(names) and (
        names[0] not in ("year", "plan__year") or parts[0].isdecimal()
    ):
        found = model._default_manager.filter(**dict(zip(names, parts, strict=True))).first()
    if found is None:
        raise ValidationError(
            _("There is no %(kind)s “%(key)s”."),
            params={"kind": model._meta.verbose_name, "key": key},
        )
    return found


class KindOfRecord(forms.ModelChoiceField):
    def label_from_instance(self, obj: ContentType) -> str:
        return str(obj.model_class()._meta.verbose_name)


class TargetForm(VersionedForm):
    """A record is named by its kind and its key, never by a number of the database."""

    content_type = KindOfRecord(label=_("Kind of record"), queryset=ContentType.objects.none())
    key = forms.CharField(
        label=_("Key"),
        max_length=200,
        help_text=_(
            "As in its address: 219-3, sepia-i, 2003-1; the year for a plan; 2003/i-a for a "
            "section, 2003/219-1 for a row, 2003/sepia-iii for a calendar entry."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = ContentType.objects.get_for_models(*NAMED_BY).values()
        wanted = ContentType.objects.filter(pk__in=[kind.pk for kind in kinds])
        if "content_type" in self.fields:
            self.fields["content_type"].queryset = wanted.order_by("app_label", "model")
        if self.instance.pk:
            self.initial["key"] = key_of(self.instance.record)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind, key = cleaned.get("content_type"), cleaned.get("key")
        if kind and key:
            try:
                self.instance.object_id = record_named(kind.model_class(), key).pk
            except ValidationError as error:
                self.add_error("key", error)
        return cleaned


class NoteTargetLines(TableOfLines):
    model = NoteTarget
    form = TargetForm
    fields = ("content_type", "key")

    @admin.display(description=_("key"))
    def key(self, target: NoteTarget) -> str:
        return key_of(target.record)


@admin.register(EditorialNote)
class EditorialNoteAdmin(RecordAdmin):
    list_display = ("text_shortened", "slug", "kind", "open", "about", "published")
    list_filter = (AttentionFilter, "kind", "open", "published")
    search_fields = ("text", "slug")
    given_once = ("slug",)
    fields = ("slug", "kind", "text", "open", "published")
    inlines = (NoteTargetLines,)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).annotate(target_count=Count("targets"))

    @admin.display(description=_("text"), ordering="text")
    def text_shortened(self, note: EditorialNote) -> str:
        return Truncator(note.text).words(20)

    @admin.display(description=_("records"), ordering="target_count")
    def about(self, note: EditorialNote) -> int:
        return note.target_count


@admin.register(NoteTarget)
class NoteTargetAdmin(TracedAdmin):
    form = TargetForm
    list_display = ("record_shown", "content_type", "note")
    search_fields = ("note__slug", "note__text")
    autocomplete_fields = ("note",)
    list_select_related = ("note", "content_type")
    fields = ("note", "content_type", "key")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).prefetch_related(records_with_names())

    @admin.display(description=_("record"))
    def record_shown(self, target: NoteTarget) -> str:
        return Truncator(str(target.record)).words(15)

    @admin.display(description=_("key"))
    def key(self, target: NoteTarget) -> str:
        return key_of(target.record)

"""Copies in the admin: the form for a new record, filled in from one that is there."""

from typing import Any

from django.db import models
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse

from cimplan.forms import can_be_key

#: In the address of the form for a new record: the key of the one it begins as a copy of.
COPY = "copy"


class Copyable:
    """A kind of record that can be copied. Nothing is saved before the person presses Save, and
    what must be new is blank in the form."""

    #: What must be new.
    not_copied: tuple[str, ...] = ("published",)
    #: The lines that a copy begins with.
    lines_copied: tuple[type[models.Model], ...] = ()

    def copied_from(self, request: HttpRequest) -> Any:
        """The record the form begins as a copy of; None where this user may see none."""
        key = request.GET.get(COPY, "")
        if request.method != "GET" or not can_be_key(key):
            return None
        return self.get_queryset(request).filter(pk=key).first()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        source = self.copied_from(request)
        if source is None:
            return super().get_changeform_initial_data(request)
        return {
            name: value
            for name, value in self.values_of(source).items()
            if name not in self.not_copied
        }

    def values_of(self, source: Any) -> dict[str, Any]:
        """What a form shows of a record."""
        return model_to_dict(source)

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        source = self.copied_from(request)
        if source is not None and inline.model in self.lines_copied:
            above = inline.get_formset(request).fk.name
            lines = inline.get_queryset(request).filter(**{above: source})
            kwargs["initial"] = [model_to_dict(line, fields=inline.fields) for line in lines]
        return kwargs

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if self.has_add_permission(request):
            context["copy"] = COPY
        return super().render_change_form(request, context, *args, **kwargs)

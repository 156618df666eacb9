"""Actors."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cimplan.admin import RecordAdmin
from cimplan.spreadsheets.views import Spreadsheets
from mandates.models import Actor
from mandates.resources import ActorResource


@admin.register(Actor)
class ActorAdmin(Spreadsheets, RecordAdmin):
    resource = ActorResource
    list_display = ("name", "acronym", "kind", "state", "published")
    list_filter = ("kind", "published")
    search_fields = ("name", "acronym", "other_names")
    autocomplete_fields = ("state", "members")
    list_select_related = ("state",)
    given_once = ("slug",)
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "acronym", "slug", "other_names", "kind", "published")}),
        (_("A state, or a delegate of one"), {"fields": ("country", "state")}),
        (_("A collective"), {"fields": ("members",)}),
    )

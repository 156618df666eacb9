"""Program areas."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cimplan.admin import RecordAdmin
from workplan.models import ProgramArea


@admin.register(ProgramArea)
class ProgramAreaAdmin(RecordAdmin):
    list_display = ("short_name", "full_name", "parent", "order", "proposed", "published")
    list_editable = ("order",)
    list_filter = ("proposed", "published")
    search_fields = ("short_name", "full_name", "slug")
    autocomplete_fields = ("parent", "mandates", "activities", "meetings")
    list_select_related = ("parent",)
    given_once = ("slug",)
    prepopulated_fields = {"slug": ("short_name",)}
    fieldsets = (
        (None, {"fields": ("short_name", "full_name", "slug", "parent", "order")}),
        (_("How it stands"), {"fields": ("proposed", "published")}),
        (_("What belongs to it"), {"fields": ("mandates", "activities", "meetings")}),
    )

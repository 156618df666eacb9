"""Activities, with their deadlines and the words of plans that are them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from calendar_app.admin import DeadlineLines
from cimplan import clock
from cimplan.copies import Copyable
from cimplan.spreadsheets.views import Spreadsheets
from desk.filters import AttentionFilter
from mandates.admin.reporting import ReportableAdmin
from mandates.models import Activity
from mandates.resources import ActivityResource
from mandates.status import Status
from workplan.admin.plans import QuotationLines


@admin.register(Activity)
class ActivityAdmin(Spreadsheets, Copyable, ReportableAdmin):
    resource = ActivityResource
    key = "slug"
    not_copied = ("slug", "published")
    list_display = ("title", "suggested_for", "responsible_shown", "status_shown", "published")
    list_filter = (AttentionFilter, "published")
    search_fields = ("title", "slug", "description", "mandates__reference")
    autocomplete_fields = ("mandates", "responsible", "partners")
    given_once = ("slug",)
    prepopulated_fields = {"slug": ("title",)}
    inlines = (DeadlineLines, QuotationLines)
    fieldsets = (
        (None, {"fields": ("title", "slug", "description", "mandates", "published")}),
        (_("Who"), {"fields": ("responsible", "partners")}),
        (_("What comes of it, and on what terms"), {
            "fields": ("deliverable", "funding", "contingent_on"),
        }),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).for_list(request.user, clock.today())

    @admin.display(description=_("suggested for"))
    def suggested_for(self, activity: Activity) -> str:
        return ", ".join(mandate.reference for mandate in activity.mandates.all())

    @admin.display(description=_("responsible"))
    def responsible_shown(self, activity: Activity) -> str:
        return ", ".join(actor.short_name for actor in activity.responsible.all())

    @admin.display(description=_("status"))
    def status_shown(self, activity: Activity) -> str:
        return Status(activity.status).label

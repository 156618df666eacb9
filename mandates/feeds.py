"""Atom feeds of progress: on everything, on one resolution, on one program area."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.syndication.views import Feed
from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cimplan.templatetags.pages import day
from mandates.models import Mandate, ProgressReport, Resolution
from mandates.models.progress import ProgressReportQuerySet
from workplan.models import ProgramArea

LATEST = 50


class _Atom(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """That of the latest entry; of an empty feed always the same, so that it stays the same."""
        return super().latest_post_date() if self.items else datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Progress:
    """What a feed tells of, the page that shows it, and the reports."""

    of: str
    page: str
    address: str
    reports: ProgressReportQuerySet


class ProgressFeed(Feed):
    """The latest reports that the reader may see, by when they were recorded."""

    feed_type = _Atom
    language = "en"
    author_name = gettext_lazy("Permanent Secretariat of the Inter-American Commission of Women")
    description_template = "mandates/feed_entry.html"

    def get_object(self, request: HttpRequest) -> Progress:
        reports = ProgressReport.objects.visible_to(request.user)
        return Progress(_("all mandates and activities"), reverse("home"), request.path, reports)

    def title(self, progress: Progress) -> str:
        return _("CIM: progress on %(of)s") % {"of": progress.of}

    def link(self, progress: Progress) -> str:
        return progress.page

    def feed_url(self, progress: Progress) -> str:
        return progress.address

    def items(self, progress: Progress) -> Iterable[ProgressReport]:
        reports = progress.reports.select_related("mandate__resolution", "activity").for_log()
        return reports.latest_recorded()[:LATEST]

    def item_title(self, report: ProgressReport) -> str:
        name = report.mandate.reference if report.mandate else report.activity.title
        words = {"name": name, "status": report.get_status_display(), "day": day(report.as_of)}
        return _("%(name)s: %(status)s as of %(day)s") % words

    def item_link(self, report: ProgressReport) -> str:
        return f"{report.on.get_absolute_url()}#{report.anchor}"

    def item_pubdate(self, report: ProgressReport) -> datetime:
        return report.recorded_at

    item_updateddate = item_pubdate

    def item_categories(self, report: ProgressReport) -> list[str]:
        return [str(report.get_status_display())]


class ResolutionFeed(ProgressFeed):
    """Progress on the mandates of one resolution, and on what is suggested for them."""

    def get_object(self, request: HttpRequest, slug: str) -> Progress:
        visible = Resolution.objects.visible_to(request.user)
        resolution = get_object_or_404(visible, slug=slug)
        mandates = Mandate.objects.visible_to(request.user).filter(resolution=resolution)
        reports = ProgressReport.objects.visible_to(request.user).filter(
            Q(mandate__in=mandates) | Q(activity__mandates__in=mandates)
        )
        page = resolution.get_absolute_url()
        return Progress(resolution.symbol, page, request.path, reports.distinct())


class AreaFeed(ProgressFeed):
    """Progress on the mandates and the activities of one program area."""

    def get_object(self, request: HttpRequest, slug: str) -> Progress:
        area = get_object_or_404(ProgramArea.objects.visible_to(request.user), slug=slug)
        reports = ProgressReport.objects.visible_to(request.user).filter(
            Q(mandate__areas=area) | Q(activity__areas=area)
        )
        page = area.get_absolute_url()
        return Progress(area.full_name, page, request.path, reports.distinct())

"""The one place that settles which report is the latest."""

from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from mandates.status import Status


def annotate_status(rows: QuerySet, target: str, as_of: date, *, path: str = "") -> Any:
    """Annotate rows with `status` and `status_as_of` as of a day.

    target: "mandate" or "activity". path: the lookup from a row to that record's key, where the
    row is not the record itself. The latest is max(as_of, recorded_at, id); what one state says
    of itself does not settle a mandate's status.
    """
    reports = (
        apps.get_model("mandates", "ProgressReport")
        .objects.filter(**{target: OuterRef(path or "pk")}, as_of__lte=as_of, about=None)
        .order_by("-as_of", "-recorded_at", "-pk")
    )
    return rows.annotate(
        status=Coalesce(Subquery(reports.values("status")[:1]), Value(Status.NO_REPORT.value)),
        status_as_of=Subquery(reports.values("as_of")[:1]),
    )

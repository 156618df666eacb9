"""Activities in the order in which the plans print them."""

from django.db.models import F, OuterRef, QuerySet, Subquery

from workplan.models import Quotation


def in_printed_order(activities: QuerySet) -> QuerySet:
    """Activities by where a plan's mandates table first quotes them; those it does not, after
    these, by their title."""
    quoted = Quotation.objects.filter(activity=OuterRef("pk"), row__isnull=False).order_by(
        "row__plan__year", "row__position", "position"
    )
    return activities.annotate(
        printed_in_row=Subquery(quoted.values("row__position")[:1]),
        printed_at=Subquery(quoted.values("position")[:1]),
    ).order_by(
        F("printed_in_row").asc(nulls_last=True),
        F("printed_at").asc(nulls_last=True),
        "title",
        "slug",
    )

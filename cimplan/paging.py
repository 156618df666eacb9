"""Long lists, fifty rows a page."""

from collections.abc import Sequence

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

ROWS_PER_PAGE = 50


def page_of(request: HttpRequest, rows: QuerySet | Sequence, per_page: int = ROWS_PER_PAGE) -> Page:
    """The page that `?page=` asks for, the first unless it says otherwise.

    Raises Http404 for a page beyond the end, and for what is no number. Rows must be ordered, or
    one of them could stand on two pages.
    """
    try:
        return Paginator(rows, per_page).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404(_("The list has no such page.")) from error


class FirstRows(list):
    """The first rows of a list among others on a page; `more` says whether there are others."""

    def __init__(self, rows: QuerySet) -> None:
        found = list(rows[: ROWS_PER_PAGE + 1])
        super().__init__(found[:ROWS_PER_PAGE])
        self.more = len(found) > ROWS_PER_PAGE

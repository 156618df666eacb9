"""Long lists, fifty rows a page."""

from collections.abc import Callable, Sequence
from functools import cached_property

from django.core.exceptions import BadRequest
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

ROWS_PER_PAGE = 50

#: Rows that are counted and paged through. Nobody reads on; a database would have to, row by row.
MOST_ROWS = 10_000


def count_up_to(rows: QuerySet | Sequence, most: int) -> int:
    """How many rows there are; most + 1 where there are more."""
    if isinstance(rows, QuerySet):
        # Without what is annotated for a line to show.
        return rows.order_by().values("pk")[: most + 1].count()
    return min(len(rows), most + 1)


def lines_with(keys: Sequence[int], lines: QuerySet) -> list[Model]:
    """The records with these keys, in their order.

    lines: the records without the conditions, with what a line of the list shows: found together
    with the conditions, it would be found of all rows that meet them, to be sorted with them.
    """
    found = {row.pk: row for row in lines.order_by().filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]


class CappedPaginator(Paginator):
    """Pages of the first MOST_ROWS rows; `has_more` says whether there are others."""

    @cached_property
    def counted(self) -> int:
        """The rows; MOST_ROWS + 1 where there are more."""
        return count_up_to(self.object_list, MOST_ROWS)

    @property
    def count(self) -> int:
        return min(self.counted, MOST_ROWS)

    @property
    def has_more(self) -> bool:
        return self.counted > MOST_ROWS


class LinesPaginator(CappedPaginator):
    """Pages of rows of which each page finds what it shows.

    lines: the lines from one place of the order to another. counted: how many rows there are, as
    `count_up_to` says it.
    """

    def __init__(self, lines: Callable[[int, int], Sequence], counted: int) -> None:
        super().__init__((), ROWS_PER_PAGE)
        self.lines = lines
        self.counted = counted

    def page(self, number: int | str) -> Page:
        number = self.validate_number(number)
        start, stop = (number - 1) * self.per_page, min(number * self.per_page, self.count)
        return self._get_page(self.lines(start, stop), number, self)


def page_of(request: HttpRequest, rows: QuerySet | Sequence, per_page: int | None = None) -> Page:
    """As `page_asked_of`, of rows that are shown as they are."""
    return page_asked_of(CappedPaginator(rows, per_page or ROWS_PER_PAGE), request)


def page_asked_of(paginator: CappedPaginator, request: HttpRequest) -> Page:
    """The page that `?page=` asks for, the first unless it says otherwise.

    Raises Http404 for a page beyond the end, and for what is no number; BadRequest for one behind
    the rows that are paged through. Rows must be ordered, or one of them could stand on two pages.
    """
    try:
        return paginator.page(request.GET.get("page", 1))
    except InvalidPage:
        if paginator.has_more:
            raise BadRequest(_narrow_it(paginator.num_pages)) from None
        raise Http404(_("The list has no such page.")) from None


def _narrow_it(pages: int) -> str:
    text = ngettext(
        "The list is shown up to its page %(number)s. Narrow it with its filters, or take it as "
        "CSV, which has all rows.",
        "The list is shown up to its page %(number)s. Narrow it with its filters, or take it as "
        "CSV, which has all rows.",
        pages,
    )
    return text % {"number": pages}


class FirstRows(list):
    """The first rows of a list among others on a page; `more` says whether there are others."""

    def __init__(self, rows: QuerySet | Sequence) -> None:
        found = list(rows[: ROWS_PER_PAGE + 1])
        super().__init__(found[:ROWS_PER_PAGE])
        self.more = len(found) > ROWS_PER_PAGE

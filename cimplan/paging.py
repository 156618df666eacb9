"""Long lists, fifty rows a page."""

from collections.abc import Sequence
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


def lines_of(rows: QuerySet, start: int, stop: int, lines: QuerySet) -> list[Model]:
    """The rows from one place of their order to another, as a list shows them.

    lines: the same records without the conditions, with what a line shows. What it shows would be
    found out of all rows that meet the conditions, for the database to sort them with it; so
    their keys come first.
    """
    return _lines_with(list(rows.values_list("pk", flat=True)[start:stop]), lines)


def _lines_with(keys: list[int], lines: QuerySet) -> list[Model]:
    found = {row.pk: row for row in lines.order_by().filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]


class CappedPaginator(Paginator):
    """Pages of the first MOST_ROWS rows; `has_more` says whether there are others.

    lines: as for `lines_of`; without them the rows are shown as they are. counted: how many rows
    there are, where that is known, as `count_up_to` says it.
    """

    def __init__(
        self,
        rows: QuerySet | Sequence,
        per_page: int,
        lines: QuerySet | None = None,
        counted: int | None = None,
    ) -> None:
        super().__init__(rows, per_page)
        self.lines = lines
        self._known = counted

    def page(self, number: int | str) -> Page:
        number = self.validate_number(number)
        start, stop = (number - 1) * self.per_page, min(number * self.per_page, self.count)
        if self.lines is None:
            return self._get_page(self.object_list[start:stop], number, self)
        if self._known is None:
            return self._get_page(_lines_with(self._keys[start:stop], self.lines), number, self)
        return self._get_page(lines_of(self.object_list, start, stop, self.lines), number, self)

    @cached_property
    def _keys(self) -> list[int]:
        """Of all rows that are paged through, and of one more: what a database does to find the
        first fifty of a condition's rows in their order is most of what it does to find all."""
        return list(self.object_list.values_list("pk", flat=True)[: MOST_ROWS + 1])

    @cached_property
    def counted(self) -> int:
        """The rows; MOST_ROWS + 1 where there are more."""
        if self._known is not None:
            return self._known
        return count_up_to(self.object_list, MOST_ROWS) if self.lines is None else len(self._keys)

    @property
    def count(self) -> int:
        return min(self.counted, MOST_ROWS)

    @property
    def has_more(self) -> bool:
        return self.counted > MOST_ROWS


def page_of(
    request: HttpRequest,
    rows: QuerySet | Sequence,
    per_page: int = ROWS_PER_PAGE,
    lines: QuerySet | None = None,
    counted: int | None = None,
) -> Page:
    """The page that `?page=` asks for, the first unless it says otherwise. lines, counted: as for
    `CappedPaginator`.

    Raises Http404 for a page beyond the end, and for what is no number; BadRequest for one behind
    the rows that are paged through. Rows must be ordered, or one of them could stand on two pages.
    """
    paginator = CappedPaginator(rows, per_page, lines, counted)
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

    def __init__(self, rows: QuerySet) -> None:
        found = list(rows[: ROWS_PER_PAGE + 1])
        super().__init__(found[:ROWS_PER_PAGE])
        self.more = len(found) > ROWS_PER_PAGE

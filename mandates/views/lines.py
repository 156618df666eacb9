"""Lines of lists. What a line shows is kept until that is written to; its status is asked for each
time, since reports are what is written most."""

from collections.abc import Callable, Hashable, Sequence

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.safestring import SafeString

from cimplan.table_versions import remembered_pieces
from cimplan.templatetags.pages import status
from mandates.models import Activity, Actor, Mandate
from mandates.models.progress_status import latest_statuses
from mandates.status import Status
from mandates.templatetags.lines import Line, activity_line, mandate_line
from mandates.words import words_sought


def mandate_lines(
    request: HttpRequest, keys: Sequence[int], *, sought: str = "", actor: Actor | None = None
) -> list[SafeString]:
    """The mandates with these keys. sought: words to be marked; the activities that have any of
    them stand beside, so that one sees why a mandate is among the rows. actor: whom all of them
    ask, by name or as one of a collective."""

    def make(keys: list[int]) -> dict[int, Line]:
        visible = Mandate.objects.visible_to(request.user)
        rows = visible.filter(pk__in=keys).with_words(request.user)
        words = words_sought(sought)
        if words:
            found = Activity.objects.filter(published=True).having_any(words)
            rows = rows.prefetch_related(Prefetch("activities", found, to_attr="activities_found"))
        if actor:
            rows = rows.with_naming(actor)
        return {row.pk: mandate_line(request, row, sought=sought, actor=actor) for row in rows}

    return _lines(request, "mandate", keys, (sought, actor and actor.pk), make)


def activity_lines(
    request: HttpRequest, keys: Sequence[int], *, sought: str = ""
) -> list[SafeString]:
    """The activities with these keys. sought: words to be marked."""

    def make(keys: list[int]) -> dict[int, Line]:
        visible = Activity.objects.visible_to(request.user)
        rows = visible.filter(pk__in=keys).with_links(request.user)
        return {row.pk: activity_line(request, row, sought=sought) for row in rows}

    return _lines(request, "activity", keys, sought, make)


def _lines(
    request: HttpRequest,
    of: str,
    keys: Sequence[int],
    beside: Hashable,
    make: Callable[[list[int]], dict[int, Line]],
) -> list[SafeString]:
    """beside: what a line depends on besides its record and the day one looks back at."""
    name = ("lines", of, beside, request.looking_back and request.as_of)
    made = remembered_pieces(request, name, keys, make)
    statuses = latest_statuses(of, keys, request.as_of)
    shown = {value: status(value) for value in {Status.NO_REPORT, *statuses.values()}}
    return [
        made[key].around(shown[statuses.get(key, Status.NO_REPORT)]) for key in keys if key in made
    ]

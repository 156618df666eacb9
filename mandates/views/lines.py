"""Lines of lists. What a line shows is kept until that is written to; its status is asked for each
time, since reports are what is written most."""

from collections.abc import Callable, Hashable, Mapping, Sequence

from django.http import HttpRequest
from django.utils.safestring import SafeString

from cimplan.table_versions import remembered_pieces
from cimplan.templatetags.pages import status
from mandates.in_lines import (
    MandateInLine,
    activities_in_lines,
    mandates_in_lines,
    printed_alone,
    printed_for,
    suggested_with_words,
)
from mandates.models import Actor
from mandates.models.progress_status import latest_statuses
from mandates.status import Status
from mandates.templatetags.lines import Asked, Line, activity_line, mandate_line
from mandates.words import words_sought


def statuses_of(request: HttpRequest, of: str, keys: Sequence[int]) -> dict[int, SafeString]:
    """The statuses of these records as pages show them, by their keys. of: "mandate" or
    "activity"."""
    statuses = latest_statuses(of, keys, request.as_of)
    shown = {value: status(value) for value in {Status.NO_REPORT, *statuses.values()}}
    return {key: shown[statuses.get(key, Status.NO_REPORT)] for key in keys}


def mandate_lines(
    request: HttpRequest,
    statuses: Mapping[int, SafeString],
    *,
    sought: str = "",
    actor: Actor | None = None,
) -> dict[int, SafeString]:
    """The mandates with these keys, by their keys. statuses: what stands for the status of each.
    sought: words to be marked; the activities that have any of them stand beside, so that one sees
    why a mandate is among the rows. actor: whom all of them ask, by name or as one of a
    collective."""

    def make(keys: list[int]) -> dict[int, Line]:
        asked, words = Asked.by(request, sought), words_sought(sought)
        found = suggested_with_words(keys, words)
        printed = printed_for(request.user, keys) if words else {}
        return {
            key: mandate_line(
                asked,
                shown,
                activities=found.get(key, ()),
                printed=tuple(
                    printed_alone(shown, found.get(key, ()), printed.get(key, ()), words)
                ),
                among=_as_one_of(shown, actor),
            )
            for key, shown in mandates_in_lines(request.user, keys).items()
        }

    return _lines(request, ("mandate", sought, actor and actor.pk), statuses, make)


def _as_one_of(mandate: MandateInLine, actor: Actor | None) -> str:
    """The name of the actor where not itself is asked, but a collective that it belongs to."""
    named = actor is None or any(one.slug == actor.slug for one in mandate.addressees)
    return "" if named else actor.short_name


def activity_lines(
    request: HttpRequest, statuses: Mapping[int, SafeString], *, sought: str = ""
) -> dict[int, SafeString]:
    """The activities with these keys, by their keys. statuses: what stands for the status of each.
    sought: words to be marked."""

    def make(keys: list[int]) -> dict[int, Line]:
        asked, shown = Asked.by(request, sought), activities_in_lines(request.user, keys)
        return {key: activity_line(asked, one) for key, one in shown.items()}

    return _lines(request, ("activity", sought), statuses, make)


def _lines(
    request: HttpRequest,
    of: Hashable,
    statuses: Mapping[int, SafeString],
    make: Callable[[list[int]], dict[int, Line]],
) -> dict[int, SafeString]:
    """of: what a line depends on besides its record and the day one looks back at."""
    name = ("lines", of, request.looking_back and request.as_of)
    made = remembered_pieces(request, name, list(statuses), make)
    return {key: made[key].around(status) for key, status in statuses.items() if key in made}

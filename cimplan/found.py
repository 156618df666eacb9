"""What a search found, a line each. What a line says whatever was looked for is kept until that is
written to; the words are marked in it each time, and its status is asked for.

In Python, since there are up to sixty on a page, and Django's templates take several times as long.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.template.context import Context
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from calendar_app.models import Meeting
from calendar_app.templatetags.dates import quoted_dates, when
from calendar_app.views.shown import meetings_shown
from cimplan.table_versions import remembered, remembered_pieces
from cimplan.templatetags.pages import draft, to
from mandates.in_lines import (
    ActivityInLine,
    MandateInLine,
    Printed,
    activities_in_lines,
    mandates_in_lines,
    printed_alone,
    printed_for,
    suggested_for,
)
from mandates.models import Actor, Resolution
from mandates.statements import Records
from mandates.templatetags.lines import contingency
from mandates.templatetags.words import excerpt, marked
from mandates.views.lines import statuses_of
from mandates.words import found_in, words_sought
from workplan.models import Section, WorkPlan


class Shown(NamedTuple):
    """What a line is shown for."""

    context: Context
    words: str
    status: SafeString


#: A part of a line: the same in any case, or as it is shown.
Part = SafeString | Callable[[Shown], SafeString]
Parts = tuple[Part, ...]
#: The lines of a kind of records, by their keys: of those that the reader may see.
Lines = Callable[[Context, list[int]], Mapping[int, Parts]]


def lines_found(
    request: HttpRequest, kind: str, keys: Sequence[int], words: str
) -> list[SafeString]:
    """The lines of the records of a kind with these keys, with the words marked."""
    context = Context({"request": request})

    name = ("found", kind, request.as_of, request.looking_back)
    made = remembered_pieces(request, name, keys, partial(KINDS[kind], context))
    statuses = statuses_of(request, WITH_STATUS[kind], keys) if kind in WITH_STATUS else {}
    return [
        _as_shown(made[key], Shown(context, words, statuses.get(key, SafeString())))
        for key in keys
        if key in made
    ]


def _as_shown(parts: Parts, shown: Shown) -> SafeString:
    pieces = (part if isinstance(part, str) else part(shown) for part in parts)
    return mark_safe("".join(pieces))  # noqa: S308 - of pieces that are safe


# --- what lines are made of ------------------------------------------------------------------


def _line(form: str, *values: Any) -> Parts:
    """As `format_html`, of values of which some are parts, or several of them."""
    parts: list[Part] = []
    for text, value in zip(_texts_of(form), [*values, ""], strict=True):
        parts.append(text)
        parts += value if isinstance(value, tuple) else [value]
    return tuple(_joined(parts))


@cache
def _texts_of(form: str) -> tuple[SafeString, ...]:
    return tuple(mark_safe(text) for text in form.split("{}"))  # noqa: S308 - the forms are ours


def _joined(parts: Iterable[Any]) -> Iterable[Part]:
    """With what is the same in any case put together."""
    same: list[str] = []
    for part in parts:
        if isinstance(part, SafeString):
            same.append(part)
        elif callable(part):
            yield mark_safe("".join(same))  # noqa: S308 - escaped
            yield part
            same = []
        else:
            same.append(conditional_escape(part))
    yield mark_safe("".join(same))  # noqa: S308 - escaped


def _marked(text: str) -> Part:
    return lambda shown: marked(text, shown.words)


def _excerpt(text: str) -> Part:
    return lambda shown: excerpt(text, shown.words)


def _if_any(text: str, form: str, part: Callable[[str], Part]) -> Parts:
    return _line(form, part(text)) if text else ()


def _status(shown: Shown) -> SafeString:
    return shown.status


# --- kinds of records ------------------------------------------------------------------------


def _read(
    request: HttpRequest, rows: Callable[[HttpRequest], QuerySet], names: Sequence[str], keys: list
) -> dict[int, Any]:
    """The records with these keys, of these of their fields, by their keys."""
    asked = remembered(
        request,
        ("found", rows, request.as_of, request.looking_back),
        lambda: Records.among(rows(request).order_by(), *names),
    )
    return asked.read(keys)


def _each(
    rows: Callable[[HttpRequest], QuerySet],
    names: Sequence[str],
    line: Callable[[Context, Any], Parts],
) -> Lines:
    """The lines of records that are made of their own fields."""

    def lines(context: Context, keys: list[int]) -> Mapping[int, Parts]:
        found = _read(context["request"], rows, names, keys)
        return {key: line(context, record) for key, record in found.items()}

    return lines


def _mandates(context: Context, keys: list[int]) -> Mapping[int, Parts]:
    user = context["request"].user
    suggested, printed = suggested_for(user, keys), printed_for(user, keys)
    return {
        key: _mandate(context, mandate, suggested.get(key, ()), printed.get(key, ()))
        for key, mandate in mandates_in_lines(user, keys).items()
    }


def _mandate(
    context: Context,
    mandate: MandateInLine,
    suggested: tuple[ActivityInLine, ...],
    printed: tuple[Printed, ...],
) -> Parts:
    above = (_line('<p class="above">{}</p>', _excerpt(text)) for text in mandate.above)
    return _line(
        '<p class="kicker"><a class="reference" href="{}">{}</a>{} <span class="symbol">{}</span>'
        ' <span class="title">{}</span></p>'
        '<div class="words" lang="{}">{}<p>{}</p></div>{}{}'
        '<p class="state-of-it">{}{}{}</p>',
        to(context, "mandate", mandate.reference),
        _marked(mandate.reference),
        draft(mandate),
        _marked(mandate.symbol),
        _marked(mandate.title),
        mandate.language,
        sum(above, ()),
        _excerpt(mandate.text),
        _found_by(context, mandate, suggested),
        _printed_for(context, mandate, suggested, printed),
        _status,
        contingency(mandate),
        _asked_of(context, mandate),
    )


def _found_by(
    context: Context, mandate: MandateInLine, suggested: tuple[ActivityInLine, ...]
) -> Parts:
    """The activities suggested for it that have a word which it has not itself."""
    if not suggested:
        return ()
    others = [(one.words, _suggested(context, one)) for one in suggested]
    return (partial(_those_found, mandate.words, others),)


def _those_found(own: str, suggested: list[tuple[str, Parts]], shown: Shown) -> SafeString:
    elsewhere = [word for word in words_sought(shown.words) if not found_in(own, [word])]
    found = (parts for text, parts in suggested if elsewhere and found_in(text, elsewhere))
    return format_html_join("", "{}", ((_as_shown(parts, shown),) for parts in found))


def _printed_for(
    context: Context,
    mandate: MandateInLine,
    suggested: tuple[ActivityInLine, ...],
    printed: tuple[Printed, ...],
) -> Parts:
    """What plans print beside it, where that alone has a word that was looked for."""
    if not printed:
        return ()
    lines = {one: _printed(context, one) for one in printed}

    def shown_to(shown: Shown) -> SafeString:
        alone = printed_alone(mandate, suggested, printed, words_sought(shown.words))
        return format_html_join("", "{}", ((_as_shown(lines[one], shown),) for one in alone))

    return (shown_to,)


def _printed(context: Context, printed: Printed) -> Parts:
    return _line(
        '<p class="aside"><a href="{}#row-{}">{}</a> <span class="words">{}</span></p>',
        to(context, "plan", printed.year),
        printed.position,
        _("Printed beside it in the plan of %(year)s:") % {"year": printed.year},
        _excerpt(printed.words),
    )


def _suggested(context: Context, activity: ActivityInLine) -> Parts:
    return _line(
        '<p class="aside">{} <a href="{}">{}</a>{}{}</p>',
        _("Suggested for it:"),
        to(context, "activity", activity.slug),
        _marked(activity.title),
        _if_any(activity.description, ' <span class="words">{}</span>', _excerpt),
        _if_any(activity.funding, "{}", _funding(" {} {}")),
    )


def _asked_of(context: Context, mandate: MandateInLine) -> SafeString:
    if not mandate.addressees:
        return SafeString()
    links = ((to(context, "actor", one.slug), one.short_name) for one in mandate.addressees)
    names = format_html_join(", ", '<a href="{}">{}</a>', links)
    return format_html(' <span class="to">{} {}</span>', _("asked of"), names)


def _resolutions(request: HttpRequest) -> QuerySet:
    return Resolution.objects.visible_to(request.user)


def _resolution(context: Context, resolution: Resolution) -> Parts:
    return _line(
        '<p class="title"><a class="symbol" href="{}">{}</a>{}'
        ' <span class="words" lang="{}">{}</span></p>',
        to(context, resolution),
        _marked(resolution.symbol),
        draft(resolution),
        resolution.language,
        _marked(resolution.title),
    )


def _activities(context: Context, keys: list[int]) -> Mapping[int, Parts]:
    found = activities_in_lines(context["request"].user, keys)
    return {key: _activity(context, activity) for key, activity in found.items()}


def _activity(context: Context, activity: ActivityInLine) -> Parts:
    return _line(
        '<p class="title"><a href="{}">{}</a>{}</p>{}{}{}<p class="state-of-it">{}{}</p>',
        to(context, "activity", activity.slug),
        _marked(activity.title),
        draft(activity),
        _if_any(activity.description, '<p class="words">{}</p>', _excerpt),
        _if_any(activity.deliverable, '<p class="words">{}</p>', _excerpt),
        _if_any(activity.funding, "{}", _funding('<p class="aside">{} {}</p>')),
        _status,
        contingency(activity),
    )


def _funding(form: str) -> Callable[[str], Part]:
    """Who pays, where that is what was looked for."""

    def part(text: str) -> Part:
        def shown_to(shown: Shown) -> SafeString:
            found = excerpt(text, shown.words)
            if "<mark>" not in found:
                return SafeString()
            return format_html(form, _("Funding:"), found)

        return shown_to

    return part


def _sections(context: Context, keys: list[int]) -> Mapping[int, Parts]:
    names = ("slug", "number", "heading", "body")
    found = _read(context["request"], _sections_in_plans, names, keys)
    for one in found.values():
        one.plan = WorkPlan(
            year=one.plan_year, language=one.plan_language, published=one.plan_published
        )
        one.parent = Section(number=one.part_of) if one.part_of is not None else None
    return {key: _section(context, section) for key, section in found.items()}


def _sections_in_plans(request: HttpRequest) -> QuerySet:
    plan = {f"plan_{name}": F(f"plan__{name}") for name in ("year", "language", "published")}
    return Section.objects.visible_to(request.user).annotate(**plan, part_of=F("parent__number"))


def _section(context: Context, section: Section) -> Parts:
    body = format_html('<p class="words" lang="{}">', section.plan.language)
    return _line(
        '<p class="kicker">{}, {}</p><p class="title"><a href="{}">{}</a>{}</p>{}',
        str(section.plan),
        section.place,
        to(context, section),
        _marked(section.heading),
        draft(section.plan),
        _if_any(section.body, body + "{}</p>", _excerpt),
    )


def _meeting(context: Context, meeting: Meeting) -> Parts:
    series = meeting.series if meeting.series != meeting.title else ""
    return _line(
        '<p class="kicker">{}{}</p><p class="title"><a href="{}">{}</a>{}{}</p>{}{}',
        _dates(context, meeting),
        _if_any(meeting.place, ", {}", _marked),
        to(context, meeting),
        _marked(meeting.title),
        render_to_string("calendar_app/_state.html", {"meeting": meeting}),
        draft(meeting),
        _if_any(meeting.subtitle, '<p class="aside">{}</p>', _marked),
        _if_any(series, '<p class="aside">{}</p>', _marked),
    )


def _dates(context: Context, meeting: Meeting) -> Part:
    """Its dates, which ask each page that they stand on for the footnote to their asterisk."""
    dates = when(context, meeting)
    return lambda shown: conditional_escape(quoted_dates(shown.context, dates))


def _actors(request: HttpRequest) -> QuerySet:
    return Actor.objects.visible_to(request.user)


def _actor(context: Context, actor: Actor) -> Parts:
    return _line(
        '<p class="title"><a href="{}">{}</a>{}{}</p><p class="aside">{}</p>{}',
        to(context, actor),
        _marked(actor.name),
        _if_any(actor.acronym, ' <span class="acronym">({})</span>', _marked),
        draft(actor),
        actor.get_kind_display(),
        _if_any(actor.other_names, '<p class="aside">{}</p>', _marked_lines),
    )


def _marked_lines(text: str) -> Part:
    return lambda shown: linebreaksbr(marked(text, shown.words))


#: By the names of their lists.
KINDS: dict[str, Lines] = {
    "mandates": _mandates,
    "resolutions": _each(
        _resolutions, ("slug", "symbol", "published", "language", "title"), _resolution
    ),
    "activities": _activities,
    "sections": _sections,
    "meetings": _each(
        meetings_shown,
        (
            "slug", "title", "subtitle", "series", "city", "country", "published", "state",
            "tentative", "start", "end", "precision",
        ),
        _meeting,
    ),
    "actors": _each(
        _actors, ("slug", "name", "acronym", "published", "kind", "other_names"), _actor
    ),
}  # fmt: skip
#: Those of which each has a status, by what a report calls it.
WITH_STATUS = {"mandates": "mandate", "activities": "activity"}

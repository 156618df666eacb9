"""The Executive Committee's sessions: the list, and each with its agenda and what is due at it."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from calendar_app.models import AgendaItem, Session
from calendar_app.models.sessions import SessionQuerySet
from calendar_app.views.shown import deadlines_shown, meetings_shown
from cimplan.paging import page_of
from documents.models import IssuedDocument
from mandates.models import Activity, Mandate
from workplan.models import EditorialNote, WorkPlan


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    page = page_of(request, _shown(request))
    return render(request, "calendar_app/sessions.html", {"page": page})


@require_safe
def session(request: HttpRequest, slug: str) -> HttpResponse:
    session = get_object_or_404(_shown(request).prefetch_related(_agenda(request)), slug=slug)
    context = {
        "session": session,
        "neighbours": _shown(request).before_and_after(session),
        "papers": IssuedDocument.objects.filter(session=session).defer("content"),
        "deadlines": deadlines_shown(request).filter(meeting=session.meeting),
        "notes": EditorialNote.objects.visible_to(request.user).on(session),
    }
    return render(request, "calendar_app/session.html", context)


def _shown(request: HttpRequest) -> SessionQuerySet:
    """Sessions in the order they are numbered, the latest term first, with their meetings."""
    meetings = Prefetch("meeting", meetings_shown(request))
    shown = Session.objects.visible_to(request.user).select_related("term")
    return shown.prefetch_related(meetings).order_by("-term__start_year", "ordinal")


def _agenda(request: HttpRequest) -> Prefetch:
    """The items of an agenda, each with what it is about and the plans put to it."""
    user, as_of = request.user, request.as_of
    items = AgendaItem.objects.visible_to(user).order_by("position")
    mandates = Mandate.objects.visible_to(user).in_order().for_list(user, as_of)
    activities = Activity.objects.visible_to(user).with_status(as_of)
    return Prefetch(
        "agenda",
        items.prefetch_related(
            Prefetch("mandates", mandates),
            Prefetch("activities", activities),
            Prefetch("plans", WorkPlan.objects.visible_to(user)),
        ),
    )

"""Papers made for whoever asks: a work plan, the calendar, the status of a resolution or area."""

import logging
from collections.abc import Callable
from datetime import date

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from calendar_app.views.shown import meetings_shown
from documents.apart import PaperError
from documents.calendar_paper import paper_of_calendar
from documents.docx import docx_of
from documents.paper import Paper, PaperSize
from documents.pdf import pdf_of
from documents.plan_paper import paper_of_mandates_table, paper_of_plan
from documents.status_paper import paper_of_area, paper_of_resolution
from mandates.models import Activity, Mandate, Resolution
from mandates.views.suggested import with_activities
from workplan.models import ProgramArea, WorkPlan

logger = logging.getLogger(__name__)

SIZES: dict[str, PaperSize] = {"letter": "letter", "a4": "a4"}
TOO_LONG = gettext_lazy("This paper is too long to be laid out.")
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def plan_pdf(request: HttpRequest, year: int) -> HttpResponse:
    return _pdf(request, paper_of_plan(_plan(request, year), request.user), f"work-plan-{year}")


@require_safe
def plan_docx(request: HttpRequest, year: int) -> HttpResponse:
    content = laid_out(request, paper_of_plan(_plan(request, year), request.user), docx_of)
    disposition = f'attachment; filename="work-plan-{year}.docx"'
    headers = {"Content-Disposition": disposition}
    return HttpResponse(content, content_type=DOCX, headers=headers)


@require_safe
def mandates_pdf(request: HttpRequest, year: int) -> HttpResponse:
    paper = paper_of_mandates_table(_plan(request, year), request.user)
    if paper is None:
        raise Http404
    return _pdf(request, paper, f"mandates-{year}")


def _plan(request: HttpRequest, year: int) -> WorkPlan:
    return get_object_or_404(WorkPlan.objects.visible_to(request.user), year=year)


@require_safe
def calendar_pdf(request: HttpRequest, year: int) -> HttpResponse:
    meetings = list(meetings_shown(request).in_period(date(year, 1, 1), date(year, 12, 31)))
    if not meetings:
        raise Http404
    title = _("Calendar of activities %(year)s") % {"year": year}
    paper = paper_of_calendar(title, meetings, as_of=request.as_of, language=get_language())
    return _pdf(request, paper, f"calendar-{year}")


@require_safe
def resolution_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    resolution = get_object_or_404(Resolution.objects.visible_to(request.user), slug=slug)
    mandates = Mandate.objects.visible_to(request.user).filter(resolution=resolution).in_order()
    paper = paper_of_resolution(
        resolution,
        with_activities(mandates, request),
        as_of=request.as_of,
        language=get_language(),
    )
    return _pdf(request, paper, f"status-{slug}")


@require_safe
def area_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    area = get_object_or_404(ProgramArea.objects.visible_to(request.user), slug=slug)
    mandates = Mandate.objects.visible_to(request.user).reported_on().filter(areas=area)
    activities = Activity.objects.visible_to(request.user).filter(areas=area)
    paper = paper_of_area(
        area,
        with_activities(mandates.in_order(), request),
        activities.with_status(request.as_of),
        as_of=request.as_of,
        language=get_language(),
    )
    return _pdf(request, paper, f"status-{slug}")


# --- files -----------------------------------------------------------------------------------


def _pdf(request: HttpRequest, paper: Paper, name: str) -> HttpResponse:
    content = laid_out(request, paper, pdf_of)
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(content, content_type=PDF, headers=headers)


def laid_out(
    request: HttpRequest, paper: Paper, layout: Callable[[Paper, PaperSize], bytes]
) -> bytes:
    """The file, on the paper that `?size=` asks for: letter, or a4."""
    asked = request.GET.get("size", "letter")
    if asked not in SIZES:
        raise BadRequest(_("There is no paper “%(size)s”.") % {"size": asked[:40]})
    try:
        return layout(paper, SIZES[asked])
    except PaperError as error:
        logger.warning("%s could not be laid out: %s", request.path, error)
        raise BadRequest(str(TOO_LONG)) from error

"""Files that show what was done, as they came."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from mandates.models import EvidenceFile, ProgressReport


@require_safe
def evidence(request: HttpRequest, sha256: str) -> HttpResponse:
    """The file, to be saved and not opened in the page; for those who may see a report it is of."""
    reports = ProgressReport.objects.visible_to(request.user)
    files = EvidenceFile.objects.filter(reports__in=reports).distinct()
    file = get_object_or_404(files, sha256=sha256)
    disposition = content_disposition_header(as_attachment=True, filename=file.name)
    return HttpResponse(
        bytes(file.content),
        content_type=file.content_type,
        headers={"Content-Disposition": disposition},
    )

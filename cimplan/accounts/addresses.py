"""From where somebody asks, for counting wrong passwords."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address as the web server in front wrote it into X-Real-IP, which it always sets
    (docs/operations.md); on one's own machine there is none, and the header could be anybody's."""
    if settings.LOCAL:
        return request.META.get("REMOTE_ADDR") or ""
    return request.META.get("HTTP_X_REAL_IP") or request.META.get("REMOTE_ADDR") or ""

"""The two ways in which other calendars take in a feed."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.http import urlencode

from calendar_app.models import Meeting, Session, Term

register = template.Library()


@register.inclusion_tag("calendar_app/_feeds.html", takes_context=True)
def feed_links(context: Context, address: str, meetings: Iterable[Meeting]) -> dict[str, Any]:
    """Links to subscribe and to download once, where the feed would have anything: one of the
    meetings has dates. None where one looks back, for a feed tells of today."""
    request = context["request"]
    offered = not request.looking_back and any(meeting.stood for meeting in meetings)
    # By this scheme the reader's own calendar is opened, not the browser.
    subscription = f"webcal://{request.get_host()}{address}"
    return {"offered": offered, "subscription": subscription, "download": address}


@register.inclusion_tag("calendar_app/_feeds.html", takes_context=True)
def term_feed_links(context: Context, term: Term, sessions: Iterable[Session]) -> dict[str, Any]:
    """The same for the sessions of a term."""
    address = f"{reverse('calendar_feed')}?{urlencode({'term': str(term)})}"
    return feed_links(context, address, [session.meeting for session in sessions])

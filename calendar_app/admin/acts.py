"""The acts on meetings in the admin: each in one step, for one meeting or for several at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calendar_app import acts
from calendar_app.dates import SpanError, parse_span
from calendar_app.models import Meeting
from calendar_app.scheduling import reschedule
from cimplan import clock
from cimplan.admin import way_back
from cimplan.forms import STALE
from mandates.models import StaleRecord
from mandates.texts import clean_text

LONGEST_REASON = 2_000  # characters


@dataclass(frozen=True)
class Act:
    """An act as it is asked for. title: of its page; explains: what it does; done: the message."""

    title: str | Promise
    explains: str | Promise
    done: str | Promise
    do: Callable[..., None]
    asks_dates: bool = False
    needs_reason: bool = False


ACTS = {
    "confirm": Act(
        gettext_lazy("Confirm dates"),
        gettext_lazy("The dates stand as they are: the asterisk goes."),
        gettext_lazy("Confirmed: %(meetings)s."),
        acts.confirm,
    ),
    "move": Act(
        gettext_lazy("Move"),
        gettext_lazy(
            "What is due at a meeting moves with it. Write dates as in February 14, 2003; "
            "June 30-July 18, 2003; May 2003*, where the asterisk marks them as tentative."
        ),
        gettext_lazy("Moved: %(meetings)s."),
        acts.move,
        asks_dates=True,
    ),
    "postpone": Act(
        gettext_lazy("Postpone without a new date"),
        gettext_lazy("The dates are kept in the log. What is due at a meeting waits for its date."),
        gettext_lazy("Postponed: %(meetings)s."),
        acts.postpone,
    ),
    "cancel": Act(
        gettext_lazy("Cancel"),
        gettext_lazy("A cancelled meeting stays in the calendar, as cancelled, with the reason."),
        gettext_lazy("Cancelled: %(meetings)s."),
        acts.cancel,
        needs_reason=True,
    ),
    "held": Act(
        gettext_lazy("Mark as held"),
        gettext_lazy("The meeting took place on the dates that stand here."),
        gettext_lazy("Marked as held: %(meetings)s."),
        lambda meeting: acts.hold(meeting, clock.today()),
    ),
}


class ActForm(forms.Form):
    """One act on some meetings, all of them or none. Each carries the version it was shown in."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept in the log of each meeting."),
        error_messages={"required": gettext_lazy("Say why the meeting is cancelled.")},
    )

    def __init__(self, *args: Any, act: Act, meetings: list[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.act, self.meetings = act, meetings
        # What stands now, said before the act is tried on the meetings.
        self.now = {one.pk: f"{_dates(one)}, {one.get_state_display()}" for one in meetings}
        self.fields["reason"].required = act.needs_reason
        for meeting in meetings:
            self.fields[f"version-{meeting.pk}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=meeting.version, required=False
            )
            if act.asks_dates:
                self.fields[f"dates-{meeting.pk}"] = forms.CharField(
                    label=_("New dates of %(meeting)s") % {"meeting": meeting.title},
                    initial=meeting.span.printed(meeting.tentative) if meeting.span else "",
                    widget=forms.TextInput(attrs={"size": 40}),
                    error_messages={
                        "required": _(
                            "Write the new dates; where none are known, postpone the meeting."
                        )
                    },
                )

    def clean_reason(self) -> str:
        return clean_text(self.cleaned_data["reason"])

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each meeting with its fields, and what is wrong with it."""
        return [
            {
                "meeting": meeting,
                "now": self.now[meeting.pk],
                "version": self[f"version-{meeting.pk}"],
                "dates": self[f"dates-{meeting.pk}"] if self.act.asks_dates else None,
            }
            for meeting in self.meetings
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for meeting in self.meetings:
            version = f"version-{meeting.pk}"
            if version not in self.errors and cleaned.get(version) != meeting.version:
                self._show_anew(meeting)
            elif f"dates-{meeting.pk}" not in self.errors:
                self._try(meeting)
        return cleaned

    def _show_anew(self, meeting: Meeting) -> None:
        """The meeting is another than was seen: its line shows it as it is now."""
        self.add_error(f"version-{meeting.pk}", STALE)
        self.data = self.data.copy()
        self.data[f"version-{meeting.pk}"] = str(meeting.version)

    def _try(self, meeting: Meeting) -> None:
        field = f"dates-{meeting.pk}" if self.act.asks_dates else f"version-{meeting.pk}"
        try:
            self._do(meeting)
            meeting.clean()
        except SpanError as error:
            self.add_error(field, str(error))
        except ValidationError as error:
            self.add_error(field, error.messages)

    def _do(self, meeting: Meeting) -> None:
        if not self.act.asks_dates:
            self.act.do(meeting)
            return
        year = (meeting.start or clock.today()).year
        self.act.do(meeting, parse_span(self.cleaned_data[f"dates-{meeting.pk}"], year=year))


class MeetingActs:
    """The acts on meetings, from their list and from the page of each."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.act_view)
        return [
            path("act/<slug:name>/", view, name="calendar_app_meeting_act"),
            *super().get_urls(),
        ]

    @admin.action(permissions=["change"], description=gettext_lazy("Confirm dates"))
    def confirm_dates(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._do_at_once(request, ACTS["confirm"], queryset)

    @admin.action(permissions=["change"], description=gettext_lazy("Mark as held"))
    def mark_as_held(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._do_at_once(request, ACTS["held"], queryset)

    @admin.action(permissions=["change"], description=gettext_lazy("Move…"))
    def move(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return _to_page(request, "move", queryset)

    @admin.action(permissions=["change"], description=gettext_lazy("Postpone without a new date…"))
    def postpone(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return _to_page(request, "postpone", queryset)

    @admin.action(permissions=["change"], description=gettext_lazy("Cancel…"))
    def cancel(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return _to_page(request, "cancel", queryset)

    def _do_at_once(self, request: HttpRequest, act: Act, queryset: QuerySet) -> None:
        """Nothing has to be typed: done, meeting by meeting; what cannot be is said."""
        done = []
        for meeting in queryset.order_by("start", "slug"):
            try:
                act.do(meeting)
                reschedule(meeting=meeting, by=request.user, at=request.now)
            except (ValidationError, StaleRecord) as error:
                stale = isinstance(error, StaleRecord)
                why = str(STALE) if stale else " ".join(error.messages)
                self.message_user(request, f"{meeting}: {why}", messages.ERROR)
            else:
                done.append(meeting)
        self._say(request, act, done)

    def act_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Show the meetings that `?meeting=` names and what is asked, or do it; then go back to
        `?next=`."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        act = ACTS.get(name)
        if act is None:
            raise Http404
        slugs = request.GET.get("meeting", "").split(",")
        rows = self.get_queryset(request).filter(slug__in=slugs)
        meetings = list(rows.in_calendar_order())
        form = ActForm(request.POST or None, act=act, meetings=meetings)
        back = way_back(request, otherwise=reverse("admin:calendar_app_meeting_changelist"))
        if meetings and request.method == "POST" and form.is_valid() and self._done(request, form):
            self._say(request, act, meetings)
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": act.title,
            "act": act,
            "opts": self.opts,
            "form": form,
            "missing": sorted({*slugs} - {"", *(meeting.slug for meeting in meetings)}),
            "back": back,
        }
        return render(request, "admin/calendar_app/meeting/act.html", context)

    def _done(self, request: HttpRequest, form: ActForm) -> bool:
        """Whether all of it was done; if not, nothing was, and the form says why."""
        reason = form.cleaned_data["reason"]
        try:
            with transaction.atomic():
                for meeting in form.meetings:
                    reschedule(meeting=meeting, by=request.user, at=request.now, reason=reason)
        except StaleRecord:
            form.add_error(None, _("Somebody else saved one of these just now. Send it again."))
            return False
        return True

    def _say(self, request: HttpRequest, act: Act, meetings: list[Meeting]) -> None:
        for meeting in meetings:
            self.log_change(request, meeting, str(act.title))
        if meetings:
            names = ", ".join(f"{meeting.title} ({_dates(meeting)})" for meeting in meetings)
            self.message_user(request, str(act.done) % {"meetings": names}, messages.SUCCESS)


def _dates(meeting: Meeting) -> str:
    return meeting.span.printed(meeting.tentative) if meeting.span else _("date not set")


def _to_page(request: HttpRequest, name: str, queryset: QuerySet) -> HttpResponse:
    slugs = ",".join(queryset.order_by("start", "slug").values_list("slug", flat=True))
    asked = urlencode({"meeting": slugs, "next": request.get_full_path()})
    return redirect(f"{reverse('admin:calendar_app_meeting_act', args=[name])}?{asked}")

"""The admin of the calendar: meetings with dates as people write them, deadlines, sessions."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from calendar_app.admin.acts import MeetingActs
from calendar_app.copying import copy_into_next_year
from calendar_app.dates import Precision, Span, SpanError, WrittenSpan, parse_span
from calendar_app.models import (
    AgendaItem,
    Deadline,
    Meeting,
    MeetingChange,
    MeetingState,
    Session,
    Term,
)
from calendar_app.resources import DeadlineResource, MeetingResource
from calendar_app.scheduling import reschedule
from cimplan import clock
from cimplan.admin import (
    LogAdmin,
    LogLines,
    RecordAdmin,
    StackOfLines,
    TableOfLines,
    TracedAdmin,
    VersionedForm,
)
from cimplan.copies import Copyable
from cimplan.forms import NumberedForm, NumberedFormSet
from cimplan.spreadsheets.views import Spreadsheets
from desk.filters import AttentionFilter

# --- spans as people write them ---------------------------------------------------------------


class SpanText:
    """A form's one field for the three columns of a span: read as people write it, and shown back
    as understood. Without a year, the year is that of the span before, else this one."""

    span_field = "dates"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.span:
            self.initial.setdefault(self.span_field, str(self.instance.span))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        try:
            found = self.read_span(cleaned.get(self.span_field) or "")
        except SpanError as error:
            self.add_error(self.span_field, str(error))
        else:
            self.instance.span = found.span if found else None
            self.take_asterisk(cleaned, bool(found and found.tentative))
        return cleaned

    def understood(self) -> Iterator[tuple[str, str]]:
        """What was typed, and what was understood where that is written otherwise."""
        typed = (self[self.span_field].data or "").strip() if self.span_field in self.fields else ""
        if typed and self.span_field in self.changed_data and self.instance.span:
            meaning = self.instance.span.printed(getattr(self.instance, "tentative", False))
            if meaning != typed:
                yield typed, meaning

    def read_span(self, text: str) -> WrittenSpan | None:
        """Return what was written, or None for nothing. Raises SpanError."""
        if not text:
            return None
        known = self.instance.start or clock.today()
        return parse_span(text, year=known.year)


class MeetingForm(SpanText, VersionedForm):
    dates = forms.CharField(
        label=_("Dates"),
        required=False,
        widget=forms.TextInput(attrs={"size": 40}),
        help_text=_(
            "As one writes them: February 14, 2003; June 30-July 18, 2003; May 2003; first "
            "semester of 2003; 2004. An asterisk marks the date as tentative: May 2003*. Blank "
            "where no date is known."
        ),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Why the dates or the state change now; kept in the meeting's log. Must be given "
            "where the meeting is cancelled."
        ),
    )

    def take_asterisk(self, cleaned: dict[str, Any], asterisk: bool) -> None:
        cleaned["tentative"] = asterisk or cleaned.get("tentative", False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        becomes = cleaned.get("state") if "state" in self.changed_data else None
        if becomes == MeetingState.CANCELLED and not cleaned.get("reason"):
            self.add_error("reason", _("Say why the meeting is cancelled."))
        return cleaned


class DeadlineText(SpanText):
    span_field = "by"

    def take_asterisk(self, cleaned: dict[str, Any], asterisk: bool) -> None:
        if asterisk:
            self.add_error("by", _("A deadline has no asterisk: it holds until it is changed."))


class DeadlineForm(DeadlineText, VersionedForm):
    by = forms.CharField(
        label=_("By"),
        required=False,
        help_text=_("When it is due, where no meeting says so: May 2003; July 1, 2003; 2004."),
    )


class DeadlineLines(TableOfLines):
    """The deadlines of a mandate or of an activity."""

    model = Deadline
    form = DeadlineForm
    fields = ("meeting", "by", "words")
    autocomplete_fields = ("meeting",)

    @admin.display(description=_("by"))
    def by(self, deadline: Deadline) -> str:
        return str(deadline.span or "–")


# --- meetings ---------------------------------------------------------------------------------


def dates_of(meeting: Meeting) -> str:
    """Its dates as they are today, as a plan prints them; a dash where none is known."""
    return meeting.span.printed(meeting.tentative) if meeting.span else "–"


class Changes:
    """How entries of a meeting's log read."""

    @admin.display(description=_("dates before"))
    def dates_before(self, change: MeetingChange) -> str:
        return _written(
            change.start_before,
            change.end_before,
            change.precision_before,
            change.tentative_before,
        )

    @admin.display(description=_("dates after"))
    def dates_after(self, change: MeetingChange) -> str:
        return _written(
            change.start_after, change.end_after, change.precision_after, change.tentative_after
        )


def _written(start: Any, end: Any, precision: str, tentative: bool) -> str:
    if start is None:
        return "–"
    return Span(start, end, Precision(precision)).printed(tentative)


class MeetingChangeLines(Changes, LogLines):
    model = MeetingChange
    verbose_name_plural = _("log of its dates and state")
    fields = (
        "recorded_at",
        "act",
        "dates_before",
        "dates_after",
        "reason",
        "recorded_by",
    )
    readonly_fields = fields
    list_select_related = ("meeting", "recorded_by")


@admin.register(Meeting)
class MeetingAdmin(Spreadsheets, MeetingActs, Copyable, RecordAdmin):
    resource = MeetingResource
    form = MeetingForm
    actions = (
        "mark_as_held",
        "confirm_dates",
        "move",
        "postpone",
        "cancel",
        *RecordAdmin.actions,
        "copy_into_next_year",
    )
    not_copied = ("slug", "published", "state", "tentative")
    list_display = ("title", "dates", "kind", "place", "state", "published")
    list_filter = (AttentionFilter, "kind", "state", "tentative", "precision", "published")
    search_fields = ("title", "subtitle", "slug", "city", "series")
    date_hierarchy = "start"
    # A month-only meeting stands after those with a day, never as if it fell on the 1st.
    ordering = Meeting.objects.in_calendar_order().query.order_by
    autocomplete_fields = ("organizers", "activities", "mandates", "follows")
    given_once = ("slug",)
    prepopulated_fields = {"slug": ("title",)}
    inlines = (MeetingChangeLines,)
    fieldsets = (
        (None, {"fields": ("title", "subtitle", "slug", "kind", "published")}),
        (
            _("When"),
            {
                "fields": ("dates", "tentative", "state", "reason"),
                "description": _(
                    "What changes here is written into the log at the end of the page, with your "
                    "name. Plans already printed keep the dates they were printed with."
                ),
            },
        ),
        (_("Where"), {"fields": ("city", "country")}),
        (
            _("Who and what"),
            {"fields": ("organizers", "activities", "mandates", "follows", "series")},
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        # Nobody is about to change it: there is no reason to give.
        return [
            (name, {**options, "fields": [f for f in options["fields"] if f != "reason"]})
            for name, options in fieldsets
        ]

    def values_of(self, source: Meeting) -> dict[str, Any]:
        return {**super().values_of(source), "dates": str(source.span or "")}

    @admin.action(permissions=["add"], description=_("Copy into the next year, as drafts"))
    def copy_into_next_year(self, request: HttpRequest, queryset: QuerySet) -> None:
        copied = copy_into_next_year(meetings=queryset.order_by("start", "slug"))
        for meeting in copied.made:
            self.log_addition(request, meeting, [{"added": {}}])
        made = ngettext(
            "%(count)d meeting copied, tentative and not published: look through its dates and its "
            "title, where a number as in “47° Session” is still that of the year before.",
            "%(count)d meetings copied, tentative and not published: look through their dates and "
            "titles, where a number as in “47° Session” is still that of the year before.",
            len(copied.made),
        )
        if copied.made:
            self.message_user(request, made % {"count": len(copied.made)}, messages.SUCCESS)
        undated = ngettext(
            "%(count)d meeting has no date and was left out: its copy would be the same once more.",
            "%(count)d meetings have no date and were left out: their copies would be the same "
            "once more.",
            len(copied.undated),
        )
        if copied.undated:
            self.message_user(request, undated % {"count": len(copied.undated)}, messages.WARNING)
        for meeting in copied.there:
            left = _("“%(meeting)s” is there already and was left as it is.")
            self.message_user(request, left % {"meeting": meeting}, messages.WARNING)

    @admin.display(description=_("dates"), ordering="start")
    def dates(self, meeting: Meeting) -> str:
        return dates_of(meeting)

    @admin.display(description=_("place"), ordering="city")
    def place(self, meeting: Meeting) -> str:
        return meeting.place

    def save_model(self, request: HttpRequest, obj: Meeting, form: Any, change: bool) -> None:
        state = obj.state
        if not change:
            # One that is added as called off was to be held before: its log says why it is not.
            obj.state = MeetingState.SCHEDULED
            super().save_model(request, obj, form, change)
            obj.state = state
        if form.has_changed() and (change or state == MeetingState.CANCELLED):
            reason = form.cleaned_data.get("reason", "")
            reschedule(meeting=obj, by=request.user, at=request.now, reason=reason)


@admin.register(MeetingChange)
class MeetingChangeAdmin(Changes, LogAdmin):
    """Written when a meeting is saved with other dates or another state; read here."""

    list_display = (
        "recorded_at",
        "meeting",
        "act",
        "dates_before",
        "dates_after",
        "recorded_by",
    )
    list_filter = ("act",)
    search_fields = ("meeting__title", "meeting__slug", "reason")
    date_hierarchy = "recorded_at"
    list_select_related = ("meeting", "recorded_by")
    fields = (
        "meeting",
        "act",
        ("dates_before", "state_before"),
        ("dates_after", "state_after"),
        "reason",
        ("recorded_at", "recorded_by"),
    )


# --- deadlines --------------------------------------------------------------------------------


@admin.register(Deadline)
class DeadlineAdmin(Spreadsheets, TracedAdmin):
    resource = DeadlineResource
    form = DeadlineForm
    list_display = ("words_shortened", "mandate", "activity", "due", "meeting")
    search_fields = ("words", "mandate__reference", "activity__title", "meeting__title")
    autocomplete_fields = ("mandate", "activity", "meeting")
    list_select_related = ("mandate", "activity", "meeting")
    fieldsets = (
        (
            None,
            {
                "fields": ("mandate", "activity"),
                "description": _("Choose a mandate or an activity, not both."),
            },
        ),
        (
            _("When"),
            {
                "fields": ("meeting", "by", "words"),
                "description": _("Choose a meeting, or else write dates, not both."),
            },
        ),
    )

    @admin.display(description=_("words"), ordering="words")
    def words_shortened(self, deadline: Deadline) -> str:
        return Truncator(deadline.words).words(12)

    @admin.display(description=_("due"), ordering="start")
    def due(self, deadline: Deadline) -> str:
        return str(deadline.due or "–")

    @admin.display(description=_("by"))
    def by(self, deadline: Deadline) -> str:
        return str(deadline.span or "–")


# --- the Executive Committee ------------------------------------------------------------------


@admin.register(Term)
class TermAdmin(RecordAdmin):
    list_display = ("__str__", "start_year", "end_year", "published")
    list_filter = ("published",)
    search_fields = ("start_year", "end_year")
    fields = ("start_year", "end_year", "published")


class AgendaItemForm(NumberedForm):
    numbered_by = "number"


class AgendaItemLines(StackOfLines):
    model = AgendaItem
    form = AgendaItemForm
    formset = NumberedFormSet
    fields = (
        ("number", "position"),
        "title",
        "decision_asked",
        "decision_taken",
        "mandates",
        "activities",
    )
    autocomplete_fields = ("mandates", "activities")


@admin.register(Session)
class SessionAdmin(RecordAdmin):
    list_display = ("__str__", "slug", "dates", "meeting", "published")
    list_filter = ("term", "published")
    search_fields = ("slug", "meeting__title", "term__start_year")
    autocomplete_fields = ("term", "meeting")
    list_select_related = ("term", "meeting")
    given_once = ("slug",)
    fields = ("slug", "term", "ordinal", "meeting", "published")
    inlines = (AgendaItemLines,)

    @admin.display(description=_("dates"), ordering="meeting__start")
    def dates(self, session: Session) -> str:
        return dates_of(session.meeting)


@admin.register(AgendaItem)
class AgendaItemAdmin(TracedAdmin):
    list_display = ("number", "title", "session", "decision_taken_shortened")
    list_display_links = ("title",)
    list_filter = ("session__term",)
    search_fields = ("title", "number", "session__slug", "decision_asked", "decision_taken")
    autocomplete_fields = ("session", "mandates", "activities")
    list_select_related = ("session__term", "session__meeting")
    fields = (
        "session",
        ("number", "position"),
        "title",
        "decision_asked",
        "decision_taken",
        "mandates",
        "activities",
    )

    @admin.display(description=_("decision taken"))
    def decision_taken_shortened(self, item: AgendaItem) -> str:
        return Truncator(item.decision_taken).words(12)

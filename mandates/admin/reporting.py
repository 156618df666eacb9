"""Reporting progress in one step: the one form with which the log is added to, for one record or
for many, and the ways that lead to it."""

from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cimplan import clock
from cimplan.admin import RecordAdmin, way_back
from cimplan.forms import can_be_key
from cimplan.templatetags.pages import day
from mandates.admin.evidence import describe_upload
from mandates.models import Activity, Actor, EvidenceFile, Mandate, ProgressReport
from mandates.reporting import (
    LONGEST_TEXT,
    MOST_AT_ONCE,
    read_references,
    refuse_nonsense,
    report_progress,
)
from mandates.status import Status
from mandates.texts import clean_text

MAY_REPORT = "mandates.add_progressreport"
#: How many words of each record are shown above the form: where there are several, the beginning.
WORDS_OF_ONE, WORDS_OF_SEVERAL = 250, 40
#: What a correction begins with, for what is wrong in it to be altered.
AS_IT_WAS = (
    "status", "as_of", "done", "evidence_document", "evidence_url", "evidence_words",
)  # fmt: skip


# --- the form ---------------------------------------------------------------------------------


def _keys(values: Any) -> list[str]:
    """Those that can be primary keys; the admin's widgets fail on others that somebody sends."""
    return [str(value) for value in values or () if can_be_key(value)]


class ChosenRecords(AutocompleteSelectMultiple):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return _keys(super().value_from_datadict(data, files, name))


class ChosenRecord(AutocompleteSelect):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        return "".join(_keys([super().value_from_datadict(data, files, name)]))


class PlainText(forms.CharField):
    """Text of any length, cleaned before it is judged; how much is kept, the act says."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return super().to_python(clean_text(value) if value else value)


class PlainLine(PlainText):
    widget = forms.TextInput


def _completed(widget: type, name: str) -> Any:
    """Autocompletion, as the admin has it for this key of a report."""
    return widget(ProgressReport._meta.get_field(name), admin.site)


class ReportForm(forms.Form):
    """What is reported, and on what. `record()` does it."""

    mandates = forms.ModelMultipleChoiceField(
        Mandate.objects.none(), label=gettext_lazy("Mandates"), required=False
    )
    activities = forms.ModelMultipleChoiceField(
        Activity.objects.none(), label=gettext_lazy("Activities"), required=False
    )
    status = forms.ChoiceField(
        label=gettext_lazy("How far it has come"),
        choices=Status.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the status.")},
    )
    done = PlainText(
        label=gettext_lazy("What was done"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    as_of = forms.DateField(
        label=gettext_lazy("As of"),
        help_text=gettext_lazy("The day on which this held."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Give the day on which this held, such as 2003-02-20."),
            "invalid": gettext_lazy("This is no date. Write the day like this: 2003-02-20."),
        },
    )
    evidence_document = PlainLine(
        label=gettext_lazy("Document"),
        help_text=gettext_lazy("A symbol or a title."),
        required=False,
        max_length=300,
    )
    evidence_url = forms.URLField(
        label=gettext_lazy("Link"), required=False, max_length=500, assume_scheme="https"
    )
    upload = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A PDF, a picture (JPEG, PNG), or a .docx or .xlsx document; up to 5 MB."
        ),
        required=False,
    )
    keep_file = forms.BooleanField(
        label=gettext_lazy("Keep the file of the report it corrects, unless another is chosen"),
        required=False,
    )
    evidence_words = PlainText(
        label=gettext_lazy("Its words"),
        help_text=gettext_lazy("Quoted to the letter."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    about = forms.ModelChoiceField(
        Actor.objects.none(),
        label=gettext_lazy("One actor’s own answer"),
        help_text=gettext_lazy(
            "Only where a state, or another, answers for itself: this does not settle the "
            "mandate’s status."
        ),
        required=False,
    )
    corrects = forms.ModelChoiceField(
        ProgressReport.objects.none(), required=False, widget=forms.HiddenInput
    )
    step = forms.UUIDField(required=False, widget=forms.HiddenInput)
    #: The key of the last report that was there when the page was shown.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        mandates = Mandate.objects.visible_to(user).select_related("resolution__assembly")
        self._choose("mandates", ChosenRecords, "mandate", mandates.in_order())
        self._choose("activities", ChosenRecords, "activity", Activity.objects.visible_to(user))
        self._choose("about", ChosenRecord, "about", Actor.objects.visible_to(user))
        self.fields["corrects"].queryset = (
            ProgressReport.objects.visible_to(user)
            .for_log()
            .select_related(
                "mandate__resolution__assembly", "activity", "about", "evidence_file", "reported_by"
            )
        )
        self.fields["as_of"].widget.attrs["max"] = clock.today().isoformat()
        at_most = _("At most %(most)s characters.") % {"most": f"{LONGEST_TEXT:,}"}
        self.fields["done"].help_text = at_most

    def _choose(self, name: str, widget: type, key: str, rows: QuerySet) -> None:
        field = self.fields[name]
        field.widget = _completed(widget, key)
        # No second way to clear a list whose every entry can be taken off.
        field.widget.is_required = widget is ChosenRecords
        field.queryset = rows

    @cached_property
    def correcting(self) -> ProgressReport | None:
        """The report that this one corrects."""
        keys = _keys([self["corrects"].value()])
        return self.fields["corrects"].queryset.filter(pk__in=keys).first()

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """What it is on, with the words and the status of each, for who reads before reporting."""
        today, wrong = clock.today(), self.correcting
        mandates = [wrong.mandate_id] if wrong else self["mandates"].value()
        activities = [wrong.activity_id] if wrong else self["activities"].value()
        found = {
            "mandates": list(
                self.fields["mandates"]
                .queryset.filter(pk__in=_keys(mandates))
                .for_list(self.user, today)
            ),
            "activities": list(
                self.fields["activities"]
                .queryset.filter(pk__in=_keys(activities))
                .with_status(today)
            ),
        }
        count = sum(map(len, found.values()))
        words = WORDS_OF_ONE if count == 1 else WORDS_OF_SEVERAL
        return {**found, "count": count, "words": words}

    def clean_upload(self) -> EvidenceFile | None:
        upload: UploadedFile | None = self.cleaned_data["upload"]
        return EvidenceFile(**describe_upload(upload)) if upload else None

    def clean_seen(self) -> int:
        """None at all is as if nothing had been read."""
        return int("".join(_keys([self.cleaned_data["seen"]])) or 0)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors.get("corrects"):
            raise ValidationError(_("The report to be corrected is not there."))
        if wrong := cleaned.get("corrects"):
            # A correction is on what the report it corrects was on, whatever else was sent.
            cleaned["mandates"] = [wrong.mandate] if wrong.mandate else []
            cleaned["activities"] = [wrong.activity] if wrong.activity else []
            cleaned["about"] = wrong.about
        self._say_all_that_is_wrong()
        return cleaned

    def _say_all_that_is_wrong(self) -> None:
        """At once, and not one round after the other: with each a file has to be chosen anew."""
        on, said = self._on_and_said()
        said.setdefault("status", Status.NO_REPORT)  # that it is missing is said already
        said.setdefault("as_of", clock.today())
        said.pop("evidence_file", None)
        said.pop("seen", None)
        try:
            refuse_nonsense(on=on, report=ProgressReport(**said, recorded_at=clock.now()))
        except ValidationError as error:
            self._add_errors(error)

    def _on_and_said(self) -> tuple[list[Mandate | Activity], dict[str, Any]]:
        """What it is on, and the act's other arguments, as far as they are valid."""
        said = {**self.cleaned_data}
        said.pop("step", None)
        on = [*said.pop("mandates", ()), *said.pop("activities", ())]
        keeps_file, wrong = said.pop("keep_file", False), said.get("corrects")
        if "upload" in said:
            kept = wrong.evidence_file if wrong and keeps_file else None
            said["evidence_file"] = said.pop("upload") or kept
        return on, said

    def _add_errors(self, error: ValidationError) -> None:
        for argument, problems in error.error_dict.items():
            field = {"on": "mandates", "corrects": None, "seen": None}.get(argument, argument)
            if field not in self.errors:
                self.add_error(field, problems)

    def record(self) -> list[ProgressReport]:
        """The reports as recorded; none where something is wrong, which the form then says."""
        if not self.is_valid():
            return []
        on, said = self._on_and_said()
        try:
            return report_progress(on=on, by=self.user, at=clock.now(), batch=self._batch(), **said)
        except ValidationError as error:  # of what has become so since
            self._add_errors(error)
            if "seen" in error.error_dict:
                # They are read now: to save again is to have read them.
                self.data = self.data.copy()
                self.data["seen"] = error.error_dict["seen"][0].params["key"]
            return []

    def _batch(self) -> UUID:
        """The same where the same form is sent twice, and another where anything was altered
        (somebody went back after saving, and reports on something else)."""
        step = self.cleaned_data["step"] or uuid4()
        sent = sorted(self.data.lists())
        upload = self.cleaned_data["upload"]
        return uuid5(step, repr((sent, upload.sha256 if upload else "")))


# --- the page ---------------------------------------------------------------------------------


def report_progress_page(request: HttpRequest) -> HttpResponse:
    """Report on what `?mandate=` and `?activity=` name, or correct what `?corrects=` does; then go
    back to `?next=`. The button "show" shows what is chosen, and records nothing."""
    if not request.user.has_perm(MAY_REPORT):
        raise PermissionDenied
    back, problems = way_back(request, otherwise=reverse("admin:index")), []
    if request.method == "POST" and "show" not in request.POST:
        form = ReportForm(request.POST, request.FILES, user=request.user)
        if reports := form.record():
            _say_what_was_recorded(request, reports, back)
            return redirect(back)
    elif request.method == "POST":
        form = ReportForm(initial=_as_typed(request), user=request.user)
    else:
        initial, problems = _asked_for(request)
        form = ReportForm(initial=initial, user=request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("Correct a report") if form.correcting else _("Report progress"),
        "form": form,
        "problems": problems,
        "back": back,
    }
    return render(request, "admin/report_progress.html", context)


def _as_typed(request: HttpRequest) -> dict[str, Any]:
    empty = ReportForm(user=request.user)
    return {
        name: field.widget.value_from_datadict(request.POST, request.FILES, name)
        for name, field in empty.fields.items()
    }


def _asked_for(request: HttpRequest) -> tuple[dict[str, Any], list[str]]:
    """What the form begins with, and what of the address could not be read."""
    asked, problems = request.GET, []
    initial = {"as_of": clock.today(), "step": uuid4(), "seen": _last_report()}
    if "corrects" in asked:
        return _correction_asked_for(request, initial)
    references, unread = read_references(asked.getlist("mandate"))
    mandates = Mandate.objects.visible_to(request.user)
    initial["mandates"], missing = _found(mandates, "reference", references)
    for typed in (*unread, *missing):
        problems.append(
            _("There is no mandate “%(typed)s”. Write a reference as 219-3 or 225-1-a.")
            % {"typed": typed}
        )
    slugs = [slug for text in asked.getlist("activity") for slug in text.replace(",", " ").split()]
    activities = Activity.objects.visible_to(request.user)
    initial["activities"], missing = _found(activities, "slug", slugs)
    for typed in missing:
        problems.append(_("There is no activity “%(typed)s”.") % {"typed": typed})
    return initial, problems


def _last_report() -> int:
    """The key of the last report of the log."""
    return ProgressReport.objects.aggregate(last=Max("pk"))["last"] or 0


def _found(rows: QuerySet, key: str, wanted: list[str]) -> tuple[list[int], list[str]]:
    """The primary keys of the rows with these keys, and those keys that no row has."""
    found = dict(rows.filter(**{f"{key}__in": wanted}).values_list(key, "pk"))
    return list(found.values()), [one for one in wanted if one not in found]


def _correction_asked_for(
    request: HttpRequest, initial: dict[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    reports = ProgressReport.objects.visible_to(request.user)
    wrong = reports.filter(pk__in=_keys(request.GET.getlist("corrects")[:1])).first()
    if wrong is None:
        return initial, [_("The report to be corrected is not there.")]
    known = {name: getattr(wrong, name) for name in AS_IT_WAS}
    return {**initial, **known, "corrects": wrong.pk, "keep_file": True}, []


def _say_what_was_recorded(request: HttpRequest, reports: list[ProgressReport], back: str) -> None:
    """Only on the admin's pages are there messages; on a public page the log itself says it."""
    if not back.startswith(reverse("admin:index")):
        return
    first = reports[0]
    records = [report.on for report in reports]
    links = [(record.get_absolute_url(), record) for record in records]
    log = reverse("admin:mandates_progressreport_changelist")
    said = format_html(
        _("Recorded: {records} – {status}, as of {day}. {entries}"),
        records=format_html_join(", ", '<a href="{}">{}</a>', links),
        status=first.get_status_display(),
        day=day(first.as_of),
        entries=format_html(
            '<a href="{}?{}">{}</a>',
            log,
            urlencode({"batch": first.batch}),
            ngettext("See the entry", "See the entries", len(reports)),
        ),
    )
    messages.success(request, said)


# --- ways that lead there ---------------------------------------------------------------------


class ReportableAdmin(RecordAdmin):
    """A record whose progress is reported, from its list as well."""

    actions = (*RecordAdmin.actions, "report_progress")
    #: The field that names a record in addresses; the parameter is named like the model.
    key = ""

    def has_report_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_REPORT)

    @admin.action(permissions=["report"], description=gettext_lazy("Report progress…"))
    def report_progress(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        keys = list(queryset.order_by(self.key).values_list(self.key, flat=True))
        if len(keys) > MOST_AT_ONCE:
            too_many = _(
                "One step can report on %(most)d records, and %(count)d are ticked: tick fewer."
            )
            text = too_many % {"most": MOST_AT_ONCE, "count": len(keys)}
            self.message_user(request, text, messages.ERROR)
            return None
        asked = {self.opts.model_name: ",".join(keys), "next": request.get_full_path()}
        return redirect(f"{reverse('admin:report_progress')}?{urlencode(asked)}")

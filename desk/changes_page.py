"""The page of recent changes: who changed what, when, from what to what, by filters one reads."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from desk.changes import FROM_A_FILE, all_sources, changes_and_older, read_mark
from mandates.log_order import end_of
from mandates.models.records import may_see_drafts

CHANGES_PER_PAGE = 50
#: The Commission was founded in 1928; what lies outside of these days is a slip of the pen.
DAYS = (date(1928, 1, 1), date(2199, 12, 31))


class ChangesForm(forms.Form):
    """The filters, in the words of the address; what it does not know is an error, never all."""

    who = forms.ChoiceField(label=_("Who"), required=False)
    kind = forms.ChoiceField(label=_("Kind of record"), required=False)
    words = forms.CharField(
        label=_("Words, a reference or a symbol"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    before = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # "from" is a word of Python's, so these two are no attributes of the class.
        for name, label in (("from", _("From")), ("to", _("Until"))):
            self.fields[name] = forms.DateField(
                label=label,
                required=False,
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
                validators=[MinValueValidator(DAYS[0]), MaxValueValidator(DAYS[1])],
            )
        self.fields["who"].choices = [
            ("", _("Anybody")),
            *people(),
            (FROM_A_FILE, _("From a file")),
        ]
        self.fields["kind"].choices = [("", _("Any")), *kinds()]

    def clean_before(self) -> str:
        before = self.cleaned_data["before"]
        try:
            read_mark(before)
        except ValueError as error:
            raise ValidationError(_("The page asked for is none of this list.")) from error
        return before

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.data:
            if name not in self.fields:
                raise ValidationError(_("There is no filter “%(name)s”."), params={"name": name})
        begins, ends = cleaned.get("from"), cleaned.get("to")
        if begins and ends and ends < begins:
            self.add_error("to", _("This day is before the other."))
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """What is asked for, as `recent_changes` takes it."""
        asked = dict(self.cleaned_data)
        begins, ends = asked.pop("from"), asked.pop("to")
        since = end_of(begins - timedelta(days=1)) if begins else None
        return {**asked, "since": since, "until": ends}


def people() -> list[tuple[str, str]]:
    """Those who have an account, by the names they are known by."""
    users = User.objects.order_by("first_name", "last_name", "username")
    return [(user.username, user.get_full_name() or user.username) for user in users]


def kinds() -> list[tuple[str, str]]:
    """The kinds of record that can be changed, each once."""
    models = dict.fromkeys(source.model._meta for source in all_sources())
    named = [(opts.model_name, str(capfirst(opts.verbose_name_plural))) for opts in models]
    return sorted(named, key=lambda kind: kind[1])


def changes_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The page. Raises PermissionDenied for whoever may not see drafts: old words are here too."""
    if not may_see_drafts(request.user):
        raise PermissionDenied
    form = ChangesForm(request.GET)
    shown, older = [], ""
    if form.is_valid():
        shown, older = changes_and_older(request.user, limit=CHANGES_PER_PAGE, **form.wanted())
    context = {
        **site.each_context(request),
        "title": _("Recent changes"),
        "form": form,
        "changes": shown,
        "older": older,
    }
    return TemplateResponse(request, "desk/changes.html", context)

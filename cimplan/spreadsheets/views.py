"""Pages of the admin on which a table is taken out, and comes back: sent, looked at, confirmed."""

import base64
import binascii
import json
import zlib
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cimplan import clock
from cimplan.spreadsheets.files import LARGEST_FILE, Sheet, SheetError, read_sheet
from cimplan.spreadsheets.importing import Import
from cimplan.spreadsheets.outcome import Outcome
from cimplan.spreadsheets.reader import MOST_UNPACKED
from cimplan.spreadsheets.resource import Resource
from cimplan.spreadsheets.writing import csv_of, xlsx_of
from cimplan.tables import XLSX_ROWS
from mandates.models.records import may_see_drafts

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Changes shown on one page; the counts say how many there are.
MOST_SHOWN = 200


class SheetForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy(
            "An .xlsx or a CSV (UTF-8), at most 2 MB and 5,000 rows. Nothing is saved before you "
            "have seen what would change."
        ),
    )


class Spreadsheets:
    """An admin whose table goes out as a spreadsheet and comes back."""

    resource: type[Resource]

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.import_view), name=f"{name}_import"),
            path("export/<str:form>/", view(self.export_view), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def may_import(self, request: HttpRequest) -> bool:
        """Who may add and change records may do so by a table."""
        editable = self.has_change_permission(request) or not self.resource.versioned
        codename = f"{self.opts.app_label}.add_{self.opts.model_name}"
        return editable and request.user.has_perm(codename)

    # --- out ---------------------------------------------------------------------------------

    def export_view(self, request: HttpRequest, form: str) -> HttpResponse:
        """The rows of the list as it is filtered, with all that can be worked on."""
        # Its cells name other records by their keys, drafts among them.
        if not (self.has_view_permission(request) and may_see_drafts(request.user)):
            raise PermissionDenied
        listed = self.get_changelist_instance(request)
        # The list's own annotations are for its columns: here the rows are asked for anew.
        keys = listed.get_queryset(request).order_by().values("pk")
        rows = self.model._default_manager.filter(pk__in=keys).order_by(*self.model._meta.ordering)
        resource, day = self.resource(), clock.today()
        name = f"{resource.name}-{day.isoformat()}.{form}"
        if form == "csv":
            response: Any = StreamingHttpResponse(
                csv_of(resource, rows), content_type="text/csv; charset=utf-8"
            )
        elif form == "xlsx":
            count = rows.count()
            if count > XLSX_ROWS:
                problem = _(
                    "The list has %(count)s rows, and a spreadsheet takes %(limit)s here. Narrow "
                    "the list with its filters, or take it as CSV, which has no limit."
                )
                return self._page(
                    request, {"problem": problem % {"count": count, "limit": XLSX_ROWS}}
                )
            response = HttpResponse(xlsx_of(resource, rows, day), content_type=XLSX)
        else:
            return self._page(request, {"problem": _("A table is given as csv or as xlsx.")})
        response["Content-Disposition"] = content_disposition_header(True, name)
        response["Cache-Control"] = "private, no-store"
        return response

    # --- in ----------------------------------------------------------------------------------

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not self.may_import(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, {})
        try:
            if "sheet" in request.POST:
                return self._confirm(request)
            return self._preview(request)
        except SheetError as error:
            return self._page(request, {"problem": str(error)})

    def _preview(self, request: HttpRequest) -> HttpResponse:
        form = SheetForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, {"form": form})
        file = form.cleaned_data["file"]
        sheet = read_sheet(
            file.read(LARGEST_FILE + 1), str(self.resource.title), limited=True, name=file.name
        )
        outcome = self._import(request, sheet).run(save=False)
        return self._show(request, sheet, outcome, file.name)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        sheet = unpacked(request.POST["sheet"])
        expected = request.POST.get("digest", "")
        outcome = self._import(request, sheet).run(save=True, expected=expected)
        if not outcome.saved:
            return self._show(request, sheet, outcome, request.POST.get("name", ""))
        done = _("Saved: %(added)s added, %(changed)s changed.") % {
            "added": outcome.added,
            "changed": outcome.changed,
        }
        self.message_user(request, done)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return HttpResponseRedirect(reverse(name))

    def _import(self, request: HttpRequest, sheet: Sheet) -> Import:
        return Import(self.resource(), sheet, by=request.user, at=request.now)

    def _show(
        self, request: HttpRequest, sheet: Sheet, outcome: Outcome, name: str
    ) -> HttpResponse:
        problems = len(outcome.problems)
        wrong = ngettext(
            "Nothing was saved: %(count)s problem.",
            "Nothing was saved: %(count)s problems.",
            problems,
        )
        context = {
            "outcome": outcome,
            "shown": outcome.changes[:MOST_SHOWN],
            "left_out": max(len(outcome.changes) - MOST_SHOWN, 0),
            "name": name[:200],
            "wrong": wrong % {"count": problems},
            "sheet": packed(sheet) if outcome.changes and not outcome.problems else "",
        }
        return self._page(request, context)

    def _page(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        refused = context.get("problem") or getattr(context.get("outcome"), "problems", None)
        return TemplateResponse(
            request,
            "admin/import_table.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Import %(table)s") % {"table": self.opts.verbose_name_plural},
                "opts": self.opts,
                "form": SheetForm(),
                "columns": self.resource().headings,
                **context,
            },
            status=400 if refused else 200,
        )


# The rows wait in the page itself until they are confirmed: no server keeps them meanwhile, so any
# of several can take the next step.


def packed(sheet: Sheet) -> str:
    """The sheet in the letters of a form's hidden field."""
    return base64.b64encode(zlib.compress(json.dumps(sheet.as_data()).encode(), 9)).decode()


def unpacked(text: str) -> Sheet:
    """The sheet of a hidden field. Raises SheetError where the field is not as it was sent."""
    try:
        inflate = zlib.decompressobj()
        data = inflate.decompress(base64.b64decode(text, validate=True), MOST_UNPACKED)
        if not inflate.eof:
            raise ValueError
        return Sheet.from_data(json.loads(data))
    except (binascii.Error, zlib.error, ValueError, KeyError, TypeError) as error:
        raise SheetError(_("What was shown is not here any more. Send the file again.")) from error

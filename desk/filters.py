"""The lists the desk leads to: the lines of the desk, as a filter beside a list of the admin."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cimplan import clock
from desk.attention import LINES, Moment


class AttentionFilter(admin.SimpleListFilter):
    """Exactly the rows that a line of the desk counts."""

    title = gettext_lazy("what needs attention")
    parameter_name = "attention"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.lines = {line.key: line for line in LINES if line.model is model}
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(key, line.label) for key, line in self.lines.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Raises BadRequest for a line that this list does not have."""
        asked = self.value()
        if asked is None:
            return queryset
        if asked not in self.lines:
            raise BadRequest(_("No list here is called “%(asked)s”.") % {"asked": asked})
        at = Moment(request.user, clock.today())
        return self.lines[asked].only_its_rows(queryset, at)

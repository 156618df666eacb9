"""What completes itself while one types: names with enough to choose by."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView

from cimplan.forms import in_full


class CompletionInFull(AutocompleteJsonView):
    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {**super().serialize_result(obj, to_field_name), "text": in_full(obj)}

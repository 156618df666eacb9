"""The marks of what only staff see, on papers that may be handed on."""

from collections.abc import Iterable

from django.utils.translation import gettext

from documents.paper import Text, bold
from mandates.models import Record


def draft(record: Record) -> tuple[Text, ...]:
    """A line for the row of a draft; none for what is published."""
    return () if record.published else (bold(gettext("Draft")),)


def mark_of_drafts(records: Iterable[Record]) -> str | None:
    """What stands at the head of each page of a paper with any draft in it."""
    return None if all(record.published for record in records) else gettext("WITH DRAFTS")

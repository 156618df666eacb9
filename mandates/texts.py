"""Text as it comes in: one place that makes line ends alike and drops what no paper can hold. And
how a day, and a person, is named in it."""

import re
from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import pgettext

# Word's line break is a vertical tab; U+2028/2029, NEL and form feeds come from web pages.
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Neither XML (so DOCX and XLSX) nor PostgreSQL takes these.
UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Return the text with plain line ends and without control characters; words untouched."""
    if text.isprintable():  # as most are, of which neither is a part
        return text
    return UNPRINTABLE.sub("", LINE_ENDS.sub("\n", text))


def day_in_full(day: date) -> str:
    """A day as the Commission's papers write it: February 20, 2003."""
    return date_format(day, pgettext("how a day is written in full", "F j, Y"))


def name_of(user: AbstractBaseUser | None) -> str:
    """The name a person goes by here; "" where nobody is known."""
    return (user.get_full_name() or user.get_username()) if user else ""


class _CleanText:
    """Cleans on every way into the database: forms, `save()`, `update()`, `bulk_create()`."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)  # type: ignore[misc]
        return clean_text(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)  # type: ignore[misc]
        return clean_text(value) if isinstance(value, str) else value


class PlainCharField(_CleanText, models.CharField):
    """One line of plain text, never markup."""


class PlainTextField(_CleanText, models.TextField):
    """Plain text of any length, never markup; a blank line separates paragraphs."""

"""Whose papers these are."""

from django.utils.translation import gettext


def institution() -> tuple[str, str]:
    """The lines that stand above the title of a report, the wider first."""
    return gettext("Organization of American States"), gettext("Inter-American Commission of Women")


def institution_in_a_line() -> str:
    """The same above that of a shorter paper, which is handed on without its page."""
    return " – ".join(institution())

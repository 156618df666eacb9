"""Addresses of pages."""

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse


def address_of(page: str, *args: object) -> str:
    """The address of a page by its name. As Django reverses it, kept: a list has a hundred of
    them, which took a tenth of its page."""
    return _reversed(get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF, page, *args)


@lru_cache(4_000)
def _reversed(prefix: str, urlconf: str, page: str, *args: object) -> str:
    return reverse(page, urlconf=urlconf, args=args)

"""Every text a user sees is marked for translation (`make translations`)."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.urls import get_resolver
from django.utils.functional import Promise
from django_filters import FilterSet

from tests.translation_marks import (
    has_letters,
    marks_in_template,
    unmarked_in_python,
    unmarked_in_template,
)

ROOT = Path(__file__).parent.parent
APPS = ("cimplan", "mandates", "calendar_app", "workplan", "documents", "desk")


def is_ours(thing: type) -> bool:
    return thing.__module__.partition(".")[0] in APPS


def our_models() -> Iterator[type[models.Model]]:
    """The models we wrote; history's own fields are the package's to translate."""
    for model in apps.get_models():
        if model._meta.app_label in APPS and not model.__name__.startswith("Historical"):
            yield model


def below(base: type) -> Iterator[type]:
    for cls in base.__subclasses__():
        yield cls
        yield from below(cls)


def check(marked: Iterable[tuple[str, Any]], floor: int) -> None:
    """Every text is a lazy translation, for a bare one was never marked; and there were enough."""
    marked = [(where, text) for where, text in marked if text is None or has_letters(str(text))]
    unmarked = [f"{where}: {text!r}" for where, text in marked if not isinstance(text, Promise)]
    assert not unmarked, "not marked for translation:\n" + "\n".join(unmarked)
    assert len(marked) >= floor


def options(where: str, choices: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """The labels of choices, groups opened; an empty label (a dash) needs no translator."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from options(where, label)
        elif value not in ("", None):
            yield f"{where}, choice {value}", label


# --- Templates ----------------------------------------------------------------------------------


def template_files() -> list[Path]:
    folders = [ROOT / "templates", *(ROOT / app / "templates" for app in APPS)]
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".html", ".txt")
    ]


def test_templates() -> None:
    files, marks, unmarked = template_files(), 0, []
    for path in files:
        source = path.read_text()
        marks += marks_in_template(source)
        where = path.relative_to(ROOT)
        unmarked += [f"{where}:{line}: {text}" for line, text in unmarked_in_template(source)]
    assert not unmarked, "not marked for translation:\n" + "\n".join(unmarked)
    assert len(files) >= 40
    assert marks >= 250


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", [(1, "Hello")]),
        ("\n<p>\n  Hello\n  {{ you }}</p>", [(3, "Hello")]),
        ('{% translate "Hello" %} {% blocktranslate %}Hello {{ x }}{% endblocktranslate %}', []),
        ("{# Hello #}{% comment %}Hello{% endcomment %}<!-- Hello -->", []),
        ("{% blocktranslate %}\n\n{% endblocktranslate %}\nHello", [(4, "Hello")]),
        ("{% not a tag,\nsince it breaks %}", [(1, "{% not a tag,"), (2, "since it breaks %}")]),
        ('<a title="Hello" class="big">1.</a>', [(1, "Hello")]),
        ('<img alt="A {{ thing }}">', [(1, "A …")]),
        ('<input type="submit" value="Go"><input type="hidden" value="Go">', [(1, "Go")]),
        ('<button aria-label="{% translate "Close" %}">×</button>', []),
        ('<a href="{% url "mandate" m %}">{{ m|default:"–" }}</a>', []),
        ('<b>{{ m|default:"none" }}</b>', [(1, '"none"')]),
        ('<b>{{ m|default:_("none") }}</b>', []),
        ('<b>{% firstof a "Nobody" %}</b>', [(1, '"Nobody"')]),
        ("<b>{{ n }}{{ n|pluralize }}</b>", [(1, "|pluralize")]),
        ('<b class="{{ on|yesno:"on,off" }}">{{ on|yesno:"on,off" }}</b>', [(1, '"on,off"')]),
        ('{% include "x.html" with label="All" page="all" %}', [(1, '"All"')]),
        ("<title>cimplan</title>&nbsp;&times; <script>let a</script>", []),
        ("<a>CSV</a> <a>PDF file</a>", [(1, "PDF file")]),
        ("<p>Año</p>", [(1, "Año")]),
        ('<b translate="no">belem <i>para</i></b> Hello', [(1, "Hello")]),
        ("{% block coltype %}colM{% endblock %}<p>Hello", [(1, "Hello")]),
        ("<p>{{ scheme }}://{{ host }}/plan/?as_of={{ day }}</p>", []),
    ],
)
def test_the_finder_finds(source: str, found: list[tuple[int, str]]) -> None:
    assert unmarked_in_template(source) == found


# --- Models ---------------------------------------------------------------------------------------


def test_names_of_models_and_fields() -> None:
    def names() -> Iterator[tuple[str, Any]]:
        for model in our_models():
            yield model._meta.label, model._meta.verbose_name
            yield f"{model._meta.label}, plural", model._meta.verbose_name_plural
            for field in (*model._meta.fields, *model._meta.many_to_many):
                if not field.auto_created:
                    yield str(field), field.verbose_name

    check(names(), floor=200)


def test_help_texts_of_fields() -> None:
    check(
        (
            (f"{field}, help", field.help_text)
            for model in our_models()
            for field in (*model._meta.fields, *model._meta.many_to_many)
            if field.help_text
        ),
        floor=50,
    )


def test_choices() -> None:
    def labels() -> Iterator[tuple[str, Any]]:
        for cls in below(models.Choices):
            if is_ours(cls):
                yield from options(cls.__name__, cls.choices)
        for model in our_models():
            for field in model._meta.fields:
                # The names of countries and languages are translated by those who publish them.
                if isinstance(field.choices, list):
                    yield from options(str(field), field.choices)

    check(labels(), floor=80)


def test_what_constraints_and_permissions_say() -> None:
    def said() -> Iterator[tuple[str, Any]]:
        for model in our_models():
            for constraint in model._meta.constraints:
                yield constraint.name, constraint.violation_error_message
            yield from options(model._meta.label, model._meta.permissions)

    check(said(), floor=40)


def test_names_of_apps() -> None:
    configs = [apps.get_app_config(app) for app in APPS if app != "cimplan"]
    check(((config.name, config.verbose_name) for config in configs), floor=4)


# --- Forms, filters and the admin -----------------------------------------------------------------


@pytest.fixture
def everything_loaded() -> None:
    """Forms exist once the views have been loaded, and these with the addresses."""
    assert get_resolver().url_patterns


@pytest.mark.usefixtures("everything_loaded")
def test_forms() -> None:
    def texts() -> Iterator[tuple[str, Any]]:
        for form in filter(is_ours, below(forms.BaseForm)):
            for name, field in getattr(form, "declared_fields", {}).items():
                where = f"{form.__qualname__}.{name}"
                if not field.widget.is_hidden:
                    yield where, field.label
                if field.help_text:
                    yield f"{where}, help", field.help_text
                if isinstance(getattr(field, "choices", None), list):
                    yield from options(where, field.choices)

    check(texts(), floor=15)


@pytest.mark.usefixtures("everything_loaded")
def test_filters() -> None:
    def texts() -> Iterator[tuple[str, Any]]:
        for filters in filter(is_ours, below(FilterSet)):
            for name, one in filters.declared_filters.items():
                where = f"{filters.__qualname__}.{name}"
                # Without a label of its own it takes the field's, which is checked above.
                own = one._label is not None or filters._meta.model is None
                if own:
                    yield where, one._label
                for key in ("help_text", "empty_label", "null_label"):
                    if isinstance(one.extra.get(key), str) and one.extra[key].strip("-– "):
                        yield f"{where}, {key}", one.extra[key]
                if isinstance(one.extra.get("choices"), list | tuple):
                    yield from options(where, one.extra["choices"])

    check(texts(), floor=40)


def columns_and_actions(cls: Any) -> Iterator[tuple[str, Any]]:
    """The headings of the columns that are methods, and the names of the actions."""
    shown = (*getattr(cls, "list_display", ()), *cls.readonly_fields)
    for name in (*shown, *(getattr(cls, "actions", None) or ())):
        function = getattr(cls, name, None) if isinstance(name, str) else name
        if callable(function) and name != "__str__":
            where = f"{cls.__qualname__}.{getattr(function, '__name__', name)}"
            yield where, getattr(function, "short_description", None)


def titles(cls: Any, *keys: str) -> Iterator[tuple[str, Any]]:
    for key in keys:
        if cls.__dict__.get(key):
            yield f"{cls.__qualname__}.{key}", cls.__dict__[key]


@pytest.mark.usefixtures("everything_loaded")
def test_the_admin() -> None:
    def texts() -> Iterator[tuple[str, Any]]:
        for cls in filter(is_ours, below(admin.options.BaseModelAdmin)):
            yield from titles(cls, "verbose_name", "verbose_name_plural", "search_help_text")
            yield from columns_and_actions(cls)
            for title, _options in getattr(cls, "fieldsets", None) or ():
                if title:
                    yield f"{cls.__qualname__}, fieldset", title
        for cls in filter(is_ours, below(admin.AdminSite)):
            yield from titles(cls, "site_header", "site_title", "index_title")

    check(texts(), floor=80)


# --- Python sources -------------------------------------------------------------------------------


def test_python_sources() -> None:
    files = [
        path
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    ]
    unmarked = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in files
        for line, text in unmarked_in_python(path.read_text())
    ]
    assert not unmarked, "not marked for translation:\n" + "\n".join(unmarked)
    said = sum(len(re.findall(r"ValidationError\(", path.read_text())) for path in files)
    assert len(files) >= 35
    assert said >= 5


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('raise ValidationError("No.")', [1]),
        ('raise ValidationError({"day": ["No."]})', [1]),
        ('raise ValidationError(_("No."))', []),
        ('raise ValidationError({"day": _("No.")}, code="no")', []),
        ('x = 1\nmessages.error(request, f"No {x}.")', [2]),
        ('messages.success(request, "Saved %s" % x)', [1]),
        ('messages.success(request, "Saved {}".format(x))', [1]),
        ('messages.success(request, _("Saved"))', []),
        ('raise ValidationError(f"{record}: {reason}")', []),
        ('log.error("%s failed", "import")', []),
        ('self.message_user(request, "Copied.")', [1]),
    ],
)
def test_the_finder_finds_in_python(source: str, lines: list[int]) -> None:
    assert [line for line, _ in unmarked_in_python(source)] == lines

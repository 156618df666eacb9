"""What all pages of the admin share: a save that no other save is lost by, what is given once and
then stays, publishing, a history one can read, and logs that are only added to."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms.models import BaseInlineFormSet, InlineForeignKeyField
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from mandates.models import StaleRecord

STALE = _(
    "Somebody else has saved this since you opened it, so nothing of yours was saved. What you "
    "typed is still here: open the record in another window, compare, and make your change there."
)
UNKNOWN_VERSION = _(
    "The form does not say which version of the record it began from, so nothing was saved. "
    "What you typed is still here: open the record in another window and make your change there."
)
GONE = _(
    "Somebody else has taken away a line since you opened this page, so nothing of yours was "
    "saved. What you typed is still here: open the record in another window and compare."
)


# --- forms that know the version they began from ---------------------------------------------


class VersionField(forms.CharField):
    """The version the form began from, carried along unseen."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False  # it is no change of its own, so a line left alone is not written


class VersionedForm(forms.ModelForm):
    """Refuses to save over a version other than the one it was opened with. The UPDATE names that
    version once more (`mandates.models.Versioned`), for those who press Save at the same moment.
    """

    read_version = VersionField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["read_version"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk and self.is_to_be_saved():
            self.refuse_other_version()
        return cleaned

    def is_to_be_saved(self) -> bool:
        """The admin saves the record of a page even where nothing was changed."""
        return True

    def refuse_other_version(self) -> None:
        read = self.cleaned_data.get("read_version", "")
        if read != str(self.instance.version):
            raise ValidationError(STALE if read.isdecimal() else UNKNOWN_VERSION, code="stale")

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        # Django asks only constraints all of whose fields are on the form; ours hold for what is
        # read-only and for spans as well, and it is better said here than by the database.
        try:
            self.instance.validate_constraints(exclude=self._parents_not_saved_yet())
        except ValidationError as error:
            self._update_errors(error)

    def _parents_not_saved_yet(self) -> set[str]:
        return {
            name
            for name, field in self.fields.items()
            if isinstance(field, InlineForeignKeyField) and field.parent_instance.pk is None
        }


class VersionedLineForm(VersionedForm):
    """One line among others, which is written only where it was changed."""

    def is_to_be_saved(self) -> bool:
        return self.has_changed()


class VersionedFormSet(BaseInlineFormSet):
    """The lines under a record; a line is not deleted either where it is another by now."""

    def clean(self) -> None:
        super().clean()
        for form in self.initial_forms:
            if form.instance.pk is None:
                raise ValidationError(GONE, code="stale")
            if self.can_delete and self._should_delete_form(form):
                form.refuse_other_version()


def with_version(fieldsets: Iterable[Any]) -> list[Any]:
    """The fieldsets, with the unseen version in the first of them."""
    (name, options), *rest = fieldsets
    return [(name, {**options, "fields": [*options["fields"], "read_version"]}), *rest]


# --- pages -----------------------------------------------------------------------------------


class VisibleRows:
    """Rows this user may see, with what their names are made of."""

    list_select_related: Any = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(request.user)
        return rows.select_related(*self.list_select_related) if self.list_select_related else rows


class VersionedAdmin(VisibleRows, admin.ModelAdmin):
    """An editable record: no save is lost, and what is given once stays as it was given."""

    form = VersionedForm
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 5})}}
    #: Keys, and words as printed: typed when the record is added, by nobody changed afterwards.
    given_once: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, *self.given_once) if obj else fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return fieldsets
        return with_version(fieldsets)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """What stands in the way is named record by record, not as a kind one may not delete."""
        to_delete, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set() if protected else lacking, protected

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[forms.ModelForm]:
        return super().get_changelist_form(request, **{"form": VersionedLineForm, **kwargs})

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except StaleRecord:
            # The other save came between our reading and our writing. Nothing of ours is written;
            # read again, and the form says so itself.
            return super().changeform_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changelist_view(request, *args, **kwargs)
        except StaleRecord:
            return super().changelist_view(request, *args, **kwargs)


class ReadableChanges(HistoricalRecordContextHelper):
    """Changes as people made them: that the version counts on is none of theirs."""

    def context_for_delta_changes(self, delta: Any) -> list[dict[str, Any]]:
        delta.changes[:] = [change for change in delta.changes if change.field != "version"]
        return super().context_for_delta_changes(delta)

    def prepare_delta_change_value(self, change: Any, value: Any) -> str:
        """In the words of the forms, never as the database has it."""
        shown = super().prepare_delta_change_value(change, value)
        labels = dict(getattr(self.model._meta.get_field(change.field), "flatchoices", ()))
        if isinstance(shown, list):
            shown = ", ".join(str(record) for record in shown)
        elif isinstance(shown, bool):
            shown = _("yes") if shown else _("no")
        return str(labels.get(shown, "–" if shown in (None, "") else shown))


class TracedAdmin(VersionedAdmin, SimpleHistoryAdmin):
    """An editable record with a history. Going back to an earlier state is an edit like any
    other, so there is no page that reverts: it would save over a later version."""

    object_history_list_template = "admin/object_history_list.html"
    enforce_history_permissions = True

    def get_urls(self) -> list[Any]:
        return super(SimpleHistoryAdmin, self).get_urls()

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def get_historical_record_context_helper(
        self, request: HttpRequest, historical_record: Any
    ) -> ReadableChanges:
        return ReadableChanges(self.model, historical_record, max_displayed_delta_change_chars=400)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["history_hidden"] = not self.has_view_history_permission(request)
        return super().render_change_form(request, context, *args, **kwargs)


class RecordAdmin(TracedAdmin):
    """A record that is a draft until it is published."""

    actions = ("publish", "unpublish")

    @admin.action(permissions=["change"], description=_("Publish"))
    def publish(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        count = self._set_published(request, queryset, True)
        done = ngettext("%(count)d record published.", "%(count)d records published.", count)
        self.message_user(request, done % {"count": count}, messages.SUCCESS)

    @admin.action(permissions=["change"], description=_("Unpublish"))
    def unpublish(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        count = self._set_published(request, queryset, False)
        done = ngettext("%(count)d record unpublished.", "%(count)d records unpublished.", count)
        self.message_user(request, done % {"count": count}, messages.SUCCESS)

    def _set_published(
        self, request: HttpRequest, queryset: models.QuerySet, published: bool
    ) -> int:
        """One by one through `save()`, which writes the history and checks the version."""
        count = 0
        for pk in list(queryset.exclude(published=published).values_list("pk", flat=True)):
            # Read anew: what it stands under may have been published a moment ago, in this loop.
            record = self.get_queryset(request).filter(pk=pk).first()
            if record and self._save_published(request, record, published):
                count += 1
        return count

    def _save_published(self, request: HttpRequest, record: Any, published: bool) -> bool:
        record.published = published
        try:
            record.clean()
            with transaction.atomic():
                record.save()
                changed = [{"changed": {"fields": [str(_("published"))]}}]
                self.log_change(request, record, changed)
        except (ValidationError, StaleRecord) as error:
            stale = isinstance(error, StaleRecord)
            reason = str(STALE) if stale else " ".join(error.messages)
            self.message_user(request, f"{record}: {reason}", messages.ERROR)
            return False
        return True


class LogAdmin(VisibleRows, admin.ModelAdmin):
    """A log: it is read, and at most added to; nobody changes or takes away what it says."""

    addable = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.addable and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


# --- lines under a record --------------------------------------------------------------------


class Lines(VisibleRows):
    """Lines edited in the page of their record, each guarded by its own version."""

    form = VersionedLineForm
    formset = VersionedFormSet
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3})}}
    extra = 0
    show_change_link = True

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return fieldsets
        return with_version(fieldsets)


class TableOfLines(Lines, admin.TabularInline):
    """Short lines, one under the other."""


class StackOfLines(Lines, admin.StackedInline):
    """Lines of many fields."""

    formfield_overrides = VersionedAdmin.formfield_overrides


class LogLines(VisibleRows, admin.TabularInline):
    """Entries of a log, shown with the record they are about."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


# --- accounts --------------------------------------------------------------------------------

admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(UserAdmin):
    """An administrator gives people their groups; only who holds all rights hands them on."""

    list_display = ("username", "first_name", "last_name", "email", "is_staff", "is_active")
    list_filter = ("is_active", "is_staff", "groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        if request.user.is_superuser:
            return fields
        return (*fields, "is_superuser", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_touch(request, obj)

    def _may_touch(self, request: HttpRequest, account: User | None) -> bool:
        # Else an administrator could set a superuser's password, and be one.
        return request.user.is_superuser or account is None or not account.is_superuser


# --- the site --------------------------------------------------------------------------------

APP_ORDER = ("mandates", "calendar_app", "workplan", "documents", "auth")


def _in_our_order(get_app_list: Any) -> Any:
    """Apps in the order of the work, not of the alphabet."""

    def ordered(request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        known = {label: rank for rank, label in enumerate(APP_ORDER)}
        found = get_app_list(request, app_label)
        return sorted(found, key=lambda app: known.get(app["app_label"], len(known)))

    return ordered


admin.site.site_title = _("cimplan")
admin.site.site_header = _("cimplan — Secretariat")
admin.site.index_title = _("The records of the Secretariat")
admin.site.get_app_list = _in_our_order(admin.site.get_app_list)

"""What all pages of the admin share: a save that no other save is lost by, what is given once and
then stays, publishing, a history one can read, and logs that are only added to."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from cimplan.accounts.links import invite
from cimplan.accounts.second_factor import forget_second_factor
from cimplan.deletions import without_links
from cimplan.forms import (
    STALE,
    UNRECORDED,
    VersionedForm,
    VersionedFormSet,
    can_be_key,
    in_full,
    in_words,
    last_row,
    who_and_when,
)
from cimplan.publishing import draft_actors_of, hidden_with
from cimplan.search import too_long
from mandates.models import StaleRecord
from mandates.models.records import may_see_drafts
from mandates.words import MAX_LENGTH


def with_version(fieldsets: Iterable[Any]) -> list[Any]:
    """The fieldsets, with the unseen version in the first of them."""
    (name, options), *rest = fieldsets
    return [(name, {**options, "fields": [*options["fields"], "read_version"]}), *rest]


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The address of this site that `?next=` names, else the other."""
    address = request.GET.get("next", "")
    if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return otherwise


# --- pages -----------------------------------------------------------------------------------


def do_nothing() -> None:
    """In the place of a save."""


class VisibleRows:
    """Rows this user may see, with what their names are made of."""

    list_select_related: Any = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(request.user)
        return rows.select_related(*self.list_select_related) if self.list_select_related else rows


class NamedInFull:
    """What one chooses is named with enough to choose it by."""

    def formfield_for_foreignkey(self, *args: Any, **kwargs: Any) -> Any:
        return named_in_full(super().formfield_for_foreignkey(*args, **kwargs))

    def formfield_for_manytomany(self, *args: Any, **kwargs: Any) -> Any:
        return named_in_full(super().formfield_for_manytomany(*args, **kwargs))


def named_in_full(field: Any) -> Any:
    """A field of choices among records, which shows their names in full."""
    if field is not None:
        field.label_from_instance = in_full
    return field


class VersionedAdmin(VisibleRows, NamedInFull, admin.ModelAdmin):
    """An editable record: no save is lost, and what is given once stays as it was given."""

    form = VersionedForm
    formfield_overrides = {
        models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 5})},
        # Django's own picker takes the reader's clock for today, whatever day the site takes.
        models.DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
    }
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
        """What stands in the way is named record by record, not as a kind one may not delete.
        Links to other records, which go with it, are only counted."""
        to_delete, counts, lacking, protected = super().get_deleted_objects(objs, request)
        to_delete, counts = without_links(to_delete, counts)
        return to_delete, counts, set() if protected else lacking, protected

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the address of a new record's form fills in, without what can be no key: the fields
        with search fail on it."""
        found = super().get_changeform_initial_data(request)
        links = {field.name for field in self.opts.get_fields() if field.is_relation}
        return {
            name: value
            for name, value in found.items()
            if name not in links or all(map(can_be_key, value if type(value) is list else [value]))
        }

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[forms.ModelForm]:
        return super().get_changelist_form(request, **{"form": VersionedForm, **kwargs})

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        record = super().save_form(request, form, change)
        if change and not form.has_changed():
            form.save_m2m = do_nothing  # as they were read, others may have changed them since
        return record

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A record nobody changed is not written: it would say in its history that they did."""
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: list[Any], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        for each in (form, *(line for lines in formsets for line in lines.forms)):
            for typed, meaning in each.understood() if hasattr(each, "understood") else ():
                said = _("“%(typed)s” was understood as %(meaning)s.")
                self.message_user(request, said % {"typed": typed, "meaning": meaning})

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if request.method == "POST" and object_id and self._is_gone(request, object_id):
            return self._show_gone(request, object_id)
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except (StaleRecord, IntegrityError):
            # The other save came between our reading and our writing. Nothing of ours is written;
            # read again, and the form says so itself.
            return super().changeform_view(request, object_id, *args, **kwargs)

    def _is_gone(self, request: HttpRequest, object_id: str) -> bool:
        """Whether somebody has deleted the record while this user, who may see it, wrote in it."""
        return (
            self.has_change_permission(request)
            and may_see_drafts(request.user)
            and self.get_object(request, unquote(object_id)) is None
        )

    def _show_gone(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Who deleted it, and what was typed, which would be lost otherwise."""
        key = unquote(object_id)
        row = last_row(self.model, key) if can_be_key(key) else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("This record was deleted"),
            "opts": self.opts,
            "who": who_and_when(row) if row else UNRECORDED,
            "name": name_of(row),
            "typed": list(self._typed(request)),
        }
        return TemplateResponse(request, "admin/gone.html", context, status=410)

    def _typed(self, request: HttpRequest) -> Iterator[tuple[str, str]]:
        """What was typed into the form of a record that is no more, each with its label."""
        for form in self._forms_sent(request):
            for name in form.fields:
                bound = form[name]
                words = in_words(bound.field, bound.data) if not bound.is_hidden else "–"
                if words != "–":
                    yield str(bound.label), words

    def _forms_sent(self, request: HttpRequest) -> Iterator[forms.BaseForm]:
        yield self.get_form(request)(request.POST)
        for inline in self.get_inline_instances(request):
            lines = inline.get_formset(request)
            try:
                yield from lines(request.POST, prefix=lines.get_default_prefix()).forms
            except ValidationError:
                continue  # how many lines there are is not said

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changelist_view(request, *args, **kwargs)
        except (StaleRecord, IntegrityError):
            return super().changelist_view(request, *args, **kwargs)


def name_of(row: Any) -> str:
    """What the record of a row of history was called; "" where that is gone as well."""
    try:
        return str(row.history_object) if row else ""
    except ObjectDoesNotExist:
        return ""


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

    def history_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """As of any other page, what can be no key leads to the desk, which says so."""
        if not can_be_key(unquote(object_id)):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return super().history_view(request, object_id, *args, **kwargs)

    def get_history_queryset(self, *args: Any, **kwargs: Any) -> models.QuerySet:
        """In the order in which it was written, whatever the clock said then."""
        return super().get_history_queryset(*args, **kwargs).order_by("-history_id")

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

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        """What the words are in as they are typed, and what the search of the pages would find,
        which minds no accents."""
        if len(search_term) > MAX_LENGTH:
            self.message_user(request, too_long(), messages.ERROR)
            return queryset.none(), False
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if not search_term or not getattr(self.model, "searched", None):
            return found, duplicates
        by_words = self.model._default_manager.matching(search_term).values("pk")
        either = Q(pk__in=found.order_by().values("pk")) | Q(pk__in=by_words)
        return queryset.filter(either), duplicates

    @admin.action(permissions=["change"], description=_("Publish"))
    def publish(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        published = self._set_published(request, queryset, True)
        count = len(published)
        done = ngettext("%(count)d record published.", "%(count)d records published.", count)
        self.message_user(request, done % {"count": count}, messages.SUCCESS)
        self._tell_of_drafts(request, published)

    @admin.action(permissions=["change"], description=_("Unpublish"))
    def unpublish(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        drafts = self._set_published(request, queryset, False)
        count = len(drafts)
        done = ngettext("%(count)d record unpublished.", "%(count)d records unpublished.", count)
        self.message_user(request, done % {"count": count}, messages.SUCCESS)
        self._tell_of_hidden(request, drafts)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.instance.published:
            self._tell_of_drafts(request, [form.instance])
        elif "published" in form.changed_data:
            self._tell_of_hidden(request, [form.instance])

    def _tell_of_drafts(self, request: HttpRequest, records: list[Any]) -> None:
        names = "; ".join(map(str, draft_actors_of(records)))
        if names:
            words = _(
                "Named here, but drafts that readers do not see: %(names)s. Publish them too, or "
                "pages and papers say that nobody is named."
            )
            self.message_user(request, words % {"names": names}, messages.WARNING)

    def _tell_of_hidden(self, request: HttpRequest, drafts: list[Any]) -> None:
        for model, count in hidden_with(drafts).items():
            words = ngettext(
                "No longer seen with it, though published: %(count)d of “%(kind)s”.",
                "No longer seen with it, though published: %(count)d of “%(kind)s”.",
                count,
            )
            kind = model._meta.verbose_name_plural
            self.message_user(request, words % {"count": count, "kind": kind}, messages.WARNING)

    def _set_published(
        self, request: HttpRequest, queryset: models.QuerySet, published: bool
    ) -> list[Any]:
        """One by one through `save()`, which writes the history and checks the version. Returns
        those that were saved."""
        saved = []
        for pk in list(queryset.exclude(published=published).values_list("pk", flat=True)):
            # Read anew: what it stands under may have been published a moment ago, in this loop.
            record = self.get_queryset(request).filter(pk=pk).first()
            if record and self._save_published(request, record, published):
                saved.append(record)
        return saved

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


class Lines(VisibleRows, NamedInFull):
    """Lines edited in the page of their record, each guarded by its own version."""

    form = VersionedForm
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
# They hold keys. What staff may do with them they do on their own page of the second factor.
admin.site.unregister([TOTPDevice, StaticDevice])


class InvitedForm(forms.ModelForm):
    """A new account: its owner sets the password."""

    class Meta:
        model = User
        fields = ("username", "email", "first_name", "last_name", "is_staff", "groups")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["is_staff"].initial = True


@admin.register(User)
class AccountAdmin(UserAdmin):
    """An administrator gives people their groups; only who holds all rights hands them on."""

    add_form = InvitedForm
    add_form_template = "admin/change_form.html"
    add_fieldsets = ((None, {"fields": InvitedForm.Meta.fields}),)
    actions = ("send_link", "forget_second_factor")

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

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            self._invite(request, obj)

    @admin.action(description=_("Send a link to set a new password"), permissions=["change"])
    def send_link(self, request: HttpRequest, accounts: models.QuerySet[User]) -> None:
        for account in self._touchable(request, accounts):
            self._invite(request, account)

    @admin.action(description=_("Forget the second step (lost telephone)"), permissions=["change"])
    def forget_second_factor(self, request: HttpRequest, accounts: models.QuerySet[User]) -> None:
        for account in self._touchable(request, accounts):
            forget_second_factor(account)
            self.log_change(request, account, "The second step was forgotten.")
            said = _("%(name)s sets up the second step anew at the next log-in.")
            self.message_user(request, said % {"name": account}, messages.SUCCESS)

    def _touchable(self, request: HttpRequest, accounts: models.QuerySet[User]) -> Iterator[User]:
        for account in accounts:
            if self._may_touch(request, account):
                yield account
            else:
                said = _("%(name)s holds all rights; only who does as well may do this.")
                self.message_user(request, said % {"name": account}, messages.ERROR)

    def _invite(self, request: HttpRequest, account: User) -> None:
        hours = {"name": account, "hours": settings.PASSWORD_RESET_TIMEOUT // 3600}
        try:
            link = invite(account)
        except OSError as error:
            said = _("The mail to %(name)s could not be sent: %(error)s")
            self.message_user(request, said % {**hours, "error": error}, messages.ERROR)
            return
        if link is None:
            said = _("%(name)s was sent a link to set a password; it holds for %(hours)s hours.")
            self.message_user(request, said % hours, messages.SUCCESS)
        else:
            said = _("No mail is sent. Hand this link to %(name)s within %(hours)s hours: %(link)s")
            self.message_user(request, said % {**hours, "link": link}, messages.WARNING)

"""The second factor: a code from an authenticator app (RFC 6238), or a recovery code.

The first log-in enrols. Wrong codes are slowed down by django-otp, twice as long each time.
"""

from base64 import b32encode
from typing import Any

import segno
from django import forms
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django_otp import DEVICE_ID_SESSION_KEY, devices_for_user
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=32,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "none"}
        ),
    )

    def clean_code(self) -> str:
        # As people copy it: in two groups of three, or with capitals.
        return "".join(self.cleaned_data["code"].split()).lower()


@never_cache
def second_factor_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Asks for the code; the first time it gives the key and, once a code of it was right, the
    recovery codes. Who is through may make new recovery codes here."""
    if request.half_way is not None:
        if any(devices_for_user(request.half_way)):
            return _ask(request, site)
        return _enrol(request, site)
    if request.user.is_authenticated and getattr(request.user, "otp_device", None):
        return _manage(request, site)
    return redirect("admin:login" if request.user.is_anonymous else "admin:index")


def forget_second_factor(user: User) -> None:
    """Take it away from who has lost it: sessions end, and the next log-in enrols again."""
    for device in devices_for_user(user, confirmed=None):
        device.delete()


def _ask(request: HttpRequest, site: AdminSite) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device, problem = _matching(request.half_way, form.cleaned_data["code"])
        if device is not None:
            _let_in(request, device)
            return redirect(_where_to(request))
        form.add_error("code", problem)
    title = _("The second step")
    return _answer(request, site, "accounts/code.html", title, form=form)


def _enrol(request: HttpRequest, site: AdminSite) -> HttpResponse:
    user = request.half_way
    device, _made = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": "app"}
    )
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if device.verify_token(form.cleaned_data["code"]):
            with transaction.atomic():
                device.confirmed = True
                device.save()
                codes = _new_recovery_codes(user)
            _let_in(request, device)
            return _show_codes(request, site, codes)
        form.add_error("code", _("That code is not right. Is the clock of the telephone right?"))
    image = segno.make(device.config_url, error="m").svg_data_uri(scale=5, light="#fff")
    key = b32encode(device.bin_key).decode()
    title = _("Set up the second step")
    return _answer(request, site, "accounts/enrol.html", title, form=form, image=image, key=key)


def _manage(request: HttpRequest, site: AdminSite) -> HttpResponse:
    if request.method == "POST":
        return _show_codes(request, site, _new_recovery_codes(request.user))
    left = StaticToken.objects.filter(device__user=request.user).count()
    title = _("The second step")
    return _answer(request, site, "accounts/manage.html", title, left=left)


def _matching(user: User, code: str) -> tuple[Device | None, str]:
    """The device that the code is of; else why it is not taken."""
    wait = 0
    with transaction.atomic():
        for device in devices_for_user(user, for_verify=True):
            allowed, why = device.verify_is_allowed()
            if not allowed:
                seconds = 2 ** (why["failure_count"] - 1) if "failure_count" in why else 1
                wait = max(wait, seconds)
            elif device.verify_token(code):
                return device, ""
    if wait:
        return None, ngettext(
            "There were wrong codes. Wait %(seconds)s second, then try the next code.",
            "There were wrong codes. Wait %(seconds)s seconds, then try the next code.",
            wait,
        ) % {"seconds": wait}
    return None, _("That code is not right. A code holds for half a minute and is good once.")


def _new_recovery_codes(user: User) -> list[str]:
    """Ten new ones, in the place of those that are left."""
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="recovery")
        codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def _let_in(request: HttpRequest, device: Device) -> None:
    request.session.cycle_key()
    request.session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    request.user = request.half_way
    request.user.otp_device = device


def _show_codes(request: HttpRequest, site: AdminSite, codes: list[str]) -> HttpResponse:
    title = _("Recovery codes")
    where_to = _where_to(request)
    return _answer(request, site, "accounts/codes.html", title, codes=codes, where_to=where_to)


def _where_to(request: HttpRequest) -> str:
    asked = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if ours else resolve_url("admin:index")


def _answer(
    request: HttpRequest, site: AdminSite, template: str, title: str, **context: Any
) -> HttpResponse:
    context = {**site.each_context(request), "title": title, **context}
    return TemplateResponse(request, template, context)

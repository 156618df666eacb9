"""Links by which people set a password: an invitation, or because they have forgotten it.

Both are Django's: good once, and for PASSWORD_RESET_TIMEOUT seconds.
"""

from collections.abc import Iterable
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from cimplan.accounts.addresses import client_address
from cimplan.environment import LOCAL_PORT


def link_to_set_password(user: User) -> str:
    """Its whole address. The site's own name comes from CIMPLAN_ALLOWED_HOSTS, its first, since
    no request need be there."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    host = settings.ALLOWED_HOSTS[0]
    site = f"http://{host}:{LOCAL_PORT}" if settings.LOCAL else f"https://{host}"
    return site + reverse("password_reset_confirm", kwargs={"uidb64": uid, "token": token})


def invite(user: User) -> str | None:
    """Send the link to their e-mail address. Where there is no e-mail, return it, to be handed
    over. Raises OSError (smtplib's are) where the mail server does not take it."""
    link = link_to_set_password(user)
    if not (settings.EMAIL_IS_SET_UP and user.email):
        return link
    context = {"user": user, "link": link, "hours": settings.PASSWORD_RESET_TIMEOUT // 3600}
    words = render_to_string("accounts/invitation.txt", context)
    send_mail(_("Your account in the registry of mandates"), words, None, [user.email])
    return None


class ForgottenForm(PasswordResetForm):
    """Takes also those who were invited and have not set a password in time."""

    def get_users(self, email: str) -> Iterable[User]:
        return User.objects.filter(email__iexact=email, is_active=True)


def _of_the_admin(request: HttpRequest) -> dict[str, Any]:
    """What its templates need; the list of records at the side is for who has come in."""
    return {**admin.site.each_context(request), "is_nav_sidebar_enabled": False}


class _OfTheAdmin:
    """Looks like the admin."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**_of_the_admin(self.request), **super().get_context_data(**kwargs)}


class Forgotten(_OfTheAdmin, views.PasswordResetView):
    form_class = ForgottenForm
    email_template_name = "accounts/forgotten.txt"
    subject_template_name = "accounts/forgotten_subject.txt"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.EMAIL_IS_SET_UP:
            context = {**_of_the_admin(request), "title": _("A new password")}
            return TemplateResponse(request, "accounts/no_email.html", context)
        return super().dispatch(request, *args, **kwargs)

    @property
    def extra_email_context(self) -> dict[str, int]:
        return {"hours": settings.PASSWORD_RESET_TIMEOUT // 3600}


class Sent(_OfTheAdmin, views.PasswordResetDoneView):
    pass


class NewPassword(_OfTheAdmin, views.PasswordResetConfirmView):
    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        """What was typed wrong before from here counts no more: the link has shown who it is."""
        name = form.user.get_username()
        AxesProxyHandler.reset_attempts(ip_address=client_address(self.request), username=name)
        return super().form_valid(form)


class Set(_OfTheAdmin, views.PasswordResetCompleteView):
    pass


urlpatterns = [
    path("forgotten/", Forgotten.as_view(), name="admin_password_reset"),
    path("forgotten/sent/", Sent.as_view(), name="password_reset_done"),
    # As some mail programs cut it, which the admin would take for its own; links are as the next.
    path("new-password/<uidb64>/<token>", NewPassword.as_view(), name="password_reset_confirm"),
    path("new-password/<uidb64>/<token>/", NewPassword.as_view(), name="password_reset_confirm"),
    path("new-password/set/", Set.as_view(), name="password_reset_complete"),
]

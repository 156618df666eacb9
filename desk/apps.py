from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps  # by its module, or it would be ours by default
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("The Secretariat's desk")


class SecretariatAdminConfig(admin_apps.AdminConfig):
    """Django's admin, with our site in the place of its own."""

    default = False
    default_site = "desk.sites.SecretariatSite"

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class CimplanConfig(AppConfig):
    name = "cimplan"

    def ready(self) -> None:
        from cimplan.groups import make_groups

        # The top storey's, since Django sends the signal only for apps that have models.
        post_migrate.connect(make_groups, sender=apps.get_app_config("documents"))

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class CimplanConfig(AppConfig):
    name = "cimplan"

    def ready(self) -> None:
        from cimplan.groups import make_groups
        from cimplan.table_versions import keep_table_versions

        # The top storey's, since Django sends the signal only for apps that have models.
        for receiver in (make_groups, keep_table_versions):
            post_migrate.connect(receiver, sender=apps.get_app_config("documents"))

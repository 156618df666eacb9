from django.db import migrations

from mandates.append_only import only_added_to


class Migration(migrations.Migration):
    dependencies = [("mandates", "0002_search")]
    operations = [
        only_added_to(
            "mandates_progressreport",
            "The progress log is only added to: record a further report that corrects this one.",
        ),
        only_added_to(
            "mandates_evidencefile",
            "Files of evidence are only added to: they are kept as they came.",
        ),
    ]

from django.db import migrations

from mandates.append_only import only_added_to


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [
        only_added_to(
            "documents_issueddocument",
            "Issued papers are only added to: a correction is a new revision.",
        ),
        only_added_to(
            "documents_issuedfile",
            "Files of issued papers are only added to: a correction is a new revision.",
        ),
    ]

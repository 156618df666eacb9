import django.db.models.deletion
from django.db import migrations, models

import mandates.texts
from mandates.append_only import may_be_changed, only_added_to

ISSUED = (
    "documents_issueddocument",
    "Issued papers are only added to: a correction is a new revision.",
)


def name_those_there(apps, schema_editor):
    """No act has issued a paper before this migration; what a test or a shell made keeps going."""
    for document in apps.get_model("documents", "IssuedDocument").objects.only("pk"):
        document.slug = f"paper-{document.pk}"
        document.save(update_fields=["slug"])


def masthead(model):
    """What a report's masthead says, for the draft and for its history."""
    return [
        migrations.AddField(
            model,
            "classification",
            mandates.texts.PlainCharField(
                blank=True,
                default="",
                help_text="Such as OEA/Ser.L/II.5.27.",
                max_length=100,
                verbose_name="classification",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model,
            "symbol",
            mandates.texts.PlainCharField(
                blank=True,
                default="",
                help_text="Such as CIM/CD/doc.57/04, without the revision, which is numbered by itself.",
                max_length=100,
                verbose_name="symbol",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model,
            "title",
            mandates.texts.PlainCharField(
                blank=True,
                default="",
                help_text="Blank: the usual title.",
                max_length=300,
                verbose_name="title",
            ),
            preserve_default=False,
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("calendar_app", "0001_initial"),
        ("documents", "0003_history_of_notes"),
    ]

    operations = [
        *masthead("sessionreport"),
        *masthead("historicalsessionreport"),
        migrations.AddField(
            "sessionreport",
            "agenda_item",
            models.ForeignKey(
                blank=True,
                help_text="The item of the session’s agenda that the report is put to.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="calendar_app.agendaitem",
                verbose_name="agenda item",
            ),
        ),
        migrations.AddField(
            "historicalsessionreport",
            "agenda_item",
            models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="The item of the session’s agenda that the report is put to.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="calendar_app.agendaitem",
                verbose_name="agenda item",
            ),
        ),
        # SQLite copies the table, which would lose its triggers.
        may_be_changed(*ISSUED),
        migrations.AddField(
            "issueddocument",
            "slug",
            # Not a slug yet: its index would be made twice on PostgreSQL.
            models.CharField(max_length=100, null=True, verbose_name="address"),
        ),
        migrations.RunPython(name_those_there, migrations.RunPython.noop),
        migrations.AlterField(
            "issueddocument",
            "slug",
            models.SlugField(
                help_text="Such as report-2003-1-rev-1.",
                max_length=100,
                unique=True,
                verbose_name="address",
            ),
        ),
        migrations.AddConstraint(
            "issueddocument",
            models.UniqueConstraint(
                condition=models.Q(("symbol", ""), _negated=True),
                fields=("symbol", "language", "revision"),
                name="issued_symbol_unique",
                violation_error_message="A paper with this symbol has been issued already.",
            ),
        ),
        only_added_to(*ISSUED),
    ]

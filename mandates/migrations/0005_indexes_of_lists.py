from django.db import migrations, models

from mandates.search_reach import forget_reach, index_reach


class Migration(migrations.Migration):
    """What lists of tens of thousands of mandates are read by (docs/performance.md)."""

    dependencies = [("mandates", "0004_history_of_lines")]
    operations = [
        # Its triggers read the whole table for each row of an import: they are made anew.
        forget_reach(),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(
                fields=["resolution", "position", "parent", "published", "reported_on"],
                name="mandate_listed",
            ),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(
                condition=models.Q(("parent__isnull", False)),
                fields=["parent"],
                name="mandate_under",
            ),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(
                condition=models.Q(("standing_target__isnull", False)),
                fields=["standing_target"],
                name="mandate_stands_for",
            ),
        ),
        migrations.AddIndex(
            model_name="resolution",
            index=models.Index(
                fields=["body", "kind", "series", "number", "slug"], name="resolution_order"
            ),
        ),
        migrations.AddIndex(
            model_name="progressreport",
            index=models.Index(fields=["-recorded_at", "-as_of", "-id"], name="report_recorded"),
        ),
        index_reach(),
    ]

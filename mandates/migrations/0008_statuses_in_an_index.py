from django.db import migrations, models


class Migration(migrations.Migration):
    """The statuses of thousands are read from an index alone (docs/performance.md)."""

    dependencies = [("mandates", "0007_search_of_funding")]
    operations = [
        operation
        for target in ("mandate", "activity")
        for operation in (
            migrations.RemoveIndex(
                model_name="progressreport", name=f"report_latest_of_{target}"
            ),
            migrations.AddIndex(
                model_name="progressreport",
                index=models.Index(
                    fields=[target, "-as_of", "-recorded_at", "-id", "about", "status"],
                    name=f"report_latest_of_{target}",
                ),
            ),
        )
    ]
    # Without its figures SQLite would not read from the index alone.
    operations.append(
        migrations.RunSQL("ANALYZE mandates_progressreport", migrations.RunSQL.noop)
    )

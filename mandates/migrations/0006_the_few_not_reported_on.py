from django.db import migrations, models


class Migration(migrations.Migration):
    """The few mandates that only open a list are found without reading all (docs/performance.md)."""

    dependencies = [("mandates", "0005_indexes_of_lists")]
    operations = [
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(fields=["reported_on"], name="mandate_reported_on"),
        ),
    ]

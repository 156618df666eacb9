from django.db import migrations

from mandates.texts import PlainTextField


def funding() -> PlainTextField:
    return PlainTextField(
        blank=True,
        help_text="Who pays, in the words of the source; blank while that is undetermined.",
        verbose_name="funding",
    )


class Migration(migrations.Migration):
    """What the form says of funding; the database stays as it is."""

    dependencies = [("mandates", "0008_statuses_in_an_index")]
    operations = [
        migrations.AlterField(model_name=model, name="funding", field=funding())
        for model in ("activity", "historicalactivity")
    ]

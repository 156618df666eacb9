from django.db import migrations

from mandates.search_index import forget_words, index_words
from mandates.search_reach import forget_reach, index_reach


class Migration(migrations.Migration):
    """Activities are found by who pays, and mandates by those suggested for them."""

    dependencies = [("mandates", "0006_the_few_not_reported_on")]
    operations = [
        forget_reach(),
        forget_words(
            "mandates_activity", ["title", "description", "deliverable", "contingent_on"]
        ),
        index_words(
            "mandates_activity",
            ["title", "description", "deliverable", "funding", "contingent_on"],
        ),
        index_reach(),
    ]

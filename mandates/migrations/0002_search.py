from django.db import migrations

from mandates.search_index import index_words
from mandates.search_reach import index_reach


class Migration(migrations.Migration):
    # Mandates are found by what plans print beside them.
    dependencies = [("mandates", "0001_initial"), ("workplan", "0001_initial")]
    operations = [
        index_words("mandates_resolution", ["title", "symbol"]),
        index_words(
            "mandates_activity", ["title", "description", "deliverable", "contingent_on"]
        ),
        index_words("mandates_actor", ["name", "acronym", "other_names"]),
        index_reach(),
    ]

from django.db import migrations

from mandates.search_index import index_words


class Migration(migrations.Migration):
    dependencies = [("workplan", "0001_initial"), ("mandates", "0002_search")]
    operations = [
        index_words("workplan_section", ["heading", "body"]),
    ]

from django.db import migrations

from mandates.search_index import index_words


class Migration(migrations.Migration):
    dependencies = [("calendar_app", "0001_initial"), ("mandates", "0002_search")]
    operations = [
        index_words("calendar_app_meeting", ["title", "subtitle", "city", "series"]),
    ]

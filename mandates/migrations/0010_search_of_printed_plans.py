from django.db import migrations

from mandates.search_reach import forget_reach, index_reach


class Migration(migrations.Migration):
    """Mandates are found by what published plans print beside them."""

    dependencies = [("mandates", "0009_help_of_funding"), ("workplan", "0003_history_of_targets")]
    operations = [forget_reach(), index_reach()]

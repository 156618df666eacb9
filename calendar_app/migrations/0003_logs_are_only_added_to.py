from django.db import migrations

from mandates.append_only import only_added_to


class Migration(migrations.Migration):
    dependencies = [("calendar_app", "0002_search")]
    operations = [
        only_added_to(
            "calendar_app_meetingchange",
            "The log of a meeting is only added to: change the meeting once more.",
        ),
    ]

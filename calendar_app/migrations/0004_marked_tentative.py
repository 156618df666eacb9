from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("calendar_app", "0002_search"),
    ]
    # SQLite makes the table anew here, which would take the log's triggers with it.
    run_before = [("calendar_app", "0003_logs_are_only_added_to")]

    operations = [
        migrations.RemoveConstraint(
            model_name='meetingchange',
            name='meeting_change_act_known',
        ),
        migrations.AlterField(
            model_name='meetingchange',
            name='act',
            field=models.CharField(choices=[('confirmed', 'Confirmed'), ('moved', 'Moved'), ('tentative', 'Marked tentative'), ('postponed', 'Postponed'), ('cancelled', 'Cancelled'), ('held', 'Held'), ('restored', 'Restored')], max_length=20, verbose_name='act'),
        ),
        migrations.AddConstraint(
            model_name='meetingchange',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['confirmed', 'moved', 'tentative', 'postponed', 'cancelled', 'held', 'restored'])), name='meeting_change_act_known', violation_error_message='Choose what was done.'),
        ),
    ]

from django.urls import path

from calendar_app import feeds
from calendar_app.views import calendar, meetings, sessions

urlpatterns = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/<yyyy:year>/", calendar.year, name="calendar_year"),
    path("calendar/<yyyy:year>/<mm:month>/", calendar.month, name="calendar_month"),
    path("calendar/feed.ics", feeds.calendar, name="calendar_feed"),
    path("areas/<slug:slug>/feed.ics", feeds.area, name="area_calendar"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/<slug:slug>/", meetings.meeting, name="meeting"),
    path("meetings/<slug:slug>/feed.ics", feeds.meeting, name="meeting_calendar"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/<slug:slug>/", sessions.session, name="session"),
]

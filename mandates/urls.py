from django.urls import path

from mandates import feeds
from mandates.views import activities, actors, evidence, mandates, resolutions

urlpatterns = [
    path("feed.atom", feeds.ProgressFeed(), name="feed"),
    path("resolutions/", resolutions.resolutions, name="resolutions"),
    path("resolutions/<slug:slug>/", resolutions.resolution, name="resolution"),
    path("resolutions/<slug:slug>/feed.atom", feeds.ResolutionFeed(), name="resolution_feed"),
    path("mandates/", mandates.mandates, name="mandates"),
    path("mandates/<slug:reference>/", mandates.mandate, name="mandate"),
    path("activities/", activities.activities, name="activities"),
    path("activities/<slug:slug>/", activities.activity, name="activity"),
    path("actors/", actors.actors, name="actors"),
    path("actors/<slug:slug>/", actors.actor, name="actor"),
    path("evidence/<slug:sha256>/", evidence.evidence, name="evidence"),
]

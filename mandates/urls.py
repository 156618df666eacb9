from django.urls import path

from mandates.views import activities, actors, mandates, resolutions

urlpatterns = [
    path("resolutions/", resolutions.resolutions, name="resolutions"),
    path("resolutions/<slug:slug>/", resolutions.resolution, name="resolution"),
    path("mandates/", mandates.mandates, name="mandates"),
    path("mandates/<slug:reference>/", mandates.mandate, name="mandate"),
    path("activities/", activities.activities, name="activities"),
    path("activities/<slug:slug>/", activities.activity, name="activity"),
    path("actors/", actors.actors, name="actors"),
    path("actors/<slug:slug>/", actors.actor, name="actor"),
]

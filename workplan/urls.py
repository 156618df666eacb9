from django.urls import path

from mandates.feeds import AreaFeed
from workplan.views import areas, plans

urlpatterns = [
    path("plan/", plans.plans, name="plans"),
    path("plan/<yyyy:year>/", plans.plan, name="plan"),
    path("areas/", areas.areas, name="areas"),
    path("areas/<slug:slug>/", areas.area, name="area"),
    path("areas/<slug:slug>/feed.atom", AreaFeed(), name="area_feed"),
]

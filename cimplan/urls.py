"""Addresses. They are kept stable: people bookmark and cite them (docs/decisions.md)."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
]

"""Forms of the admin in tests: opened, sent and answered as a browser would."""

from typing import Any

from django.db import models
from django.test import Client
from django.urls import reverse

from tests.pages import sent_back


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def open_form(client: Client, record: models.Model) -> dict[str, list[str]]:
    response = client.get(address(type(record), "change", record.pk))
    return sent_back(response, f"{record._meta.model_name}_form")


def send(client: Client, record: models.Model, data: dict[str, Any]) -> Any:
    return client.post(address(type(record), "change", record.pk), data)


def add(client: Client, model: Any, **typed: Any) -> Any:
    response = client.get(address(model, "add"))
    data = {**sent_back(response, f"{model._meta.model_name}_form"), **typed}
    return client.post(address(model, "add"), data)


def errors_of(response: Any) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)

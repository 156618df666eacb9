"""The product's settings, with the two floors that its pages are measured against."""

from cimplan.settings import *  # noqa: F403
from cimplan.settings import BASE_DIR, TEMPLATES

ROOT_URLCONF = "bench.urls"
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], BASE_DIR / "bench" / "templates"]

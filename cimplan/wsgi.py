"""The entry point of web servers."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.templatetags.static import static

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cimplan.settings")
try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.exit(f"cimplan cannot start. {error}")
try:
    # Every page has it, and fails where the files have not been collected.
    static("cimplan.css")
except ValueError:
    sys.exit("cimplan cannot start. Its static files are not there: manage.py collectstatic")

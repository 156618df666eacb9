"""The product's settings, on the first day of the I Session, for tests."""

import os
from datetime import date

os.environ.setdefault("CIMPLAN_LOCAL", "1")

from cimplan.settings import *  # noqa: F403

TODAY = date(2003, 2, 20)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

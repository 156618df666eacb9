"""The product's settings, on the first day of the I Session, for tests."""

import os
import tempfile
from datetime import date

os.environ.setdefault("CIMPLAN_LOCAL", "1")
os.environ.setdefault("CIMPLAN_SECRET_KEY", "known to everybody, for tests")

from cimplan.settings import *  # noqa: F403
from cimplan.settings import DATABASES

TODAY = date(2003, 2, 20)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A file is looked for when it is asked for: each test's client would make a list of all of them.
WHITENOISE_AUTOREFRESH = True

# A folder of this process, so that two runs at once do not meet; it goes with the process.
_folder = tempfile.TemporaryDirectory(prefix="cimplan-test-")
STATIC_ROOT = _folder.name
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, since the live server's threads cannot share a database in memory.
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder.name}/test.sqlite3"}

"""Django's settings. What differs between installations comes from the environment
(cimplan/environment.py reads and checks it; docs/operations.md lists it)."""

from datetime import timedelta

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from pythonjsonlogger.core import RESERVED_ATTRS

from cimplan.environment import BASE_DIR, Environment

_environment = Environment()

LOCAL = _environment.local
DEBUG = _environment.debug
SECRET_KEY = _environment.secret_key
ALLOWED_HOSTS = _environment.allowed_hosts
DATABASES = {"default": _environment.database}
# The day the site takes for today; None is the clock's own (mandates/clock.py).
TODAY = _environment.today

INSTALLED_APPS = [
    # First, since our admin takes the pages of their keys away.
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "desk",
    "cimplan",
    "mandates",
    "calendar_app",
    "workplan",
    "documents",
    "desk.apps.SecretariatAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_countries",
    "django_filters",
    "simple_history",
]

MIDDLEWARE = [
    "cimplan.log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cimplan.page_cache.PageCacheMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "cimplan.page_cache.ETagMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "cimplan.accounts.middleware.SecondFactorMiddleware",
    "cimplan.accounts.middleware.PrivateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "cimplan.middleware.AsOfMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cimplan.urls"
WSGI_APPLICATION = "cimplan.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Nobody comes in by a password alone, but on one's own machine.
SECOND_FACTOR = not LOCAL
OTP_TOTP_ISSUER = "cimplan"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: a working day, and what is typed in it is not lost
PASSWORD_RESET_TIMEOUT = 48 * 60 * 60  # seconds: of invitations as well

# Five wrong passwords for one account from one address, and that address waits; a colleague
# elsewhere does not. Counted in the database, so by all workers together.
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "cimplan.accounts.addresses.client_address"
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# EMAIL_BACKEND, EMAIL_HOST and so on.
globals().update({k: v for k, v in _environment.email.items() if k.startswith("EMAIL_")})
EMAIL_IS_SET_UP = "dummy" not in _environment.email["EMAIL_BACKEND"]
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _environment.from_email

# A language joins this list when its catalogue is in locale/ (docs/decisions.md).
LANGUAGES = [("en", _("English"))]
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "America/New_York"  # the Secretariat sits in Washington, D.C.
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = _environment.data_dir / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# A local installation serves the files from where they lie, with no collecting step.
WHITENOISE_USE_FINDERS = LOCAL
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# Everywhere but on one's own machine the site is reached by HTTPS alone.
SECURE_SSL_REDIRECT = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if LOCAL else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LOCAL
SECURE_HSTS_PRELOAD = not LOCAL
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SESSION_COOKIE_NAME = "sessionid" if LOCAL else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if LOCAL else "__Host-csrftoken"

# Word's longest official paragraph is far below this; a form of a million fields is not ours.
# A spreadsheet of 2 MB that waits to be confirmed is a field of its page.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4_000_000
# A resolution of two hundred paragraphs, each field with the value it was opened with.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000


# One JSON object a line, for machines; on one's own machine a line to read.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "cimplan.log.AddRequestId"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            # The request itself, which Django adds: its id is there.
            "reserved_attrs": [*RESERVED_ATTRS, "request", "taskName", "status_code"],
        },
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line" if LOCAL else "json",
            "filters": ["request_id"],
        },
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # On one's own machine the server itself says what was asked.
        "cimplan.request": {"level": "WARNING" if LOCAL else "INFO"},
        "axes": {"level": "WARNING"},
    },
}

"""gunicorn's settings. Start it in the project's folder: gunicorn -c deploy/gunicorn.conf.py"""

import gc
import multiprocessing
import os
from typing import Any

wsgi_app = "cimplan.wsgi:application"
# nginx, on the same machine, is the only one to reach it.
bind = os.environ.get("BIND", "127.0.0.1:8001")
workers = int(os.environ.get("WEB_CONCURRENCY", multiprocessing.cpu_count() + 1))
# A paper may take 30 s of CPU; whatever takes twice that is stuck.
timeout = 60
graceful_timeout = 30
# A worker makes way for a new one now and then, so that no leak grows for months.
max_requests = 10_000
max_requests_jitter = 1_000
# Loaded once for all workers: an upgrade restarts the service, a reload would go on with the old.
preload_app = True
control_socket_disable = True
# The site writes a line for each request itself, with its number (cimplan/log.py).
accesslog = None
# And what gunicorn says of its workers, as the site does (LOGGING in cimplan/settings.py).
logconfig_dict = {
    "root": {"level": "INFO", "handlers": ["error_console"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True}},
    "formatters": {
        "generic": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        }
    },
}
# nginx, on the same machine, tells the scheme; nobody else can reach the workers.
forwarded_allow_ips = "127.0.0.1,::1"


def when_ready(_server: Any) -> None:
    """What every worker needs is loaded before they part, shared by them, and left alone by
    their collectors of garbage: going through it took 90 ms of some reader's time."""
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()

"""Writing a file apart: in a process of its own, with limits, away from the web worker's memory.

The paper goes in as JSON and the file comes out as bytes. The process gets nothing of the
worker's environment, its secrets included.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from documents.paper import Paper, PaperSize

ROOT = Path(__file__).parent.parent
CPU_SECONDS = 30
MEMORY_BYTES = 512 * 1024 * 1024
#: For a machine that is busy with other things.
WAIT_SECONDS = 90


class PaperError(Exception):
    """A paper that could not be written within the limits: too long, or beyond its writer."""


def run_apart(writer: str, paper: Paper, size: PaperSize) -> bytes:
    """What the module `writer`, which ends in `serve`, makes of the paper.

    Raises PaperError where it needs more time or memory than it may have, or gives up.
    """
    return run_module(writer, size, json.dumps(paper.as_data()).encode())


def run_module(module: str, argument: str, given: bytes) -> bytes:
    """What the module makes of what it is given, in a process that sets its limits (`set_limits`).

    Raises PaperError where it needs more time or memory than it may have, or gives up.
    """
    try:
        done = subprocess.run(  # noqa: S603, the words are ours
            [sys.executable, "-m", module, argument],
            input=given,
            capture_output=True,
            cwd=ROOT,
            env={},
            timeout=WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PaperError(f"{module}: no answer within {WAIT_SECONDS} s") from error
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise PaperError(f"{module}: ended with {done.returncode}: {reason[:500]}")
    return done.stdout


def serve(write: Callable[[dict[str, Any], PaperSize], bytes]) -> None:
    """The whole life of a process that writes a paper: set the limits, read, write."""
    set_limits()
    size: PaperSize = "a4" if sys.argv[1] == "a4" else "letter"
    sys.stdout.buffer.write(write(json.load(sys.stdin.buffer), size))


def set_limits() -> None:
    """What such a process may take, from here on."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    # What it takes, not the addresses it sets aside: its libraries alone set aside 200 MB.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))

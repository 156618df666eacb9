"""Asks the Python package index for known weaknesses in what we install, by pip-audit.

    python tests/audit.py requirements.txt ...

Ends with 1 where there is a finding. Where the advisories cannot be reached nothing is known,
and it says so: pip-audit alone would then call every package “skipped” and end well.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def judge(dependencies: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """The exit code for what pip-audit reports of each package, and the lines to print."""
    skipped = [package for package in dependencies if "skip_reason" in package]
    lines = [
        f"{package['name']} {package['version']}: {finding['id']}, "
        f"mended in {', '.join(finding['fix_versions']) or 'no version yet'}"
        for package in dependencies
        for finding in package.get("vulns", ())
    ]
    code = 1 if lines else 0
    if len(skipped) == len(dependencies):
        reason = skipped[0]["skip_reason"] if skipped else "it lists no package"
        lines.append(f"SKIPPED: no advisories can be had from here ({reason}).")
    else:
        lines += [f"not audited: {package['skip_reason']}" for package in skipped]
        audited = len(dependencies) - len(skipped)
        lines.append(f"{audited} packages audited, {len(lines) - len(skipped)} findings.")
    return code, lines


def audit(requirements: str) -> int:
    program = Path(sys.executable).with_name("pip-audit")
    done = subprocess.run(
        [program, "--requirement", requirements, "--require-hashes", "--disable-pip",
         "--format", "json", "--progress-spinner", "off", "--timeout", "15"],
        capture_output=True, text=True,
    )  # fmt: skip
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except ValueError:
        if "ConnectionError" in done.stderr or "ServiceError" in done.stderr:
            last = done.stderr.strip().splitlines()[-1][:120]
            print(f"pip-audit, {requirements}: SKIPPED: no advisories can be reached ({last}).")
            return 0
        print(f"pip-audit, {requirements}: it failed.\n{done.stderr}")
        return 1
    code, lines = judge(dependencies)
    for line in lines:
        print(f"pip-audit, {requirements}: {line}")
    return code


if __name__ == "__main__":
    sys.exit(max(audit(requirements) for requirements in sys.argv[1:]))

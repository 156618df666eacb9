"""The same pages as the plan grows: 1, 10, 100 and 1,000 times, and with the UN's own tables.

    python -m bench.scale FOLDER [--postgres] [--sizes 0,414,…] [--rounds 30]

One run of bench/pages.py for each size, its JSON kept in FOLDER for a later --compare; then one
table, as docs/performance.md has it. With --postgres each size has a PostgreSQL of its own.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from bench.served import ROOT

#: Mandates beside the 46 of the plan of 2003; "un" is the tables of CIMPLAN_UN_DATA.
SIZES = "0,414,un,4554,45954,80000"


def run(size: str, asked: argparse.Namespace) -> Path:
    kept = asked.folder / f"{'postgresql' if asked.postgres else 'sqlite'}-{size}.json"
    wanted = ["--un"] if size == "un" else ["--mandates", size]
    command = [sys.executable, "-m", "bench.pages", *wanted, "--rounds", str(asked.rounds)]
    command += ["--json", str(kept.resolve())]
    if asked.postgres:
        command = [sys.executable, "tests/with_postgres.py", *command]
    subprocess.run(command, cwd=ROOT, check=True)
    return kept


def table(found: list[dict]) -> str:
    """Medians of the fresh page at each size, and how the last compares with the first; of the
    last, the others as well, and how *reported* compares with the plain page."""
    heads = [f"{one['mandates']:,}" for one in found]
    heads += ["last ÷ first", "reported", "÷ plain", "p95", "other", "again", "known"]
    lines = [f"| page | {' | '.join(heads)} |", "|---|" + "--:|" * len(heads)]
    last = found[-1]["pages"]
    for address in last:
        times = [one["pages"].get(address, {}) for one in found]
        cells = [f"{one['fresh']:.0f}" if one else "" for one in times]
        ratio = f"{times[-1]['fresh'] / times[0]['fresh']:.1f}" if times[0] else ""
        kinds = ("reported", "p95", "other", "again", "known")
        more = [f"{times[-1][how]:.0f}" if how in times[-1] else "" for how in kinds]
        of_plain = times[-1].get("reported", 0) / last["/bench/plain/"]["reported"]
        more.insert(1, f"{of_plain:.1f}" if of_plain else "")
        lines.append(f"| `{address}` | {' | '.join([*cells, ratio, *more])} |")
    for name in found[-1]["tables"]:
        rates = [one["tables"].get(name, {}) for one in found]
        cells = [f"{one['rows_per_second']:.0f}/s, {one['mb']:.0f} MB" if one else ""
                 for one in rates]  # fmt: skip
        lines.append(f"| {name} | {' | '.join(cells)} | | | | | | | |")
    sizes = " | ".join(f"{one['worker_mb']} MB" for one in found)
    return "\n".join([*lines, f"| the worker's memory | {sizes} | | | | | | | |"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--rounds", type=int, default=30)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    kept: list[Path] = []
    try:
        for size in asked.sizes.split(","):
            if size == "un" and "CIMPLAN_UN_DATA" not in os.environ:
                print("un: left out, for CIMPLAN_UN_DATA names no folder of the UN's tables")
                continue
            kept.append(run(size, asked))
    except KeyboardInterrupt:
        print("cut short")
    print(table([json.loads(path.read_text()) for path in kept]))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The real plan's tables, out and back in (cimplan/spreadsheets/)."""

import shutil
import subprocess
from pathlib import Path

import pytest

from cimplan.resources import RESOURCES
from tests.sheets import exported, run, sentences

CALC = Path("/usr/lib/libreoffice/program/libsclo.so")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2003")]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("name", RESOURCES)
def test_an_untouched_export_changes_nothing(name: str, form: str) -> None:
    content = exported(name, form)
    outcome = run(name, content)
    assert sentences(outcome) == ""
    assert outcome.changes == []
    assert outcome.unchanged == RESOURCES[name].model._default_manager.count() > 0


@pytest.mark.skipif(
    not (shutil.which("soffice") and CALC.exists()),
    reason="LibreOffice Calc is not installed (Debian: apt-get install libreoffice-calc-nogui)",
)
def test_libreoffice_may_open_and_save_an_export_between(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    for name in RESOURCES:
        (tmp_path / f"{name}.xlsx").write_bytes(exported(name))
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"),
         *[str(tmp_path / f"{name}.xlsx") for name in RESOURCES]],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    for name in RESOURCES:
        outcome = run(name, (tmp_path / "out" / f"{name}.xlsx").read_bytes())
        assert (name, sentences(outcome), outcome.changes) == (name, "", [])

"""What pip-audit's findings mean for `make audit`."""

from tests.audit import judge

SOUND = {"name": "roman", "version": "5.2", "vulns": []}
WEAK = {"name": "django", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "csp", "version": "4.0", "skip_reason": "not found"}


def test_a_finding_fails_and_names_the_mended_version() -> None:
    code, lines = judge([SOUND, WEAK, UNKNOWN])
    assert code == 1
    assert "django 1.0: PYSEC-1, mended in 1.1" in lines
    assert lines[-1] == "2 packages audited, 1 findings."


def test_no_advisories_is_not_taken_for_no_weakness() -> None:
    code, lines = judge([UNKNOWN])
    assert code == 0
    assert lines == ["SKIPPED: no advisories can be had from here (not found)."]


def test_no_finding_passes() -> None:
    assert judge([SOUND]) == (0, ["1 packages audited, 0 findings."])

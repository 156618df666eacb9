"""Files that show what was done, as they leave the registry."""

import pytest
from django.test import Client

from cimplan.groups import EDITOR
from tests import factories as make

pytestmark = pytest.mark.django_db


def address(file):
    return f"/evidence/{file.sha256}/"


def test_the_file_of_a_report_comes_as_it_went_in(client):
    report = make.ProgressReportFactory(
        mandate=make.MandateFactory(),
        evidence_file=make.EvidenceFileFactory(
            name="carta “otra”.pdf", content=b"%PDF-1.4 \x00\xff", content_type="application/pdf"
        ),
    )
    page = client.get(report.mandate.get_absolute_url()).content.decode()
    assert f'href="{address(report.evidence_file)}"' in page
    response = client.get(address(report.evidence_file))
    assert response.content == b"%PDF-1.4 \x00\xff"
    assert response["Content-Type"] == "application/pdf"
    # Saved, never opened in the site's own name.
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_file_of_a_draft_is_not_there_but_for_staff(client):
    draft = make.MandateFactory(published=False)
    file = make.ProgressReportFactory(
        mandate=draft, evidence_file=make.EvidenceFileFactory()
    ).evidence_file
    assert client.get(address(file)).status_code == 404
    staff = Client()
    staff.force_login(make.UserFactory(groups=[EDITOR]))
    assert staff.get(address(file)).status_code == 200
    # What is public through another report is public.
    make.ProgressReportFactory(mandate=make.MandateFactory(), evidence_file=file)
    assert client.get(address(file)).status_code == 200


def test_what_nobody_keeps_is_not_there(client):
    make.EvidenceFileFactory()
    assert client.get(f"/evidence/{'0' * 64}/").status_code == 404

"""Reporting progress: the act, and the one page that leads to it."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from cimplan.groups import ADMINISTRATOR, EDITOR, EXECUTIVE_COMMITTEE
from mandates.admin.evidence import describe_upload, plain_name
from mandates.models import Activity, EvidenceFile, Mandate, ProgressReport
from mandates.reporting import LONGEST_TEXT, read_references, report_progress
from mandates.status import Status
from tests.factories import (
    DAY,
    MOMENT,
    ActivityFactory,
    ActorFactory,
    AddresseeFactory,
    AssemblyFactory,
    EvidenceFileFactory,
    MandateFactory,
    ProgressReportFactory,
    ResolutionFactory,
    StateFactory,
    UserFactory,
)
from tests.pages import blocked_by_policy, sent_back, text_of

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4 a letter"
PAGE = "/admin/report-progress/"


def mandate(reference: str, **kwargs: Any) -> Mandate:
    return MandateFactory(reference=reference, **kwargs)


# --- the act ----------------------------------------------------------------------------------


def act(*on: Any, **said: Any) -> list[ProgressReport]:
    usual = {"status": Status.IN_PROGRESS, "as_of": DAY, "by": None, "at": MOMENT}
    return report_progress(on=on, **{**usual, **said})


def refusal(*on: Any, **said: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        act(*on, **said)
    assert refused.value.message_dict
    return refused.value.message_dict


def test_what_is_recorded_later_counts_though_the_clock_was_set_back() -> None:
    """On a set day each real day begins at midnight anew."""
    one = MandateFactory()
    (evening,) = act(one, status=Status.PLANNED, at=MOMENT + timedelta(hours=9))
    (morning,) = act(one, status=Status.COMPLETED, at=MOMENT)
    assert Mandate.objects.with_status(DAY).get().status == Status.COMPLETED
    (corrected,) = act(one, status=Status.ONGOING, at=MOMENT + timedelta(hours=1), corrects=morning)
    assert Mandate.objects.with_status(DAY).get().status == Status.ONGOING
    assert evening.recorded_at < morning.recorded_at < corrected.recorded_at
    assert timezone.localdate(corrected.recorded_at) == timezone.localdate(MOMENT)
    # Of the days before and after it, none is touched by that.
    (next_day,) = act(one, at=MOMENT + timedelta(days=1))
    assert next_day.recorded_at == MOMENT + timedelta(days=1)


def test_one_letter_answers_five_mandates_and_two_activities() -> None:
    on = [*MandateFactory.create_batch(5), *ActivityFactory.create_batch(2)]
    user, file = UserFactory(), EvidenceFileFactory()
    reports = act(*on, done="A letter came.", by=user, evidence_file=file, evidence_words="We do.")
    assert [report.on for report in reports] == on
    assert list(ProgressReport.objects.order_by("pk")) == reports
    assert len({report.batch for report in reports}) == 1
    for report in ProgressReport.objects.all():
        assert (report.status, report.as_of, report.recorded_at) == ("in_progress", DAY, MOMENT)
        assert (report.done, report.evidence_words) == ("A letter came.", "We do.")
        assert (report.reported_by, report.evidence_file) == (user, file)
    assert {one.status for one in Mandate.objects.with_status(DAY)} == {"in_progress"}


def test_a_status_alone_is_report_enough_and_a_record_is_reported_on_once() -> None:
    one = MandateFactory()
    assert len(act(one, one)) == 1


def test_a_step_is_recorded_once() -> None:
    one, other = MandateFactory.create_batch(2)
    first = act(one, other)
    assert act(one, other, batch=first[0].batch) == first
    assert ProgressReport.objects.count() == 2
    act(one, other)
    assert ProgressReport.objects.count() == 4


def test_nothing_or_too_much_is_refused() -> None:
    assert refusal() == {"on": ["Choose the mandates or activities that this is a report on."]}
    many = refusal(*ActivityFactory.create_batch(51))
    assert many == {
        "on": [
            "One step can report on 50 records, and here are 51: report on them in several steps."
        ]
    }


def test_what_only_opens_a_list_is_not_reported_on() -> None:
    chapeau = mandate("225-1", reported_on=False)
    assert refusal(chapeau, MandateFactory()) == {
        "on": ["225-1 only opens a list: report on what stands under it, and take 225-1 out."]
    }
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize(
    ("dated", "beginning", "first"),
    [
        ({"begins_on": date(2002, 11, 1)}, "November 1, 2002", date(2002, 11, 1)),
        ({"adopted_on": date(2002, 10, 31)}, "October 31, 2002", date(2002, 10, 31)),
        ({"year": 2002}, "January 1, 2002", date(2002, 1, 1)),
    ],
)
def test_nothing_is_reported_of_a_day_before_the_mandate(
    dated: dict[str, Any], beginning: str, first: date
) -> None:
    assembly = AssemblyFactory(year=dated["year"]) if "year" in dated else None
    resolution = ResolutionFactory(adopted_on=dated.get("adopted_on"), assembly=assembly)
    one = mandate("219-3", resolution=resolution, begins_on=dated.get("begins_on"))
    assert refusal(one, as_of=first.replace(year=2001)) == {
        "as_of": [f"219-3 begins on {beginning}: nothing can be reported of a day before that."]
    }
    assert len(act(one, as_of=first)) == 1


def test_an_activity_and_a_mandate_of_no_known_day_have_no_beginning() -> None:
    assert len(act(ActivityFactory(), MandateFactory(), as_of=date(1950, 1, 1))) == 2


def test_the_future_is_not_reported() -> None:
    yet_to_come = {"as_of": ["That day is yet to come: say what holds today."]}
    assert refusal(MandateFactory(), as_of=date(2003, 2, 21)) == yet_to_come
    # In Washington it is still the evening before.
    night = datetime(2003, 2, 20, 3, tzinfo=UTC)
    assert refusal(MandateFactory(), as_of=DAY, at=night) == yet_to_come


def test_an_actor_answers_for_mandates_alone() -> None:
    mexico = StateFactory()
    assert refusal(MandateFactory(), ActivityFactory(), about=mexico) == {
        "about": ["An actor answers for a mandate: report on activities in a step of their own."]
    }
    one = MandateFactory()
    act(one, about=mexico, status=Status.COMPLETED)
    assert Mandate.objects.with_status(DAY).get(pk=one.pk).status == "no_report"


@pytest.mark.parametrize("field", ["done", "evidence_words"])
def test_a_text_too_long_is_refused_in_words(field: str) -> None:
    long = {field: "x" * (LONGEST_TEXT + 1)}
    assert refusal(MandateFactory(), **long) == {
        field: [
            "This has 20,001 characters, and at most 20,000 can be kept here. Say it in short, and "
            "send the whole as a file."
        ]
    }
    assert len(act(MandateFactory(), **{field: "x" * LONGEST_TEXT})) == 1


def test_what_no_field_can_hold_is_refused_with_all_else() -> None:
    problems = refusal(status="donne", evidence_url="javascript:alert(1)")
    assert set(problems) == {"on", "status", "evidence_url"}


def test_a_correction_holds_from_then_on_and_both_stay() -> None:
    wrong = ProgressReportFactory(status=Status.COMPLETED)
    later = datetime(2003, 2, 20, 18, tzinfo=UTC)
    (right,) = act(wrong.mandate, corrects=wrong, at=later)
    assert (right.corrects, right.status) == (wrong, "in_progress")
    assert list(wrong.mandate.reports.newest_first()) == [right, wrong]
    assert Mandate.objects.with_status(DAY).get().status == "in_progress"


def test_a_correction_is_on_what_the_report_was_on() -> None:
    wrong = ProgressReportFactory(mandate=mandate("219-3"))
    only = {"corrects": ["The report to be corrected is on 219-3 alone."]}
    assert refusal(MandateFactory(), corrects=wrong) == only
    assert refusal(wrong.mandate, MandateFactory(), corrects=wrong) == only
    answer = refusal(wrong.mandate, corrects=wrong, about=StateFactory())
    assert set(answer) == {"about"}


def test_a_correction_may_not_leave_the_wrong_report_the_latest() -> None:
    wrong = ProgressReportFactory(as_of=date(2003, 2, 19))
    problems = refusal(wrong.mandate, corrects=wrong, as_of=date(2003, 1, 19))
    assert problems["as_of"][0].startswith("The report to be corrected holds from February 19,")


def test_the_same_file_is_kept_once() -> None:
    described = describe_upload(SimpleUploadedFile("letter.pdf", PDF))
    (first,) = act(MandateFactory(), evidence_file=EvidenceFile(**described))
    (second,) = act(
        MandateFactory(), evidence_file=EvidenceFile(**{**described, "name": "again.pdf"})
    )
    assert first.evidence_file == second.evidence_file == EvidenceFile.objects.get()
    assert second.evidence_file.name == "letter.pdf"


@pytest.mark.parametrize(
    ("typed", "references", "unread"),
    [
        ("219-3", ["219-3"], []),
        ("219-3, 225-1-a;219-5", ["219-3", "225-1-a", "219-5"], []),
        ("219-3 225-1-a\n219-5", ["219-3", "225-1-a", "219-5"], []),
        ("225 1(a)", ["225-1-a"], []),
        ("CIM/RES.225 (XXXI-O/02) para. 1 (a), 219-3", ["225-1-a", "219-3"], []),
        ("219-3, rubbish, 219-3", ["219-3"], ["rubbish"]),
        ("", [], []),
        (" , ;", [], []),
    ],
)
def test_references_are_read_as_people_write_them(
    typed: str, references: list[str], unread: list[str]
) -> None:
    assert read_references([typed]) == (references, unread)


# --- the page ---------------------------------------------------------------------------------


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(UserFactory(username="mary", groups=[EDITOR]))
    return client


def address(**asked: Any) -> str:
    return f"{PAGE}?{urlencode(asked, doseq=True)}"


def opened(client: Client, **asked: Any) -> dict[str, Any]:
    """What a browser would send of the page, opened and left as it is."""
    return sent_back(client.get(address(**asked)), "report-form")


def send(client: Client, typed: dict[str, Any], **asked: Any) -> Any:
    return client.post(address(**asked), typed)


def test_one_reports_where_one_comes_from_and_goes_back(editor: Client) -> None:
    mandate("219-3")
    back = "/mandates/219-3/"
    typed = opened(editor, mandate="219-3", next=back)
    assert typed["as_of"] == ["2003-02-20"]
    assert "status" not in typed
    typed |= {"status": "completed", "done": "The letter was sent."}
    response = send(editor, typed, mandate="219-3", next=back)
    assert (response.status_code, response["Location"]) == (302, back)
    report = ProgressReport.objects.get()
    assert (report.mandate.reference, report.status) == ("219-3", "completed")
    assert report.done == "The letter was sent."
    assert report.reported_by.username == "mary"
    assert timezone.localdate(report.recorded_at) == report.as_of == DAY


def test_many_are_chosen_in_the_address_however_they_are_typed(editor: Client) -> None:
    for reference in ("219-3", "219-5", "225-1-a", "221-1"):
        mandate(reference)
    ActivityFactory(slug="sepia-iii")
    asked = {"mandate": ["219-3, 219-5", "225 1(a)"], "activity": "sepia-iii"}
    typed = opened(editor, **asked) | {"status": "ongoing"}
    response = send(editor, typed, **asked)
    assert response["Location"] == reverse("admin:index")
    assert {str(report.on) for report in ProgressReport.objects.all()} == {
        "219-3", "219-5", "225-1-a", Activity.objects.get().title,
    }  # fmt: skip
    assert len(set(ProgressReport.objects.values_list("batch"))) == 1


def test_the_words_and_the_status_of_each_stand_above_the_form(editor: Client) -> None:
    chapeau = mandate("225-1", text="To urge member states to:", reported_on=False)
    mandate("225-1-a", resolution=chapeau.resolution, parent=chapeau, text="Ratify <b>it</b>")
    ProgressReportFactory(mandate=Mandate.objects.get(reference="225-1-a"))
    page = text_of(editor.get(address(mandate="225-1-a")))
    above = page[: page.index('id="id_status"')]
    for words in (
        "To urge member states to:",
        "Ratify &lt;b&gt;it&lt;/b&gt;",
        "Now: In progress, as of February 20, 2003",
    ):
        assert words in above
    assert page.index("To urge member states") < page.index("Ratify")


def test_what_was_recorded_is_said_with_links(editor: Client) -> None:
    mandate("219-3")
    typed = opened(editor, mandate="219-3") | {"status": "completed"}
    page = text_of(editor.post(address(mandate="219-3"), typed, follow=True))
    assert 'Recorded: <a href="/mandates/219-3/">219-3</a> – Completed, as of' in page
    entry = page[page.index("/admin/mandates/progressreport/?batch=") :].split('"')[0]
    assert "219-3: Completed" in text_of(editor.get(entry))


@pytest.mark.parametrize("typed", ["219-99", "rubbish", "219-3-3", "<script>", "9" * 200])
def test_a_reference_that_is_none_is_named_and_the_rest_kept(editor: Client, typed: str) -> None:
    one = mandate("219-3")
    response = editor.get(address(mandate=f"219-3,{typed}", activity="no-such"))
    shown = typed.replace("<", "&lt;").replace(">", "&gt;")
    assert f"There is no mandate “{shown}”." in text_of(response)
    assert "There is no activity “no-such”." in text_of(response)
    assert sent_back(response, "report-form")["mandates"] == [str(one.pk)]


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "evil", "/\\evil"]
)
def test_one_is_sent_nowhere_else(editor: Client, elsewhere: str) -> None:
    mandate("219-3")
    typed = opened(editor, mandate="219-3") | {"status": "planned"}
    assert send(editor, typed, next=elsewhere)["Location"] == reverse("admin:index")


def test_on_a_public_page_no_message_waits_for_later(editor: Client) -> None:
    mandate("219-3")
    typed = opened(editor, mandate="219-3") | {"status": "planned"}
    send(editor, typed, next="/mandates/219-3/")
    assert "Recorded:" not in text_of(editor.get(reverse("admin:index")))


def test_save_pressed_twice_records_once_and_going_back_to_alter_records_again(
    editor: Client,
) -> None:
    mandate("219-3")
    typed = opened(editor, mandate="219-3") | {"status": "planned"}
    for _ in range(2):
        assert send(editor, typed).status_code == 302
    assert ProgressReport.objects.count() == 1
    assert send(editor, typed | {"done": "More."}).status_code == 302
    assert ProgressReport.objects.count() == 2


def test_what_others_reported_meanwhile_is_read_before_one_adds_to_it(editor: Client) -> None:
    one, another = mandate("219-3"), mandate("219-5")
    typed = opened(editor, mandate="219-3") | {"status": "planned", "done": "A draft."}
    ann = UserFactory(username="ann", first_name="Ann", last_name="Ruiz")
    act(another, by=ann, status=Status.SUSPENDED)
    act(one, by=ann, about=StateFactory(), status=Status.ONGOING)
    act(one, by=ann, status=Status.COMPLETED)
    response = send(editor, typed)
    page = text_of(response)
    said = "Meanwhile Ann Ruiz reported on 219-3: Completed, as of February 20, 2003."
    assert page.count("Meanwhile ") == 1
    assert said in page
    assert "Now: Completed" in page
    assert ProgressReport.objects.count() == 3
    kept = sent_back(response, "report-form")
    assert kept["done"] == ["A draft."]
    assert send(editor, kept).status_code == 302
    assert [report.status for report in one.reports.order_by("-pk")][:2] == ["planned", "completed"]


def test_of_many_reports_of_others_some_are_told_and_all_are_read(editor: Client) -> None:
    one = mandate("219-3")
    typed = opened(editor, mandate="219-3") | {"status": "planned"}
    ann = UserFactory()
    for _ in range(7):
        act(one, by=ann)
    response = send(editor, typed)
    page = text_of(response)
    assert page.count("Meanwhile ") == 5
    assert "And 2 more reports." in page
    assert page.count("If yours holds all the same, save again.") == 1
    act(one, by=ann)  # after what was told, and before it is saved again
    again = send(editor, sent_back(response, "report-form"))
    assert text_of(again).count("Meanwhile ") == 1
    assert send(editor, sent_back(again, "report-form")).status_code == 302


@pytest.mark.parametrize("seen", [None, "x", "9" * 40])
def test_a_page_that_says_nothing_of_what_was_read_has_read_nothing(
    editor: Client, seen: str | None
) -> None:
    one = mandate("219-3")
    act(one, by=UserFactory())
    typed = opened(editor, mandate="219-3") | {"status": "planned"}
    del typed["seen"]
    response = send(editor, typed if seen is None else typed | {"seen": seen})
    assert "Meanwhile " in text_of(response)
    assert ProgressReport.objects.count() == 1


# --- what is typed wrongly --------------------------------------------------------------------


def errors(response: Any) -> dict[str, Any]:
    assert response.status_code == 200
    assert not ProgressReport.objects.exists()
    assert not EvidenceFile.objects.exists()
    assert blocked_by_policy(response) == []
    return dict(response.context["form"].errors)


EVIDENCE = {
    "evidence_words": "Quoted",
    "evidence_document": "CIM/doc.1/03",
    "evidence_url": "https://example.org/letter",
}
TYPED = {"done": "All of\nthis was <i>done</i>.", **EVIDENCE}


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"as_of": "2003-02-21"}, "as_of", "That day is yet to come: say what holds today."),
        ({"as_of": "2002-10-30"}, "as_of", "219-3 begins on October 31, 2002: nothing can be"),
        ({"as_of": "the 5th"}, "as_of", "This is no date. Write the day like this: 2003-02-20."),
        ({"as_of": "2003-02-31"}, "as_of", "This is no date."),
        ({"as_of": ""}, "as_of", "Give the day on which this held"),
        ({"status": "done"}, "status", "Select a valid choice. done is not one of the available"),
        ({"status": ""}, "status", "Choose the status."),
        ({"mandates": []}, "mandates", "Choose the mandates or activities that this is"),
        ({"mandates": ["x", "9" * 40]}, "mandates", "Choose the mandates or activities"),
        ({"mandates": ["4711"]}, "mandates", "Select a valid choice. 4711 is not one of"),
        ({"evidence_url": "javascript:alert(1)"}, "evidence_url", "Enter a valid URL."),
        ({"evidence_document": "x" * 301}, "evidence_document", "at most 300 characters"),
        ({"done": "x" * 100_000}, "done", "This has 100,000 characters, and at most 20,000 can"),
        ({"about": "x"}, "as_of", ""),
        ({"corrects": "4711"}, "__all__", "The report to be corrected is not there."),
        ({"step": "x"}, "step", "Enter a valid UUID."),
    ],
    ids=lambda one: str(one)[:40] if isinstance(one, dict) else "",
)
def test_nothing_is_recorded_and_all_that_was_typed_is_kept(
    editor: Client, wrong: dict[str, Any], field: str, said: str
) -> None:
    mandate("219-3", resolution=ResolutionFactory(adopted_on=date(2002, 10, 31)))
    typed = opened(editor, mandate="219-3") | {"status": ["planned"]} | TYPED
    if "about" in wrong:  # what cannot be a key was never chosen; something else is wrong as well
        wrong = {**wrong, "as_of": ""}
    response = send(editor, typed | wrong, mandate="219-3")
    assert said in errors(response)[field][0]
    kept = sent_back(response, "report-form")
    for name, value in (TYPED | wrong).items():
        if name not in ("mandates", "about", "status"):
            assert kept[name] == [value]


def test_all_that_is_wrong_is_said_at_once(editor: Client) -> None:
    mandate("225-1", reported_on=False)
    typed = opened(editor, mandate="225-1") | {
        "as_of": "2003-03-01",
        "done": "x" * 20_001,
        "evidence_url": "nowhere",
        "upload": SimpleUploadedFile("page.html", b"<script>"),
    }
    wrong = errors(send(editor, typed))
    assert set(wrong) == {"mandates", "status", "as_of", "done", "evidence_url", "upload"}
    assert all(len(said) == 1 for said in wrong.values())


def test_control_characters_are_cleaned_and_words_are_not(editor: Client) -> None:
    mandate("219-3")
    typed = opened(editor, mandate="219-3") | {
        "status": "planned",
        "done": "One\x0btwo\x00\x07 <b>“three”</b>\r\nfour",
        "evidence_words": "\x1bQuoted\u2028here",
        "evidence_document": "CIM\x00/doc.1\ud7ff/03",
    }
    assert send(editor, typed).status_code == 302
    report = ProgressReport.objects.get()
    assert report.done == "One\ntwo <b>“three”</b>\nfour"
    assert report.evidence_words == "Quoted\nhere"
    assert report.evidence_document == "CIM/doc.1\ud7ff/03"


def test_what_is_chosen_is_shown_without_saving(editor: Client) -> None:
    one, other = mandate("219-3"), mandate("219-5", text="The other words")
    typed = opened(editor, mandate="219-3") | TYPED
    typed |= {"mandates": [one.pk, other.pk], "show": "1"}
    response = send(editor, typed, mandate="219-3")
    page = text_of(response)
    assert "The other words" in page
    assert "errorlist" not in page
    kept = sent_back(response, "report-form")
    assert kept["mandates"] == [str(one.pk), str(other.pk)]
    assert {name: kept[name] for name in TYPED} == {name: [text] for name, text in TYPED.items()}
    assert kept["step"] == typed["step"]
    assert not ProgressReport.objects.exists()


# --- files ------------------------------------------------------------------------------------


def archive(*names: str) -> bytes:
    with BytesIO() as written:
        with ZipFile(written, "w") as opened:
            for name in names:
                opened.writestr(name, "text")
        return written.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")


def send_file(client: Client, name: str, content: bytes) -> Any:
    mandate("219-3")
    typed = opened(client, mandate="219-3") | {"status": "planned"}
    typed["upload"] = SimpleUploadedFile(name, content, content_type="text/html")
    return send(client, typed)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("letter.PDF", PDF, "application/pdf"),
        ("scan.png", b"\x89PNG\r\n\x1a\n...", "image/png"),
        ("scan.jpeg", b"\xff\xd8\xff...", "image/jpeg"),
        ("a.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_file_is_kept_as_what_it_is(
    editor: Client, name: str, content: bytes, content_type: str
) -> None:
    assert send_file(editor, name, content).status_code == 302
    file = ProgressReport.objects.get().evidence_file
    assert (file.name, file.size, file.content_type) == (name, len(content), content_type)
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert bytes(file.content) == content
    kept = text_of(editor.get(reverse("admin:mandates_evidencefile_change", args=[file.pk])))
    assert file.sha256 in kept


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.html", b"<script>", "Send a PDF, a JPEG or PNG picture"),
        ("page", PDF, "Send a PDF, a JPEG or PNG picture"),
        ("letter.pdf.exe", PDF, "Send a PDF, a JPEG or PNG picture"),
        ("letter.pdf", b"<script>", "The file is not what its name says: it is no .pdf."),
        ("letter.pdf", b"", "The submitted file is empty."),
        ("letter.pdf", b"%PDF-" + bytes(5 * 1024 * 1024), "at most 5.0\xa0MB can be kept"),
        ("letter.docx", XLSX, "The file is not what its name says: it is no .docx."),
        ("letter.xlsx", archive("xl/workbook.xml"), "it is no .xlsx."),
        ("letter.xlsx", archive("virus.exe"), "it is no .xlsx."),
        ("letter.docx", b"PK\x03\x04 and no more", "it is no .docx."),
        ("letter.docx", DOCX[: len(DOCX) // 2], "it is no .docx."),
    ],
)
def test_other_files_are_refused_and_have_to_be_chosen_once_more(
    editor: Client, name: str, content: bytes, said: str
) -> None:
    response = send_file(editor, name, content)
    assert said in errors(response)["upload"][0]
    assert "Choose the file once more" in text_of(response)


def test_where_no_file_was_chosen_none_is_to_be_chosen_once_more(editor: Client) -> None:
    mandate("219-3")
    response = send(editor, opened(editor, mandate="219-3"))
    assert "status" in errors(response)
    assert "once more" not in text_of(response)


def test_a_broken_archive_is_a_refusal_and_no_error() -> None:
    refused = 0
    for place in range(0, len(DOCX), 3):
        broken = bytearray(DOCX)
        broken[place] ^= 0xFF
        try:
            describe_upload(SimpleUploadedFile("a.docx", bytes(broken)))
        except ValidationError:
            refused += 1
    assert refused > 10


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("letter.pdf", "letter.pdf"),
        ("a\x00\x07 letter\nfrom\tMexico.pdf", "a letter from Mexico.pdf"),
        ("C:\\Documents\\letter.pdf", "letter.pdf"),
        ("../../etc/letter.pdf", "letter.pdf"),
        ("x" * 300 + ".pdf", "x" * 195 + "….pdf"),
    ],
)
def test_a_files_name_is_made_plain(name: str, kept: str) -> None:
    assert plain_name(name) == kept
    assert len(kept) <= 200


# --- corrections ------------------------------------------------------------------------------


def test_a_mistake_is_corrected_from_its_page_and_from_the_list(editor: Client) -> None:
    wrong = ProgressReportFactory(
        mandate=mandate("219-3"), as_of=date(2003, 2, 10), status="completed", done="Too early.",
        **EVIDENCE,
    )  # fmt: skip
    listed = reverse("admin:mandates_progressreport_changelist")
    change = reverse("admin:mandates_progressreport_change", args=[wrong.pk])
    for page in (listed, change):
        assert f"{PAGE}?corrects={wrong.pk}&amp;next=" in text_of(editor.get(page))
    response = editor.get(address(corrects=wrong.pk, next=change))
    assert "It corrects this report" in text_of(response)
    assert "Too early." in text_of(response)
    typed = sent_back(response, "report-form")
    assert (typed["status"], typed["as_of"]) == (["completed"], ["2003-02-10"])
    assert {name: typed[name] for name in EVIDENCE} == {n: [t] for n, t in EVIDENCE.items()}
    assert typed["done"] == ["Too early."]
    typed |= {"status": "in_progress", "done": "It goes on.", "mandates": [MandateFactory().pk]}
    assert send(editor, typed, next=change)["Location"] == change
    right = ProgressReport.objects.get(corrects=wrong)
    assert (right.mandate, right.status) == (wrong.mandate, "in_progress")
    assert right.evidence_url == wrong.evidence_url
    assert "This corrects an earlier entry." in text_of(editor.get("/mandates/219-3/"))


def test_a_correction_keeps_the_file_unless_one_says_otherwise(editor: Client) -> None:
    def corrected(**other: Any) -> EvidenceFile | None:
        file = EvidenceFileFactory()
        wrong = ProgressReportFactory(evidence_file=file)
        typed = sent_back(editor.get(address(corrects=wrong.pk)), "report-form")
        assert typed["keep_file"] == ["on"]
        assert send(editor, typed | {"done": "Rightly."} | other).status_code == 302
        kept = ProgressReport.objects.get(corrects=wrong).evidence_file
        assert kept in (None, file) or kept.content != file.content
        return kept

    assert corrected() is not None
    assert corrected(keep_file=[]) is None
    assert corrected(upload=SimpleUploadedFile("letter.pdf", PDF)).name == "letter.pdf"
    without = ProgressReportFactory()
    assert "Keep the file" not in text_of(editor.get(address(corrects=without.pk)))


def test_an_actors_answer_is_corrected_as_that_actors(editor: Client) -> None:
    wrong = ProgressReportFactory(about=StateFactory(name="Mexico"))
    response = editor.get(address(corrects=wrong.pk))
    assert "the answer of Mexico" in text_of(response)
    typed = sent_back(response, "report-form") | {"status": "planned"}
    send(editor, typed)
    assert ProgressReport.objects.get(corrects=wrong).about == wrong.about


@pytest.mark.parametrize("key", ["4711", "x", "", "9" * 40])
def test_a_report_that_is_not_there_is_not_corrected(editor: Client, key: str) -> None:
    page = text_of(editor.get(address(corrects=key)))
    assert "The report to be corrected is not there." in page


# --- the ways that lead there -----------------------------------------------------------------


def test_the_admins_add_button_leads_to_the_one_form(editor: Client) -> None:
    add = reverse("admin:mandates_progressreport_add")
    listed = reverse("admin:mandates_progressreport_changelist")
    response = editor.get(f"{add}?mandate=219-3&_changelist_filters=status%3Dplanned")
    path, query = urlsplit(response["Location"])[2:4]
    assert path == PAGE
    assert parse_qs(query) == {"mandate": ["219-3"], "next": [f"{listed}?status=planned"]}


def run_action(client: Client, rows: list[Any], query: str = "") -> Any:
    model = type(rows[0])._meta.model_name
    data = {"action": "report_progress", "_selected_action": [row.pk for row in rows], "index": 0}
    return client.post(reverse(f"admin:mandates_{model}_changelist") + query, data)


def test_what_is_ticked_in_a_list_is_reported_on_and_one_comes_back_to_the_list(
    editor: Client,
) -> None:
    rows = [mandate("219-3"), mandate("219-5")]
    response = run_action(editor, rows, "?standing=current")
    asked = parse_qs(urlsplit(response["Location"]).query)
    back = reverse("admin:mandates_mandate_changelist") + "?standing=current"
    assert asked == {"mandate": ["219-3,219-5"], "next": [back]}
    assert len(opened(editor, **asked)["mandates"]) == 2
    response = run_action(editor, [ActivityFactory(slug="one"), ActivityFactory(slug="two")])
    asked = parse_qs(urlsplit(response["Location"]).query)
    assert asked["activity"] == ["one,two"]
    assert len(opened(editor, **asked)["activities"]) == 2


def test_more_than_fifty_are_too_many_to_tick(editor: Client) -> None:
    response = run_action(editor, ActivityFactory.create_batch(51))
    page = text_of(editor.get(response["Location"]))
    assert "One step can report on 50 records, and 51 are ticked: tick fewer." in page


def test_pages_of_a_record_lead_to_its_report(editor: Client) -> None:
    one, chapeau = mandate("219-3"), mandate("225-1", reported_on=False)
    activity = ActivityFactory(slug="sepia-iii")
    for record, asked in ((one, "mandate=219-3"), (activity, "activity=sepia-iii")):
        change = reverse(f"admin:mandates_{record._meta.model_name}_change", args=[record.pk])
        for page in (change, record.get_absolute_url()):
            back = page.replace("/", "%2F")
            assert f"{PAGE}?{asked}&amp;next={back}" in text_of(editor.get(page))
    for page in (
        reverse("admin:mandates_mandate_change", args=[chapeau.pk]),
        chapeau.get_absolute_url(),
    ):
        assert PAGE not in text_of(editor.get(page))


def test_readers_are_not_led_there(client: Client) -> None:
    mandate("219-3")
    assert PAGE not in text_of(client.get("/mandates/219-3/"))


# --- who may, and what it costs ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "status"), [(EDITOR, 200), (ADMINISTRATOR, 200), (EXECUTIVE_COMMITTEE, 403)]
)
def test_who_may_report(client: Client, group: str, status: int) -> None:
    one = mandate("219-3")
    client.force_login(UserFactory(groups=[group]))
    assert client.get(address(mandate="219-3")).status_code == status
    response = client.post(PAGE, {"mandates": one.pk, "status": "planned", "as_of": "2003-02-20"})
    assert response.status_code == (302 if status == 200 else 403)
    assert ProgressReport.objects.exists() == (status == 200)


def test_nobody_reports_without_logging_in(client: Client) -> None:
    for response in (client.get(PAGE), client.post(PAGE, {})):
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")


def test_a_draft_is_not_there_for_who_may_not_see_drafts(client: Client) -> None:
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename="add_progressreport"))
    client.force_login(user)
    draft = mandate("219-3", published=False, text="Canary")
    report = ProgressReportFactory(mandate=draft, done="Canary")
    for asked in ({"mandate": "219-3"}, {"corrects": report.pk}):
        page = text_of(client.get(address(**asked)))
        assert "Canary" not in page
        assert "There is no mandate “219-3”." in page or "is not there." in page
    typed = {"status": "planned", "as_of": "2003-02-20", "mandates": [draft.pk]}
    for show in ({}, {"show": "1"}):
        response = client.post(PAGE, typed | show)
        assert "Canary" not in text_of(response)
    assert ProgressReport.objects.count() == 1


def test_the_page_costs_the_same_with_one_and_with_three_of_each(
    editor: Client, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        chapeau = MandateFactory(reported_on=False)
        one = mandate(
            f"219-{number + 1}",
            resolution=chapeau.resolution,
            parent=chapeau,
            position=chapeau.position + 1000,
        )
        AddresseeFactory(mandate=one, actor=ActorFactory())
        ProgressReportFactory(mandate=one)
        ActivityFactory(slug=f"activity-{number + 1}x")
    editor.get(PAGE)
    for asked in (
        {"mandate": "219-1", "activity": "activity-1x"},
        {
            "mandate": "219-1,219-2,219-3",
            "activity": "activity-1x,activity-2x,activity-3x",
        },
    ):
        with django_assert_num_queries(QUERIES):
            editor.get(address(**asked))


#: Session, user, two of rights; the last report; the two look-ups of keys; what is chosen, with
#: addressees; and once more for the two fields.
QUERIES = 12

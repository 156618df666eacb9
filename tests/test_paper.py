"""Papers as plain values: they are whole, they go to data and back, and every writer takes them."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import docx
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from cimplan.groups import EDITOR
from documents import apart
from documents.apart import PaperError, run_apart
from documents.docx import docx_of
from documents.html import html_of
from documents.issuing import standing_alone
from documents.paper import (
    Cell,
    Heading,
    Masthead,
    Paper,
    Paragraph,
    Row,
    Table,
    paper_from,
    plain,
)
from documents.pdf import pdf_of
from documents.plan_paper import paper_of_plan
from documents.status_paper import paper_of_area
from mandates.models import Mandate
from mandates.views.suggested import with_activities
from tests import factories
from tests.papers import DAY, HOSTILE, paper_around, poppler, words_of, words_of_docx
from workplan.models import ProgramArea, WorkPlan

FIXTURES = Path(__file__).parent.parent / "fixtures"


def paper(*blocks) -> Paper:
    return Paper(Masthead(("Title",)), "en", DAY, blocks)


def test_a_heading_may_not_skip_a_level():
    fine = (Heading(plain("a")), Heading(plain("b"), 2), Heading(plain("c")))
    paper(*fine)
    for wrong in (2, 0):
        with pytest.raises(ValueError, match=f"level {wrong} below one of 0"):
            paper(Heading(plain("a"), wrong))
    with pytest.raises(ValueError, match="level 3 below one of 1"):
        paper(Heading(plain("a")), Heading(plain("b"), 3))


def test_a_table_is_as_wide_as_its_columns():
    row = Row((Cell(), Cell(span=2)))
    Table((0.5, 0.3, 0.2), (row,), (row,))
    with pytest.raises(ValueError, match=r"add up to 0\.800"):
        Table((0.5, 0.3), (), ())
    with pytest.raises(ValueError, match="A row of 3 cells in a table of 2"):
        Table((0.5, 0.5), (), (row,))


def test_later_pages_name_the_paper_by_its_symbol_else_by_its_title():
    known = Masthead(("Report", "of 2003"), symbol="CIM/CD/doc.57/04", revision="rev. 1")
    assert known.short == "CIM/CD/doc.57/04 rev. 1"
    assert Masthead(("Report", "of 2003")).short == "Report – of 2003"
    cut = Masthead(("x" * 300,)).short
    assert len(cut) == 90
    assert cut.endswith("x…")


def test_a_paper_goes_to_data_and_back():
    whole = paper_around("Belém do Pará\nsecond line")
    assert paper_from(json.loads(json.dumps(whole.as_data()))) == whole


def test_data_hold_no_control_characters_and_the_words_of_all_else():
    data = json.dumps(paper_around("a\x00\x0bb\ud800\r\nc\x9f").as_data())
    assert "\\u00" not in data.replace("\\u00a0", "")
    assert "\\ud8" not in data
    assert '"a\\nb\\nc"' in data


# --- apart -----------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", [pdf_of, docx_of])
def test_no_text_is_more_than_a_text(layout):
    for text in HOSTILE:
        content = layout(paper_around(text), "letter")
        assert content[:4] in (b"%PDF", b"PK\x03\x04"), ascii(text[:40])
        assert b"root:x:" not in content
    assert len(HOSTILE) >= 40


def test_no_text_is_markup_in_a_page():
    for text in HOSTILE:
        page = standing_alone(paper_around(text)).decode()
        assert "<script" not in page, ascii(text[:40])
        assert "<w:p/>" not in page
        assert page.count("<body") == 1


def test_a_word_file_is_made_to_be_edited():
    """Real headings, tables whose heading rows come again, page numbers, the mark on each page."""
    document = docx.Document(BytesIO(docx_of(paper_around("Some words"), "a4")))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert {"Heading 1", "Heading 2"} <= set(styles)
    for table in document.tables:
        assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
        assert table.rows[-1]._tr.xpath("./w:trPr/w:cantSplit")
    (section,) = document.sections
    assert "PAGE" in section.footer._element.xml
    assert "Some words" in section.header._element.xml
    assert round(section.page_width.mm) == 210


def test_a_pdf_can_be_read_aloud_and_has_its_fonts_in_it(tmp_path):
    content = pdf_of(paper_around("Belém, “quoted” – ñ"), "a4")
    said = poppler("pdfinfo", content, tmp_path)
    assert re.search(r"Tagged: +yes", said)
    assert "595.2" in said  # points: A4
    fonts = poppler("pdffonts", content, tmp_path).splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes (yes|no) +(yes|no) +\d+ +\d+$", line) for line in fonts), fonts


def test_more_than_a_writer_may_have_ends_in_a_message(monkeypatch):
    monkeypatch.setattr(apart, "WAIT_SECONDS", 0.01)
    with pytest.raises(PaperError, match="no answer within"):
        pdf_of(paper(), "letter")
    monkeypatch.setattr(apart, "WAIT_SECONDS", 90)
    with pytest.raises(PaperError, match="ended with 1"):
        run_apart("documents.no_such_writer", paper(), "letter")


def test_a_writer_has_half_a_gigabyte_and_no_secrets(monkeypatch, tmp_path):
    greedy = "from documents.apart import serve\nimport os\n"
    greedy += "def take(data, size):\n    return bytes(600 * 1024 * 1024)[:1]\n"
    greedy += "def tell(data, size):\n    return repr(sorted(os.environ)).encode()\n"
    (tmp_path / "documents").symlink_to(Path(apart.__file__).parent)
    (tmp_path / "greedy.py").write_text(f"{greedy}serve(take)\n")
    (tmp_path / "telling.py").write_text(f"{greedy}serve(tell)\n")
    monkeypatch.setattr(apart, "ROOT", tmp_path)
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    with pytest.raises(PaperError, match="MemoryError"):
        run_apart("greedy", paper(), "letter")
    assert b"SECRET" not in run_apart("telling", paper(), "letter")


@pytest.mark.parametrize("layout", [pdf_of, docx_of])
def test_a_paper_of_another_day_or_of_other_words_is_another_file(layout):
    first = paper(Paragraph(plain("a")))
    assert layout(first, "letter") == layout(first, "letter")
    assert layout(first, "letter") != layout(replace(first, as_of=DAY.replace(day=21)), "letter")
    assert layout(first, "letter") != layout(first, "a4")


# --- addresses and the command ---------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["plan.pdf", "plan.docx", "mandates.pdf"])
def test_a_draft_plan_has_no_paper_for_the_public(client, name):
    factories.WorkPlanFactory(year=2003, published=False)
    assert client.get(f"/plan/2003/{name}").status_code == 404
    assert client.get(f"/plan/2004/{name}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/resolutions/219/", "/areas/iap/", "/calendar/1990/"])
def test_what_is_a_draft_or_missing_has_no_paper(client, address):
    factories.ResolutionFactory(slug="219", published=False)
    factories.ProgramAreaFactory(slug="iap", published=False)
    kind = "calendar" if "calendar" in address else "status"
    assert client.get(f"{address}{kind}.pdf").status_code == 404


@pytest.mark.django_db
class TestStatusPapers:
    def test_of_an_area_says_under_what_its_mandates_stand_and_in_what_they_take_part(self):
        area, above = (
            factories.ProgramAreaFactory(),
            factories.MandateFactory(text="To urge all to"),
        )
        below = {"resolution": above.resolution, "parent": above}
        some = [factories.MandateFactory(text=f"do {one}", **below) for one in ("this", "that")]
        area.mandates.add(*some)
        activity = factories.ActivityFactory(title="A letter", contingent_on="Funding permitting")
        activity.mandates.add(above)
        factories.AddresseeFactory(mandate=some[0], actor__name="Member States")
        said = html_of(self.paper_of(area))
        assert said.count("To urge all to") == said.count("Funding permitting") == 1
        assert said.index("To urge all to") < said.index("do this") < said.index("do that")
        assert said.count(f"takes part in what is suggested for {above.reference}") == 2
        assert said.count("Member States") == said.count("nobody named") == 1

    @staticmethod
    def paper_of(area: ProgramArea) -> Paper:
        request = RequestFactory().get("/")
        request.user, request.as_of, request.looking_back = AnonymousUser(), DAY, False
        mandates = with_activities(Mandate.objects.filter(areas=area).in_order(), request)
        return paper_of_area(area, mandates, (), as_of=DAY, language="en")


def test_a_long_title_is_cut_at_the_head_of_pages_and_the_day_stands_whole():
    known = Masthead(("An area of a name that no line holds " * 3, "Status as of May 5, 2003"))
    assert known.short.endswith("… – Status as of May 5, 2003")
    assert len(known.short) <= 90


@pytest.mark.django_db
class TestPapersOf2003:
    @pytest.fixture(autouse=True)
    def _plan(self, plan_2003):
        pass

    @pytest.mark.parametrize(
        ("address", "start"),
        [
            ("/plan/2003/plan.pdf", b"%PDF"),
            ("/plan/2003/plan.docx", b"PK"),
            ("/plan/2003/mandates.pdf", b"%PDF"),
            ("/calendar/2003/calendar.pdf", b"%PDF"),
            ("/resolutions/219/status.pdf", b"%PDF"),
            ("/areas/iap/status.pdf", b"%PDF"),
        ],
    )
    def test_each_has_its_address_in_two_sizes(self, client, address, start):
        letter, a4 = client.get(address), client.get(f"{address}?size=a4")
        assert letter.status_code == a4.status_code == 200
        assert letter.content.startswith(start)
        assert a4.content.startswith(start)
        assert letter.content != a4.content
        assert client.get(f"{address}?size=a5").status_code == 400
        assert client.post(address).status_code == 405

    def test_too_long_a_paper_is_answered_with_a_message(self, client, monkeypatch):
        monkeypatch.setattr(apart, "WAIT_SECONDS", 0.01)
        response = client.get("/plan/2003/plan.pdf")
        assert response.status_code == 400
        assert "This paper is too long to be laid out." in response.content.decode()

    @pytest.mark.parametrize(
        ("page", "file"),
        [
            ("/plan/2003/", "/plan/2003/plan.docx"),
            ("/plan/2003/", "/plan/2003/plan.pdf?size=a4"),
            ("/resolutions/219/", "/resolutions/219/status.pdf"),
            ("/areas/iap/", "/areas/iap/status.pdf"),
            ("/calendar/2003/", "/calendar/2003/calendar.pdf"),
        ],
    )
    def test_pages_lead_to_their_papers(self, client, page, file):
        assert f'href="{file}"' in client.get(page).content.decode()

    @pytest.mark.parametrize(
        "address",
        ["/resolutions/219/status.pdf", "/areas/iap/status.pdf", "/calendar/2003/calendar.pdf"],
    )
    def test_what_is_handed_on_alone_says_whose_it_is_and_of_which_day(
        self, client, tmp_path, address
    ):
        printed = poppler("pdftotext", client.get(address).content, tmp_path)
        first, *later = printed.split("\f")
        whose = "Organization of American States – Inter-American Commission of Women"
        assert first.count(whose) == 1
        assert "s of February 20, 2003" in first
        assert not any(whose in page for page in later)

    @pytest.mark.parametrize(
        ("known_as", "start"), [("html", b"<!doctype html>"), ("pdf", b"%PDF"), ("docx", b"PK")]
    )
    def test_print_plan_writes_every_format(self, tmp_path, known_as, start):
        file = tmp_path / f"plan.{known_as}"
        call_command("print_plan", 2003, format=known_as, output=file)
        assert file.read_bytes().lower().startswith(start.lower())

    def test_the_mandates_table_stands_alone(self, client, tmp_path):
        said = poppler("pdftotext", client.get("/plan/2003/mandates.pdf").content, tmp_path)
        assert "CIM/RES.228" in said
        assert "Calendar of activities" not in said
        factories.WorkPlanFactory(year=2005)
        assert client.get("/plan/2005/mandates.pdf").status_code == 404

    def test_every_word_of_the_plan_is_in_each_file_and_no_other(self, tmp_path):
        source = words_of((FIXTURES / "work-plan-2003.txt").read_text())
        paper = paper_of_plan(WorkPlan.objects.get(year=2003))
        assert Counter(words_of_docx(docx_of(paper, "letter"))) == Counter(source)
        assert len(source) > 4000
        # A line may end after a hyphen; headings and numbers stand on each page of a PDF anew.
        printed = poppler("pdftotext", pdf_of(paper, "letter"), tmp_path)
        found = Counter(words_of(printed.replace("-", " ")))
        assert Counter(words_of(" ".join(source).replace("-", " "))) - found == Counter()
        again = set(found - Counter(words_of(" ".join(source).replace("-", " "))))
        assert {word for word in again if not word.isdecimal()} <= set(source) | {"/", "–"}

    @pytest.mark.parametrize("size", ["letter", "a4"])
    def test_sections_follow_one_another_on_a_page(self, tmp_path, size):
        paper = paper_of_plan(WorkPlan.objects.get(year=2003))
        first, second, *_ = poppler("pdftotext", pdf_of(paper, size), tmp_path).split("\f")
        assert "SEPIA III, Gender and Education" in first
        assert "International Trafficking of Women" in second

    def test_print_plan_shows_text_and_names_what_it_cannot_write(self, tmp_path):
        shown = StringIO()
        call_command("print_plan", 2003, stdout=shown)
        assert "PROPOSED WORK PLAN 2003" in shown.getvalue()
        with pytest.raises(CommandError, match="cannot be written"):
            call_command("print_plan", 2003, format="pdf", output=tmp_path / "no" / "plan.pdf")


@pytest.mark.django_db
def test_a_paper_that_staff_print_says_what_in_it_is_a_draft(client, tmp_path):
    mandate = factories.MandateFactory(reference="301-1", resolution__slug="301")
    factories.MandateFactory(reference="301-2", resolution=mandate.resolution, published=False)
    day = {"start": date(2003, 5, 1), "end": date(2003, 5, 1)}
    factories.MeetingFactory(title="Seen", **day)
    factories.MeetingFactory(title="A retreat", published=False, **day)

    def printed(address: str) -> str:
        return " ".join(poppler("pdftotext", client.get(address).content, tmp_path).split())

    for address in ("/resolutions/301/status.pdf", "/calendar/2003/calendar.pdf"):
        assert "DRAFT" not in printed(address).replace(" ", "").upper(), address
    client.force_login(factories.UserFactory(groups=[EDITOR]))
    assert "301-2 Draft" in printed("/resolutions/301/status.pdf")
    assert "A retreat Draft" in printed("/calendar/2003/calendar.pdf")
    for address in ("/resolutions/301/status.pdf", "/calendar/2003/calendar.pdf"):
        assert "WITHDRAFTS" in printed(address).replace(" ", ""), address
        assert printed(address).count("Draft") == 1, address

from django.urls import path

from documents.views import papers, reports

urlpatterns = [
    path("plan/<yyyy:year>/plan.pdf", papers.plan_pdf, name="plan_pdf"),
    path("plan/<yyyy:year>/plan.docx", papers.plan_docx, name="plan_docx"),
    path("plan/<yyyy:year>/mandates.pdf", papers.mandates_pdf, name="mandates_pdf"),
    path("calendar/<yyyy:year>/calendar.pdf", papers.calendar_pdf, name="calendar_pdf"),
    path("resolutions/<slug:slug>/status.pdf", papers.resolution_pdf, name="resolution_pdf"),
    path("areas/<slug:slug>/status.pdf", papers.area_pdf, name="area_pdf"),
    path("sessions/<slug:slug>/report/", reports.report, name="report"),
    path("sessions/<slug:slug>/report.pdf", reports.report_pdf, name="report_pdf"),
    path("sessions/<slug:slug>/report.docx", reports.report_docx, name="report_docx"),
    path("papers/", reports.papers, name="papers"),
    path("papers/<slug:slug>/", reports.paper, name="paper"),
    path("papers/<slug:slug>.<slug:known_as>", reports.paper_file, name="paper_file"),
]

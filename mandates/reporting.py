"""Reporting progress: one act, on one record or on many at once (one letter, five mandates)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.log_order import moment_in
from mandates.models import Activity, Actor, EvidenceFile, Mandate, ProgressReport
from mandates.symbols import SymbolError, parse_reference
from mandates.texts import day_in_full, name_of

MOST_AT_ONCE = 50
LONGEST_TEXT = 20_000  # characters: some seven pages
#: Reports of others that are told of before one adds to them; the rest are counted.
MOST_TOLD = 5

#: What is wrong, by the name of the argument that has to be mended.
Problem = tuple[str, str]


@transaction.atomic
def report_progress(
    *,
    on: Sequence[Mandate | Activity],
    status: str,
    as_of: date,
    by: AbstractBaseUser | None,
    at: datetime,
    done: str = "",
    evidence_words: str = "",
    evidence_document: str = "",
    evidence_url: str = "",
    evidence_file: EvidenceFile | None = None,
    about: Actor | None = None,
    corrects: ProgressReport | None = None,
    batch: UUID | None = None,
    seen: int | None = None,
) -> list[ProgressReport]:
    """Add the same report to the log of each of the records; a status alone is report enough.

    evidence_file: as kept already, or new; the very same bytes are kept once.
    batch: names this step. Where it has been recorded (Save was pressed twice), nothing is added,
    and what was recorded then is returned.
    seen: the key of the last report of the log that whoever reports can have read. Where others
    have reported on one of the records since, nothing is added.

    Raises ValidationError, as `refuse_nonsense` does, and by `seen`.
    """
    records = list(dict.fromkeys(on))
    said = {
        "status": status,
        "as_of": as_of,
        "done": done,
        "evidence_words": evidence_words,
        "evidence_document": evidence_document,
        "evidence_url": evidence_url,
        "about": about,
        "corrects": corrects,
        "reported_by": by,
        "recorded_at": at,
        "batch": batch or uuid4(),
    }
    report = ProgressReport(**said)
    refuse_nonsense(on=records, report=report)
    _lock(records)
    recorded = list(ProgressReport.objects.filter(batch=said["batch"]).order_by("pk"))
    if recorded:
        return recorded
    if seen is not None:
        _refuse_unread(report, records, seen)
    if evidence_file is not None:
        said["evidence_file"] = _kept_once(evidence_file)
    said["recorded_at"] = moment_in(ProgressReport.objects.all(), at)
    return ProgressReport.objects.bulk_create(
        ProgressReport(**said, **{record._meta.model_name: record}) for record in records
    )


def read_references(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """The references in what people typed, and what is none.

    Several may stand in one text, between commas or semicolons, or between spaces where the
    whole is not one reference, as "225 1(a)" is.
    """
    references, unread = [], []
    for part in (part for text in texts for part in _parts(text)):
        try:
            references.append(str(parse_reference(part)))
        except SymbolError:
            unread.append(part)
    return list(dict.fromkeys(references)), unread


def _parts(text: str) -> Iterator[str]:
    for part in text.replace(";", ",").split(","):
        try:
            parse_reference(part)
        except SymbolError:
            yield from part.split()
        else:
            yield part


# --- rules ------------------------------------------------------------------------------------


def refuse_nonsense(*, on: Sequence[Mandate | Activity], report: ProgressReport) -> None:
    """Raise ValidationError, by the act's arguments, where the same report cannot be made on all
    of these: nothing or more than MOST_AT_ONCE is reported on, or what only opens a list; the day
    is yet to come or before a mandate's beginning; an actor answers for an activity; another
    record's report is corrected; a text is longer than LONGEST_TEXT.

    report: without a record, and with the moment at which it is made.
    """
    problems: dict[str, list[str]] = {}
    for field, problem in (
        *_with_records(on),
        *_with_day(on, report),
        *_with_words(report),
        *_with_actor(on, report),
        *_with_correction(on, report),
    ):
        problems.setdefault(field, []).append(problem)
    try:
        report.clean_fields(exclude=["about", "corrects", "reported_by"])  # found already
    except ValidationError as error:
        problems = error.update_error_dict(problems)
    if problems:
        raise ValidationError(problems)


def _with_records(records: Sequence[Mandate | Activity]) -> Iterator[Problem]:
    if not records:
        yield "on", _("Choose the mandates or activities that this is a report on.")
    if len(records) > MOST_AT_ONCE:
        yield (
            "on",
            _(
                "One step can report on %(most)d records, and here are %(count)d: report on them "
                "in several steps."
            )
            % {"most": MOST_AT_ONCE, "count": len(records)},
        )
    for mandate in records:
        if isinstance(mandate, Mandate) and not mandate.reported_on:
            yield (
                "on",
                _(
                    "%(reference)s only opens a list: report on what stands under it, and take "
                    "%(reference)s out."
                )
                % {"reference": mandate.reference},
            )


def _with_day(records: Sequence[Mandate | Activity], report: ProgressReport) -> Iterator[Problem]:
    if report.as_of > timezone.localdate(report.recorded_at):
        yield "as_of", _("That day is yet to come: say what holds today.")
    for mandate in (record for record in records if isinstance(record, Mandate)):
        beginning = mandate.beginning
        first = date(beginning, 1, 1) if isinstance(beginning, int) else beginning
        if first and report.as_of < first:
            yield (
                "as_of",
                _("%(reference)s begins on %(day)s: nothing can be reported of a day before that.")
                % {"reference": mandate.reference, "day": day_in_full(first)},
            )


def _with_words(report: ProgressReport) -> Iterator[Problem]:
    for field in ("done", "evidence_words"):
        length = len(getattr(report, field))
        if length > LONGEST_TEXT:
            yield (
                field,
                _(
                    "This has %(length)s characters, and at most %(most)s can be kept here. Say it "
                    "in short, and send the whole as a file."
                )
                % {"length": f"{length:,}", "most": f"{LONGEST_TEXT:,}"},
            )


def _with_actor(records: Sequence[Mandate | Activity], report: ProgressReport) -> Iterator[Problem]:
    if report.about and any(isinstance(record, Activity) for record in records):
        yield (
            "about",
            _("An actor answers for a mandate: report on activities in a step of their own."),
        )


def _with_correction(
    records: Sequence[Mandate | Activity], report: ProgressReport
) -> Iterator[Problem]:
    wrong = report.corrects
    if wrong is None:
        return
    if list(records) != [wrong.on]:
        yield (
            "corrects",
            _("The report to be corrected is on %(record)s alone.") % {"record": wrong.on},
        )
    if report.about != wrong.about:
        yield "about", _("The report to be corrected is not by this actor: leave that as it was.")
    if report.as_of < wrong.as_of:
        # The latest report is settled by its day first: the wrong one would go on holding.
        yield (
            "as_of",
            _(
                "The report to be corrected holds from %(day)s on, and would go on holding. Give "
                "that day here, with what was true then; then report on the earlier day as well."
            )
            % {"day": day_in_full(wrong.as_of)},
        )


# --- writing ----------------------------------------------------------------------------------


def _lock(records: list[Mandate | Activity]) -> None:
    """Two steps on the same records come one after the other, so the second sees the first."""
    for model in (Mandate, Activity):
        keys = [record.pk for record in records if isinstance(record, model)]
        rows = model.objects.filter(pk__in=keys).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk"))


def _refuse_unread(report: ProgressReport, records: list[Mandate | Activity], seen: int) -> None:
    """Raise ValidationError where others have reported on one of the records, or the same actor's
    answer was recorded, after the report with the key `seen`. The first error has the key of the
    last of those that it tells of (`params`)."""
    on = Q(mandate__in=[record.pk for record in records if isinstance(record, Mandate)])
    on |= Q(activity__in=[record.pk for record in records if isinstance(record, Activity)])
    others = ProgressReport.objects.filter(on, about=report.about, pk__gt=seen)
    unread = list(
        others.exclude(reported_by=report.reported_by)
        .select_related("mandate", "activity", "reported_by")
        .order_by("pk")
    )
    if not unread:
        return
    told: list[ValidationError | str] = [
        ValidationError(
            _("Meanwhile %(name)s reported on %(record)s: %(status)s, as of %(day)s."),
            params={
                "name": name_of(one.reported_by) or _("somebody unnamed"),
                "record": one.on,
                "status": one.get_status_display(),
                "day": day_in_full(one.as_of),
                "key": unread[-1].pk,
            },
        )
        for one in unread[:MOST_TOLD]
    ]
    more = len(unread) - len(told)
    if more:
        text = ngettext("And %(count)d more report.", "And %(count)d more reports.", more)
        told.append(text % {"count": more})
    told.append(_("If yours holds all the same, save again."))
    raise ValidationError({"seen": told})


def _kept_once(file: EvidenceFile) -> EvidenceFile:
    if file.pk:
        return file
    described = {name: getattr(file, name) for name in ("name", "content_type", "size", "content")}
    kept, _made = EvidenceFile.objects.defer("content").get_or_create(
        sha256=file.sha256, defaults=described
    )
    return kept

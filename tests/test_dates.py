"""Every date that the work plan of 2003 prints, what people type, and what nobody should."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_app.dates import (
    MAX_LENGTH,
    Precision,
    Span,
    SpanError,
    WrittenSpan,
    parse_span,
)

SOURCE = Path(__file__).parent.parent / "fixtures" / "work-plan-2003.txt"

# Hypothesis would fail an example for 200 ms of a busy machine; time has a test of its own.
unhurried = settings(deadline=None)


def days(first: tuple[int, int, int], last: tuple[int, int, int]) -> Span:
    return Span(date(*first), date(*last), Precision.DAY)


def day(year: int, month: int, number: int) -> Span:
    return Span.day(date(year, month, number))


def months(first: tuple[int, int], last: date) -> Span:
    return Span(date(*first, 1), last, Precision.MONTH)


# The calendar of the source document, cell by cell: span, and whether it carries an asterisk.
CALENDAR = [
    (day(2002, 11, 8), False),
    (day(2002, 11, 25), False),
    (days((2002, 12, 9), (2002, 12, 10)), False),
    (days((2002, 12, 12), (2002, 12, 13)), False),
    (days((2003, 1, 13), (2003, 1, 31)), False),
    (days((2003, 1, 28), (2003, 1, 29)), False),
    (days((2003, 2, 5), (2003, 2, 6)), False),
    (day(2003, 2, 14), False),
    (day(2003, 2, 18), False),
    (days((2003, 2, 20), (2003, 2, 21)), False),
    (days((2003, 2, 23), (2003, 2, 26)), False),
    (days((2003, 3, 3), (2003, 3, 14)), False),
    (day(2003, 3, 8), False),
    (day(2003, 3, 20), False),
    (days((2003, 3, 24), (2003, 3, 25)), False),
    (day(2003, 3, 25), False),
    (day(2003, 4, 1), False),
    (days((2003, 4, 23), (2003, 4, 25)), False),
    (days((2003, 4, 28), (2003, 4, 29)), False),
    (Span.month(2003, 5), True),
    (Span.month(2003, 5), True),
    (days((2003, 6, 8), (2003, 6, 10)), False),
    (days((2003, 6, 26), (2003, 6, 28)), False),
    (Span.month(2003, 6), True),
    (days((2003, 6, 30), (2003, 7, 18)), False),
    (days((2003, 7, 31), (2003, 8, 2)), True),
    (Span.month(2003, 8), False),  # a month, and yet not tentative
    (Span.month(2003, 9), True),
    (Span.month(2003, 9), True),
    (day(2003, 9, 23), False),
    (Span.month(2003, 10), True),
    (days((2003, 11, 18), (2003, 11, 19)), True),
    (days((2003, 11, 20), (2003, 11, 21)), True),
    (day(2003, 11, 25), False),
]

RUNNING_TEXT = [
    ("January 15, 2002", day(2002, 1, 15)),
    ("April 1st", day(2003, 4, 1)),
    ("January 21, 2003", day(2003, 1, 21)),
    ("August/2003", Span.month(2003, 8)),
    ("January, 2004", Span.month(2004, 1)),
    ("first semester of this year", Span.half_year(2003, 1)),
    ("2004", Span.year_of(2004)),
    ("April 2000", Span.month(2000, 4)),
    ("June, 2003", Span.month(2003, 6)),
    ("Feb/03", Span.month(2003, 2)),
    ("July/03", Span.month(2003, 7)),
]

TYPED = [
    ("2003-06-30", day(2003, 6, 30)),
    ("2003-06-30/2003-07-18", days((2003, 6, 30), (2003, 7, 18))),
    ("2003-06-30 to 2003-07-18", days((2003, 6, 30), (2003, 7, 18))),
    ("2003-06-30 – 2003-07-18", days((2003, 6, 30), (2003, 7, 18))),
    ("2003-05", Span.month(2003, 5)),
    ("2003-05/2003-06", months((2003, 5), date(2003, 6, 30))),
    ("30 June 2003", day(2003, 6, 30)),
    ("30 June-18 July 2003", days((2003, 6, 30), (2003, 7, 18))),
    ("June 30 to July 18, 2003", days((2003, 6, 30), (2003, 7, 18))),
    ("from June 30 to July 18, 2003", days((2003, 6, 30), (2003, 7, 18))),
    ("June 30\u2013July 18, 2003", days((2003, 6, 30), (2003, 7, 18))),
    ("June 30 \u2014 July 18, 2003", days((2003, 6, 30), (2003, 7, 18))),
    ("JUNE 30-JULY 18, 2003", days((2003, 6, 30), (2003, 7, 18))),
    ("Jun 30 - Jul 18 2003", days((2003, 6, 30), (2003, 7, 18))),
    ("13-31 January 2003", days((2003, 1, 13), (2003, 1, 31))),
    ("13th to 31st of January, 2003", days((2003, 1, 13), (2003, 1, 31))),
    ("30 June 2003-18 July", days((2003, 6, 30), (2003, 7, 18))),
    ("30 December 2002-3 January 2003", days((2002, 12, 30), (2003, 1, 3))),
    ("December 30, 2002 - January 3, 2003", days((2002, 12, 30), (2003, 1, 3))),
    ("Sept. 23, 2003", day(2003, 9, 23)),
    ("Sep 23 2003", day(2003, 9, 23)),
    ("the 23rd of September 2003", day(2003, 9, 23)),
    ("\tOctober\u00a02003\n", Span.month(2003, 10)),
    ("in October 2003", Span.month(2003, 10)),
    ("May-June 2003", months((2003, 5), date(2003, 6, 30))),
    ("December 2002-January 2003", months((2002, 12), date(2003, 1, 31))),
    ("feb 2004", Span.month(2004, 2)),
    ("Jul/98", Span.month(1998, 7)),
    ("Jul/70", Span.month(1970, 7)),
    ("Jul/69", Span.month(2069, 7)),
    ("second half of 2003", Span.half_year(2003, 2)),
    ("2nd half-year of 2003", Span.half_year(2003, 2)),
    ("1st semester 2003", Span.half_year(2003, 1)),
    ("2nd semester of 2003", Span.half_year(2003, 2)),
    ("during the First Semester, 2003", Span.half_year(2003, 1)),
    ("in 2004", Span.year_of(2004)),
    ("February 29, 2004", day(2004, 2, 29)),
    ("31/12/2004", day(2004, 12, 31)),
    ("12/31/2004", day(2004, 12, 31)),
    ("13.5.2003", day(2003, 5, 13)),
    ("05-05-2003", day(2003, 5, 5)),
]

WITHOUT_A_YEAR = [
    ("April 1st", day(2003, 4, 1)),
    ("June 30-July 18", days((2003, 6, 30), (2003, 7, 18))),
    ("May", Span.month(2003, 5)),
    ("June of this year", Span.month(2003, 6)),
    ("first semester of this year", Span.half_year(2003, 1)),
    ("second half of the year", Span.half_year(2003, 2)),
    ("second semester", Span.half_year(2003, 2)),
    ("this year", Span.year_of(2003)),
]

REFUSED = [
    ("", "The date is empty."),
    (" \u00a0\n", "The date is empty."),
    ("*", "There is a mark, but no date."),
    ("February 30, 2003", "There is no February 30: February 2003 has 28 days."),
    ("30 February", "There is no February 30"),
    ("2003-02-30", "There is no February 30"),
    ("February 29, 1900", "February 1900 has 28 days"),
    ("32 May", "There is no May 32: May 2003 has 31 days."),
    ("May 0, 2003", "There is no May 0"),
    ("2003-13", "There is no month 13"),
    ("0000", "There is no year 0"),
    ("July 18-June 30, 2003", "The end, June 30, 2003, is before the start, July 18, 2003."),
    ("December 30-January 3, 2003", "and both years where the year changes"),
    ("2003-07-18/2003-06-30", "is before the start"),
    ("June-May 2003", "is before the start"),
    ("throughout the year", '"throughout" was not understood in "throughout the year"'),
    ("if a Summit is convened", '"if" was not understood'),
    ("early June 2003", '"early" was not understood'),
    ("first half of June 2003", '"first" was not understood'),
    ("Juin 2003", '"juin" was not understood'),
    ("12/03/2003", "is the day or the month first?"),
    ("3.12.03", "is the day or the month first?"),
    ("31/12/04", "leaves the century of its year open"),
    ("31/02/2003", "There is no February 31"),
    ("13/14/2003", "There is no month 13"),
    ("0/5/2003", "There is no month 0"),
    ("June 3, 4, 2003", 'has a second day, "4"'),
    ("June 2003 2004", 'has a second year, "2004"'),
    ("June July 2003", 'has a second month, "july"'),
    ("June 1-2-3, 2003", "more than a start and an end"),
    ("June 30-July 2003", "was not understood"),
    ("May-June 3, 2003", "was not understood"),
    ("May 2003-", "was not understood"),
    ("-May 3, 2003", "was not understood"),
    ("2002-2004", "was not understood"),
    ("2000/2002", "was not understood"),
    ("13-31, 2003", "was not understood"),
    ("June ٣, 2003", '"٣" was not understood'),
    ("May* 2003", '"may*" was not understood'),
]


def calendar_cells() -> list[str]:
    text = SOURCE.read_text(encoding="utf-8")
    calendar = text.partition("Calendar of activities 2003")[2].partition("* Tentative date")[0]
    cells = [line for line in calendar.splitlines() if line.startswith("\t")]
    assert len(cells) == 68, "two columns: a date and what takes place"
    return cells[::2]


def test_every_date_of_the_calendar_is_read() -> None:
    cells = calendar_cells()
    assert len(cells) == len(CALENDAR) == 34
    assert [parse_span(cell) for cell in cells] == [WrittenSpan(*entry) for entry in CALENDAR]


def test_every_date_of_the_calendar_is_written_as_printed() -> None:
    # What is normalised is only spacing, and the comma of "August, 2003".
    printed = [" ".join(cell.split()).replace("- ", "-") for cell in calendar_cells()]
    printed[printed.index("August, 2003")] = "August 2003"
    assert [str(parse_span(cell)) for cell in calendar_cells()] == printed


TENTATIVE = ["February 14, 2003", "November 18-19, 2003*", "August, 2003", "May 2003*"]


def test_tentative_and_precision_are_independent() -> None:
    kinds = {(written.span.precision, written.tentative) for written in map(parse_span, TENTATIVE)}
    assert kinds == {
        (precision, tentative)
        for precision in (Precision.DAY, Precision.MONTH)
        for tentative in (False, True)
    }


@pytest.mark.parametrize(("words", "span"), RUNNING_TEXT)
def test_a_date_in_running_text_is_read(words: str, span: Span) -> None:
    assert words in SOURCE.read_text(encoding="utf-8")
    assert parse_span(words, year=2003) == WrittenSpan(span, tentative=False)


@pytest.mark.parametrize(("text", "span"), TYPED)
@pytest.mark.parametrize("assumed", [None, 1999])
def test_what_people_type_is_read_and_its_own_year_wins(
    text: str, span: Span, assumed: int | None
) -> None:
    assert parse_span(text, year=assumed).span == span


@pytest.mark.parametrize("hyphen", "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
def test_every_hyphen_and_dash_is_a_hyphen(hyphen: str) -> None:
    assert parse_span(f"June 30{hyphen}July 18, 2003").span == days((2003, 6, 30), (2003, 7, 18))
    assert parse_span(f"2003{hyphen}06{hyphen}30").span == day(2003, 6, 30)


@pytest.mark.parametrize(("text", "span"), WITHOUT_A_YEAR)
def test_a_year_is_assumed_only_where_one_is_given(text: str, span: Span) -> None:
    assert parse_span(text, year=2003).span == span
    with pytest.raises(SpanError, match=r"has no year|Which year is meant"):
        parse_span(text)


@pytest.mark.parametrize("mark", ["*", " *", " (tentative)", "(Tentative)", " (tentative date)"])
@pytest.mark.parametrize(
    "words", ["May 2003", "2003-06-30", "June 30-July 18, 2003", "first semester of 2003", "2004"]
)
def test_a_trailing_mark_is_tentative_and_changes_nothing_else(words: str, mark: str) -> None:
    assert parse_span(words) == WrittenSpan(parse_span(words).span, tentative=False)
    assert parse_span(words + mark) == WrittenSpan(parse_span(words).span, tentative=True)


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_what_is_no_date_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(SpanError) as refusal:
        parse_span(text, year=2003)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("text", ["throughout the meeting", "Juin 2003", "2002-2004", ""])
def test_a_refusal_shows_how_to_write_it(text: str) -> None:
    with pytest.raises(SpanError, match="Write it like one of these: February 14, 2003; "):
        parse_span(text)


@pytest.mark.parametrize(
    "piece", ["*", " ", "-", "a", "9", "1-", "may ", "may/", "(tentative)", "half ", "\u00a0", ","]
)
@pytest.mark.parametrize("length", [MAX_LENGTH, 200_000])
def test_hostile_input_is_refused_at_once(piece: str, length: int) -> None:
    text = (piece * length)[:length]
    began = time.process_time()  # of this process, whatever else the machine is doing
    with pytest.raises(SpanError):
        parse_span(text, year=2003)
    assert time.process_time() - began < 0.5


def test_the_longest_date_is_read_and_one_character_more_is_refused() -> None:
    longest = "May" + " " * (MAX_LENGTH - 7) + "2003"
    assert len(longest) == MAX_LENGTH == 100
    assert parse_span(longest).span == Span.month(2003, 5)
    with pytest.raises(SpanError, match="shorter than 100 characters"):
        parse_span(longest + " ")


@unhurried
@given(st.text(max_size=120))
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    try:
        written = parse_span(text, year=2003)
    except SpanError:
        return
    assert parse_span(str(written)) == written


# --- spans -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (day(2003, 2, 14), "February 14, 2003"),
        (days((2003, 1, 13), (2003, 1, 31)), "January 13-31, 2003"),
        (days((2003, 6, 30), (2003, 7, 18)), "June 30-July 18, 2003"),
        (days((2002, 12, 30), (2003, 1, 3)), "December 30, 2002-January 3, 2003"),
        (days((2003, 5, 1), (2003, 5, 31)), "May 1-31, 2003"),
        (days((2003, 1, 13), (2004, 1, 13)), "January 13, 2003-January 13, 2004"),
        (Span.month(2003, 5), "May 2003"),
        (months((2003, 5), date(2003, 6, 30)), "May-June 2003"),
        (months((2003, 1), date(2003, 12, 31)), "January-December 2003"),
        (months((2002, 12), date(2003, 1, 31)), "December 2002-January 2003"),
        (Span.half_year(2003, 1), "first semester of 2003"),
        (Span.half_year(2003, 2), "second semester of 2003"),
        (Span.year_of(2004), "2004"),
    ],
)
def test_a_span_is_written_as_the_document_writes_it(span: Span, words: str) -> None:
    assert str(span) == span.printed(tentative=False) == words
    assert span.printed(tentative=True) == f"{words}*"


def test_the_words_for_a_precision_are_the_ones_that_are_stored() -> None:
    assert [str(precision) for precision in Precision] == ["day", "month", "half-year", "year"]


def test_constructors_give_the_bounds() -> None:
    assert Span.day(date(2003, 2, 14)) == days((2003, 2, 14), (2003, 2, 14))
    february = Span(date(2004, 2, 1), date(2004, 2, 29), Precision.MONTH)
    assert Span.month(2004, 2) == february
    first = Span(date(2003, 1, 1), date(2003, 6, 30), Precision.HALF_YEAR)
    assert Span.half_year(2003, 1) == first
    second = Span(date(2003, 7, 1), date(2003, 12, 31), Precision.HALF_YEAR)
    assert Span.half_year(2003, 2) == second
    assert Span.year_of(2003) == Span(date(2003, 1, 1), date(2003, 12, 31), Precision.YEAR)


@pytest.mark.parametrize(
    ("construct", "sentence"),
    [
        (lambda: Span.month(2003, 13), "There is no month 13"),
        (lambda: Span.month(2003, 0), "There is no month 0"),
        (lambda: Span.half_year(2003, 3), "none numbered 3"),
        (lambda: Span.year_of(0), "There is no year 0"),
        (lambda: Span.year_of(10_000), "There is no year 10000"),
    ],
)
def test_a_constructor_refuses_what_no_calendar_has(
    construct: Callable[[], Span], sentence: str
) -> None:
    with pytest.raises(SpanError, match=sentence):
        construct()


@pytest.mark.parametrize("precision", list(Precision))
def test_an_end_before_the_start_is_refused_whatever_the_precision(precision: Precision) -> None:
    with pytest.raises(
        SpanError, match=r"The end, May 31, 2003, is before the start, June 1, 2003"
    ):
        Span(date(2003, 6, 1), date(2003, 5, 31), precision)


WHOLE = {
    Precision.MONTH: "is not a whole month, from its first day to its last, or several. Change",
    Precision.HALF_YEAR: "is not a half-year: January 1-June 30 or July 1-December 31. Change",
    Precision.YEAR: "is not one year, from January 1 to December 31. Change",
}


@pytest.mark.parametrize(
    ("start", "end", "precision"),
    [
        (date(2003, 5, 2), date(2003, 5, 31), Precision.MONTH),
        (date(2003, 5, 1), date(2003, 5, 30), Precision.MONTH),
        (date(2004, 2, 1), date(2004, 2, 28), Precision.MONTH),
        (date(2003, 1, 1), date(2003, 12, 31), Precision.HALF_YEAR),
        (date(2003, 4, 1), date(2003, 9, 30), Precision.HALF_YEAR),
        (date(2003, 1, 2), date(2003, 6, 30), Precision.HALF_YEAR),
        (date(2003, 7, 1), date(2003, 12, 30), Precision.HALF_YEAR),
        (date(2003, 1, 1), date(2004, 6, 30), Precision.HALF_YEAR),
        (date(2003, 1, 1), date(2003, 6, 30), Precision.YEAR),
        (date(2003, 1, 1), date(2004, 12, 31), Precision.YEAR),
        (date(2003, 1, 1), date(2003, 12, 30), Precision.YEAR),
    ],
)
def test_bounds_which_do_not_fit_the_precision_are_refused(
    start: date, end: date, precision: Precision
) -> None:
    with pytest.raises(SpanError) as refusal:
        Span(start, end, precision)
    assert WHOLE[precision] in str(refusal.value)


SORTED = [
    Span.month(2002, 12),
    day(2003, 1, 1),
    days((2003, 1, 13), (2003, 1, 29)),
    days((2003, 1, 13), (2003, 1, 31)),
    day(2003, 1, 31),
    Span.month(2003, 1),
    months((2003, 1), date(2003, 2, 28)),
    Span.half_year(2003, 1),
    Span.year_of(2003),
    day(2003, 6, 8),
    days((2003, 6, 30), (2003, 7, 18)),
    Span.month(2003, 6),
    day(2003, 7, 1),
    Span.month(2003, 7),
    Span.half_year(2003, 2),
    Span.month(2003, 8),
]


def test_dated_entries_come_first_within_their_month_and_vague_ones_last() -> None:
    backwards = SORTED[::-1]
    assert sorted(backwards, key=lambda span: span.sort_key) == SORTED


def test_the_live_calendar_moves_only_the_months_printed_before_a_day_of_theirs() -> None:
    spans = [span for span, _ in CALENDAR]
    june, september = Span.month(2003, 6), Span.month(2003, 9)
    june_30, september_23 = spans[24], spans[29]
    assert spans[23:25] == [june, june_30]
    assert spans[27:30] == [september, september, september_23]
    live = spans.copy()
    live[23:25] = [june_30, june]
    live[27:30] = [september_23, september, september]
    assert sorted(spans, key=lambda span: span.sort_key) == live


DATES = st.dates()
PAIRS = st.one_of(
    st.tuples(DATES, DATES).map(sorted),
    # Meetings are short, which chance would hardly find among ten thousand years.
    st.tuples(st.dates(max_value=date(9998, 1, 1)), st.integers(0, 60)).map(
        lambda pair: [pair[0], pair[0] + timedelta(days=pair[1])]
    ),
)
YEARS = st.integers(1, 9999)
MONTHS = st.integers(1, 12)
MONTH_SPANS = st.builds(Span.month, YEARS, MONTHS)
VAGUE_SPANS = st.one_of(
    MONTH_SPANS,
    st.tuples(MONTH_SPANS, MONTH_SPANS)
    .map(lambda pair: sorted(pair, key=lambda span: span.start))
    .map(lambda pair: Span(pair[0].start, pair[1].end, Precision.MONTH)),
    st.builds(Span.half_year, YEARS, st.sampled_from([1, 2])),
    st.builds(Span.year_of, YEARS),
)
SPANS = PAIRS.map(lambda pair: Span(pair[0], pair[1], Precision.DAY)) | VAGUE_SPANS


@unhurried
@given(SPANS, st.booleans())
def test_what_is_written_reads_back_as_the_same_span(span: Span, tentative: bool) -> None:
    assert parse_span(str(span)).span == span
    assert parse_span(span.printed(tentative)) == WrittenSpan(span, tentative)


@unhurried
@given(SPANS, SPANS)
def test_spans_that_sort_alike_are_alike(one: Span, other: Span) -> None:
    assert (one.sort_key == other.sort_key) == (one == other)


@unhurried
@given(VAGUE_SPANS, st.data())
def test_nothing_vague_sorts_as_if_it_fell_on_a_day_of_its_month(
    span: Span, data: st.DataObject
) -> None:
    month = Span.month(span.start.year, span.start.month)
    dated = Span.day(data.draw(st.dates(month.start, month.end)))
    assert dated.sort_key < span.sort_key

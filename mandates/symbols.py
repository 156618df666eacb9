"""Symbols of resolutions, and references to their paragraphs, however they are typed.

A symbol is the full citation of a resolution: `CIM/RES.219 (XXXI-O/02)`. People leave out parts
of it, and printers put a zero for the letter O; the slug is what all spellings have in common, and
is the key of addresses, fixtures and spreadsheets.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

import roman

MAX_LENGTH = 100
"""Characters. No symbol is longer; what is longer was pasted by mistake, or is hostile."""

FIRST_YEAR = 1928
"""The year the CIM was founded: two digits from 28 on mean 19xx, and below it 20xx."""

HOW_TO_WRITE = (
    "Write a symbol like one of these: CIM/RES.224 (XXXI-O/02), CIM/DEC.4/07 (VII-E/07), "
    "AG/RES. 1741, CP/RES. 703 (1122/97), A/RES/57/179, A/HRC/RES/32/19, E/RES/2015/21, "
    "S/RES/1325 (2000)."
)
HOW_TO_REFER = (
    "Write a paragraph like one of these: 219-3, 225-1-a, CIM/RES.225 (XXXI-O/02) para. 1 (a), "
    "A/HRC/RES/32/19 5 (b)."
)


class SymbolError(ValueError):
    """A symbol or reference that cannot be read. The message is a sentence for who typed it."""


class Kind(StrEnum):
    """What was adopted. OAS bodies print DEC for a declaration, UN bodies for a decision."""

    RESOLUTION = "resolution"
    DECLARATION = "declaration"
    DECISION = "decision"


KIND_ORDER = {kind: rank for rank, kind in enumerate(Kind)}
OAS_BODIES = frozenset({"CIM", "AG", "CP"})
# In the UN a session's number was Roman and stood last, "A/RES/217 (III)", up to these sessions.
LAST_ROMAN_SESSION = {"A": 30, "E": 63}


@dataclass(frozen=True, slots=True)
class AssemblyCode:
    """An Assembly: its ordinal, whether it was a special one, and its year (four digits).

    Raises SymbolError for an ordinal or a year that no Assembly can have.
    """

    ordinal: int
    special: bool
    year: int

    def __post_init__(self) -> None:
        if not 1 <= self.ordinal <= 999:
            raise SymbolError(f"No Assembly has the number {self.ordinal}: they start at I.")
        if self.year < FIRST_YEAR:
            raise SymbolError(f"No Assembly was held in {self.year}, before the CIM was founded.")

    @property
    def slug(self) -> str:
        """The key for addresses: "xxxi-o-02"."""
        return str(self).lower().replace("/", "-")

    def __str__(self) -> str:
        kind = "E" if self.special else "O"
        return f"{roman.toRoman(self.ordinal)}-{kind}/{_short(self.year)}"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A resolution's citation, taken apart. What was not written is None.

    `session` is the UN body's session, or the Permanent Council's meeting; `special` is "S" or
    "ES" where that UN session is a special or an emergency one. `year` has four digits.
    Raises SymbolError where a part is missing without which the symbol names nothing.
    """

    body: str
    kind: Kind
    number: int
    year: int | None = None
    session: int | None = None
    assembly: AssemblyCode | None = None
    special: str = ""

    def __post_init__(self) -> None:
        if self.number < 1:
            raise SymbolError(f"No resolution has the number {self.number}. {HOW_TO_WRITE}")
        if self.session is not None and self.session < 1:
            raise SymbolError(f"No session has the number {self.session}. {HOW_TO_WRITE}")
        if self._restarts and not self.series:
            raise SymbolError(
                f"There are several {self.body}/{self._code} {self.number}, as the numbers start "
                f"again: add the year or the session. {HOW_TO_WRITE}"
            )

    @property
    def slug(self) -> str:
        """The key for addresses, the same however much of the symbol was left out.

        A CIM resolution is its bare number, since these run through all Assemblies.
        """
        if self.body == "CIM" and self.kind is Kind.RESOLUTION:
            return str(self.number)
        body = self.body.lower().replace(".", "").replace("/", "-")
        return "-".join((body, self._code.lower(), *self._key))

    @property
    def sort_key(self) -> tuple[str, int, str, int, int]:
        """By body and kind, then by session or year where the numbers restart, then by number."""
        return (self.body, KIND_ORDER[self.kind], self.special, self.series, self.number)

    def __str__(self) -> str:
        if self.body in OAS_BODIES:
            return self._oas_form()
        stem = f"{self.body}/{self._code}/"
        if self.body == "S":
            return f"{stem}{self.number}" + (f" ({self.year})" if self.year else "")
        if self._has_roman_session:
            return f"{stem}{self.number} ({roman.toRoman(self.series)})"
        prefix = f"{self.special}-" if self.special else ""
        return f"{stem}{prefix}{self.series}/{self.number}"

    def _oas_form(self) -> str:
        # The CIM prints no space after the full stop, the organs of the OAS do.
        form = f"{self.body}/{self._code}.{'' if self.body == 'CIM' else ' '}{self.number}"
        if self.session is not None and self.year is not None:
            return f"{form} ({self.session}/{_short(self.year)})"
        year = "" if self.year is None else f"/{_short(self.year)}"
        assembly = "" if self.assembly is None else f" ({self.assembly})"
        return f"{form}{year}{assembly}"

    @property
    def _code(self) -> str:
        return "RES" if self.kind is Kind.RESOLUTION else "DEC"

    @property
    def _restarts(self) -> bool:
        """Whether the number alone, with body and kind, does not say which one is meant."""
        if self.body == "CIM":
            return self.kind is not Kind.RESOLUTION
        return self.body not in OAS_BODIES and self.body != "S"

    @property
    def series(self) -> int:
        """The session or the year in which the numbers restart; 0 where they do not."""
        if not self._restarts:
            return 0
        assembly_year = self.assembly.year if self.assembly else 0
        return self.session or self.year or assembly_year

    @property
    def _has_roman_session(self) -> bool:
        if self.special or self.session is None:
            return False
        return self.session <= LAST_ROMAN_SESSION.get(self.body, 0)

    @property
    def _key(self) -> tuple[str, ...]:
        """What tells it from others of its body and kind, in the order in which it is written."""
        if not self._restarts:
            return (str(self.number),)
        if self.body == "CIM":
            return (str(self.number), _short(self.series))
        if self._has_roman_session:
            return (str(self.number), roman.toRoman(self.series).lower())
        prefix = (self.special.lower(),) if self.special else ()
        return (*prefix, str(self.series), str(self.number))


@dataclass(frozen=True, slots=True)
class Reference:
    """A mandate: the slug of its resolution, and the labels of its paragraph from the top down."""

    resolution: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return "-".join((self.resolution, *self.path))


def parse_assembly_code(text: str) -> AssemblyCode:
    """Read "XXXI-O/02", in any case and spacing, with or without brackets; a zero means the O.

    Raises SymbolError with a sentence that shows how a code is written.
    """
    match = re.fullmatch(_CODE, _tidy(text))
    if match is None:
        raise SymbolError(
            f'"{text.strip()}" is not the code of an Assembly. Write the number in Roman '
            "numerals, O or E for ordinary or special, and the year: XXXI-O/02."
        )
    return _assembly(match)


def parse_symbol(text: str) -> Symbol:
    """Read the symbol of a resolution, declaration or decision of the CIM, the OAS or the UN.

    Spacing, case, full stops, the Assembly in brackets and a zero for the letter O are forgiven,
    and so is a year left out where the number is enough. Raises SymbolError with a sentence that
    shows how a symbol is written.
    """
    tidy = _tidy(text)
    found = _symbol_and_rest(tidy)
    if found is None or found[1].strip(" .,;"):
        raise SymbolError(f'"{text.strip()}" is not a symbol we can read. {HOW_TO_WRITE}')
    return found[0]


def slug_from(text: str) -> str:
    """Return the slug of a symbol typed in any form, of a bare "224" (the CIM's), or of a slug.

    Raises SymbolError, as `parse_symbol` does.
    """
    return parse_symbol(_with_body(text)).slug


def parse_reference(text: str) -> Reference:
    """Read a reference to a paragraph: "225-1-a", "225 1(a)", "CIM/RES.225 (XXXI-O/02) para. 1".

    What a label means depends on its level alone (see `path_label`): in "225-1-i" the i is the
    ninth letter, in "225-1-a-i" the Roman one. After a CIM number two or four digits behind a
    slash are a year ("225/02"), behind a hyphen, a full stop or a space a paragraph ("225-10");
    a CIM declaration takes the first such digits for its year ("cim-dec-4-07-1").
    Raises SymbolError with a sentence that shows how a reference is written.
    """
    found = _symbol_and_rest(_tidy(_with_body(text)))
    if found is None:
        raise SymbolError(f'"{text.strip()}" does not begin with a resolution. {HOW_TO_REFER}')
    symbol, rest = found
    labels = _LABEL.findall(rest)
    if labels and labels[0] in _PARAGRAPH_WORDS:
        labels = labels[1:]
    if not labels:
        raise SymbolError(f'"{text.strip()}" names no paragraph. {HOW_TO_REFER}')
    path = tuple(_checked_label(level, label) for level, label in enumerate(labels, start=1))
    return Reference(symbol.slug, path)


def path_label(level: int, position: int) -> str:
    """Return the label of the paragraph at a position (from 1) of a level (from 1).

    Numbers, letters and small Roman numerals take turns, from level 1 down: 3, a, i, 1, a, i.
    After "z" come "aa", "bb", "cc", as the United Nations print them. Raises ValueError below 1.
    """
    if level < 1 or position < 1:
        raise ValueError(f"levels and positions start at 1, not at {level} and {position}")
    match _style(level):
        case "letter":
            times, letter = divmod(position - 1, 26)
            return chr(ord("a") + letter) * (times + 1)
        case "numeral":
            return roman.toRoman(position).lower()
        case _:
            return str(position)


# --- years -----------------------------------------------------------------------------------


def _full(year: str) -> int:
    if len(year) == 4:
        return int(year)
    return int(year) + (1900 if int(year) >= FIRST_YEAR % 100 else 2000)


def _short(year: int) -> str:
    """Two digits, as symbols print them, as long as they can be read back."""
    two = f"{year % 100:02d}"
    return two if _full(two) == year else f"{year:04d}"


# --- reading ---------------------------------------------------------------------------------

_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))

# Written for lower case and single spaces, which is what `_tidy` leaves.
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})(?![0-9])"
_LONG_YEAR = r"(?P<year>(?:19|20)[0-9]{2})(?![0-9])"
_NUMBER = r"(?P<number>[0-9]{1,5})(?![0-9])"
_KIND = r"[ /.-]*(?P<kind>resolution|res|dec)[ /.-]*"
_CODE = (
    r"\(? ?(?P<numeral>[ivxlcdm]+) ?- ?(?P<type>[oe0]) ?[/-] ?"
    r"(?P<code_year>[0-9]{4}|[0-9]{2})(?![0-9]) ?\)?"
)
_UN_BODY = r"(?P<body>a(?:[ /.-]*hrc)?|e(?:[ /.-]*cn[ /.-]*[0-9]{1,2})?)"
_SESSION = r"(?:(?P<special>es|s)[ -]*)?(?P<session>[0-9]{1,3})"

# In order: what a later one would also take, a former one takes first.
_FORMS = tuple(
    re.compile(form)
    for form in (
        # As CIM/DEC.4/07 (VII-E/07). The year is part of the key, so slugs have it, hyphenated.
        rf"(?P<body>cim)[ /.-]*(?P<kind>dec)[ /.-]*{_NUMBER}(?: ?[ /-] ?{_YEAR})?(?: ?{_CODE})?",
        # As CIM/RES.191/96 (XXVIII-O/96), AG/RES. 1741 (XXX-O/00)
        rf"(?P<body>cim|ag){_KIND}{_NUMBER}(?: ?/ ?{_YEAR})?(?: ?{_CODE})?",
        # As CP/RES. 703 (1122/97), CP/RES. 703/97
        rf"(?P<body>cp){_KIND}{_NUMBER}(?:(?: ?\( ?(?P<session>[0-9]{{1,4}}))? ?/ ?{_YEAR} ?\)?)?",
        # As E/RES/1992/19, E/CN.4/RES/2003/45: a year, where others have a session.
        rf"(?P<body>e(?:[ /.-]*cn[ /.-]*[0-9]{{1,2}})?){_KIND}{_LONG_YEAR}[ /.-]+{_NUMBER}",
        # As A/RES/57/179, A/HRC/RES/32/19, A/RES/S-23/3, E/CN.6/RES/60/2
        rf"{_UN_BODY}{_KIND}{_SESSION}[ /.-]+{_NUMBER}",
        # As A/RES/217 (III), E/RES/11 (II)
        rf"(?P<body>a|e){_KIND}{_NUMBER}[ -]?\(? ?(?P<roman_session>[ivxlc]+)(?![a-z]) ?\)?",
        # As S/RES/1325 (2000)
        rf"(?P<body>s){_KIND}{_NUMBER}(?: ?[ /(] ?{_LONG_YEAR} ?\)?)?",
    )
)
_BARE_NUMBER = re.compile(r" *[0-9]")
_LABEL = re.compile(r"[0-9]+|[a-z]+|[^ ./,()-]")
_PARAGRAPH_WORDS = frozenset({"para", "paragraph"})


def _tidy(text: str) -> str:
    """Lower case, one kind of hyphen, single spaces."""
    if len(text) > MAX_LENGTH:
        raise SymbolError(f"A symbol is shorter than {MAX_LENGTH} characters. {HOW_TO_WRITE}")
    return " ".join(text.translate(_HYPHENS).lower().split())


def _with_body(text: str) -> str:
    """A number alone is the CIM's, whose registry this is."""
    return f"CIM/RES.{text.strip()}" if _BARE_NUMBER.match(text) else text


def _symbol_and_rest(tidy: str) -> tuple[Symbol, str] | None:
    matches = (form.match(tidy) for form in _FORMS)
    match = next((match for match in matches if match), None)
    return (_symbol(match), tidy[match.end() :]) if match else None


def _symbol(match: re.Match[str]) -> Symbol:
    part = match.groupdict()
    body = _body(match["body"])
    return Symbol(
        body=body,
        kind=_kind(body, match["kind"]),
        number=int(match["number"]),
        year=_full(part["year"]) if part.get("year") else None,
        session=_session(part),
        assembly=_assembly(match) if part.get("numeral") else None,
        special=(part.get("special") or "").upper(),
    )


def _body(written: str) -> str:
    letters = re.sub(r"[ /.-]", "", written).upper()
    return letters.replace("AHRC", "A/HRC").replace("ECN", "E/CN.")


def _kind(body: str, written: str) -> Kind:
    if written != "dec":
        return Kind.RESOLUTION
    return Kind.DECLARATION if body in OAS_BODIES else Kind.DECISION


def _session(part: dict[str, str | None]) -> int | None:
    if numeral := part.get("roman_session"):
        return _from_roman(numeral)
    session = part.get("session")
    return int(session) if session else None


def _assembly(match: re.Match[str]) -> AssemblyCode:
    ordinal = _from_roman(match["numeral"])
    return AssemblyCode(ordinal, match["type"] == "e", _full(match["code_year"]))


def _from_roman(numeral: str) -> int:
    try:
        return roman.fromRoman(numeral.upper())
    except roman.InvalidRomanNumeralError:
        raise SymbolError(
            f'"{numeral.upper()}" is not a Roman numeral. Write it like XXXI.'
        ) from None


def _style(level: int) -> str:
    return ("number", "letter", "numeral")[(level - 1) % 3]


def _checked_label(level: int, label: str) -> str:
    position = _position(_style(level), label)
    if position is None:
        raise SymbolError(f'"{label}" cannot stand at level {level} of a paragraph. {HOW_TO_REFER}')
    return path_label(level, position)


def _position(style: str, label: str) -> int | None:
    """Where a label stands in its list, from 1; None if the list has no such label."""
    if style == "number":
        return int(label) or None if re.fullmatch(r"[0-9]{1,4}", label) else None
    if style == "letter":
        repeated = re.fullmatch(r"([a-z])\1*", label)
        return ord(label[0]) - ord("a") + 1 + 26 * (len(label) - 1) if repeated else None
    # The roman package would take "n" for zero, unless told not to.
    return _from_roman(label) if re.fullmatch(r"[ivxlcdm]+", label) else None

"""Which column of a sheet is which."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cimplan.spreadsheets.columns import did_you_mean
from cimplan.spreadsheets.files import Sheet, SheetError
from cimplan.spreadsheets.resource import VERSION, Resource

VERSION_HEADING = gettext_lazy("Version (leave as it is)")


def places(resource: Resource, sheet: Sheet, notes: list[str]) -> dict[str, int]:
    """Where the column of each attribute is in the sheet.

    Raises SheetError where one is doubled, is misspelt, or where the key's is missing.
    """
    columns = (*resource.columns, *resource.beside)
    names = {str(c.heading).casefold(): c.attribute for c in columns}
    names |= {name.casefold(): c.attribute for c in columns for name in c.names}
    names |= {str(VERSION_HEADING).casefold(): VERSION, VERSION: VERSION}
    found: dict[str, int] = {}
    unknown = []
    for place, heading in enumerate(sheet.headings):
        attribute = names.get(heading.casefold())
        if attribute in found:
            raise SheetError(
                _("There are two columns “%(heading)s”. Delete one of them.") % {"heading": heading}
            )
        if attribute:
            found[attribute] = place
        elif heading or any(any(row.texts[place : place + 1]) for row in sheet.rows):
            unknown.append(heading)
    if resource.lacks(set(found)):
        raise SheetError(
            _(
                "This is not the table of %(table)s: it has no column %(missing)s. Its columns "
                "are: %(columns)s.%(hint)s"
            )
            % {
                "table": resource.title,
                "missing": " / ".join(f"“{one}”" for one in resource.lacks(set(found))),
                "columns": ", ".join(resource.headings),
                "hint": "".join(did_you_mean(one, resource.headings) for one in unknown[:3] if one),
            }
        )
    absent = [str(c.heading) for c in columns if c.attribute not in found]
    for heading in unknown:
        meant = did_you_mean(heading, absent) if heading else ""
        if meant:
            raise SheetError(
                _("There is no column “%(heading)s”.%(meant)s")
                % {"heading": heading, "meant": meant}
            )
    if unknown:
        notes.append(
            _("Columns that are not of this table were not read: %(columns)s.")
            % {"columns": ", ".join(f"“{one}”" for one in unknown)}
        )
    return found

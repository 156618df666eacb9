"""Years and months in addresses: four digits and two, so that each page has one address."""


class Year:
    # From before the Commission was founded to well short of where Python's calendar ends.
    regex = "19[0-9]{2}|2[0-9]{3}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


class Month:
    regex = "0[1-9]|1[0-2]"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02d}"

"""Tables that go out as spreadsheets, are worked on, and come back: `files` reads and writes the
file, `columns` says what a cell means, `resource` what a row is, `importing` compares and saves."""

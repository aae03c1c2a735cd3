"""One line of the tables in fields/: where a value is in the dump, and its name in tshark."""
import dataclasses
import functools
from collections.abc import Callable

from dump.readers import number, tshark_verdict, verdict


@dataclasses.dataclass(eq=False)
class Field:
    section: str          # or several, with | between
    label: str            # or several, with | between
    read: Callable        # of the dump's text; None: not a value of this field
    tshark: str           # several names, with blanks between: their values together, in any order
    read_tshark: Callable
    is_verdict: bool = False

    @functools.cached_property
    def sections(self):
        return self.section.split("|")

    @functools.cached_property
    def labels(self):
        return self.label.split("|")

    @functools.cached_property
    def names(self):
        return self.tshark.split()

    def __str__(self):
        return f"{self.section}, {self.label} ({self.tshark})"


def table(section, *rows):
    """Rows of (label, reader, tshark's field), or (..., reader of tshark's text) if its form differs."""
    return [Field(section, label, read, name, *(more or [getattr(read, "plain", read)])) for label, read, name, *more in rows]


def checksum(section, field, label="Checksum"):
    """Fields for the checksum's value and for its status."""
    return [Field(section, label, number, field, number),
            Field(section, label, verdict, f"{field}.status", tshark_verdict, True)]


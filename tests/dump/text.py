"""Parses the text of a full dump into packets, sections and labelled values."""
import dataclasses
import functools
import re

HEADING = re.compile(r"Packet (\d+)(?:, time ([^,]*))?(?:, captured (\d+) of (\d+) bytes)?$")
SECTION = re.compile(r"----- (.*) -----$")
VALUE = re.compile(r"([A-Z][\w /.-]*?):\s+(.*)$")


@dataclasses.dataclass
class Section:
    name: str       # without QUOTED
    quoted: bool    # marks sections of the packet that an ICMP error quotes; tshark does not distinguish them
    values: dict    # label -> list of values: a label may come several times

    def all(self, label):
        return self.values.get(label, [])


@dataclasses.dataclass
class Packet:
    number: int
    cut: bool  # the capture has fewer bytes than the wire had
    text: str
    sections: list

    @functools.cached_property
    def by_name(self):
        names = {}
        for section in self.sections:
            names.setdefault(section.name, []).append(section)
        return names


def parse_section_lines(lines):
    sections = []
    for line in lines:
        if not line[:1].isupper() and line[:1] != "-":
            continue  # most lines are bytes in hex
        if found := SECTION.match(line):
            name = found[1]
            quoted = name.startswith("QUOTED ")
            sections.append(Section(name.removeprefix("QUOTED "), quoted, {}))
        elif sections and (found := VALUE.match(line)):
            sections[-1].values.setdefault(found[1], []).append(found[2])
    return sections


def packets(lines):
    """Yields the packets in the lines that `pktdump full` prints."""
    found, body = None, []

    def finished():
        return Packet(int(found[1]), bool(found[3]), "".join(body).strip("\n"), parse_section_lines(s.rstrip("\n") for s in body))

    for line in lines:
        if line.startswith("Packet ") and (heading := HEADING.match(line)):
            if found:
                yield finished()
            found, body = heading, []
        else:
            body.append(line)
    if found:
        yield finished()

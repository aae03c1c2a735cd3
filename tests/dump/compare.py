"""Compares the dump of a capture with tshark's decode of it: every field, in both directions."""
import collections
import dataclasses
import subprocess

from dump import text
from dump.exceptions import explain
from dump.fields import FIELDS, LAYERS, SYNONYMS
from dump.tshark import Decoded, Tshark

PROTOCOLS = set(LAYERS.values())
# Not compared, but used by the exceptions.
CONTEXT = ["frame.protocols", "frame.cap_len", "_ws.malformed", "icmp.length", "icmpv6.length"]


@dataclasses.dataclass
class Case:
    """One field of one packet."""
    packet: text.Packet
    field: object
    ours: list
    theirs: list
    sections: list  # of the dump, that each value of ours is from
    decoded: dict  # everything that tshark says of the packet

    def __str__(self):
        shown = " ".join(map(str, self.ours)) or "nothing", " ".join(map(str, self.theirs)) or "nothing"
        where = self.sections[0].name if self.sections else self.field.section
        return f"packet {self.packet.number}, {where}, {self.field.label} ({self.field.tshark}): the dump says {shown[0]}, tshark {shown[1]}"


@dataclasses.dataclass
class Result:
    packets: int = 0
    compared: collections.Counter = dataclasses.field(default_factory=collections.Counter)  # by field
    mismatches: list = dataclasses.field(default_factory=list)
    by_field: collections.Counter = dataclasses.field(default_factory=collections.Counter)  # mismatches
    excused: collections.Counter = dataclasses.field(default_factory=collections.Counter)   # by reason
    waiting: collections.Counter = dataclasses.field(default_factory=collections.Counter)   # by what the dump does not decode
    problem: str = ""  # why the file could not be compared to its end

    KEPT = 100  # mismatches with their text; the others are counted

    def add(self, other):
        self.packets += other.packets
        self.mismatches = (self.mismatches + other.mismatches)[:self.KEPT]
        for name in ("compared", "by_field", "excused", "waiting"):
            getattr(self, name).update(getattr(other, name))

    @property
    def mismatched(self):
        return sum(self.by_field.values())

    @property
    def ok(self):
        return not self.mismatched and not self.problem


def as_list(found):
    return found if isinstance(found, list) else [] if found is None else [found]


def our_sections(packet, field):
    if len(field.sections) == 1:
        return packet.by_name.get(field.section, ())
    return [section for section in packet.sections if section.name in field.sections]


def case_of(packet, field, decoded):
    pairs = [(value, section) for section in our_sections(packet, field)
             for label in field.labels for text_ in section.all(label) for value in as_list(field.read(text_))]
    theirs = [value for name in field.names for text_ in decoded.get(name, ()) for value in as_list(field.read_tshark(text_))]
    ours = [value for value, _ in pairs]
    if len(field.names) > 1:
        ours, theirs = sorted(ours), sorted(theirs)
    return Case(packet, field, ours, theirs, [section for _, section in pairs], decoded)


def layers(decoded):
    """The layers of the packet according to tshark, which names IGMP twice."""
    names = [SYNONYMS.get(name, name) for name in (decoded["frame.protocols"] or [""])[0].split(":")]
    stack = [name for name in names if name in PROTOCOLS]
    return [name for name, before in zip(stack, ["", *stack]) if name != before or name != "igmp"]


class Comparison:
    """Compares captures; knows which fields the installed tshark and this pktdump both have."""

    def __init__(self, pktdump):
        self.pktdump = pktdump
        wanted = [name for f in FIELDS for name in f.names] + CONTEXT
        self.tshark = Tshark(wanted)
        self.fields = [f for f in FIELDS if set(f.names) & set(self.tshark.fields)]
        self.missing = sorted(set(wanted) - set(self.tshark.fields))
        self.decoders = set()  # pairs of layers, the second inside the first, that the dump follows
        self.shown = set()     # fields that the dump prints

    def learn(self, paths):
        """Finds out what the dump decodes, from what it prints for captures of everything."""
        for packet in (packet for path in paths for packet in self._dump(path, Result())):
            stack = [LAYERS[s.name] for s in packet.sections if s.name in LAYERS]
            self.decoders |= set(zip(["", *stack], stack))
            self.shown |= {f for f in self.fields if our_sections(packet, f) and case_of(packet, f, Decoded()).ours}

    def _dump(self, path, result):
        process = subprocess.Popen([self.pktdump, "full", "-t", "--", str(path)], text=True, errors="replace",
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            yield from text.packets(process.stdout)
            said = process.stderr.read().strip()
            if process.wait() != 0:
                result.problem = said or f"pktdump ended with status {process.returncode}"
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
            process.stderr.close()

    def compare(self, path, progress=lambda packets: None):
        result = Result()
        decoded = self.tshark.decode(path)
        dumped = self._dump(path, result)
        for packet in dumped:
            other = next(decoded, None)
            if other is None:
                # pktdump also prints an incomplete packet at the end of the file.
                result.problem = result.problem or next(dumped, None) and "tshark has fewer packets" or ""
                break
            result.packets += 1
            self._packet(packet, other, result)
            progress(result.packets)
        for _ in dumped:
            pass
        if not result.problem and next(decoded, None) is not None:
            result.problem = "tshark has more packets"
        return result

    def _waits(self, packet, decoded):
        """The first layer in the packet that the dump does not decode inside its outer layer."""
        stack = layers(decoded)
        if not stack and not packet.sections:
            return "layer of the link"
        for pair in zip(["", *stack], stack):
            if pair not in self.decoders:
                return "layer " + " in ".join(reversed(pair)).removesuffix(" in ")
        return None

    def _packet(self, packet, decoded, result):
        waits = self._waits(packet, decoded)
        if waits:
            result.waiting[waits] += 1
        for field in self.fields:
            they_have = any(name in decoded for name in field.names)
            if field in self.shown and (they_have or our_sections(packet, field)):
                self._field(case_of(packet, field, decoded), waits, result)
            elif they_have and not waits and field not in self.shown:
                result.waiting[f"field {field}"] += 1

    def _field(self, case, waits, result):
        if waits:
            case.theirs = case.theirs[:len(case.ours)]
        if case.ours == case.theirs:
            result.compared[case.field] += len(case.ours)
        elif reason := explain(case):
            result.excused[reason] += 1
        else:
            result.by_field[case.field] += 1
            if len(result.mismatches) < Result.KEPT:
                result.mismatches.append(case)

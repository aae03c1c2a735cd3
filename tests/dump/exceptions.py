"""Differences between tshark and the dump that are not errors of the dump: each is as narrow as possible and has a reason."""
import collections
import re

from dump.readers import NONE, NOT_CHECKED, WRONG


def differing(case):
    """(ours, theirs, our section) for each pair of values that differ; nothing if the numbers of values differ."""
    if len(case.ours) != len(case.theirs):
        return []
    return [(a, b, s) for a, b, s in zip(case.ours, case.theirs, case.sections) if a != b]


def damaged(case):
    text = case.packet.text
    return case.packet.cut or case.decoded["_ws.malformed"] or "[truncated" in text or "[malformed" in text


def end_of_a_damaged_packet(case):
    """The common values must be equal; one side may have more."""
    few, many = sorted((case.ours, case.theirs), key=len)
    if len(case.field.names) > 1:  # in any order
        return damaged(case) and not collections.Counter(few) - collections.Counter(many)
    return damaged(case) and len(few) < len(many) and many[:len(few)] == few


def captured_length(case):
    return case.packet.cut and case.ours == [int(n) for n in case.decoded["frame.cap_len"]]


def captured_payload(case):
    found = differing(case)
    return damaged(case) and found and all(a < b for a, b, _ in found)


def verdict_on_a_part(case):
    """A packet is shorter than its length field says: tshark sums the bytes that are present, the dump does not. In a first
    fragment that contains the whole datagram it is the other way round."""
    incomplete = damaged(case) or "more fragments)" in case.packet.text
    found = [(a, b, s) for a, b, s in zip(case.ours, case.theirs, case.sections) if a != b]
    return incomplete and found and all(NOT_CHECKED in (a, b) for a, b, _ in found)


def verdict_on_a_quote(case):
    found = differing(case)
    return found and all(s.quoted and NOT_CHECKED in (a, b) for a, b, s in found)


def length_of_a_quote(case):
    """RFC 4884 defines a byte that was unused before."""
    lengths = case.decoded["icmp.length"] + case.decoded["icmpv6.length"]
    return any(n != "0" for n in lengths) and any(section.quoted for section in case.sections)


def quote_of_a_redirect(case):
    return case.field.section == "TCP HEADER" and case.decoded["icmp.type"][:1] == ["5"] and not case.theirs


def length_of_a_fragment(case):
    return "more fragments)" in case.packet.text and not case.theirs


def length_of_a_quoted_segment(case):
    return [n for n, section in zip(case.ours, case.sections) if not section.quoted] == case.theirs


def arp_for_other_addresses(case):
    return case.field.section == "ARP" and "[not IPv4 over Ethernet" in case.packet.text and not case.ours


def unknown_option(case):
    values = [v for s in case.packet.by_name[case.field.section] for v in s.all(case.field.label) if "(unknown)" not in v]
    known = [n for n in map(case.field.read, values) if n is not None]
    return known == (case.theirs[:len(known)] if damaged(case) else case.theirs)


def padding_behind_the_last_option(case):
    extra = case.theirs[len(case.ours):]
    return case.ours[-1:] == [0] and case.theirs[:len(case.ours)] == case.ours and not any(extra)


def extended_echo(case):
    return any(kind in ("42", "43") for kind in case.decoded["icmp.type"]) and not case.theirs


def no_checksum_over_ipv6(case):
    found = differing(case)
    return "which IPv6 forbids" in case.packet.text and found and all((a, b) == (NONE, WRONG) for a, b, _ in found)


def length_and_not_type(case):
    types = [n for n in case.ours if n >= 0x600]
    return len(types) < len(case.ours) and types == case.theirs


def offset_in_units_of_8(case):
    return case.ours == [8 * n for n in case.theirs]


def service_tag_type(case):
    extra = collections.Counter(case.theirs) - collections.Counter(case.ours)
    return "ieee8021ad" in case.decoded["frame.protocols"][0] and not extra


def source_routed(section):
    return any(re.match(r"13[17] \(", value) for value in section.all("IP option"))


def final_destination(case):
    found = [(a, b, s) for a, b, s in zip(case.ours, case.theirs, case.sections) if a != b]
    as_many = len(case.ours) == len(case.theirs) or damaged(case)
    return as_many and found and all(source_routed(s) for _, _, s in found)


def behind_a_fragment_header(case):
    above = case.field.section in ("UDP HEADER", "TCP HEADER", "ICMPV6")
    return above and "ipv6.fraghdr" in case.decoded["frame.protocols"][0] and not case.theirs


def repeated(case):
    return case.ours and case.theirs[:len(case.ours)] == case.ours


def checksum_over_a_source_route(case):
    return differing(case) and any(source_routed(s) for s in case.packet.sections)


ANY, VERDICTS = "any", "verdicts"  # besides the names that tshark has for fields

# (the reason, the fields, when).
EXCEPTIONS = [
    ("the packet is truncated or malformed: one decoder shows more of its end", ANY, end_of_a_damaged_packet),
    ("the packet is truncated: the dump prints the captured length", "frame.len", captured_length),
    ("the packet is truncated: the dump counts the payload that is present", "tcp.len", captured_payload),
    ("the packet is truncated or a fragment: one decoder verifies the checksum of the bytes that are present", VERDICTS,
     verdict_on_a_part),
    ("tshark does not verify checksums of quoted packets", VERDICTS, verdict_on_a_quote),
    ("tshark uses the length of the quoted packet in an ICMP error (RFC 4884)", ANY, length_of_a_quote),
    ("tshark decodes the TCP header in a redirect's quote only up to the sequence number", ANY, quote_of_a_redirect),
    ("tshark shows no payload length of a quoted segment", "tcp.len", length_of_a_quoted_segment),
    ("tshark shows no payload length of a fragmented segment", "tcp.len", length_of_a_fragment),
    ("tshark also decodes addresses of ARP for protocols other than IPv4 over Ethernet", ANY, arp_for_other_addresses),
    ("tshark gives no number for an unknown option", "ip.opt.type tcp.option_kind", unknown_option),
    ("tshark lists each zero after the end of the options", "ip.opt.type tcp.option_kind", padding_behind_the_last_option),
    ("below 0x600 the field is a length (IEEE 802.3 clause 3.2.6); the dump prints it as a type", "eth.type vlan.etype",
     length_and_not_type),
    ("this version of tshark counts fragment offsets in units of 8 bytes", "ip.frag_offset ipv6.fraghdr.offset",
     offset_in_units_of_8),
    ("tshark has no field for the type in an 802.1ad tag", "vlan.etype", service_tag_type),
    ("tshark reports a UDP checksum of 0 over IPv6 as illegal, the dump as missing", "udp.checksum.status", no_checksum_over_ipv6),
    ("tshark has another field for the sequence number of an extended echo (RFC 8335)", "icmp.seq", extended_echo),
    ("tshark decodes nothing after an IPv6 fragment header", ANY, behind_a_fragment_header),
    ("tshark uses this field also for the client identifier (option 61)", "dhcp.hw.type dhcp.hw.mac_addr", repeated),
    ("tshark uses this field also for the records of a report", "icmpv6.mld.multicast_address", repeated),
    ("tshark takes the end of a source route for the destination address", "ip.dst", final_destination),
]

# Errors of the dump. Remove an entry when you fix its error.
FAULTS = [
    ("FAULT: the dump ignores a source route when it verifies UDP and TCP checksums", "udp.checksum.status tcp.checksum.status",
     checksum_over_a_source_route),
]


def concerns(fields, field):
    if fields == VERDICTS:
        return field.is_verdict
    return fields == ANY or field.tshark in fields.split()


def explain(case):
    """The reason why this difference is expected, or None."""
    for reason, fields, applies in EXCEPTIONS + FAULTS:
        if concerns(fields, case.field) and applies(case):
            return reason
    return None

"""Where tshark and the dump differ without a mistake in the dump: each with its reason, and as narrow as can be."""
import collections
import re

from dump.readers import NOT_CHECKED


def differing(case):
    """(ours, theirs, our section) where the values differ; nothing if they are not as many."""
    if len(case.ours) != len(case.theirs):
        return []
    return [(a, b, s) for a, b, s in zip(case.ours, case.theirs, case.sections) if a != b]


def offset_in_units_of_8(case):
    return case.field.tshark == "ip.frag_offset" and case.ours == [8 * n for n in case.theirs]


def verdict_on_a_quote(case):
    found = differing(case)
    return case.field.is_verdict and found and all(s.quoted and NOT_CHECKED in (a, b) for a, b, s in found)


def padding_behind_the_last_option(case):
    extra = case.theirs[len(case.ours):]
    return (case.field.tshark in ("tcp.option_kind", "ip.opt.type") and case.ours[-1:] == [0]
            and case.theirs[:len(case.ours)] == case.ours and not any(extra))


def quote_of_a_redirect(case):
    """Of the TCP header in a redirect tshark shows ports and sequence number."""
    return case.field.section == "TCP HEADER" and "5" in case.decoded["icmp.type"][:1] and not case.theirs


def length_of_a_quoted_segment(case):
    own = [n for n, section in zip(case.ours, case.sections) if not section.quoted]
    return case.field.tshark == "tcp.len" and own == case.theirs


def service_tag_type(case):
    extra = collections.Counter(case.theirs) - collections.Counter(case.ours)
    return case.field.tshark == "vlan.etype" and "ieee8021ad" in case.decoded["frame.protocols"][0] and not extra


def source_routed(section):
    return any(re.match(r"13[17] \(", value) for value in section.all("IP option"))


def final_destination(case):
    found = [(a, b, s) for a, b, s in zip(case.ours, case.theirs, case.sections) if a != b]
    as_many = len(case.ours) == len(case.theirs) or damaged(case)
    return case.field.tshark == "ip.dst" and as_many and found and all(source_routed(s) for _, _, s in found)


def checksum_over_a_source_route(case):
    found = differing(case)
    routed = any(source_routed(s) for s in case.packet.sections)
    return case.field.tshark in ("udp.checksum.status", "tcp.checksum.status") and found and routed


def damaged(case):
    text = case.packet.text
    return case.packet.cut or case.decoded["_ws.malformed"] or "[truncated" in text or "[malformed" in text


def end_of_a_damaged_packet(case):
    """What both say must be the same; one may say more."""
    few, many = sorted((case.ours, case.theirs), key=len)
    if len(case.field.names) > 1:  # in any order
        return damaged(case) and not collections.Counter(few) - collections.Counter(many)
    return damaged(case) and len(few) < len(many) and many[:len(few)] == few


def captured_length(case):
    return case.field.tshark == "frame.len" and case.packet.cut and case.ours == [int(n) for n in case.decoded["frame.cap_len"]]


def verdict_on_a_part(case):
    """tshark sums up what is there of a packet whose length says more, or verifies a datagram within the first fragment."""
    found = differing(case)
    return case.field.is_verdict and found and all(NOT_CHECKED in (a, b) for a, b, _ in found) and (
        damaged(case) or "(more fragments)" in case.packet.text)


def captured_payload(case):
    return case.field.tshark == "tcp.len" and damaged(case) and differing(case) and all(a < b for a, b, _ in differing(case))


def arp_for_other_addresses(case):
    return case.field.section == "ARP" and "[not IPv4 over Ethernet" in case.packet.text and not case.ours


def unknown_ip_option(case):
    if case.field.tshark != "ip.opt.type":
        return False
    values = [v for s in case.packet.sections if s.name == "IP HEADER" for v in s.all("IP option") if "(unknown)" not in v]
    return [case.field.read(v) for v in values] == case.theirs


def length_and_not_type(case):
    return case.field.tshark == "eth.type" and not case.theirs and len(case.ours) == 1 and case.ours[0] < 0x600


def length_of_a_quote(case):
    """RFC 4884: the byte that was unused before."""
    return (any(n != "0" for n in case.decoded["icmp.length"] + case.decoded["icmpv6.length"])
            and any(section.quoted for section in case.sections))


EXCEPTIONS = [
    ("the packet is cut short or malformed: one decoder shows more of its end", end_of_a_damaged_packet),
    ("the packet is cut short: the dump prints the captured length", captured_length),
    ("the packet is cut short or a fragment: one verifies the checksum of what is there", verdict_on_a_part),
    ("the packet is cut short: the dump counts the payload that is there", captured_payload),
    ("tshark decodes addresses of ARP for other protocols than IPv4 over Ethernet", arp_for_other_addresses),
    ("tshark gives no number for an IP option that it does not know", unknown_ip_option),
    ("IEEE 802.3 clause 3.2.6: below 0x600 the field is a length; the dump prints it as type", length_and_not_type),
    ("tshark goes by the length of the quoted packet in an ICMP error (RFC 4884)", length_of_a_quote),
    ("this version of tshark counts fragment offsets in units of 8 bytes", offset_in_units_of_8),
    ("tshark does not verify checksums of quoted packets", verdict_on_a_quote),
    ("tshark lists each zero behind the end of the options", padding_behind_the_last_option),
    ("tshark decodes the TCP header that a redirect quotes only to the sequence number", quote_of_a_redirect),
    ("tshark shows no payload length of a quoted segment", length_of_a_quoted_segment),
    ("tshark has no field for the type in an 802.1ad tag", service_tag_type),
    ("tshark takes the end of a source route for the destination address", final_destination),
]

def information_message(case):
    return case.field.tshark in ("icmp.ident", "icmp.seq") and case.decoded["icmp.type"][:1] in (["15"], ["16"])


# What the dump gets wrong. An entry goes with its mistake.
FAULTS = [
    ("FAULT: the dump verifies UDP and TCP checksums without regard to a source route", checksum_over_a_source_route),
    ("FAULT: the dump shows no identifier of ICMP information requests and replies (RFC 792)", information_message),
]


def explain(case):
    """The reason why this difference is none, or nothing."""
    for reason, applies in EXCEPTIONS + FAULTS:
        if applies(case):
            return reason
    return None

"""Differences between tshark and the dump that are not errors of the dump: each is as narrow as possible and has a reason."""
import collections
import re

from dump.readers import NONE, NOT_CHECKED, WRONG, number


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
    return case.packet.cut and case.ours[:1] == [int(n) for n in case.decoded["frame.cap_len"]]


def raw_ip(case):
    return case.decoded["frame.protocols"][0].startswith("raw:")


def frame_in_a_tunnel(case):
    return case.ours[:1] == case.theirs and len(case.ours) == 2


def payload_that_is_here(case):
    found = differing(case)
    return found and all(f"{a} bytes ({b} here)" in s.all("Payload length") for a, b, s in found)


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
    return not case.ours and "Sender hardware:" in case.packet.text


def unknown_option(case):
    values = [v for s in case.packet.by_name.get(case.field.section, ()) for label in case.field.labels for v in s.all(label) if "(unknown)" not in v]
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


def not_unnumbered_information(case):
    controls = [value for s in case.packet.by_name.get("LLC", ()) for value in s.all("Control")]
    return not case.ours and any("(UI)" not in value for value in controls)


def malformed_name(case):
    return "[malformed name]" in case.packet.text and case.ours == [n for n in case.theirs if not n.startswith("<unknown")]


def cut_query(case):
    return re.search(r"\[truncated: a query of version [23] takes", case.packet.text) and len(case.ours) == len(case.theirs)


def lldp_out_of_order(case):
    """IEEE 802.1AB clause 8.2: chassis, port and TTL come first, and once."""
    first = ["Chassis", "Port", "TTL"]
    wrong = any(list(s.values)[:3] != first or any(len(s.all(label)) > 1 for label in first) for s in case.packet.by_name.get("LLDP", ()))
    return wrong and case.field.section == "LLDP" and case.theirs == case.ours[:len(case.theirs)]


def cut_management(case):
    return not case.ours and any("family 1," in value for s in case.packet.by_name.get("LLDP", ()) for value in s.all("Management"))


def llc_behind_a_service_tag(case):
    return not case.theirs and "ieee8021ad:ethertype:data" in case.decoded["frame.protocols"][0] and "LLC" in case.packet.by_name


def raw_ipx(case):
    return not case.theirs and case.field.section == "LLC" and {number(n) for s in case.sections for n in s.all("DSAP") + s.all("SSAP")} == {255}


def total_length_0(case):
    found = differing(case)
    return found and all(a == 0 and b > 0 for a, b, _ in found)


def payload_length_0(case):
    return "[the payload length is 0: taken as" in case.packet.text and not case.theirs


def header_below_20_bytes(case):
    found = differing(case)
    return found and all(b - a == 20 - number(s.all("Header length")[0]) > 0 for a, b, s in found)


def option_of_wrong_length(case):
    """5 is the router alert, 8 is duplicate detection (RFC 6621)."""
    return re.search(r"\nOption: +[58] \([^)]*\)(?!: value)", case.packet.text) and case.theirs[0] == case.ours[0]


def organization_of_snap(case):
    return not case.theirs and any(section.all("OUI") and number(section.all("OUI")[0]) for section in case.sections)


def other_group_address(case):
    """IEEE 802.1D table 10-1 gives GARP the addresses 01:80:c2:00:00:20 to 2f."""
    garp = re.compile("01:80:c2:00:00:2.")
    return case.field.section == "SPANNING TREE" and not case.theirs and all(map(garp.match, case.decoded["eth.dst"]))


def unknown_igmp(case):
    types = [number(value) for s in case.packet.by_name.get("IGMP", ()) for value in s.all("Type")]
    return case.field.section == "IGMP" and not (case.ours and case.theirs) and not set(types) & {0x11, 0x12, 0x16, 0x17, 0x22}


def http_by_its_words(case):
    return case.field.section == "HTTP" and not case.theirs and "http" not in case.decoded["frame.protocols"][0]


def http_by_its_port(case):
    return case.field.section == "HTTP" and not case.ours and "HTTP" not in case.packet.by_name


def unknown_gre(case):
    unknown = any(number(n) > 1 for s in case.packet.by_name.get("GRE", ()) for n in s.all("Version"))
    return unknown and case.theirs[:len(case.ours)] == case.ours


def poll_bit(case):
    return not case.theirs and any("0x13 (UI)" in s.all("Control") for s in case.packet.by_name.get("LLC", ()))


def padding_of_igmp(case):
    return "[the total length is 0" in case.packet.text and bool(differing(case))


def control_of_ntp(case):
    return not case.theirs and any(number(n) >= 6 for s in case.sections for n in s.all("Mode"))


def status_without_digits(case):
    return not case.ours and case.theirs == [0]


def address_of_wrong_length(case):
    return not case.ours and re.search(r" A \(1\) .*, TTL \d+, data ", case.packet.text)


def expanded_code(case):
    """RFC 3810 section 5.1.3."""
    found = differing(case)
    return found and all(a >= 0x8000 and b == (0x1000 | a & 0xfff) << (3 + (a >> 12 & 7)) for a, b, _ in found)


def unknown_family(case):
    return any("(unknown)" in value for s in case.sections for value in s.all("Address family"))


def address_of_ppp(case):
    return any(value.startswith("0xff ") for s in case.packet.by_name.get("PPP", ()) for value in s.all("Protocol"))


def key_of_pptp(case):
    return not case.ours and any(number(n) == 1 for s in case.packet.by_name.get("GRE", ()) for n in s.all("Version"))


def delay_or_code(case):
    names = "icmpv6.mld.maximum_response_delay", "icmpv6.mld.maximum_response_code"
    return not case.theirs and sum(len(case.decoded[name]) for name in names) == len(case.ours)


def end_option(case):
    """And each 0 in front of it is padding, which the dump does not list."""
    numbers = [n for n in case.ours if n != 255]
    return [n for n in case.theirs if n] == numbers


def seconds_in_the_other_byte_order(case):
    found = differing(case)
    return found and all(b == (a >> 8 | (a & 0xff) << 8) for a, b, _ in found)


def client_identifier(case):
    return "61 (client identifier)" in case.packet.text and case.theirs[:len(case.ours)] == case.ours


def repeated(case):
    return case.ours and case.theirs[:len(case.ours)] == case.ours


ANY, VERDICTS = "any", "verdicts"  # besides the names that tshark has for fields

# (the reason, the fields, when).
EXCEPTIONS = [
    ("the packet is cut short or malformed: one decoder shows more of its end", ANY, end_of_a_damaged_packet),
    ("the packet is cut short: the dump prints the captured length", "frame.len", captured_length),
    ("of raw IP, the dump has no link layer that prints the length of the frame", "frame.len", raw_ip),
    ("tshark has no length of a frame inside a tunnel", "frame.len", frame_in_a_tunnel),
    ("the IP header says more than there is: tshark counts what is here, the dump prints both", "tcp.len", payload_that_is_here),
    ("the packet is cut short or a fragment: one verifies the checksum of what is there", VERDICTS, verdict_on_a_part),
    ("tshark does not verify checksums of quoted packets", VERDICTS, verdict_on_a_quote),
    ("tshark uses the length of the quoted packet in an ICMP error (RFC 4884)", ANY, length_of_a_quote),
    ("tshark decodes the TCP header in a redirect's quote only up to the sequence number", ANY, quote_of_a_redirect),
    ("tshark shows no payload length of a quoted segment", "tcp.len", length_of_a_quoted_segment),
    ("tshark shows no payload length of a segment of which it has one fragment", "tcp.len", length_of_a_fragment),
    ("tshark decodes addresses of ARP for other protocols than IPv4 over Ethernet",
     "arp.src.hw_mac arp.dst.hw_mac arp.src.proto_ipv4 arp.dst.proto_ipv4", arp_for_other_addresses),
    ("tshark gives no number for an option that it does not know", "ip.opt.type tcp.option_kind", unknown_option),
    ("tshark lists each zero behind the end of the options", "ip.opt.type tcp.option_kind", padding_behind_the_last_option),
    ("this version of tshark counts fragment offsets in units of 8 bytes", "ip.frag_offset ipv6.fraghdr.offset",
     offset_in_units_of_8),
    ("tshark has no field for the type in an 802.1ad tag", "vlan.etype", service_tag_type),
    ("tshark reports a UDP checksum of 0 over IPv6 as illegal, the dump as missing", "udp.checksum.status", no_checksum_over_ipv6),
    ("tshark has another field for the sequence number of an extended echo (RFC 8335)", "icmp.seq", extended_echo),
    ("tshark decodes nothing behind an IPv6 fragment header", ANY, behind_a_fragment_header),
    ("tshark 4.0 gives the end option the number 0, and lists padding", "dhcp.option.type", end_option),
    ("tshark takes seconds for little-endian where that makes a smaller number", "dhcp.secs", seconds_in_the_other_byte_order),
    ("tshark takes a length in an 802.1ad tag for a type", ANY, llc_behind_a_service_tag),
    ("tshark decodes what is behind any LLC control, the dump what is behind UI", ANY, not_unnumbered_information),
    ("a name is malformed: tshark shows what it can", "dns.cname dns.ns dns.ptr.domain_name dns.mx.mail_exchange dns.srv.target",
     malformed_name),
    ("tshark takes the beginning of a query for one of an older version", "icmpv6.mld.maximum_response_delay igmp.max_resp", cut_query),
    ("tshark ends LLDP at a TLV that is out of order", ANY, lldp_out_of_order),
    ("tshark reads a management address of LLDP past its end", "lldp.mgn.addr.ip4", cut_management),
    ("tshark takes a frame with the SAPs ff for IPX without LLC", ANY, raw_ipx),
    ("of a total length of 0, tshark shows the length that it takes instead", "ip.len", total_length_0),
    ("tshark decodes nothing behind an IPv6 payload length of 0", ANY, payload_length_0),
    ("a TCP header length below 20 bytes: tshark counts the rest as payload", "tcp.len", header_below_20_bytes),
    ("tshark reads the value of an option past its length", "ipv6.opt.type", option_of_wrong_length),
    ("of a SNAP header with an OUI, tshark has another field for the type", "llc.type", organization_of_snap),
    ("tshark takes what goes to an address of GARP for GARP", ANY, other_group_address),
    ("tshark shows no more than the type of an IGMP message that it does not know", ANY, unknown_igmp),
    ("tshark tells HTTP by the port, the dump by the first words", ANY, http_by_its_words),
    ("tshark tells HTTP by the port, the dump by the first words", ANY, http_by_its_port),
    ("tshark decodes any version of GRE", ANY, unknown_gre),
    ("tshark decodes nothing behind UI with the poll bit", ANY, poll_bit),
    ("of a total length of 0, tshark does not take padding for IGMP", "igmp.checksum.status", padding_of_igmp),
    ("tshark has other fields for NTP control messages", "ntp.flags.li", control_of_ntp),
    ("HTTP's status has no digits: 0 to tshark", "http.response.code", status_without_digits),
    ("tshark shows an address from a DNS record of another length", "dns.a", address_of_wrong_length),
    ("of MLD version 2, tshark shows the number that a code stands for", "icmpv6.mld.maximum_response_code", expanded_code),
    ("tshark takes the low half of an unknown address family", "null.family", unknown_family),
    ("tshark takes ff for the address of PPP whatever follows", ANY, address_of_ppp),
    ("GRE version 1 divides the key into a length and a call (RFC 2637)", "gre.key", key_of_pptp),
    ("of an MLD query, tshark shows the code or the delay, the dump both",
     "icmpv6.mld.maximum_response_delay icmpv6.mld.maximum_response_code", delay_or_code),
    ("tshark has this field also for the client identifier (option 61)", "dhcp.hw.type dhcp.hw.mac_addr",
     client_identifier),
    ("tshark has this field also for the records of a report", "icmpv6.mld.multicast_address", repeated),
    ("tshark takes the end of a source route for the destination address", "ip.dst", final_destination),
]

def concerns(fields, field):
    if fields == VERDICTS:
        return field.is_verdict
    return fields == ANY or field.names[0] in fields.split()


def explain(case):
    """The reason why this difference is none, or nothing."""
    for reason, fields, applies in EXCEPTIONS:
        if concerns(fields, case.field) and applies(case):
            return reason
    return None

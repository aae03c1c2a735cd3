"""The dump against tshark's decode of the same packets, field by field; and the guest's text against the host's."""
import re

from capture import host_dump, read_pcap, sections, split_dump, tshark, write_pcap
from guest import Guest, Server, check, check_equal, work_dir
from specimens import truncated, well_formed, wrong_lengths
from suite import test
from wire import GUEST_MAC, Wire


def number(text):
    """The first number of a value such as "0x0800 (IPv4)", "20 bytes", "64"."""
    found = re.match(r"0x[0-9a-f]+|\d+", text)
    return int(found[0], 0) if found else None


def same(text):
    return text.split(" ")[0]


# Section, label, how to read it, tshark's name for it.
FIELDS = [
    ("MAC LAYER", "Frame length", number, "frame.len"),
    ("MAC LAYER", "MAC src", same, "eth.src"),
    ("MAC LAYER", "MAC dest", same, "eth.dst"),
    ("MAC LAYER", "Ethernet type", number, "eth.type"),
    ("ARP", "Hardware type", number, "arp.hw.type"),
    ("ARP", "Protocol type", number, "arp.proto.type"),
    ("ARP", "Hardware length", number, "arp.hw.size"),
    ("ARP", "Protocol length", number, "arp.proto.size"),
    ("ARP", "Operation", number, "arp.opcode"),
    ("ARP", "Sender MAC", same, "arp.src.hw_mac"),
    ("ARP", "Sender IP", same, "arp.src.proto_ipv4"),
    ("ARP", "Target MAC", same, "arp.dst.hw_mac"),
    ("ARP", "Target IP", same, "arp.dst.proto_ipv4"),
    ("IP HEADER", "IP version", number, "ip.version"),
    ("IP HEADER", "Header length", number, "ip.hdr_len"),
    ("IP HEADER", "DSCP", number, "ip.dsfield.dscp"),
    ("IP HEADER", "ECN", number, "ip.dsfield.ecn"),
    ("IP HEADER", "Total length", number, "ip.len"),
    ("IP HEADER", "Identification", number, "ip.id"),
    ("IP HEADER", "IP flags", number, "ip.flags"),
    ("IP HEADER", "Fragment offset", number, "ip.frag_offset"),
    ("IP HEADER", "TTL", number, "ip.ttl"),
    ("IP HEADER", "Protocol", number, "ip.proto"),
    ("IP HEADER", "Checksum", number, "ip.checksum"),
    ("IP HEADER", "IP src", same, "ip.src"),
    ("IP HEADER", "IP dest", same, "ip.dst"),
    ("ICMP", "Type", number, "icmp.type"),
    ("ICMP", "Code", number, "icmp.code"),
    ("ICMP", "Checksum", number, "icmp.checksum"),
    ("ICMP", "Identifier", number, "icmp.ident"),
    ("ICMP", "Sequence number", number, "icmp.seq"),
    ("ICMP", "Next-hop MTU", number, "icmp.mtu"),
    ("UDP HEADER", "UDP src port", number, "udp.srcport"),
    ("UDP HEADER", "UDP dest port", number, "udp.dstport"),
    ("UDP HEADER", "UDP length", number, "udp.length"),
    ("UDP HEADER", "Checksum", number, "udp.checksum"),
    ("TCP HEADER", "TCP src port", number, "tcp.srcport"),
    ("TCP HEADER", "TCP dest port", number, "tcp.dstport"),
    ("TCP HEADER", "Sequence number", number, "tcp.seq_raw"),
    ("TCP HEADER", "Acknowledgment", number, "tcp.ack_raw"),
    ("TCP HEADER", "Header length", number, "tcp.hdr_len"),
    ("TCP HEADER", "TCP flags", number, "tcp.flags"),
    ("TCP HEADER", "Window", number, "tcp.window_size_value"),
    ("TCP HEADER", "Checksum", number, "tcp.checksum"),
    ("TCP HEADER", "Urgent pointer", number, "tcp.urgent_pointer"),
    ("TCP HEADER", "Payload length", number, "tcp.len"),
]
VERDICTS = {"0": "wrong", "1": "correct"}  # tshark's *.checksum.status; 2 and 3 are "not looked at"
OPTIONS = {  # of TCP: tshark's field, how the dump words it
    "tcp.options.mss_val": r": {} bytes", "tcp.options.wscale.shift": r"shift by {}\b",
    "tcp.options.timestamp.tsval": r"value {}\b", "tcp.options.timestamp.tsecr": r"echo {}\b",
    "tcp.options.sack_le": r" {}-", "tcp.options.sack_re": r"-{}\b",
}
STATUS = {"IP HEADER": "ip.checksum.status", "ICMP": "icmp.checksum.status", "UDP HEADER": "udp.checksum.status",
          "TCP HEADER": "tcp.checksum.status"}


def compare_with_tshark(texts, pcap):
    """Every field that tshark sees stands in the dump with the same value, and the other way round. Returns how many."""
    # A fragment is decoded alone, as the dump does; and no protocol above UDP and TCP hides their fields.
    decoded = tshark(pcap, [f for *_, f in FIELDS] + list(OPTIONS) + list(STATUS.values()), "-o", "ip.defragment:FALSE",
                     "-o", "tcp.relative_sequence_numbers:FALSE")
    check_equal(len(texts), len(decoded), "packets in the dump, as tshark counts them")
    compared = 0
    for i, (text, theirs) in enumerate(zip(texts, decoded), 1):
        ours = sections(text)
        for section, label, read, field in FIELDS:
            # The first UDP or TCP header of an ICMP error is the quoted one.
            value = ours.get(section, ours.get(f"QUOTED {section}", {})).get(label)
            if field == "icmp.mtu" and value is None and theirs[field] in ("", "0"):
                continue
            got = None if value is None else read(value)
            want = read(theirs[field].lower()) if theirs[field] else None
            if field == "ip.frag_offset" and want is not None:
                want = got if got in (want, 8 * want) else want  # some versions of tshark count in units of 8
            check(got == want, f"packet {i}, {section}, {label}: the dump says {value}, tshark {theirs[field]!r}\n{text}")
            compared += got is not None
        for section, field in STATUS.items():
            if section in ours and theirs[field] in VERDICTS:
                value = ours[section]["Checksum"]
                check(VERDICTS[theirs[field]] in value, f"packet {i}, {section}: checksum {value}, tshark {theirs[field]}")
        options = ours.get("TCP HEADER", {}).get("TCP option", "")
        for field, words in OPTIONS.items():
            if theirs[field]:
                check(re.search(words.format(theirs[field]), options), f"packet {i}: {field} {theirs[field]} in {options!r}")
    return compared


@test()
def pktdump_agrees_with_tshark_on_every_kind_of_packet():
    pcap = work_dir("dump-kinds") / "kinds.pcap"
    write_pcap(pcap, well_formed().values())
    check(compare_with_tshark(host_dump(pcap), pcap) > 300, "hardly a field was compared")


@test(deadline=120)
def the_guest_prints_for_each_packet_what_pktdump_prints_and_tshark_decodes():
    frames = list(well_formed().values())
    with Wire() as wire, Guest("dump-guest", NET=wire.net) as g:
        wire.wait_for_guest()
        g.ok("pktdump full")
        start = len(g.text)
        for frame in frames:
            at = len(g.text)
            wire.send(frame)
            g.wait(r"----- MAC LAYER -----.*\n\n\n", 5, at)
        g.ok("pktdump off")
        texts = split_dump(g.text[start:])
    pcap = g.dir / "sent.pcap"
    write_pcap(pcap, frames)
    for name, got, want in zip(well_formed(), texts, host_dump(pcap)):
        check_equal(got, want, f"the guest's dump of \"{name}\", as the host's pktdump prints it")
    compare_with_tshark(texts, pcap)


@test(deadline=120)
def the_dump_of_a_nettests_run_agrees_with_tshark():
    with Guest("dump-nettests") as g, Server("dump-nettests"):
        g.ok("ping -c 2 -i 100 -W 3000 10.0.2.2", 10)
        g.ok("nettests ping", 60)
        g.ok("nettests dns", 60)
        g.poweroff()
    pcap = g.dir / "packets.pcap"
    check(compare_with_tshark(host_dump(pcap), pcap) > 100, "hardly a field was compared")
    check(any(f[6:12].hex(":") == GUEST_MAC for f in read_pcap(pcap)), "the capture has nothing from the guest")


@test()
def pktdump_survives_damaged_packets():
    pcap = work_dir("dump-damaged") / "damaged.pcap"
    frames = [*truncated(), *wrong_lengths()]
    write_pcap(pcap, frames)
    check_equal(len(host_dump(pcap)), len(frames), "packets printed")
    host_dump(pcap, "brief")


@test()
def a_brief_dump_is_one_line_a_packet():
    with Guest("dump-brief", DUMP="brief") as g:
        start = len(g.text)
        g.ok("ping -c 2 -i 200 -W 3000 10.0.2.2", 10)
        lines = re.findall(r"IP 10\.0\.2\.2 > 10\.0\.2\.15: ICMP.*", g.text[start:])
        check_equal(len(lines), 2, f"lines for two echo replies in\n{g.text[start:]}\n")

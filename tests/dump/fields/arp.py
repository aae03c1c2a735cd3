from dump.field import table
from dump.readers import number, word

FIELDS = table(
    "ARP",
    ("Hardware type", number, "arp.hw.type"),
    ("Protocol type", number, "arp.proto.type"),
    ("Hardware length", number, "arp.hw.size"),
    ("Protocol length", number, "arp.proto.size"),
    ("Operation", number, "arp.opcode"),
    ("Sender MAC", word, "arp.src.hw_mac"),
    ("Sender IP", word, "arp.src.proto_ipv4"),
    ("Target MAC", word, "arp.dst.hw_mac"),
    ("Target IP", word, "arp.dst.proto_ipv4"))

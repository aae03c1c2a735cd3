from dump.field import checksum, table
from dump.readers import number, word

FIELDS = [
    *table("ICMP",
           ("Type", number, "icmp.type"),
           ("Code", number, "icmp.code"),
           ("Identifier", number, "icmp.ident"),
           ("Sequence number", number, "icmp.seq"),
           ("Next-hop MTU", number, "icmp.mtu"),
           ("Gateway", word, "icmp.redir_gw"),
           ("Originate time", number, "icmp.originate_timestamp"),
           ("Receive time", number, "icmp.receive_timestamp"),
           ("Transmit time", number, "icmp.transmit_timestamp"),
           ("Address mask", word, "icmp.address_mask"),
           ("Pointer", number, "icmp.pointer")),
    *checksum("ICMP", "icmp.checksum"),
]

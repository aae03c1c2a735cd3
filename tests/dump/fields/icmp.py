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
           ("Pointer", number, "icmp.pointer")),
    *checksum("ICMP", "icmp.checksum"),
]

from dump.field import checksum, table
from dump.readers import number, part, word

FIELDS = [
    *table("IP HEADER|IPV6 HEADER",  # tshark uses this field for both
           ("IP version", number, "ip.version")),
    *table("IP HEADER",
           ("Header length", number, "ip.hdr_len"),
           ("DSCP", number, "ip.dsfield.dscp"),
           ("ECN", number, "ip.dsfield.ecn"),
           ("Total length", number, "ip.len"),
           ("Identification", number, "ip.id"),
           ("IP flags", number, "ip.flags"),
           ("Fragment offset", number, "ip.frag_offset"),
           ("TTL", number, "ip.ttl"),
           ("Protocol", number, "ip.proto"),
           ("IP src", word, "ip.src"),
           ("IP dest", word, "ip.dst"),
           ("IP option", part(r"^(\d+) \("), "ip.opt.type")),
    *checksum("IP HEADER", "ip.checksum"),
]

from dump.field import checksum, table
from dump.readers import number

FIELDS = [
    *table("UDP HEADER",
           ("UDP src port", number, "udp.srcport"),
           ("UDP dest port", number, "udp.dstport"),
           ("UDP length", number, "udp.length")),
    *checksum("UDP HEADER", "udp.checksum"),
]

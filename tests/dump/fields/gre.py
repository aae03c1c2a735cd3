from dump.field import checksum, table
from dump.readers import number

FIELDS = [
    *table("GRE",
           ("Flags", number, "gre.flags_and_version"),
           ("Protocol type", number, "gre.proto"),
           ("Key", number, "gre.key"),
           ("Sequence number", number, "gre.sequence_number")),
    *checksum("GRE", "gre.checksum"),
]

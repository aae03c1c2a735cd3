from dump.field import checksum, table
from dump.readers import number, part, parts

FIELDS = [
    *table("TCP HEADER",
           ("TCP src port", number, "tcp.srcport"),
           ("TCP dest port", number, "tcp.dstport"),
           ("Sequence number", number, "tcp.seq"),
           ("Acknowledgment", number, "tcp.ack"),
           ("Header length", number, "tcp.hdr_len"),
           ("TCP flags", number, "tcp.flags"),
           ("Window", number, "tcp.window_size_value"),
           ("Urgent pointer", number, "tcp.urgent_pointer"),
           ("Payload length", number, "tcp.len"),
           ("TCP option", part(r"^(\d+) \("), "tcp.option_kind"),
           ("TCP option", part(r"\(MSS\): (\d+) bytes$"), "tcp.options.mss_val"),
           ("TCP option", part(r"\(window scale\): shift by (\d+)"), "tcp.options.wscale.shift"),
           ("TCP option", part(r"\(timestamps\): value (\d+)"), "tcp.options.timestamp.tsval"),
           ("TCP option", part(r"\(timestamps\): value \d+, echo (\d+)"), "tcp.options.timestamp.tsecr"),
           ("TCP option", parts(r"(?:\(SACK\):|,) (\d+)-\d+"), "tcp.options.sack_le"),
           ("TCP option", parts(r"(?:\(SACK\):|,) \d+-(\d+)"), "tcp.options.sack_re")),
    *checksum("TCP HEADER", "tcp.checksum"),
]

from dump.field import checksum, table
from dump.readers import flag, number, word

FIELDS = [
    *table("IGMP",
           ("Type", number, "igmp.type"),
           ("Max response time", number, "igmp.max_resp"),
           ("Suppress flag", flag, "igmp.s"),
           ("Robustness", number, "igmp.qrv"),
           ("Interval code", number, "igmp.qqic"),
           ("Group", word, "igmp.maddr"),
           ("Source", word, "igmp.saddr"),
           ("Records", number, "igmp.num_grp_recs"),
           ("Record type", number, "igmp.record_type"),
           ("Sources", number, "igmp.num_src")),
    *checksum("IGMP", "igmp.checksum"),
]

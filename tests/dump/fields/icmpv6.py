from dump.field import checksum, table
from dump.readers import address, flag, number, part, word

FIELDS = [
    *table("ICMPV6",
           ("Type", number, "icmpv6.type"),
           ("Code", number, "icmpv6.code"),
           ("Identifier", number, "icmpv6.echo.identifier"),
           ("Sequence number", number, "icmpv6.echo.sequence_number"),
           ("MTU", number, "icmpv6.mtu"),
           ("Pointer", number, "icmpv6.pointer")),
    *checksum("ICMPV6", "icmpv6.checksum"),
    # Neighbor discovery (RFC 4861).
    *table("ICMPV6",
           ("Target", address, "icmpv6.nd.ns.target_address icmpv6.nd.na.target_address icmpv6.nd.rd.target_address"),
           ("Destination", address, "icmpv6.rd.na.destination_address"),
           ("Router", flag, "icmpv6.nd.na.flag.r"),
           ("Solicited", flag, "icmpv6.nd.na.flag.s"),
           ("Override", flag, "icmpv6.nd.na.flag.o"),
           ("Current hop limit", number, "icmpv6.nd.ra.cur_hop_limit"),
           ("Managed addresses", flag, "icmpv6.nd.ra.flag.m"),
           ("Other settings", flag, "icmpv6.nd.ra.flag.o"),
           ("Router lifetime", number, "icmpv6.nd.ra.router_lifetime"),
           ("Reachable time", number, "icmpv6.nd.ra.reachable_time"),
           ("Retransmit timer", number, "icmpv6.nd.ra.retrans_timer"),
           ("Option", part(r"^(\d+) \("), "icmpv6.opt.type"),
           ("Option", part(r"link-layer address\): (\S+)", word), "icmpv6.opt.linkaddr", word),
           ("Option", part(r"\(MTU\): (\d+)"), "icmpv6.opt.mtu"),
           ("Option", part(r"\((?:prefix|route)[^)]*\): ([0-9a-f:.]+)", address), "icmpv6.opt.prefix"),
           ("Option", part(r"\((?:prefix|route)[^)]*\): [0-9a-f:.]*/(\d+)"), "icmpv6.opt.prefix.length")),
    # Multicast listener discovery (RFC 2710, 3810).
    *table("ICMPV6",
           ("Max response delay", number, "icmpv6.mld.maximum_response_delay"),
           ("Max response code", number, "icmpv6.mld.maximum_response_code"),
           ("Suppress flag", flag, "icmpv6.mld.flag.s"),
           ("Robustness", number, "icmpv6.mld.flag.qrv"),
           ("Interval code", number, "icmpv6.mld.qqi"),
           ("Multicast address", address, "icmpv6.mld.multicast_address"),
           ("Records", number, "icmpv6.mldr.nb_mcast_records"),
           ("Record type", number, "icmpv6.mldr.mar.record_type"),
           ("Record address", address, "icmpv6.mldr.mar.multicast_address"),
           ("Source", address, "icmpv6.mld.source_address icmpv6.mldr.mar.source_address")),
]


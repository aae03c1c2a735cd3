from dump.field import table
from dump.readers import number, part, word

FIELDS = table(
    "DHCP",
    ("Operation", number, "dhcp.type"),
    ("Hardware type", number, "dhcp.hw.type"),
    ("Hardware length", number, "dhcp.hw.len"),
    ("Hops", number, "dhcp.hops"),
    ("Transaction", number, "dhcp.id"),
    ("Seconds", number, "dhcp.secs"),
    ("Flags", number, "dhcp.flags"),
    ("Client IP", word, "dhcp.ip.client"),
    ("Your IP", word, "dhcp.ip.your"),
    ("Server IP", word, "dhcp.ip.server"),
    ("Relay IP", word, "dhcp.ip.relay"),
    ("Client MAC", word, "dhcp.hw.mac_addr"),
    ("Option", part(r"^(\d+) \("), "dhcp.option.type"),
    ("Message type", number, "dhcp.option.dhcp"),
    ("Option", part(r"^53 \([^)]*\): (\d+)"), "dhcp.option.dhcp"),
    ("Option", part(r"^1 \([^)]*\): (\S+)", word), "dhcp.option.subnet_mask"),
    ("Option", part(r"^3 \([^)]*\): (\S+)", word), "dhcp.option.router"),
    ("Option", part(r"^50 \([^)]*\): (\S+)", word), "dhcp.option.requested_ip_address"),
    ("Option", part(r"^51 \([^)]*\): (\d+)"), "dhcp.option.ip_address_lease_time"),
    ("Option", part(r"^54 \([^)]*\): (\S+)", word), "dhcp.option.dhcp_server_id"))

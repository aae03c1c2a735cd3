from dump.field import table
from dump.readers import number, part, word

FIELDS = table(
    "DHCP",
    ("Operation", number, "dhcp.type"),
    ("Hardware type", number, "dhcp.hw.type"),
    ("Hardware length", number, "dhcp.hw.len"),
    ("Hops", number, "dhcp.hops"),
    ("Transaction", number, "dhcp.id"),
    ("Elapsed", number, "dhcp.secs"),
    ("Flags", number, "dhcp.flags"),
    ("Client IP", word, "dhcp.ip.client"),
    ("Your IP", word, "dhcp.ip.your"),
    ("Server IP", word, "dhcp.ip.server"),
    ("Relay IP", word, "dhcp.ip.relay"),
    ("Client MAC", word, "dhcp.hw.mac_addr"),
    ("DHCP option", part(r"^(\d+) \("), "dhcp.option.type"),
    ("DHCP option", part(r"^53 \([^)]*\): (\d+)"), "dhcp.option.dhcp"),
    ("DHCP option", part(r"^1 \([^)]*\): ([\d.]+)$", word), "dhcp.option.subnet_mask"),
    ("DHCP option", part(r"^3 \([^)]*\): ([\d.]+)$", word), "dhcp.option.router"),
    ("DHCP option", part(r"^50 \([^)]*\): ([\d.]+)$", word), "dhcp.option.requested_ip_address"),
    ("DHCP option", part(r"^51 \([^)]*\): (\d+)"), "dhcp.option.ip_address_lease_time"),
    ("DHCP option", part(r"^54 \([^)]*\): ([\d.]+)$", word), "dhcp.option.dhcp_server_id"))

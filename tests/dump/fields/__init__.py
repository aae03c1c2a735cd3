"""The fields that are compared, a file for each family of protocols. A new protocol: a file here, its FIELDS in the list,
and its sections in LAYERS. A field whose label the dump never prints is not compared, and
listed as waiting."""
from dump.fields import (arp, bridge, dhcp, dns, ethernet, gre, http, icmp, icmpv6, igmp, ipv4, ipv6, link, ntp, tcp, udp)

FIELDS = [field for family in (ethernet, link, bridge, arp, ipv4, ipv6, icmp, icmpv6, igmp, gre, udp, tcp, dns, dhcp, ntp, http)
          for field in family.FIELDS]

# The name of each section's layer in tshark's frame.protocols.
LAYERS = {
    "MAC LAYER": "eth", "LINUX COOKED": "sll", "NULL": "null", "LOOPBACK": "null", "PPP": "ppp",
    "VLAN TAG": "vlan", "LLC": "llc", "SPANNING TREE": "stp", "LLDP": "lldp", "ARP": "arp",
    "IP HEADER": "ip", "IPV6 HEADER": "ipv6", "HOP-BY-HOP OPTIONS": "ipv6.hopopts", "DESTINATION OPTIONS": "ipv6.dstopts",
    "ROUTING HEADER": "ipv6.routing", "FRAGMENT HEADER": "ipv6.fraghdr", "GRE": "gre",
    "ICMP": "icmp", "ICMPV6": "icmpv6", "IGMP": "igmp", "UDP HEADER": "udp", "TCP HEADER": "tcp",
    "DNS": "dns", "DHCP": "dhcp", "NTP": "ntp", "HTTP": "http",
}
# Other names for the same layers.
SYNONYMS = {"ieee8021ad": "vlan", "mdns": "dns", "bootp": "dhcp"}

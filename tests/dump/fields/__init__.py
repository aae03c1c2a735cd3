"""The fields that are compared, a file for each family of protocols. A new protocol: a file here, its FIELDS in the list,
and its sections in LAYERS."""
from dump.fields import arp, ethernet, icmp, ipv4, tcp, udp

FIELDS = [field for family in (ethernet, arp, ipv4, icmp, udp, tcp) for field in family.FIELDS]

# What tshark's frame.protocols calls the layer of a section.
LAYERS = {
    "MAC LAYER": "eth", "VLAN TAG": "vlan", "ARP": "arp", "IP HEADER": "ip", "IPV6 HEADER": "ipv6", "ICMP": "icmp",
    "UDP HEADER": "udp", "TCP HEADER": "tcp",
}

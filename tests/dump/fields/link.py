"""The link headers other than Ethernet: Linux cooked 1 and 2, loopback, PPP."""
from dump.field import table
from dump.readers import number

FIELDS = [
    *table("LINUX COOKED",
           ("Packet type", number, "sll.pkttype"),
           ("Hardware type", number, "sll.hatype"),
           ("Ethernet type", number, "sll.etype"),
           ("Interface", number, "sll.ifindex")),
    *table("LOOPBACK",
           ("Family", number, "null.family null.type")),
    *table("PPP",
           ("Protocol", number, "ppp.protocol")),
]

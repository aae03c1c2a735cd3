"""The link headers other than Ethernet: Linux cooked 1 and 2, loopback, PPP."""
from dump.field import table
from dump.readers import number

FIELDS = [
    *table("LINUX COOKED",
           ("Packet type", number, "sll.pkttype"),
           ("Hardware type", number, "sll.hatype"),
           ("Address length", number, "sll.halen"),
           ("Protocol", number, "sll.etype sll.ltype"),
           ("Interface index", number, "sll.ifindex")),
    *table("NULL|LOOPBACK",
           ("Address family", number, "null.family null.type")),
    *table("PPP",
           ("Protocol", number, "ppp.protocol")),
]

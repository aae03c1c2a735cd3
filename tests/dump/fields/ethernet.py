from dump.field import table
from dump.readers import flag, number, word

FIELDS = [
    *table("MAC LAYER|LINUX COOKED|NULL|LOOPBACK|PPP",
           ("Frame length", number, "frame.len")),
    *table("MAC LAYER",
           ("MAC src", word, "eth.src"),
           ("MAC dest", word, "eth.dst"),
           ("Ethernet type", number, "eth.type"),
           ("Length", number, "eth.len")),
    *table("VLAN TAG",
           ("VLAN", number, "vlan.id ieee8021ad.id ieee8021ad.svid ieee8021ad.cvid"),
           ("Priority", number, "vlan.priority ieee8021ad.priority"),
           ("Drop eligible", flag, "vlan.dei ieee8021ad.dei"),
           ("Ethernet type", number, "vlan.etype"),
           ("Length", number, "vlan.len")),
]

from dump.field import table
from dump.readers import address, flag, name, number, part, whole

FIELDS = table(
    "DNS",
    ("Identifier", number, "dns.id"),
    ("Response", flag, "dns.flags.response"),
    ("Flags", number, "dns.flags"),
    ("Opcode", number, "dns.flags.opcode"),
    ("Response code", number, "dns.flags.rcode"),
    ("Questions", number, "dns.count.queries"),
    ("Answers", number, "dns.count.answers"),
    ("Authorities", number, "dns.count.auth_rr"),
    ("Additional", number, "dns.count.add_rr"),
    ("Question", name, "dns.qry.name"),
    ("Question", part(r" (\S+)$", whole), "dns.qry.type", lambda text: TYPES.get(int(text), f"type{text}")),
    ("Record", part(r"^(?!.* SRV )(\S+)", name), "dns.resp.name"),  # tshark uses another field for the name of an SRV record
    ("Record", part(r" A (\S+)", address), "dns.a"),
    ("Record", part(r" AAAA (\S+)", address), "dns.aaaa"),
    ("Record", part(r" CNAME (\S+)", name), "dns.cname"),
    ("Record", part(r" NS (\S+)", name), "dns.ns"),
    ("Record", part(r" PTR (\S+)", name), "dns.ptr.domain_name"),
    ("Record", part(r" MX (\d+)"), "dns.mx.preference"),
    ("Record", part(r" MX \d+ (\S+)", name), "dns.mx.mail_exchange"),
    ("Record", part(r" SRV \d+ \d+ (\d+)"), "dns.srv.port"),
    ("Record", part(r" SRV \d+ \d+ \d+ (\S+)", name), "dns.srv.target"),
    ("Record", part(r' TXT "(.*)"', whole), "dns.txt"),
    ("Record", part(r" SOA (\S+)", name), "dns.soa.mname"),
    ("Record", part(r" SOA \S+ \S+ (\d+)"), "dns.soa.serial_number"),
    ("Record", part(r" TTL (\d+)"), "dns.resp.ttl"))

TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV"}

from dump.field import table
from dump.readers import address, name, number, part, text

RECORDS = "Answer|Authority|Additional"
NAME = r"(\S+?)(?:, data|$)"


def data(kind, pattern, read=number):
    """What stands behind the TTL of a record of this type."""
    return part(rf" {kind} \(\d+\) [^:]*: {pattern}", read)


FIELDS = table(
    "DNS",
    ("Identifier", number, "dns.id"),
    ("Message", number, "dns.flags.response"),
    ("Operation", number, "dns.flags.opcode"),
    ("Flags", number, "dns.flags"),
    ("Result", number, "dns.flags.rcode"),
    ("Questions", number, "dns.count.queries"),
    ("Answers", number, "dns.count.answers"),
    ("Authorities", number, "dns.count.auth_rr"),
    ("Additional", part(r"^(\d+)$"), "dns.count.add_rr"),
    ("Question", name, "dns.qry.name"),
    ("Question", part(r"^\S+ \S+ \((\d+)\)"), "dns.qry.type"),
    (RECORDS, part(r"^(?!.* SRV \()(\S+) ", name), "dns.resp.name"),  # to tshark, the name of an SRV record is another field
    (RECORDS, part(r"^\S+ \S+ \((\d+)\)"), "dns.resp.type"),
    (RECORDS, part(r" TTL (\d+)"), "dns.resp.ttl"),
    (RECORDS, data("A", r"(\S+)", address), "dns.a"),
    (RECORDS, data("AAAA", r"(\S+)", address), "dns.aaaa"),
    (RECORDS, data("CNAME", NAME, name), "dns.cname"),
    (RECORDS, data("NS", NAME, name), "dns.ns"),
    (RECORDS, data("PTR", NAME, name), "dns.ptr.domain_name"),
    (RECORDS, data("MX", r"preference (\d+)"), "dns.mx.preference"),
    (RECORDS, data("MX", r"preference \d+ " + NAME, name), "dns.mx.mail_exchange"),
    (RECORDS, data("SRV", r"priority (\d+)"), "dns.srv.priority"),
    (RECORDS, data("SRV", r".*weight (\d+)"), "dns.srv.weight"),
    (RECORDS, data("SRV", r".*port (\d+)"), "dns.srv.port"),
    (RECORDS, data("SRV", r".*port \d+ " + NAME, name), "dns.srv.target"),
    (RECORDS, data("TXT", r'"(.*)"', text), "dns.txt"),
    (RECORDS, data("SOA", r"(\S+)", name), "dns.soa.mname"),
    (RECORDS, data("SOA", r"\S+ (\S+):", name), "dns.soa.rname"),
    (RECORDS, data("SOA", r".*serial (\d+)"), "dns.soa.serial_number"),
    (RECORDS, data("SOA", r".*refresh (\d+)"), "dns.soa.refresh_interval"),
    (RECORDS, data("SOA", r".*retry (\d+)"), "dns.soa.retry_interval"),
    (RECORDS, data("SOA", r".*expire (\d+)"), "dns.soa.expire_limit"),
    (RECORDS, data("SOA", r".*minimum (\d+)"), "dns.soa.minimum_ttl"))

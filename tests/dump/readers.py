"""Converts values of the dump and of tshark to a form that can be compared."""
import ipaddress
import re


def number(text):
    """The first number in a value such as "0x0800 (IPv4)", "20 bytes", "64"; tshark's value is only a number."""
    found = re.match(r"-?(?:0x[0-9a-fA-F]+|\d+)", text)
    return int(found[0], 0) if found else None


def word(text):
    return text.split(" ")[0].lower()


def whole(text):
    return text


def address(text):
    """An address; IPv6 addresses have several spellings."""
    try:
        return str(ipaddress.ip_address(text.split(" ")[0]))
    except ValueError:
        return text


def flag(text):
    """The dump prints yes or no; tshark's text depends on its version."""
    return {"yes": 1, "no": 0, "true": 1, "false": 0, "1": 1, "0": 0}.get(word(text).rstrip(","))


def hexadecimal(text):
    """Bytes in hex; their grouping does not matter."""
    return "".join(re.findall(r"[0-9a-f]+", text.lower().removeprefix("0x")))


def name(text):
    """A domain name; tshark prints the root as <Root>."""
    return (text.split(" ")[0].lower().rstrip(".") or ".").replace("<root>", ".")


def part(pattern, read=number):
    """Reads the pattern's first group; a value that does not match is not of this field. `read` reads tshark's values."""
    compiled = re.compile(pattern)

    def reader(text):
        found = compiled.search(text)
        return read(found[1]) if found else None
    reader.plain = read
    return reader


def parts(pattern, read=number):
    """The same for a pattern that matches several times in one value."""
    compiled = re.compile(pattern)

    def reader(text):
        return [read(t) for t in compiled.findall(text)]
    reader.plain = read
    return reader


# The status of a checksum: the dump's word, and the number in tshark's *.checksum.status.
WRONG, CORRECT, NOT_CHECKED, NONE = "wrong", "correct", "not checked", "none"


def verdict(text):
    for v in (NOT_CHECKED, CORRECT, WRONG, NONE):
        if f"({v}" in text:
            return v
    return None


def tshark_verdict(text):
    return {"0": WRONG, "1": CORRECT, "2": NOT_CHECKED, "3": NONE, "4": WRONG}.get(text)

"""Converts values of the dump and of tshark to a form that can be compared."""
import ipaddress
import re


def number(text):
    """The first number in a value such as "0x0800 (IPv4)", "20 bytes", "64"; tshark's value is only a number."""
    found = re.match(r"-?(?:0x[0-9a-fA-F]+|\d+)", text)
    return int(found[0], 0) if found else None


def decimal(text):
    """Seconds with a fraction: the dump prints three digits of it, without rounding."""
    found = re.match(r"\d+(\.\d+)?", text)
    return int(float(found[0]) * 1000 + 1e-6) if found else None


def word(text):
    return text.split(" ")[0].lower()


def whole(text):
    return text


def text(value):
    """Text from outside, up to its first character that cannot be printed: the dump escapes it, tshark may end there."""
    return re.split(r"[^ -~]|\\", value)[0] or None


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


def plain_name(text):
    """A domain name; the root is <Root> to tshark. What cannot be printed, and tshark escapes or not, is ? here."""
    text = re.sub(r"\\(\d{3}|[abfnrtv])", "?", text.lower().replace("<root>", "."))
    return re.sub(r"(\?|[^!-~])+", "?", text).rstrip(".") or "."


def name(text):
    """The dump escapes such characters, as RFC 1035 section 5.1 has it."""
    text = re.sub(r"\\\d{3}", "?", text.split(" ")[0])
    return plain_name(re.sub(r"\\(.)", r"\1", text))


name.plain = plain_name


def part(pattern, read=number):
    """Reads the pattern's first group; a value that does not match is not of this field. `read` reads tshark's values."""
    compiled = re.compile(pattern)

    def reader(text):
        found = compiled.search(text)
        return read(found[1]) if found else None
    reader.plain = getattr(read, "plain", read)
    return reader


def parts(pattern, read=number):
    """The same for a pattern that matches several times in one value."""
    compiled = re.compile(pattern)

    def reader(text):
        return [read(t) for t in compiled.findall(text)]
    reader.plain = getattr(read, "plain", read)
    return reader


# The status of a checksum: the dump's word, and the number in tshark's *.checksum.status.
WRONG, CORRECT, NOT_CHECKED, NONE = "wrong", "correct", "not checked", "none"


def verdict(text):
    if "(not in use" in text:
        return NOT_CHECKED
    for v in (NOT_CHECKED, CORRECT, WRONG, NONE):
        if f"({v}" in text:
            return v
    return None


def tshark_verdict(text):
    return {"0": WRONG, "1": CORRECT, "2": NOT_CHECKED, "3": NONE, "4": WRONG}.get(text)

from dump.field import table
from dump.readers import number


def signed_byte(text):
    """tshark 4.0 takes it for unsigned."""
    return number(text) & 0xff


FIELDS = table(
    "NTP",
    ("Leap indicator", number, "ntp.flags.li"),
    ("Version", number, "ntp.flags.vn"),
    ("Mode", number, "ntp.flags.mode"),
    ("Stratum", number, "ntp.stratum"),
    ("Poll interval", signed_byte, "ntp.ppoll"),
    ("Precision", signed_byte, "ntp.precision"))

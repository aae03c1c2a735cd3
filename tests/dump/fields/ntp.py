from dump.field import table
from dump.readers import number

FIELDS = table(
    "NTP",
    ("Leap indicator", number, "ntp.flags.li"),
    ("Version", number, "ntp.flags.vn"),
    ("Mode", number, "ntp.flags.mode"),
    ("Stratum", number, "ntp.stratum"),
    ("Poll interval", number, "ntp.ppoll"),
    ("Precision", lambda text: number(text) & 0xff, "ntp.precision"))  # signed; tshark 4.0 takes it for unsigned

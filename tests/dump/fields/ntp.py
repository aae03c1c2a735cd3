from dump.field import table
from dump.readers import number

FIELDS = table(
    "NTP",
    ("Leap indicator", number, "ntp.flags.li"),
    ("Version", number, "ntp.flags.vn"),
    ("Mode", number, "ntp.flags.mode"),
    ("Stratum", number, "ntp.stratum"),
    ("Poll", number, "ntp.ppoll"),
    ("Precision", number, "ntp.precision"))

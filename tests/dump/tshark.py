"""tshark's decode of a capture: every occurrence of the fields that are asked for, packet by packet."""
import re
import shutil
import subprocess
import tempfile

SEPARATOR, AGGREGATOR = "\x1d", "\x1e"  # characters that no value has

# tshark guesses a protocol from any port it has heard of (4000 is ICQ to it) and then finds our bytes malformed: only
# these ports mean something.
PORTS = {"udp.port": {53: "dns", 5353: "mdns", 67: "dhcp", 68: "dhcp", 123: "ntp"},
         "tcp.port": {80: "http", 53: "dns"}}

# A fragment and a segment are decoded alone, as in the dump; numbers are as they are on the wire.
PREFERENCES = {"ip.check_checksum": "TRUE", "udp.check_checksum": "TRUE", "tcp.check_checksum": "TRUE",
               "ip.defragment": "FALSE", "ipv6.defragment": "FALSE", "tcp.desegment_tcp_streams": "FALSE",
               "tcp.relative_sequence_numbers": "FALSE", "tcp.analyze_sequence_numbers": "FALSE",
               "tcp.track_bytes_in_flight": "FALSE", "tcp.calculate_timestamps": "FALSE",
               "ip.use_geoip": "FALSE", "ip.tso_support": "FALSE", "eth.check_fcs": "FALSE",
               "http.desegment_headers": "FALSE", "http.desegment_body": "FALSE",
               "stp.enable_ieee": "TRUE"}


class Unavailable(Exception):
    """tshark is not here, or cannot read the file."""


def _decode_as():
    for table, ports in PORTS.items():
        yield f"{table}==0-65535,data"
        for port, protocol in ports.items():
            yield f"{table}=={port},{protocol}"


def command(path, fields, preferences=None):
    args = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", f"separator={SEPARATOR}", "-E", "occurrence=a",
            "-E", f"aggregator={AGGREGATOR}"]
    for name, value in (PREFERENCES if preferences is None else preferences).items():
        args += ["-o", f"{name}:{value}"]
    for rule in _decode_as():
        args += ["-d", rule]
    for field in fields:
        args += ["-e", field]
    return args


def supported(fields):
    """The fields and preferences that this version of tshark knows."""
    if not shutil.which("tshark"):
        raise Unavailable("tshark is not installed (tools/setup test)")
    preferences = dict(PREFERENCES)
    fields = list(dict.fromkeys(fields))
    for _ in range(20):
        done = subprocess.run(command("/dev/null", fields, preferences), text=True, capture_output=True)
        unknown = set(re.findall(r'-o flag "([^":]+):', done.stderr))
        listed = done.stderr.partition("aren't valid:")[2]
        invalid = {f for f in fields if re.search(rf"(?m)^\s*{re.escape(f)}\s*$", listed)}
        if not unknown and not invalid:
            return fields, preferences
        fields = [f for f in fields if f not in invalid]
        preferences = {k: v for k, v in preferences.items() if k not in unknown}
    raise Unavailable("tshark refuses its arguments: " + done.stderr.strip())


def decode(path, fields, preferences):
    """One dictionary a packet: field -> list of its values, in the order of the packet."""
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(command(path, fields, preferences), text=True, errors="replace", stdout=subprocess.PIPE,
                                   stderr=complaints)
        try:
            for line in process.stdout:
                columns = line.rstrip("\n").split(SEPARATOR)
                yield {f: c.split(AGGREGATOR) if c else [] for f, c in zip(fields, columns)}
        finally:
            process.stdout.close()
            process.terminate()
            process.wait()

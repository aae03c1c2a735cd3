"""tshark's decode of a capture: every occurrence of the requested fields, packet by packet."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

SEPARATOR, AGGREGATOR = "\x1d", "\x1e"  # characters that occur in no value

# tshark guesses the protocol from the port (4000 is ICQ) and would then report our bytes as malformed. So all other protocols
# are switched off.
PROTOCOLS = """frame eth ethertype vlan ieee8021ad llc stp lldp arp ip ipv6 ipv6\\..* icmp icmpv6 igmp gre udp tcp dns mdns dhcp bootp
               ntp http data raw sll null ppp ppp_hdlc _ws\\..*""".split()

# Fragments and segments are decoded separately, as in the dump; sequence numbers are absolute.
PREFERENCES = {"ip.check_checksum": "TRUE", "udp.check_checksum": "TRUE", "tcp.check_checksum": "TRUE",
               "ip.defragment": "FALSE", "ipv6.defragment": "FALSE", "tcp.desegment_tcp_streams": "FALSE",
               "tcp.relative_sequence_numbers": "FALSE", "tcp.analyze_sequence_numbers": "FALSE",
               "tcp.track_bytes_in_flight": "FALSE", "tcp.calculate_timestamps": "FALSE", "ip.use_geoip": "FALSE",
               "ip.tso_support": "TRUE", "eth.check_fcs": "FALSE", "http.desegment_headers": "FALSE",
               "http.desegment_body": "FALSE", "http.tcp.port": "80"}

# By these it takes payloads on any port for DNS or HTTP.
HEURISTICS = ["dns_udp", "http_tcp"]


class Unavailable(Exception):
    """tshark is not installed, or rejects its arguments."""


class Decoded(dict):
    """Field -> list of its values, in the packet's order; an empty list for fields that the packet does not have."""

    def __missing__(self, name):
        return []


class Tshark:
    """The installed tshark, with a separate configuration: the user's has no effect."""

    def __init__(self, fields):
        if not shutil.which("tshark"):
            raise Unavailable("tshark is not installed (tools/setup test)")
        self._folder = tempfile.TemporaryDirectory()
        self._environment = {**os.environ, "WIRESHARK_CONFIG_DIR": self._folder.name, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        self._disable_protocols()
        self.preferences = dict(PREFERENCES)
        self.fields = list(dict.fromkeys(fields))
        self._drop_unknown()

    def _disable_protocols(self):
        known = self._run(["tshark", "-G", "protocols"]).stdout
        names = [line.split("\t")[2] for line in known.splitlines() if line.count("\t") >= 2]
        off = [name for name in names if not re.fullmatch("|".join(PROTOCOLS), name)]
        (pathlib.Path(self._folder.name) / "disabled_protos").write_text("\n".join(off) + "\n")
        (pathlib.Path(self._folder.name) / "heuristic_protos").write_text("".join(f"{name},0\n" for name in HEURISTICS))

    def _run(self, command):
        return subprocess.run(command, text=True, capture_output=True, env=self._environment)

    def _drop_unknown(self):
        """Selects the fields and preferences that this version has."""
        for _ in range(30):
            said = self._run(self._command("/dev/null")).stderr
            preferences = set(re.findall(r'-o flag "([^":]+):', said))
            listed = said.partition("aren't valid:")[2]
            fields = {f for f in self.fields if re.search(rf"(?m)^\s*{re.escape(f)}\s*$", listed)}
            if not preferences and not fields:
                return
            self.fields = [f for f in self.fields if f not in fields]
            self.preferences = {k: v for k, v in self.preferences.items() if k not in preferences}
        raise Unavailable("tshark rejects its arguments: " + said.strip())

    def _command(self, path):
        args = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", f"separator={SEPARATOR}", "-E", "occurrence=a",
                "-E", f"aggregator={AGGREGATOR}"]
        args += [w for name, value in self.preferences.items() for w in ("-o", f"{name}:{value}")]
        return args + [w for field in self.fields for w in ("-e", field)]

    def decode(self, path):
        """Yields one Decoded for each packet."""
        process = subprocess.Popen(self._command(path), text=True, errors="replace", stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, env=self._environment)
        try:
            for line in process.stdout:
                columns = zip(self.fields, line.rstrip("\n").split(SEPARATOR))
                yield Decoded((f, c.split(AGGREGATOR)) for f, c in columns if c)
        finally:
            process.stdout.close()
            process.terminate()
            process.wait()

"""The host's pktdump on every kind of capture file, compared with Wireshark's tools."""
import os
import re
import shutil
import signal
import struct
import subprocess

from capture import need_tshark, write_pcap
from guest import BUILD, Skip, check, check_equal, work_dir
from specimens import well_formed
from suite import test

PKTDUMP = BUILD / "host/pktdump"


def pktdump(*arguments, status=0, zone="UTC", **more):
    done = subprocess.run([PKTDUMP, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20,
                          env={**os.environ, "TZ": zone}, **more)
    check_equal(done.returncode, status, f"status of pktdump {arguments}: {done.stderr.decode()}")
    return done.stdout


def text(*arguments, **more):
    return pktdump(*arguments, **more).decode()


def wireshark_tool(name, *arguments):
    need_tshark()
    if not shutil.which(name):
        raise Skip(f"{name} is not installed (tools/setup test)")
    subprocess.run([name, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def sample(name):
    """A folder, and a capture in it with a packet of every kind and time-stamps that use every digit."""
    folder = work_dir(name)
    write_pcap(folder / "plain.pcap", well_formed().values())
    wireshark_tool("editcap", "-F", "pcap", "-t", "1700000000.123456", folder / "plain.pcap", folder / "k.pcap")
    return folder, folder / "k.pcap"


@test()
def pktdump_prints_the_same_for_pcap_and_pcapng():
    folder, pcap = sample("pktdump-pcapng")
    wireshark_tool("editcap", "-F", "pcapng", pcap, folder / "k.pcapng")
    for mode in ("full", "brief"):
        check_equal(text(mode, folder / "k.pcapng"), text(mode, pcap), f"the {mode} text of a capture as pcapng")
    # Two sections, two interfaces, nanoseconds.
    wireshark_tool("editcap", "-F", "nsecpcap", pcap, folder / "n.pcap")
    wireshark_tool("mergecap", "-a", "-I", "none", "-w", folder / "both.pcapng", pcap, folder / "n.pcap")
    (folder / "twice.pcapng").write_bytes((folder / "k.pcapng").read_bytes() + (folder / "both.pcapng").read_bytes())
    check_equal(text("brief", "-t", folder / "twice.pcapng"), 3 * text("brief", "-t", pcap), "three captures in two sections")


@test()
def pktdump_prints_the_times_that_tshark_prints():
    folder, pcap = sample("pktdump-times")
    wireshark_tool("editcap", "-F", "nsecpcap", "-t", "0.000000789", pcap, folder / "n.pcap")
    for style, kind in (("-tt", "e"), ("-ttttt", "r"), ("-tttt", "ad"), ("-ttt", "d")):
        for path in (pcap, folder / "n.pcap"):
            out = subprocess.run(["tshark", "-n", "-r", path, "-t", kind, "-T", "fields", "-e", "_ws.col.Time"], text=True, check=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "TZ": "Asia/Kolkata"}).stdout
            ours = [" ".join(line.split(" ")[:2 if kind == "ad" else 1])
                    for line in text("brief", style, path, zone="Asia/Kolkata").splitlines()]
            if kind in "rd":
                ours = ["{:.{}f}".format(float(t[6:]), len(t) - 9) for t in ours]
            check_equal(ours, out.splitlines(), f"times in the style {style}")


@test()
def pktdump_writes_the_selected_packets():
    folder, pcap = sample("pktdump-write")
    whole = text("full", pcap)
    for source in (pcap, "n.pcap", "k.pcapng"):
        if source == "n.pcap":
            wireshark_tool("editcap", "-F", "nsecpcap", "-s", "40", pcap, folder / source)
        if source == "k.pcapng":
            wireshark_tool("editcap", "-F", "pcapng", pcap, folder / source)
        pktdump("-w", folder / "out.pcap", folder / source)
        # A copy of a pcapng file always has nanoseconds.
        copy, original = (re.sub(r"(?m)^(\d+\.\d{6})000 ", r"\1 ", text("brief", "-tt", folder / f)) for f in ("out.pcap", source))
        check_equal(copy, original, f"{source}, copied")
    check_equal(pktdump("-w", "-", pcap)[24:], pcap.read_bytes()[24:], "the packets of a copy")
    chosen = text("-", input=pktdump("--packets", "5-", "-c2", "-w", "-", pcap))
    check_equal(re.sub(r"(?m)^Packet \d+", "", chosen), re.sub(r"(?m)^Packet \d+", "", text("--packets", "5-6", pcap)), "packets 5 and 6")
    check(text("--packets", "5-6", pcap) in whole, "packets 5 and 6 differ from those in the whole dump")
    check_equal(pktdump("-w", pcap, pcap, status=1), b"", "output")  # it would overwrite its input
    check(len(pcap.read_bytes()) > 1000, "pktdump overwrote the file that it read")


@test()
def pktdump_names_a_link_type_that_it_does_not_support():
    folder, pcap = sample("pktdump-link")
    wireshark_tool("editcap", "-F", "pcap", "-T", "ieee-802-11", pcap, folder / "wifi.pcap")
    done = subprocess.run([PKTDUMP, folder / "wifi.pcap"], text=True, capture_output=True)
    check_equal(done.returncode, 1, "status")
    check("link type 105 (IEEE 802.11) is not supported" in done.stderr and done.stderr.count("\n") == 1, done.stderr)
    wireshark_tool("mergecap", "-a", "-w", folder / "mixed.pcapng", pcap, folder / "wifi.pcap")
    mixed = text("brief", "-t", folder / "mixed.pcapng", status=1).splitlines()
    check_equal(mixed[:len(well_formed())], text("brief", "-t", pcap).splitlines(), "the packets of the supported link type")
    check(set(mixed[len(well_formed()):]) == {"[link type 105 (IEEE 802.11) is not supported]"}, mixed)


@test()
def pktdump_prints_each_packet_as_it_arrives_in_a_pipe():
    process = subprocess.Popen([PKTDUMP, "brief", "-t", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        process.stdin.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for frame in well_formed().values():
            process.stdin.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)
            process.stdin.flush()
            check(process.stdout.readline().endswith(b"\n"), "no line")  # blocks until the deadline if pktdump buffers
        process.stdin.close()
        check_equal(process.wait(5), 0, "status")
    finally:
        process.kill()


@test()
def pktdump_ends_silently_when_its_output_pipe_is_closed():
    _, pcap = sample("pktdump-pipe")
    for ignored in (False, True):
        read_end, write_end = os.pipe()
        os.close(read_end)
        process = subprocess.Popen([PKTDUMP, pcap], stdout=write_end, stderr=subprocess.PIPE, restore_signals=not ignored,
                                   preexec_fn=(lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN)) if ignored else None)
        os.close(write_end)
        check_equal(process.stderr.read(), b"", "error output")
        check_equal(process.wait(5), 0 if ignored else -signal.SIGPIPE, "status")
        process.stderr.close()


@test()
def pktdump_survives_any_file():
    folder, pcap = sample("pktdump-damaged")
    wireshark_tool("editcap", "-F", "pcapng", pcap, folder / "k.pcapng")
    for path in (pcap, folder / "k.pcapng"):
        data = path.read_bytes()
        for at in range(0, len(data), 97):
            for bad in (data[:at], data[:at] + b"\xff" * 4 + data[at + 4:]):
                done = subprocess.run([PKTDUMP, "brief", "-"], input=bad, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=10)
                check(done.returncode in (0, 1), f"status {done.returncode}")
                check_equal(done.stderr.count(b"\n"), done.returncode, f"error lines: {done.stderr}")

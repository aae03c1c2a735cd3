"""Compares the dump with tshark's decode of the same packets, field by field, and the guest's dump with the host's."""
import copy
import functools
import pathlib
import re
import subprocess
import tempfile

from capture import host_dump, need_tshark, read_pcap, split_dump, write_pcap
from dump import generate
from dump.compare import Comparison
from dump.frames.other_links import LINKS
from guest import BUILD, Guest, ROOT, Server, check, check_equal, work_dir
from specimens import truncated, well_formed, wrong_lengths
from suite import test
from wire import GUEST_MAC, Wire


@functools.cache
def comparison():
    """A Comparison that has learnt from captures of everything what the dump decodes."""
    need_tshark()
    compares = Comparison(BUILD / "host/pktdump")
    # Several tests do this at the same time, each with files of its own.
    with tempfile.TemporaryDirectory() as folder:
        compares.learn(generate.write_everything(pathlib.Path(folder)))
    return compares


def compare_with_tshark(pcap, least):
    """Checks that the dump and tshark show the same fields with the same values."""
    result = comparison().compare(pcap)
    for case in result.mismatches:
        check(False, f"{result.mismatched} mismatches, the first:\n{case}\n{case.packet.text}")
    check(not result.problem, result.problem)
    check(sum(result.compared.values()) > least, f"only {sum(result.compared.values())} values were compared")
    return result


@test()
def pktdump_agrees_with_tshark_on_every_kind_of_packet():
    pcap = work_dir("dump-kinds") / "kinds.pcap"
    write_pcap(pcap, well_formed().values())
    compare_with_tshark(pcap, 300)


@test(deadline=120)
def pktdump_agrees_with_tshark_on_thousands_of_generated_frames():
    folder = work_dir("dump-generated")
    for name, frames in (("clean", generate.frames(3, 2200, mutated=0)), ("damaged", generate.frames(4, 3300, mutated=0.6))):
        generate.write_pcap(folder / f"{name}.pcap", frames)
        result = compare_with_tshark(folder / f"{name}.pcap", 20000)
        if name == "clean":
            check_equal(dict(result.waiting), {}, "what the dump does not decode")


@test(deadline=120)
def pktdump_agrees_with_tshark_on_frames_of_every_link_type():
    folder = work_dir("dump-links")
    for name in LINKS:
        number, makers = generate.in_link(name)
        generate.write_pcap(folder / f"{name}.pcap", generate.frames(7, 200, of=makers), number)
        check_equal(compare_with_tshark(folder / f"{name}.pcap", 3000).packets, 200, f"packets of link type {name}")


def liar(folder, edit):
    """A pktdump whose output is changed by sed."""
    path = folder / "liar"
    path.write_text(f"#!/bin/sh\n{BUILD}/host/pktdump \"$@\" | sed '{edit}'\n")
    path.chmod(0o755)
    return path


@test()
def the_comparison_finds_wrong_values_in_a_dump():
    folder = work_dir("dump-wrong")
    generate.write_pcap(folder / "frames.pcap", generate.frames(5, 300, ["tcp", "udp", "stp", "dns", "dhcp"], mutated=0))
    wrong = copy.copy(comparison())
    for edit, said in (("s/^TTL: .*/TTL: 256/", "IP HEADER, TTL"), ("s/(correct)/(wrong)/", "checksum.status"),
                       ("/^Window:/d", "tcp.window_size_value): the dump says nothing"), ("s/^TCP option: *1 .*/&\\n&/", "tcp.option_kind"),
                       ("/^----- SPANNING TREE/,/^$/d", "stp.root.hw): the dump says nothing"),
                       ("/^DHCP option: *54 /d", "dhcp.option.dhcp_server_id): the dump says nothing"),
                       ("s/^\\(Answer: .*, TTL \\)[0-9]*/\\11/", "dns.resp.ttl")):
        wrong.pktdump = liar(folder, edit)
        found = [str(case) for case in wrong.compare(folder / "frames.pcap").mismatches]
        check(any(said in text for text in found), f"{said!r} is not among the mismatches {found}")


@test(deadline=120)
def dump_compare_reports_each_file_and_its_mismatches():
    folder = work_dir("dump-compare")
    generate.write_pcap(folder / "frames.pcap", generate.frames(6, 50, mutated=0))
    (folder / "notes.txt").write_text("no capture")
    command = [ROOT / "tests/dump_compare", "--pktdump"]
    done = subprocess.run([*command, BUILD / "host/pktdump", folder], text=True, capture_output=True)
    check_equal(done.returncode, 0, f"status: {done.stdout}{done.stderr}")
    check(re.search(r"(?m)^ok +\S+/frames.pcap: 50 packets", done.stdout) and "notes.txt" not in done.stdout, done.stdout)
    edit = "/^Packet 7$/,/^Packet 8$/s/^Frame length: .*/Frame length: 1 bytes/"
    done = subprocess.run([*command, liar(folder, edit), folder / "frames.pcap"], text=True, capture_output=True)
    check_equal(done.returncode, 1, f"status: {done.stdout}{done.stderr}")
    check("packet 7, MAC LAYER, Frame length (frame.len): the dump says 1, tshark" in done.stdout, done.stdout)


@test(deadline=120)
def the_guests_dump_of_each_packet_agrees_with_pktdump_and_tshark():
    frames = list(well_formed().values())
    with Wire() as wire, Guest("dump-guest", NET=wire.net) as g:
        wire.wait_for_guest()
        g.ok("pktdump full")
        start = len(g.text)
        for frame in frames:
            at = len(g.text)
            wire.send(frame)
            g.wait(r"----- MAC LAYER -----.*\n\n\n", 5, at)
        g.ok("pktdump off")
        texts = split_dump(g.text[start:])
    pcap = g.dir / "sent.pcap"
    write_pcap(pcap, frames)
    check_equal(len(texts), len(frames), "packets in the guest's dump")
    for name, got, want in zip(well_formed(), texts, host_dump(pcap)):
        check_equal(got, want, f"the guest's dump of \"{name}\", compared with the host's pktdump")
    compare_with_tshark(pcap, 300)


@test(deadline=120)
def the_dump_of_a_nettests_run_agrees_with_tshark():
    with Guest("dump-nettests") as g, Server("dump-nettests"):
        g.ok("ping -c 2 -i 100 -W 3000 10.0.2.2", 10)
        g.ok("nettests ping", 60)
        g.ok("nettests dns", 60)
        g.poweroff()
    pcap = g.dir / "packets.pcap"
    compare_with_tshark(pcap, 100)
    check(any(f[6:12].hex(":") == GUEST_MAC for f in read_pcap(pcap)), "the capture has no frame from the guest")


@test()
def pktdump_survives_damaged_packets():
    pcap = work_dir("dump-damaged") / "damaged.pcap"
    frames = [*truncated(), *wrong_lengths()]
    write_pcap(pcap, frames)
    check_equal(len(host_dump(pcap)), len(frames), "packets printed")
    host_dump(pcap, "brief")


@test()
def a_brief_dump_prints_one_line_per_packet():
    with Guest("dump-brief", DUMP="brief") as g:
        start = len(g.text)
        g.ok("ping -c 2 -i 200 -W 3000 10.0.2.2", 10)
        lines = re.findall(r"IP 10\.0\.2\.2 > 10\.0\.2\.15: ICMP.*", g.text[start:])
        check_equal(len(lines), 2, f"lines for two echo replies in\n{g.text[start:]}\n")

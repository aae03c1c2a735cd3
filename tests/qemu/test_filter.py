"""Expressions that choose packets: in the guest, at boot, and in the host's pktdump."""
import subprocess
import sys

from capture import write_pcap
from guest import BUILD, ROOT, Guest, check, check_equal, knobs_environment, work_dir
from specimens import well_formed
from suite import test
from wire import Wire

PKTDUMP = BUILD / "host/pktdump"
EXPRESSIONS = ["udp", "tcp port 80 or icmp", "arp", "not ip", "ip[6:2] & 0x3fff != 0", "tcp[tcpflags] & tcp-syn != 0",
               "src host 10.0.2.2 and not (udp or icmp)", "len > 100", "ether multicast", "vlan"]


def pktdump(*arguments, status=0):
    done = subprocess.run([PKTDUMP, *map(str, arguments)], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20)
    check_equal(done.returncode, status, f"status of pktdump {arguments}: {done.stderr}")
    return done.stderr if status else done.stdout


def sample(name):
    pcap = work_dir(name) / "frames.pcap"
    write_pcap(pcap, well_formed().values())
    return pcap


@test()
def the_hosts_pktdump_prints_the_packets_that_an_expression_chooses():
    pcap = sample("filter-host")
    everything = pktdump("brief", "-t", "-#", pcap).splitlines()
    for expression in EXPRESSIONS:
        chosen = pktdump("brief", "-t", "-#", pcap, expression).splitlines()
        others = pktdump("brief", "-t", "-#", pcap, f"not ({expression})").splitlines()
        if expression == "vlan":  # behind it, offsets are those of the VLAN's packets: as libpcap has it
            check(set(chosen) <= set(everything), f"{expression}: {chosen}")
            continue
        check(chosen and others, f"{expression} chooses {len(chosen)} packets of {len(everything)}")
        check_equal(sorted(chosen + others), sorted(everything), f"the packets of {expression} and the others")


@test()
def the_hosts_pktdump_copies_and_counts_only_chosen_packets():
    pcap = sample("filter-copy")
    copy = pcap.with_name("udp.pcap")
    pktdump("-w", copy, pcap, "udp", "or", "arp")
    check_equal(pktdump("brief", "-t", copy), pktdump("brief", "-t", pcap, "udp or arp"), "the copied packets")
    check_equal(len(pktdump("brief", "-c2", pcap, "udp").splitlines()), 2, "packets with -c2")


@test()
def the_hosts_pktdump_points_at_what_is_wrong_in_an_expression():
    pcap = sample("filter-errors")
    want = "tcp port 99999\n         ^^^^^ a port is at most 65535\n"
    check_equal(pktdump(pcap, "tcp port 99999", status=2), want, "the message")
    check_equal(pktdump("-d", "tcp port 99999", status=2), want, "the message of -d")
    check_equal(pktdump("-ddd", "ip"), "4\n40 0 0 12\n21 0 1 2048\n6 0 0 262144\n6 0 0 0\n", "the program of ip")


def brief_lines(pcap, expression):
    return set(pktdump("brief", "-t", pcap, expression).splitlines())


@test(deadline=120)
def the_guest_prints_the_packets_that_an_expression_chooses():
    frames = list(well_formed().values())
    pcap = sample("filter-frames")
    with Wire() as wire, Guest("filter-guest", NET=wire.net) as g:
        wire.wait_for_guest()
        for expression in EXPRESSIONS[:-1]:
            g.ok(f"pktdump brief '{expression}'")
            at = len(g.text)
            for i in range(0, len(frames), 32):
                for frame in frames[i:i + 32]:
                    wire.send(frame)
                wire.ping()
            g.ok("pktdump off")
            printed = set(g.text[at:].splitlines())
            want, unwanted = brief_lines(pcap, expression), brief_lines(pcap, f"not ({expression})")
            check_equal(want - printed, set(), f"packets of {expression} that the guest does not print")
            check_equal((unwanted - want) & printed, set(), f"packets that the guest prints, but not of {expression}")
        check_equal(g.ok("pktdump"), "off\n", "the mode")


@test()
def dumpfilter_chooses_what_is_printed_from_the_start():
    with Guest("filter-boot", DUMP="brief", DUMPFILTER="icmp and src host 10.0.2.2") as g:
        check_equal(g.ok("pktdump"), "brief, with a filter\n", "the mode")
        at = len(g.text)
        g.ok("ping -c 2 -i 100 -W 3000 10.0.2.2", 10)
        printed = g.text[at:]
        check_equal(printed.count("ICMP echo reply"), 2, f"echo replies in\n{printed}\n")
        check("ARP" not in g.text, f"ARP is printed:\n{g.text}")
        g.ok("pktdump brief")  # without an expression, all
        check_equal(g.ok("pktdump"), "brief\n", "the mode without a filter")


def qemu_command(name, **knobs):
    env = knobs_environment(work_dir(name), knobs)
    return subprocess.run([sys.executable, ROOT / "tools/qemu", "command"], env=env, cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@test()
def a_wrong_dumpfilter_ends_make_qemu_before_qemu_starts():
    wrong = qemu_command("filter-wrong", DUMP="full", DUMPFILTER="host 10.0.2.2 and")
    check_equal((wrong.returncode, wrong.stdout), (1, ""), "status and output")
    check_equal(wrong.stderr, "nx6: DUMPFILTER is invalid:\nhost 10.0.2.2 and\n                 ^ the expression ends too early\n",
                "the message")
    off = qemu_command("filter-off", DUMPFILTER="ip")
    check("use DUMP=brief or DUMP=full too" in off.stderr, off.stderr)
    ports = " or ".join(str(n) for n in range(1, 2000, 40))
    long = qemu_command("filter-long", DUMP="full", DUMPFILTER=f"tcp dst port {ports}", APPEND=f'run="{"x" * 4000}"')
    check("the kernel reads 4095" in long.stderr, long.stderr)


@test()
def the_kernel_ignores_a_dumpfilter_that_is_no_valid_program():
    # A jump beyond the end; no return; no number.
    for numbers in ("2,21,9,0,1,6,0,0,1", "1,40,0,0,12", "ip"):
        with Guest("filter-invalid", DUMP="brief", APPEND=f"dumpfilter={numbers}") as g:
            check("boot argument dumpfilter is ignored: it is no valid program" in g.text, g.text)
            check_equal(g.ok("pktdump"), "brief\n", "the mode")

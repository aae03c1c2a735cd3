#!/usr/bin/env python3
"""Measures TCP's throughput over a bad wire, for nx6 and for Linux over the same wire.

    tests/bench/bad_wire.py [--seed N] [--congestion NAME] [--delay TIME] [WORD...]     WORD: only wires whose name contains it

This is one round; `make bench` runs several and prints medians. nx6 in its guest and this machine's Linux send in turn to
Linux through the lossy box, with the same seed. Linux uses nx6's congestion control, CUBIC: Linux's default differs between
machines, and BBR, a common default, hardly reacts to losses. It needs root and /dev/net/tun, because it uses network
namespaces.
"""
import argparse
import multiprocessing
import os
import pathlib
import re
import socket
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "tests/bench"), str(ROOT / "tests/qemu")]
from guest import Failure, Guest, Skip  # noqa: E402
from lan import GUEST_IP, PEER_IP, TAP, Lan, enter_namespace, ip, set_up  # noqa: E402
from lossybox import LossyBox  # noqa: E402
from peers import Peers  # noqa: E402

# Gives a round trip of 1 ms. Throughput with losses is inversely proportional to the round trip; without a delay the
# figures would mostly compare the host's scheduling with the emulator.
DELAY = "500us"
LINK = ["--rate", "50M", "--queue", "256K"]
WRITE = 16384
WEATHER = {  # by name: what the wire does in both directions, and how many MiB are sent
    "clean": ("", 16),
    "loss 1 %": ("--loss 1%", 16),
    "loss 5 %": ("--loss 5%", 16),
    "reordering 20 % by 20 ms": ("--hold 20%,20ms", 16),
    "damage 1 %": ("--damage 1%", 16),
    "all of them": ("--loss 1% --hold 5%,20ms --double 1% --damage 1%", 16),
    "50 ms and loss 1 %": ("--delay 25ms --loss 1%", 4),
}
FORK = multiprocessing.get_context("fork")


def nx6_sends(options, mebibytes):
    with Lan(*options) as lan, Peers(PEER_IP) as peers, Guest("bench-wire", NET=lan.net, CPUS=2, PCAP="") as g:
        lan.wait_for(g)
        out = g.ok(f"ttcp -t -l {WRITE} -n {(mebibytes << 20) // WRITE} -p {peers.sink} {PEER_IP}", 300)
    if lost := lan.box.counts["box"]["socket_full"]:
        print(f"{lost} frames were lost because QEMU's socket was full: the machine is busy, and nx6's figure is too low",
              file=sys.stderr)
    return float(re.search(r"([\d.]+) MB/s", out)[1])


def send_from_afar(pipe, mebibytes, congestion):
    """Linux's sender. Runs in a separate process and network namespace."""
    enter_namespace()
    pipe.send(os.getpid())
    port = pipe.recv()  # the parent has moved our interface here
    set_up("far", GUEST_IP)
    with socket.socket() as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, congestion.encode())
        s.connect((PEER_IP, port))
        began, data = time.monotonic(), bytes(WRITE)
        for _ in range((mebibytes << 20) // WRITE):
            s.sendall(data)
        s.shutdown(socket.SHUT_WR)
        s.recv(1)  # returns when the sink has read everything
        pipe.send((mebibytes << 20) / 1e6 / (time.monotonic() - began))


def linux_sends(options, mebibytes, congestion):
    enter_namespace()
    with LossyBox("tap:far", f"tap:{TAP}", *options):
        set_up(TAP, PEER_IP)
        ours, theirs = FORK.Pipe()
        child = FORK.Process(target=send_from_afar, args=(theirs, mebibytes, congestion), daemon=True)
        child.start()
        theirs.close()
        with Peers(PEER_IP) as peers:
            ip(f"link set far netns {ours.recv()}")
            ours.send(peers.sink)
            rate = ours.recv()
        child.join(5)
        return rate


def in_its_own_process(work, *arguments):
    """Runs one measurement in a new process, because a process cannot leave its namespace."""
    ours, theirs = FORK.Pipe()

    def run():
        try:
            theirs.send(work(*arguments))
        except (Failure, Skip) as e:
            theirs.send(e)
        except (OSError, EOFError) as e:
            theirs.send(Failure(f"{work.__name__}: {e!r}"))
    child = FORK.Process(target=run)
    child.start()
    result = ours.recv()
    child.join()
    if isinstance(result, Exception):
        raise result
    return result


def one_round(weather, seed, congestion="cubic", delay=DELAY):
    """MB/s of "nx6" and "Linux". The seed decides which of them sends first."""
    harm, mebibytes = WEATHER[weather]
    options = [*LINK, "--delay", delay, "--seed", seed, *harm.split()]
    senders = [("nx6", nx6_sends, options, mebibytes), ("Linux", linux_sends, options, mebibytes, congestion)]
    return {who: in_its_own_process(*work) for who, *work in (senders if seed % 2 else reversed(senders))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="seed of the wire (1); if it is even, Linux sends first")
    parser.add_argument("--congestion", default="cubic", help="Linux's congestion control (cubic)")
    parser.add_argument("--delay", default=DELAY, help=f"delay in each direction, unless the wire has its own ({DELAY})")
    parser.add_argument("words", nargs="*", metavar="WORD")
    options = parser.parse_args()
    if options.words and not any(w in weather for w in options.words for weather in WEATHER):
        parser.error(f"no wire contains {' or '.join(options.words)}; the wires are {', '.join(WEATHER)}")
    for weather in WEATHER:
        if not options.words or any(w in weather for w in options.words):
            rates = one_round(weather, options.seed, options.congestion, options.delay)
            print(f"{weather:26} nx6 {rates['nx6']:6.2f}   Linux {rates['Linux']:6.2f} MB/s", flush=True)


if __name__ == "__main__":
    try:
        main()
    except (Failure, Skip) as e:
        sys.exit(f"bad_wire: {e}")

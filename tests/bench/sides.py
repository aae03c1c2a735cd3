"""A guest that is measured beside another one, in a process of its own: the guest may have a network of its own (tap), and the CPU
time of what is measured can be told from that of all others.

    with Side("Linux", "tap", NIC="virtio", CPUS=1) as side:
        side.started                            # seconds from QEMU's start: (to the prompt, to the first reply)
        value, others = side.measure(function)  # of (guest, ends), called in that process
"""
import contextlib
import ctypes
import multiprocessing
import os
import pathlib
import signal
import sys
import time

import guestbench
from ends import Ends
from figures import QUIET
from guest import BUILD, Failure, Guest, Skip
from lan import Lan
from linux_guest import LinuxCommands

FORK = multiprocessing.get_context("fork")
PR_SET_PDEATHSIG = 1


class Nx6(Guest):
    """Seconds from QEMU's start to the prompt."""

    def __init__(self, name, **knobs):
        super().__init__(name, IMAGE=BUILD / "test.img", **knobs)

    def __enter__(self):
        super().__enter__()
        self.seconds = time.monotonic() - self.started
        return self


GUESTS = {"nx6": Nx6, "Linux": LinuxCommands}


# --- in the process of the guest ---

@contextlib.contextmanager
def network(kind):
    """The guest's network, as the knob NET says it, and the address of the host's ends."""
    if kind == "user":
        yield "user", "127.0.0.1"
    else:
        with Lan() as lan:
            yield lan.net, guestbench.HOST


def answer(pipe, function, *arguments):
    try:
        pipe.send(function(*arguments))
    except (Failure, Skip) as e:
        pipe.send(e)


def first_reply(guest, ends):
    guestbench.run("first HOST {udp_echo}", guest, ends)
    return guest.seconds, time.monotonic() - guest.started


def live(pipe, who, kind, knobs):
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda *unused: sys.exit(1))  # QEMU is ended on the way
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that compares ends this one
    try:
        with network(kind) as (net, address), Ends(address) as ends, \
                GUESTS[who](f"beside-{who}", NET=net, **QUIET, **knobs) as guest:
            answer(pipe, first_reply, guest, ends)
            while function := pipe.recv():
                answer(pipe, function, guest, ends)
    except (Failure, Skip) as e:
        pipe.send(e)


# --- CPU time, in ticks ---

def fields(path):
    """Of a process's stat, behind its name, which may have spaces."""
    return path.read_text().rpartition(")")[2].split()


def ticks_of_tree(root):
    """The CPU time of a process and of all that it has started."""
    processes = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended
            f = fields(path)
            processes[int(path.parent.name)] = int(f[1]), sum(map(int, f[11:15]))
    tree = {root}
    while more := {pid for pid, (parent, _) in processes.items() if parent in tree} - tree:
        tree |= more
    return sum(processes[pid][1] for pid in tree if pid in processes)


def ticks_of_host():
    """All of its processors' time, and that in which they were idle."""
    times = [int(t) for t in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return sum(times), times[3] + times[4]


class Others:
    """The share of the host's CPU time that processes other than this tree have used since then."""

    def __init__(self, root):
        self._root, self._mine, self._host = root, ticks_of_tree(root), ticks_of_host()

    def share(self):
        (all_now, idle_now), (all_then, idle_then) = ticks_of_host(), self._host
        passed = all_now - all_then
        busy = passed - (idle_now - idle_then)
        return max(0, busy - (ticks_of_tree(self._root) - self._mine)) / passed if passed else 0


# --- in the process that compares ---

class Side:
    def __init__(self, who, kind="user", **knobs):
        self._arguments = who, kind, knobs

    def __enter__(self):
        self._pipe, theirs = FORK.Pipe()
        self._process = FORK.Process(target=live, args=(theirs, *self._arguments))
        self._process.start()
        theirs.close()
        try:
            others = Others(self._process.pid)
            self.started, self.others = self._answer(), others.share()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _answer(self):
        try:
            result = self._pipe.recv()
        except EOFError:
            raise Failure(f"the process of {self._arguments[0]}'s guest has ended") from None
        if isinstance(result, Exception):
            raise result
        return result

    def measure(self, function):
        others = Others(self._process.pid)
        self._pipe.send(function)
        return self._answer(), others.share()

    def __exit__(self, *unused):
        with contextlib.suppress(BrokenPipeError):
            self._pipe.send(None)
        self._process.join(10)
        if self._process.is_alive():
            self._process.terminate()
        self._process.join(10)
        self._pipe.close()

"""`make qemu-gdb` and gdb: breakpoints in the kernel and in a user program, and the commands of tools/gdb.py."""
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

from guest import BUILD, ROOT, Failure, Skip, check, knobs_environment, ports, work_dir
from suite import test


class DebuggedGuest:
    """`make qemu-gdb`, which waits for gdb before its first instruction."""

    def __init__(self, name, **knobs):
        self.dir = work_dir(name)
        self.knobs = knobs

    def __enter__(self):
        env = {k: v for k, v in knobs_environment(self.dir, self.knobs).items() if k not in ("KERNEL", "IMAGE")}
        env["BUILD"] = os.environ.get("BUILD", "build")  # make needs the spelling as given
        self.console = self.dir / "console.log"
        (BUILD / "gdbinit").unlink(missing_ok=True)
        with open(self.console, "w") as out:
            self.make = subprocess.Popen(["make", "-s", "qemu-gdb", *self.overrides(env)], cwd=ROOT, env=env, text=True,
                                         stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True)
        try:
            self.wait_until_stopped()
        except BaseException:
            self.__exit__()
            raise
        return self

    def wait_until_stopped(self):
        for _ in range(300):
            if "Stopped at the first" in self.console.read_text():
                return
            check(self.make.poll() is None, "make qemu-gdb ended:\n" + self.console.read_text())
            time.sleep(0.1)
        raise Failure("make qemu-gdb did not start within 30 s:\n" + self.console.read_text())

    def overrides(self, env):
        return [f"{k}={env[k]}" for k in ("BUILD", "PORTS", "PCAP", "CPUS", "SNAPSHOT", "APPEND", "SERVICES", "DEBUG") if k in env]

    def __exit__(self, *unused):
        with contextlib.suppress(ProcessLookupError):  # make and QEMU may have ended already
            os.killpg(self.make.pid, signal.SIGKILL)
        self.make.wait()
        self.make.stdin.close()

    def gdb(self, *commands):
        """gdb's output for these commands."""
        arguments = [word for c in commands for word in ("-ex", c)]
        try:
            done = subprocess.run(["gdb-multiarch", "-nx", "-batch", "-x", BUILD / "gdbinit", *arguments, "-ex", "kill"], cwd=ROOT,
                                  text=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        except subprocess.TimeoutExpired as e:
            raise Failure(f"gdb did not end within 60 s:\n{(e.stdout or b'').decode()[-1500:]}\nconsole:\n{self.console.read_text()[-500:]}") from None
        return done.stdout + done.stderr


def need_gdb():
    if not shutil.which("gdb-multiarch"):
        raise Skip("gdb-multiarch is not installed (Debian, Ubuntu: apt install gdb-multiarch)")


@test(alone=True)  # all guests share one build/gdbinit
def gdb_stops_at_a_breakpoint_in_the_kernel():
    need_gdb()
    with DebuggedGuest("gdb-kernel", CPUS=2) as g:
        out = g.gdb("hbreak sys_fork", "continue", "backtrace", "print current_process().name", "break process_start",
                    "continue", "backtrace 2", "finish", "print $_exitcode")
        check("Breakpoint 1, sys_fork" in out, f"no stop at sys_fork:\n{out}")
        check("user_trap" in out and "system_call" in out, f"no backtrace:\n{out}")
        check("Breakpoint 2, process_start" in out, f"no stop at a software breakpoint:\n{out}")


@test(alone=True)  # all guests share one build/gdbinit
def gdb_stops_at_a_breakpoint_in_a_user_program():
    need_gdb()
    lines = (ROOT / "user/bin/echo.c").read_text().splitlines()
    line = 1 + next(i for i, text in enumerate(lines) if "write(1" in text)
    with DebuggedGuest("gdb-user", CPUS=2, APPEND='run="/echo one two"') as g:
        out = g.gdb("program echo", "continue", "info symbol $pc", "print argc", "print argv[2]", f"tbreak {line}", "continue",
                    "print (char*)line")
        check("main in section .text" in out, f"no stop at main:\n{out}")
        check("$1 = 3" in out and '"two"' in out, f"echo's arguments are not seen:\n{out}")
        check("Temporary breakpoint 2, main" in out and '"one two\\n"' in out, f"no stop where main writes:\n{out}")


# --- the commands of tools/gdb.py: each test runs with the optimised and with the debug kernel

class Traffic:
    """A TCP connection to the guest's port 7 that has echoed some bytes; then repeated datagrams to that port."""

    def __init__(self, guest):
        self.port = ports.read(guest.dir / "ports")["tcp7"]
        self.done = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.done.set()
        self.thread.join()

    def connect(self):
        """Retries: QEMU accepts at once, and closes the connection if the guest does not answer."""
        while not self.done.is_set():
            try:
                stream = socket.create_connection(("127.0.0.1", self.port), 1)
                stream.settimeout(1)
                stream.sendall(b"over TCP")
                if stream.recv(100):
                    return stream
            except OSError:
                pass
            self.done.wait(0.2)
        return None

    def run(self):
        stream = self.connect()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            while stream and not self.done.wait(0.1):
                s.sendto(b"hello gdb, from the host", ("127.0.0.1", self.port))
        if stream:
            stream.close()


def with_both_kernels(function):
    """Makes two tests of function(name, knobs): with the optimised kernel and with the debug kernel."""
    for kernel, knobs in (("optimised", {}), ("debug", {"DEBUG": "1"})):
        def run(kernel=kernel, knobs=knobs):
            need_gdb()
            function(f"{function.__name__.replace('_', '-')}-{kernel}", dict(knobs, CPUS=2))
        run.__name__ = f"{function.__name__}_in_the_{kernel}_kernel"
        test(alone=True)(run)
    return function


def shows(out, *patterns):
    for pattern in patterns:
        # The pattern comes last: the runner prints only the end of a long message.
        check(re.search(pattern, out, re.M), f"{out}\ngdb does not show {pattern!r}")
    check("Traceback" not in out and "Python Exception" not in out, f"a Python exception:\n{out}")


def ends_well(out):
    check("Backtrace stopped" not in out and "previous frame" not in out, f"a backtrace stops too early:\n{out}")


SCRATCH = "((unsigned char*)&*m + 1600)"  # unused bytes of the mbuf


def cast(kind, *bytes_):
    """Commands that print these bytes as a value of that type."""
    room = [0] * 64
    room[:len(bytes_)] = bytes_
    return [f"set {{unsigned char[64]}}{SCRATCH} = {{{', '.join(map(str, room))}}}", f"print *({kind}*){SCRATCH}"]


VALUES = [
    ("be16", (8, 0), r"= 2048 \(0x800\)$"), ("be32", (1, 2, 3, 4), r"= 16909060 \(0x1020304\)$"),
    ("net::Ipv4Addr", (192, 0, 2, 1), r"= 192\.0\.2\.1$"), ("net::MacAddr", (2, 0, 0, 0, 0, 255), "= 02:00:00:00:00:ff$"),
    ("net::Ipv6Addr", (0x20, 1, 0xd, 0xb8, *[0] * 11, 1), "= 2001:db8::1$"),
    ("net::Ipv4Prefix", (10, 0, 0, 0, 8), r"= 10\.0\.0\.0/8$"), ("net::InetAddr", (10, 0, 0, 1, 80, 0), r"= 10\.0\.0\.1:80$"),
    ("net::SocketAddr", (2, 0, 0, 0, 10, 0, 0, 1, 80, 0), r"= 10\.0\.0\.1:80$"),
    ("net::SocketAddr", (40, 0, 0, 0, 2, 0, 0, 0, 0, 4), "= 2:1024$"), ("net::SocketAddr", (), "= none$"),
    ("net::Seq", (5,), "= 5$"), ("net::SeqRange", (5, 0, 0, 0, 9), r"= \[5, 9\): 4 numbers$"),
    ("Duration", (0x40, 0x42, 0xf), "= 1 ms$"), ("Instant", [255] * 8, "= never$"), ("Instant", (0, 0xca, 0x9a, 0x3b), "= 1 s$"),
    ("UserAddr", (0, 16), "= 0x1000 in the program$"),
    ("Result<void>", (11,), "= Errno::Again$"), ("Result<long>", (7,), "= 7$"), ("Result<long>", [0] * 8 + [12], "= Errno::NoMem$"),
    ("std::optional<net::Ipv4Addr>", (10, 0, 0, 7, 1), r"= 10\.0\.0\.7$"), ("std::optional<net::Ipv4Addr>", (10,), "= nothing$"),
    ("std::atomic<unsigned int>", (9,), "= 9$"), ("net::MbufPtr", (), "= null$"),
]


@with_both_kernels
def gdb_prints_packets_and_values(name, knobs):
    with DebuggedGuest(name, SERVICES="inetd", **knobs) as g, Traffic(g):
        values = [c for kind, bytes_, _ in VALUES for c in cast(kind, *bytes_)]
        out = g.gdb(
            "hbreak net::udp_in", "continue", "print m", "print *m", "print m->length_", "print in.settings_", "print in.mac_",
            "print ip", "packet m", "packet ip", "packet &*m", "print ip.bytes_", *values, "print scheduler.lock_", "print scheduler.woken_",
            "print in.arp_.sets_", "print *(net::MbufQueue*)((unsigned char*)&*m + 1600)",
            "print 'process_tree'.all_", "print 'process_tree'.init_->child_changed",
            "print 'process_tree'.init_->thread", "print 'process_tree'.init_->files->first_.files[0]")
    brief = r"IP 10\.0\.2\.2:\d+ > 10\.0\.2\.15:7: UDP length 24"
    shows(out, rf"^\$\d+ = 0x[0-9a-f]+, 52 bytes: {brief}$", rf"^\$\d+ = .*52 bytes: {brief}$", r"^\$\d+ = 52$",
          r"= \{address = 10\.0\.2\.15/24, up = true\}$", "= 52:54:00:12:34:56$", r"bytes_ = 52 bytes at 0x[0-9a-f]+: 45 00 ",
          r"= 52 bytes at 0x[0-9a-f]+: 45 00 ", r"= .*0 packets$", r"\d elements = \{.*init \(pid 1\)", '= "child": init .pid 1. waiting',
          'init .pid 1., sleeping, waits for "child"', r"= \(fs::File \*\) 0x[0-9a-f]+, \d+ references?$", *[v[2] for v in VALUES])
    check(out.count("hello gdb, from ") == 3 and out.count("UDP dest port:      7") == 3, f"not three decoded packets:\n{out}")
    lock = r'= "scheduler": free$' if "DEBUG" in knobs else "= free$"
    shows(out, lock)


@with_both_kernels
def gdb_lists_threads_sockets_mbufs_and_rings(name, knobs):
    with DebuggedGuest(name, SERVICES="inetd", **knobs) as g, Traffic(g):
        out = g.gdb(
            "threads", "hbreak net::udp_in", "continue", "echo <<\\n", "info registers", "echo >>\\n", "threads", "sockets", "mbufs",
            "mbufs list", "threads bt", "threads at timer", "backtrace", "threads bt console",
            "up", "frame", "sockets", "frame", "frame 0", "echo <<\\n", "info registers", "echo >>\\n", "delete",
            "hbreak dev::E1000::receive if rx_.descriptors_[rx_.next_].status & 1", "continue", "ring eth0", "delete",
            "hbreak net::udp_in", "continue")
    shows(out, "^the guest has no kernel memory yet", r"^  -  (eth0|idle) +running +0$", r"^ +1  init +sleeping +\d  child$",
          r"^udp +\d+ +0  \*:7 +\*:\* +inetd/\d+ fd \d+ +0x[0-9a-f]+$", r"^tcp +0 +\d+  \*:7 +\*:\* +LISTEN +inetd/",
          r"^tcp +\d+ +\d+  10\.0\.2\.15:7 +10\.0\.2\.2:\d+ +ESTABLISHED +inetd/", r"^\d+ mbufs of 2048 bytes", r"^  eth0 receive ring +256$",
          r"^init \(pid 1\), sleeping, waits for child\n#0 .*\n(#.*\n)*#\d+ .*sys_wait.*\n(#.*\n)*#\d+ .*from_user \(\)",
          r"^timer, sleeping.*\n(#.*\n)*#\d+ .*TimerThread::run.*\n(#.*\n)*#\d+ .*thread_start \(\)",
          r"^eth0 receive: 256 descriptors at 0x[0-9a-f]+, head \d+, tail \d+\n  next to take \d+; done, not taken: [1-9]",
          r"^ +\d+  0x[0-9a-f]+  \d+ bytes: (IP|ARP) ")
    ends_well(out)
    shows(out, r"^#0 .*udp_in.*\n#1 .*(Scheduler::s.*\n#.*)+WaitQueue::wait_until.*\n(#.*\n)+#\d+ .*thread_start",
          "^console, sleeping", r"^#[2-9] .*(Scheduler::sleep|wait_until).*\n(.*\n)*proto .*\n(.*\n)+#[2-9] .*(Scheduler::sleep|wait_until)")
    before, after = re.findall(r"<<\n(.*?)>>", out, re.S)
    check(before == after, f"`threads bt` changes registers:\n{before}\nthen:\n{after}")
    check(out.count("net::udp_in (in=...") > 1 and out.rstrip().count("Breakpoint 3, net::udp_in") == 1,
          f"the guest does not continue:\n{out}")


@with_both_kernels
def gdb_shows_backtraces_down_to_the_start_of_the_thread(name, knobs):
    with DebuggedGuest(name, APPEND='run="/echo one two"', **knobs) as g:
        out = g.gdb("hbreak kernel_main", "continue", "backtrace", "threads", "mbufs", "sockets", "ring", "delete",
                    "hbreak boot_become_idle", "continue", "delete", "hbreak kernel_trap", "continue", "backtrace", "delete",
                    "program echo", "continue", "print $priv", "backtrace", "threads", "sockets", "threads bt init", "print $priv",
                    "print argc")
    shows(out, r"kernel_main.*\n(.*\n)?#1 .*supervisor_mode \(\)", r"<signal handler called>\n(#.*\n)*#\d+ .*(thread_start|from_user) \(\)",
          "the mbuf pool is empty", "the network is not set up yet", "no card is called eth0: there is none",
          r"^ +\d+  echo +running", r"^init \(pid 1\), sleeping, waits for child\n(#.*\n)*#\d+ .*from_user")
    ends_well(out)
    check(re.findall(r"^\$\d+ = (.*)", out, re.M) == ["0", "0", "3"], f"the hart does not stay in user mode:\n{out}")


@with_both_kernels
def gdb_commands_report_each_error_in_one_line(name, knobs):
    mbuf, tx = "(*(net::Mbuf*)$at)", "'dev::(anonymous namespace)::e1000s'[0].tx_"
    with DebuggedGuest(name, SERVICES="inetd", **knobs) as g, Traffic(g):
        out = g.gdb(
            "hbreak net::udp_in", "continue", "packet", "packet nonsense", "packet 12", "packet 12, 0", "packet 12, 20", "packet in",
            "threads nonsense", "threads bt nonsense", "threads at idle", "sockets all", "mbufs all", "ring eth9", "program nonsense", "help packet",
            "help threads", "help sockets", "help mbufs", "help ring", "help program", "help user-defined",
            "set $at = (unsigned long)&*m", f"set var {mbuf}.more_ = &{mbuf}", "print m", "packet m",
            f"set var {mbuf}.offset_ = 60000", "print m", "packet m", "set {unsigned long}&scheduler.woken_ = 16",
            "print scheduler.woken_", f"set {{unsigned long}}{SCRATCH} = (unsigned long)&scheduler",
            "set {unsigned long}&scheduler.preempted_ = $at + 1600", f"set {{unsigned long}}{SCRATCH} = $at + 1600",
            "print scheduler.preempted_", "set var *(unsigned long*)&'(anonymous namespace)::kernel_threads'[0].waiting_on = 16",
            "threads", "print '(anonymous namespace)::kernel_threads'[0]",
            f"set var {tx}.oldest_ = {tx}.next_ - 2", f"set var {tx}.mbufs_._M_elems[({tx}.next_ - 1) % 256] = (net::Mbuf*)$at",
            f"set var {mbuf}.more_ = 0", f"set var {mbuf}.offset_ = 176", "ring", f"set {{unsigned long}}&{tx}.descriptors_ = 16", "ring",
            "file", "sockets")
    shows(out, "^which packet[?]", '^packet: No symbol "nonsense"', "^how long is it[?]", "^length 0: ", "^packet: Cannot access memory at address 0xc",
          "^in is no mbuf", "^usage: threads", "^no thread has the name", "^2 threads are called idle", "^usage: sockets$", "^usage: mbufs", "^no card is called eth9: there is eth0",
          "^there is no .*nonsense.elf", "^Usage: packet EXPRESSION", "^Usage: threads", "^Usage: sockets", "^Usage: mbufs", "^Usage: ring",
          "^Usage: program", "^mbufs -- Show", "damaged: the list is a loop", "^packet: the list is a loop", "damaged: no mbuf at",
          "^packet: no mbuf at", "damaged: no memory at 0x10", "= damaged: the list is a loop", "^  -  eth0 .* [?]$",
          r"^ +\d+  done, not freed  \d+ bytes of a scattered frame$", r"^ +\d+  done, not freed  0x[0-9a-f]+  52 bytes: IP ",
          "^ring: Cannot access memory", "^no symbol .*is this the kernel that runs[?]")

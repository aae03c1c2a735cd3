"""An nx6 guest with a vsock device and its daemon, and the programs that the host runs in it."""
import re
import signal
import subprocess
import time

from guest import BUILD, Guest, check, check_equal
from vsock_ends import VsockEnds, check_becomes

NX6 = BUILD / "host/nx6"


class VsockGuest(VsockEnds, Guest):
    """A guest without a network card, but with a vsock device and its daemon. The agent answers, and inetd's echo."""

    def __init__(self, name, monitor=False, once=True, **knobs):
        """once=False: vsockd waits for the next QEMU when this one ends."""
        if not once:
            self.daemon_options = ()
        if monitor:
            knobs["QEMUEXTRA"] = self.monitor_argument(name)
        super().__init__(name, NIC="none", VSOCK=self.path_of(name), **{"PCAP": "", "SERVICES": "inetd", **knobs})

    def wait_up(self):
        self.wait_agent()
        if self.env["SERVICES"]:
            self.count_held()

    def boot_again(self):
        """Another QEMU, with the vsockd that is there."""
        Guest.__exit__(self)
        Guest.__enter__(self)
        self.wait_agent()

    # --- through the agent
    def start(self, *words, **streams):
        # Tests may run in the background of a script, where SIGINT is ignored, and nx6 would leave it ignored.
        return subprocess.Popen([NX6, "--vsock", self.vsock, *words], **streams,
                                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def nx6(self, *words, stdin=b"", timeout=30):
        return subprocess.run([NX6, "--vsock", self.vsock, *words], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=timeout)

    def wait_agent(self):
        check_equal(self.nx6("--wait", "10", "run", "echo up").stdout, b"up\n", "the first command")

    def put(self, name, data):
        file = self.dir / "put"
        file.write_bytes(data)
        done = self.nx6("put", file, name)
        check_equal(done.returncode, 0, f"nx6 put {name}: {done.stderr}")

    def get(self, name):
        file = self.dir / "got"
        done = self.nx6("get", name, file)
        check_equal(done.returncode, 0, f"nx6 get {name}: {done.stderr}")
        return file.read_bytes()

    def processes(self, name):
        """How many processes have this name in the guest."""
        return len(re.findall(rf" {name} ", self.ok("ps")))

    def wait_processes(self, name, want):
        deadline = time.monotonic() + 15
        while (got := self.processes(name)) != want and time.monotonic() < deadline:
            time.sleep(0.2)
        check_equal(got, want, f"processes of the name {name} in the guest")

    # --- what vsockd counts
    def interrupts(self):
        """How often vsockd has interrupted the guest so far. It prints no counter that is 0."""
        log = self.dir / "vsockd.log"
        start = log.stat().st_size
        self.daemon.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + 10
        while "driver started the device\n" not in (printed := log.read_text()[start:]):
            check(time.monotonic() < deadline, "vsockd prints no counters")
            time.sleep(0.05)
        found = re.search(r"(\d+) interrupts of the guest\n", printed)
        return int(found[1]) if found else 0

    # --- what is held
    def _held(self):
        """Open files, sockets and mbufs in use in the guest, and open files of vsockd."""
        return re.search(r"(\d+) open files, (\d+) sockets", self.ok("free")).groups(), self.mbufs_in_use(), self.open_files()

    def count_held(self):
        """Nothing is in use now that will not be in use in check_nothing_lost()."""
        self._before, last = self._held(), None
        while self._before != last:  # the connection that has found the guest ready may still be closing
            time.sleep(0.2)
            self._before, last = self._held(), self._before

    def check_nothing_lost(self):
        """All that connections have used is free again, on both sides."""
        check_becomes(self._held, self._before, "open files, sockets and mbufs in use in the guest, and files of vsockd")

    def settled_memory(self):
        """kib_in_use() when it has not changed for a second: processes that have ended, and caches, give memory back later."""
        now, before = self.kib_in_use(), None
        while now != before:
            time.sleep(1)
            now, before = self.kib_in_use(), now
        return now

    def check_memory(self, before):
        now = self.settled_memory()
        check(now <= before, f"{now} KiB are in use in the guest without mbufs, {before} KiB were before")

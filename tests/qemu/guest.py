"""A guest in QEMU, driven over its console: start, wait for the prompt, run commands, never hang.

    with Guest("boot", CPUS="1") as g:
        out, status = g.run("echo hello")

The knobs are those of `make qemu`, but no services run unless a test wants them: SERVICES="httpd". Every wait has a deadline; leaving the block ends QEMU and all it started.
"""
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD_AS_GIVEN = os.environ.get("BUILD", "build")  # for make, to which another spelling is another tree
BUILD = ROOT / BUILD_AS_GIVEN
sys.path.insert(0, str(ROOT / "tools"))
import ports  # noqa: E402

PROMPT = r"(?:^|\n)\$ $"


class Skip(Exception):
    """Raised by a test that cannot run here; the reason is shown."""


class Failure(Exception):
    """Raised by a check; the message says what was expected and what came."""


def check(condition, text):
    if not condition:
        raise Failure(text)


def check_equal(got, want, what):
    check(got == want, f"{what}: expected {want!r}, got {got!r}")


def work_dir(name):
    """A fresh place under build/ for a test's files; it stays, so that a failure can be looked at."""
    path = BUILD / "test" / name
    path.mkdir(parents=True, exist_ok=True)
    for old in path.iterdir():
        # The ports stay: kept while usable.
        if old.is_file() and old.name not in ("ports", "ports.lock"):
            old.unlink()
    return path


def knobs_environment(directory, knobs):
    """What tools/qemu wants to know, as make would hand it over."""
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "APPEND", "QEMUEXTRA")}
    env.update(BUILD=str(BUILD), KERNEL=str(BUILD / "kernel.elf"), IMAGE=str(BUILD / "fs.img"), SNAPSHOT="1",
               PORTS=str(directory / "ports"), PCAP=str(directory / "packets.pcap"), CPUS="2", MEM="128M",
               NIC="e1000", NET="user", DUMP="off", SERVICES="")
    env.update({k: str(v) for k, v in knobs.items()})
    return env


class Guest:
    def __init__(self, name, boot=True, **knobs):
        self.dir = work_dir(name)
        self.env = knobs_environment(self.dir, knobs)
        self.text = ""  # all the console has said, without carriage returns
        self._changed = threading.Condition()
        self._boot = boot

    # --- its life ---
    def _command(self):
        return subprocess.run([sys.executable, ROOT / "tools/qemu", "command"], env=self.env, cwd=ROOT, text=True,
                              stdout=subprocess.PIPE, check=True).stdout

    def __enter__(self):
        command = self._command()
        self.ports = ports.read(self.dir / "ports")
        self.started = time.monotonic()
        self.qemu = subprocess.Popen("exec " + command, shell=True, cwd=ROOT, env=self.env, stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if self._boot:
            try:
                self.wait_prompt(30)
            except BaseException:
                self.__exit__()
                raise
        return self

    def __exit__(self, *unused):
        if self.qemu.poll() is None:
            self.qemu.kill()
        self.qemu.wait()
        self._reader.join(2)
        (self.dir / "console.log").write_text(self.text)

    def _read(self):
        while chunk := os.read(self.qemu.stdout.fileno(), 65536):
            with self._changed:
                self.text += chunk.decode("latin-1").replace("\r", "")
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    # --- its console ---
    def wait(self, pattern, timeout, start=0):
        """The first match of the pattern in the console's text behind `start`."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                if found := re.compile(pattern, re.S).search(self.text, start):
                    return found
                ended = not self._reader.is_alive()
                left = deadline - time.monotonic()
                if left <= 0 or ended:
                    why = "QEMU ended" if ended else f"nothing of the kind in {timeout} s"
                    raise Failure(f"waited for {pattern!r}: {why}. The console's last words:\n{self.text[start:][-1500:]}")
                self._changed.wait(min(left, 0.2))

    def wait_prompt(self, timeout=20, start=0):
        return self.wait(PROMPT, timeout, start)

    def type(self, text):
        """Keys pressed. Returns the place in the console's text from where the answer follows."""
        start = len(self.text)
        self.qemu.stdin.write(text.encode())
        self.qemu.stdin.flush()
        return start

    def run(self, command, timeout=20):
        """Runs a command line in the shell: (what it printed, its exit status)."""
        self.begin(command)
        return self.finish(timeout)

    def begin(self, command):
        """Starts a command whose end finish() awaits. The mark appears as typed first, so it holds a $?."""
        self._mark = getattr(self, "_mark", 0) + 1
        self._start = self.type(f"{command}; echo [{self._mark}:$?]\n")

    def finish(self, timeout=20):
        end = self.wait(rf"\[{self._mark}:(-?\d+)\]\n", timeout, self._start)
        self.wait_prompt(timeout, end.end() - 1)
        printed = self.text[self._start:end.start()]
        return printed.partition("$?]\n")[2], int(end[1])

    def background(self, command, timeout=20):
        """Starts `command &` and waits for the prompt that follows, not for the command."""
        self.wait_prompt(timeout, self.type(f"{command} &\n"))

    def ok(self, command, timeout=20):
        """Runs a command that must succeed; what it printed."""
        out, status = self.run(command, timeout)
        check(status == 0, f"`{command}` ended with status {status}:\n{out}")
        return out

    def exit_status(self, timeout=15):
        """QEMU's own, once the guest has ended it."""
        try:
            return self.qemu.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Failure(f"QEMU did not end in {timeout} s. The console's last words:\n{self.text[-1500:]}") from None

    def poweroff(self):
        self.type("poweroff\n")
        check_equal(self.exit_status(), 0, "QEMU's status after poweroff")

    # --- what it says of itself ---
    def _mbufs(self, column):
        row = re.search(r"^mbufs" + r"\s+(\d+)" * 5, self.ok("free"), re.M)
        check(row, "`free` prints no row of mbufs")
        return int(row[column])

    def mbufs_in_use(self):
        """Without those that are always out: in the receive rings, and fragments, which a timer gives back."""
        return self._mbufs(2)

    def mbufs_in_fragments(self):
        return self._mbufs(5)

    def wait_mbufs(self, want, timeout=10):
        """Packets may still be on their way: gives them time to be freed."""
        deadline = time.monotonic() + timeout
        while (got := self.mbufs_in_use()) != want and time.monotonic() < deadline:
            time.sleep(0.3)
        check_equal(got, want, "mbufs in use, as before")

    def wait_listening(self, port, timeout=10):
        """Until a program listens on the TCP port: it was started a moment ago."""
        deadline = time.monotonic() + timeout
        while not re.search(rf"^tcp .*:{port} .*LISTEN", out := self.ok("netstat"), re.M):
            check(time.monotonic() < deadline, f"nobody listens on port {port}:\n{out}")

    def counters(self):
        """netstats by name, through `ifstat -a`."""
        return {name: int(n) for n, name in re.findall(r"^\s*(\d+)  (\w+)  ", self.ok("ifstat -a"), re.M)}


class Server:
    """`make server` beside a guest, on the guest's ports."""

    def __init__(self, guest_name):
        self.dir = BUILD / "test" / guest_name
        self.dir.mkdir(parents=True, exist_ok=True)

    def __enter__(self):
        self.log = open(self.dir / "server.log", "w")
        self.process = subprocess.Popen([sys.executable, ROOT / "tools/qemu", "server"], cwd=ROOT, stdout=self.log,
                                        stderr=subprocess.STDOUT, env=knobs_environment(self.dir, {}))
        for _ in range(100):
            if "dns" in (self.dir / "server.log").read_text():
                return self
            check(self.process.poll() is None, "the server ended: " + (self.dir / "server.log").read_text())
            time.sleep(0.05)
        raise Failure("the server did not start in 5 s")

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.wait(5)
        self.log.close()

    def printed(self):
        return (self.dir / "server.log").read_text()

"""A guest in QEMU, controlled over its console: start it, wait for the prompt, run commands.

    with Guest("boot", CPUS="1") as g:
        out, status = g.run("echo hello")

The knobs are those of `make qemu`, but no services run unless a test asks for them: SERVICES="httpd". Every wait has a
deadline. Leaving the block ends QEMU.
"""
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD_AS_GIVEN = os.environ.get("BUILD", "build")  # for make, which takes another spelling for another folder
BUILD = ROOT / BUILD_AS_GIVEN
sys.path.insert(0, str(ROOT / "tools"))
import ports  # noqa: E402

# What `free` says when only init, netd and the shell run.
AT_REST = "4 processes, 3 open files, 1 sockets"

PROMPT = r"(?:^|\n)\$ $"
NEXT_PROMPT = r"\n\$ "  # a background program may print behind it


class Skip(Exception):
    """Raised by a test that cannot run here; the runner prints the reason."""


class Failure(Exception):
    """Raised by a check; the message gives the expected and the actual result."""


def check(condition, text):
    if not condition:
        raise Failure(text)


def check_equal(got, want, what):
    check(got == want, f"{what}: expected {want!r}, got {got!r}")


def work_dir(name):
    """An empty folder under build/ for a test's files. It stays after the test, so that a failure can be examined. Two tests may
    not have the same folder, because they may run at the same time."""
    path = BUILD / "test" / name
    path.mkdir(parents=True, exist_ok=True)
    if run := os.environ.get("NX6_TEST_RUN"):  # from tests/run: its process, and the test
        owner = path / "owner"
        before = owner.read_text() if owner.exists() else ""
        if before != run and before.split()[:1] == run.split()[:1]:
            raise Failure(f"two tests have the folder {name}: {before.split()[1]} and {run.split()[1]}")
        owner.write_text(run)
    for old in path.iterdir():
        # The ports stay the same as long as they are free.
        if old.is_file() and old.name not in ("ports", "ports.lock", "owner"):
            old.unlink()
    return path


def knobs_environment(directory, knobs):
    """The environment in which make would start tools/qemu."""
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
        self.text = ""  # all console output, without carriage returns
        self._changed = threading.Condition()
        self._boot = boot

    # --- start and end ---
    def _command(self):
        """The command that starts QEMU. It need not wait until the host's disk has stored what the guest writes: no test ends the host."""
        made = subprocess.run([sys.executable, ROOT / "tools/qemu", "command"], env=self.env, cwd=ROOT, text=True,
                              stdout=subprocess.PIPE, check=True)
        return made.stdout.rstrip() + " -set drive.x0.cache=unsafe"

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
                self.wait(r"(?:^|\n)\$ ", 30)  # a service may print something behind it
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

    # --- the console ---
    def wait(self, pattern, timeout, start=0):
        """The first match of the pattern in the console output after `start`."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                if found := re.compile(pattern, re.S).search(self.text, start):
                    return found
                ended = not self._reader.is_alive()
                left = deadline - time.monotonic()
                if left <= 0 or ended:
                    why = "QEMU ended" if ended else f"not printed within {timeout} s"
                    raise Failure(f"waited for {pattern!r}: {why}. The last console output:\n{self.text[start:][-1500:]}")
                self._changed.wait(min(left, 0.2))

    def wait_prompt(self, timeout=20, start=0):
        return self.wait(PROMPT, timeout, start)

    def type(self, text):
        """Types the text. Returns the position in the console output where the answer begins."""
        start = len(self.text)
        self.qemu.stdin.write(text.encode())
        self.qemu.stdin.flush()
        return start

    def run(self, command, timeout=20):
        """Runs a command line in the shell. Returns its output and its exit status."""
        self.begin(command)
        return self.finish(timeout)

    def begin(self, command):
        """Starts a command; finish() waits for its end. The console echoes the mark as typed, with $? in place of the status."""
        self._mark = getattr(self, "_mark", 0) + 1
        self._start = self.type(f"{command}; echo [{self._mark}:$?]\n")

    def finish(self, timeout=20):
        end = self.wait(rf"\[{self._mark}:(-?\d+)\]\n", timeout, self._start)
        self.wait(NEXT_PROMPT, timeout, end.end() - 1)
        printed = self.text[self._start:end.start()]
        return printed.partition("$?]\n")[2], int(end[1])

    def finish_interrupted(self, timeout=20):
        """Waits for the prompt after Ctrl-C, which ends the whole command line. Returns the exit status."""
        self.wait(r"\^C\n+\$ $", timeout, self._start)
        self.begin("(exit $?)")
        return self.finish(timeout)[1]

    def background(self, command, timeout=20):
        """Starts `command &` and waits for the next prompt, not for the end of the command."""
        self.wait(NEXT_PROMPT, timeout, self.type(f"{command} &\n"))

    def ok(self, command, timeout=20):
        """Runs a command that must succeed. Returns its output."""
        out, status = self.run(command, timeout)
        check(status == 0, f"`{command}` ended with status {status}:\n{out}")
        return out

    def exit_status(self, timeout=15):
        """QEMU's exit status, after the guest has powered off."""
        try:
            status = self.qemu.wait(timeout)
            self._reader.join(timeout)  # all that QEMU has printed is in `text`
            return status
        except subprocess.TimeoutExpired:
            raise Failure(f"QEMU did not end within {timeout} s. The last console output:\n{self.text[-1500:]}") from None

    def poweroff(self):
        self.type("poweroff\n")
        check_equal(self.exit_status(), 0, "QEMU's status after poweroff")

    # --- the guest's statistics ---
    def _mbufs(self, column):
        row = re.search(r"^mbufs" + r"\s+(\d+)" * 5, self.ok("free"), re.M)
        check(row, "`free` prints no row of mbufs")
        return int(row[column])

    def mbufs_in_use(self):
        """Without the mbufs in the receive rings, and without fragments, which a timer frees."""
        return self._mbufs(2)

    def mbufs_in_fragments(self):
        return self._mbufs(5)

    def kib_in_use(self):
        """Memory in use, without the pool of mbufs, which grows to what was needed at once."""
        row = re.search(r"^memory +\d+ +(\d+) +\d+ +\d+ +(\d+)", self.ok("free"), re.M)
        return int(row[1]) - int(row[2])

    def wait_mbufs(self, want, timeout=10):
        """Waits until `want` mbufs are in use: packets in flight need time to be freed."""
        deadline = time.monotonic() + timeout
        while (got := self.mbufs_in_use()) != want and time.monotonic() < deadline:
            time.sleep(0.3)
        check_equal(got, want, "mbufs in use at the end, as before")

    def wait_listening(self, port, timeout=10):
        """Waits until a program listens on the TCP port."""
        deadline = time.monotonic() + timeout
        while not re.search(rf"^tcp .*:{port} .*LISTEN", out := self.ok("netstat"), re.M):
            check(time.monotonic() < deadline, f"no program listens on port {port}:\n{out}")

    def counters(self):
        """The counters of `ifstat -a`, by name."""
        return {name: int(n) for n, name in re.findall(r"^\s*(\d+)  (\w+)  ", self.ok("ifstat -a"), re.M)}

    def wait_counter(self, name, want, what="", timeout=20):
        """Waits until the counter is at least `want`, because frames need time to arrive. Returns its value."""
        deadline = time.monotonic() + timeout
        while (got := self.counters()[name]) < want:
            check(time.monotonic() < deadline, f"{what or name}: {name} is {got} after {timeout} s, not {want}")
            time.sleep(0.2)
        return got


class Server:
    """`make server` on the ports of a guest."""

    def __init__(self, guest_name):
        self.dir = BUILD / "test" / guest_name
        self.dir.mkdir(parents=True, exist_ok=True)

    def __enter__(self):
        self.log = open(self.dir / "server.log", "w")
        self.process = subprocess.Popen([sys.executable, ROOT / "tools/qemu", "server"], cwd=ROOT, stdout=self.log,
                                        stderr=subprocess.STDOUT, env=knobs_environment(self.dir, {}))
        try:
            self._wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait_until_ready(self):
        for _ in range(100):
            if "dns" in self.printed():
                return
            check(self.process.poll() is None, "the server ended: " + self.printed())
            time.sleep(0.05)
        raise Failure("the server did not start within 5 s")

    def __exit__(self, *unused):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def printed(self):
        return (self.dir / "server.log").read_text()

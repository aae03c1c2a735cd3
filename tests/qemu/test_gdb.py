"""`make qemu-gdb` and gdb: breakpoints in the kernel and in a user program."""
import os
import shutil
import signal
import subprocess
import time

from guest import BUILD, ROOT, Failure, Skip, check, knobs_environment, work_dir
from suite import test


class DebuggedGuest:
    """`make qemu-gdb`, which waits for gdb before its first instruction."""

    def __init__(self, name, **knobs):
        self.dir = work_dir(name)
        self.knobs = knobs

    def __enter__(self):
        env = {k: v for k, v in knobs_environment(self.dir, self.knobs).items() if k not in ("KERNEL", "IMAGE")}
        env["BUILD"] = os.environ.get("BUILD", "build")  # as make knows it
        self.console = self.dir / "console.log"
        (BUILD / "gdbinit").unlink(missing_ok=True)
        with open(self.console, "w") as out:
            self.make = subprocess.Popen(["make", "-s", "qemu-gdb", *self.overrides(env)], cwd=ROOT, env=env, text=True,
                                         stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True)
        for _ in range(100):
            if "Stopped at the first" in self.console.read_text():
                return self
            check(self.make.poll() is None, "make qemu-gdb ended:\n" + self.console.read_text())
            time.sleep(0.1)
        raise Failure("make qemu-gdb did not start")

    def overrides(self, env):
        return [f"{k}={env[k]}" for k in ("BUILD", "PORTS", "PCAP", "CPUS", "SNAPSHOT", "APPEND") if k in env]

    def __exit__(self, *unused):
        os.killpg(self.make.pid, signal.SIGKILL)
        self.make.wait()

    def gdb(self, *commands):
        """gdb's words on these commands."""
        arguments = [word for c in commands for word in ("-ex", c)]
        try:
            done = subprocess.run(["gdb-multiarch", "-nx", "-batch", "-x", BUILD / "gdbinit", *arguments, "-ex", "kill"], cwd=ROOT,
                                  text=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        except subprocess.TimeoutExpired as e:
            raise Failure(f"gdb hangs:\n{(e.stdout or b'').decode()[-1500:]}\nconsole:\n{self.console.read_text()[-500:]}") from None
        return done.stdout + done.stderr


def need_gdb():
    if not shutil.which("gdb-multiarch"):
        raise Skip("no gdb-multiarch here (Debian, Ubuntu: apt install gdb-multiarch)")


@test(alone=True)  # there is one build/gdbinit
def gdb_stops_at_a_breakpoint_in_the_kernel():
    need_gdb()
    with DebuggedGuest("gdb-kernel", CPUS=2) as g:
        out = g.gdb("hbreak sys_fork", "continue", "backtrace", "print ((arch::Hart*)$tp)->current->name", "break process_start",
                    "continue", "backtrace 2")
        check("Breakpoint 1, sys_fork" in out, f"no stop at sys_fork:\n{out}")
        check("user_trap" in out and "system_call" in out, f"no backtrace:\n{out}")
        check('"init"' in out or '"sh"' in out, f"no thread's name:\n{out}")
        check("Breakpoint 2, process_start" in out, f"no stop at a software breakpoint:\n{out}")


@test(alone=True)  # there is one build/gdbinit
def gdb_stops_at_a_breakpoint_in_a_user_program():
    need_gdb()
    lines = (ROOT / "user/bin/echo.c").read_text().splitlines()
    line = 1 + next(i for i, text in enumerate(lines) if "write(1" in text)
    with DebuggedGuest("gdb-user", CPUS=2, APPEND='run="echo one two"') as g:
        out = g.gdb("program echo", "continue", "info symbol $pc", "print argc", "print argv[2]", f"tbreak {line}", "continue",
                    "print (char*)line")
        check("main in section .text" in out, f"no stop at main:\n{out}")
        check("$1 = 3" in out and '"two"' in out, f"echo's arguments are not seen:\n{out}")
        check("Temporary breakpoint 2, main" in out and '"one two\\n"' in out, f"no stop where main writes:\n{out}")

"""Input that is there before the guest reads it: `printf 'ls\\npoweroff\\n' | make qemu`."""
import json
import re
import socket
import time

from guest import Guest, check_equal, work_dir
from suite import test


def run_piped(g, commands):
    """Pipes commands into a guest that has just been started, until it powers off. Returns what they wrote into the file `log`."""
    g.type("".join(command + "\n" for command in [*commands, "cat log", "poweroff"]))
    g.qemu.stdin.close()
    check_equal(g.exit_status(60), 0, f"QEMU's status; the console:\n{g.text[-1500:]}\n")
    return re.findall(r"^(?:\$ )*(ran \d+)$", g.text, re.M)  # the first line is behind a prompt


def continue_guest(path):
    """Does what `cont` does in QEMU's monitor, as soon as QEMU listens."""
    with socket.socket(socket.AF_UNIX) as s:
        while s.connect_ex(str(path)) != 0:
            time.sleep(0.05)
        answers = s.makefile()
        answers.readline()
        for command in ("qmp_capabilities", "cont"):
            s.sendall(json.dumps({"execute": command}).encode())
            while "return" not in answers.readline():
                pass


@test(deadline=90)
def input_that_comes_before_the_guest_has_booted_is_kept():
    for i in range(8):
        with Guest("early-input", boot=False, CPUS=1 + i % 2) as g:
            check_equal(run_piped(g, ["echo ran 1 > log", "echo ran 2 >> log"]), ["ran 1", "ran 2"], f"boot {i}:\n{g.text}\n")


@test(deadline=90)
def input_that_comes_before_a_stopped_guest_is_continued_is_kept():
    for i in range(3):
        path = work_dir("early-stopped") / f"qmp{i}"
        path.unlink(missing_ok=True)
        with Guest("early-stopped", boot=False, QEMUEXTRA=f"-S -qmp unix:{path},server=on,wait=off") as g:
            g.type("echo ran 1 > log\n")
            continue_guest(path)
            check_equal(run_piped(g, ["echo ran 2 >> log"]), ["ran 1", "ran 2"], f"boot {i}:\n{g.text}\n")


@test(deadline=120)
def a_file_of_400_commands_that_is_piped_in_runs_to_its_end():
    with Guest("early-file", boot=False) as g:
        commands = [f"echo ran {n} >> log    # a command of a file that is longer than the console's buffer" for n in range(400)]
        check_equal(run_piped(g, commands), [f"ran {n}" for n in range(400)], "what ran")

"""Signals: the program that tests them prints the same on this host; the console's keys; damaged signal frames."""
import re
import shutil
import subprocess

from guest import AT_REST, ROOT, Guest, check, check_equal, work_dir
from suite import test
from test_console import wait_for_process, wait_for_processes
from test_sockets import TEST_DISK, wait_until
from test_usertests import debug_kernel


def on_this_host(program, folder):
    """What a test program prints here, compiled with the host's compiler. Two tests at a time have a folder each."""
    to = work_dir(folder) / program
    if not shutil.which("gcc"):
        return None
    subprocess.run(["gcc", "-o", to, ROOT / f"tests/programs/{program}.c"], check=True)
    return subprocess.run([to], stdout=subprocess.PIPE, text=True, timeout=60).stdout


def behave_as_here(name, **knobs):
    with Guest(name, **TEST_DISK, **knobs) as g:
        for program in ("signals", "jobs"):
            wanted = on_this_host(program, f"{name}-host")
            out, status = g.run(f"/{program} 2>errors", 60)
            check(status == 0 and out.endswith("all checks passed\n"), f"{program}, status {status}:\n{out}")
            out = "".join(line + "\n" for line in out.splitlines() if ": killed: " not in line)
            check(wanted in (None, out), f"on the host {program} prints\n{wanted}\nin the guest\n{out}")
        check(AT_REST in (after := g.ok("free")), f"processes or files remain:\n{after}")
        g.poweroff()


@test(deadline=90)
def signals_behave_as_posix_says_on_one_hart():
    behave_as_here("signals-1", CPUS=1)


@test(deadline=90)
def signals_behave_as_posix_says_on_four_harts_of_a_debug_build():
    behave_as_here("signals-debug", CPUS=4, KERNEL=debug_kernel())


def in_foreground(g, command, key, name="cat"):
    """Starts a command, waits until its process reads the console, types the key. Returns the command's status."""
    g.begin(command)
    wait_for_process(g, name, "console")
    g.type(key)
    return g.finish_interrupted(10) if key == "\x03" else g.finish(10)[1]


@test(deadline=60)
def the_keys_of_the_console_send_their_signals_to_the_foreground():
    with Guest("signals-keys", CPUS=2) as g:
        check_equal(in_foreground(g, "cat", "\x03"), 130, "status after Ctrl-C")
        check_equal(in_foreground(g, "cat", "\x1c"), 128 + 3, "status after Ctrl-\\")
        check_equal(in_foreground(g, "cat | cat", "\x1a", "cat"), 128 + 20, "status after Ctrl-Z")
        stopped = wait_for_process(g, "cat", "SIGCONT", at_prompt=True)
        first = re.search(r"^ *(\d+) .* cat ", stopped, re.M)[1]
        g.ok(f"kill -KILL -{first}")
        wait_for_processes(g, ["init", "netd", "ps", "sh"])


@test()
def a_reader_that_waits_takes_no_input_once_it_is_in_the_background():
    with Guest("signals-reader", CPUS=2) as g:
        g.run("(cat < /console & sleep 1)")
        out = g.ok("echo for the shell")
        check("for the shell\n" in out, f"the shell did not get what was typed:\n{out}")
        wait_for_processes(g, ["init", "netd", "ps", "sh"])


@test(deadline=60)
def a_stopped_process_continues_after_kill_cont_and_a_background_reader_gets_an_error():
    with Guest("signals-stop", CPUS=2) as g:
        check_equal(in_foreground(g, "cat", "\x1a"), 128 + 20, "status after Ctrl-Z")
        check("[1] + Stopped" in g.text, "the shell does not say that the job has stopped")
        # It reads again, but in the background: SIGTTIN stops it once more.
        g.ok("kill -CONT %1")
        wait_for_process(g, "cat", "SIGCONT", at_prompt=True)
        g.ok("kill -TERM %1; kill -CONT %1")
        wait_for_processes(g, ["init", "netd", "ps", "sh"])
        # Without a parent in the session, nobody could continue a process: the read fails.
        g.run("((cat < /console; echo status $? > said) &)")
        wait_until(g, "ls; cat said 2> errors || echo none", r"^status 1$")

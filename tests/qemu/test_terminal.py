"""The terminal: termios.h, raw mode and poll(). The programs are in tests/programs."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

from guest import BUILD, ROOT, Guest, check, check_equal, knobs_environment, work_dir
from suite import test
from test_console import wait_for_process
from test_sockets import TEST_DISK, wait_until

CTRL_C, CTRL_D, CTRL_Q, CTRL_S, ESC = "\x03", "\x04", "\x11", "\x13", "\x1b"


def answer(g, check_name, *dialogue):
    """Runs a check of the program `terminal`: waits for each question and types what follows it. Returns the output."""
    g.begin(f"terminal {check_name}")
    at = g._start
    for question, keys in dialogue:
        at = g.wait(rf"\n{re.escape(question)}\?\n", 20, at).end() - 1
        g.type(keys)
    out, status = g.finish(30)
    check_equal(status, 0, f"status of `terminal {check_name}`:\n{out}")
    return out


@test()
def termios_has_posixs_functions_and_errors():
    with Guest("terminal", APPEND="terminal=100x30", **TEST_DISK) as g:
        answer(g, "settings")
        answer(g, "names")
        check("100 columns, 30 rows\n" in answer(g, "size"), "the boot argument terminal= sets the size")
        answer(g, "nonblocking")


@test()
def make_qemu_tells_the_guest_the_size_of_its_terminal():
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 51, 173, 0, 0))
    subprocess.run([sys.executable, ROOT / "tools/qemu", "command"], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=theirs, check=True,
                   env=knobs_environment(work_dir("terminal-size"), {}))
    printed = os.read(ours, 65536).decode()
    check(" terminal=173x51" in printed, f"QEMU's command line, printed on a terminal of 173x51:\n{printed}")
    for fd in (ours, theirs):
        os.close(fd)


@test()
def in_raw_mode_every_key_reaches_the_program_at_once():
    with Guest("terminal-raw", **TEST_DISK) as g:
        out = answer(g, "raw", ("raw", "a\r\n" + CTRL_C + "\x04\x7f\x10" + CTRL_S + CTRL_Q + ESC + "[Aq"))
        check("<97><13><10><3><4><127><16><19><17><27><91><65>\n" in out, f"the keys that `terminal raw` reads:\n{out}")
        answer(g, "minimum", ("three", "abc"), ("two more", "de"))
        answer(g, "times", ("one", "x"), ("another", "x"))


@test()
def poll_and_select_wait_for_a_line_or_in_raw_mode_for_a_key():
    with Guest("terminal-poll", **TEST_DISK) as g:
        answer(g, "waits", ("half a line", "ab\n"), ("a key", "x"), ("two keys", "xy"))
        answer(g, "long_line", ("4 KiB", "a" * 4094 + "z\n"))


@test()
def a_program_that_is_killed_in_raw_mode_does_not_leave_it_to_the_shell():
    with Guest("terminal-killed", **TEST_DISK) as g:
        before = g.ok("stty -a")
        g.begin("terminal killed")
        check(g.finish()[1] != 0, "a program that was killed returns 0")
        check_equal(g.ok("stty -a"), before, "the settings after it")
        start = g.type("half a line" + CTRL_C)
        g.wait(r"half a line\^C\n\$ $", 10, start)


@test()
def a_process_in_the_background_that_uses_the_terminal_stops():
    with Guest("terminal-background", **TEST_DISK) as g:
        answer(g, "background")
        g.ok("stty tostop")
        g.run("((sleep 1; echo in the background; echo status $? > said) &)")  # when the shell is in the foreground again
        wait_until(g, "cat said 2> errors || echo none", r"^status 1$")  # its group is orphaned: it would never continue


@test()
def stty_changes_the_settings_and_the_shell_keeps_them():
    with Guest("stty") as g:
        check_equal(g.ok("stty size"), "24 80\n", "`stty size`")
        check_equal(g.ok("stty"), "rows 24; columns 80;\n\n", "what `stty` shows at first")
        g.ok("stty rows 50 cols 132 -echoctl intr ^G time 7")
        check_equal(g.ok("stty"), "rows 50; columns 132;\nintr = ^G; -echoctl \n", "what differs")
        check("min = 1; time = 7; " in g.ok("stty -a"), "`stty -a` shows time")
        start = g.type("half a line\x07")
        g.wait(r"half a line\x07\n\$ $", 10, start)
        g.ok("stty sane")
        check_equal(g.ok("stty"), "rows 50; columns 132;\n\n", "what differs after `stty sane`")
        for wrong in ("stty frob", "stty rows", "stty intr", "stty rows 12345", "stty -a < README"):
            check(g.run(wrong)[1] != 0, f"`{wrong}` succeeds")


@test()
def ctrl_s_stops_output_until_ctrl_q_and_ctrl_c_ends_a_stopped_program():
    with Guest("terminal-stop") as g:
        g.type("cat\n")
        wait_for_process(g, "cat", "console")
        start = g.type(CTRL_S + "later\n")
        g.wait(r"later\n", 10, start)  # the echo
        wait_for_process(g, "cat", "console output")
        check_equal(g.text[start:].count("later"), 1, "outputs of cat while it is stopped")
        g.wait(r"later\n", 10, g.type(CTRL_Q))
        g.wait_prompt(10, g.type(CTRL_D) - 1)
        g.begin("ping -c 1000 -i 10 10.0.2.2")
        g.wait(r"seq=?\s*5", 20, g._start)
        g.type(CTRL_S + CTRL_C)
        check_equal(g.finish_interrupted(), 130, "status of a ping whose output was stopped, after Ctrl-C")

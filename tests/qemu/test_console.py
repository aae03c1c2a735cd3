"""The console: Ctrl-C, Ctrl-P, Ctrl-D, and input in quantities."""
import re
import time

from guest import Failure, Guest, check, check_equal
from suite import test

CTRL_C, CTRL_D, CTRL_P = "\x03", "\x04", "\x10"


def processes(g):
    return re.findall(r"^ *\d+ .*? +\d+ +\d+ (\S+)", g.ok("ps"), re.M)


def wait_for_processes(g, want):
    """Ctrl-C ends a whole pipeline; the shell goes on when the first of it has ended, others may be about to."""
    for _ in range(20):
        if (names := sorted(processes(g))) == sorted(want):
            return
        time.sleep(0.2)
    check_equal(names, sorted(want), "processes that are left")


def wait_for_process(g, name, waiting_for):
    """Asks by Ctrl-P, which needs no prompt, until the process is there and waits for this."""
    for _ in range(50):
        out = g.wait(r"PID   PPID.*?\n(.*?)\d+ processes,", 5, g.type(CTRL_P))[1]
        if re.search(rf"sleeping +\d+ {name} +{waiting_for}\n", out):
            return out
        time.sleep(0.1)
    raise Failure(f"no {name} that waits for {waiting_for}:\n{out}")


def interrupt(g, command, name="cat", waiting_for="console"):
    """Starts a command, waits until its process of this name waits, presses Ctrl-C; the status it then has."""
    g.begin(command)
    wait_for_process(g, name, waiting_for)
    g.type(CTRL_C)
    return g.finish(10)[1]


@test()
def ctrl_c_ends_the_program_in_the_foreground_with_status_130():
    with Guest("ctrl-c") as g:
        check_equal(interrupt(g, "ping -c 1000 10.0.2.2", "ping", ".*"), 130, "status of a ping ended by Ctrl-C")
        check_equal(interrupt(g, "cat"), 130, "status of a cat ended by Ctrl-C")
        wait_for_processes(g, ["init", "ps", "sh"])


@test()
def ctrl_c_ends_the_whole_pipeline_and_its_children():
    with Guest("ctrl-c-pipe") as g:
        before = processes(g)
        check_equal(interrupt(g, "((cat; cat) | cat) | cat | (cat; cat)"), 130, "status of a pipeline ended by Ctrl-C")
        check_equal(interrupt(g, "sh -c 'cat | cat'"), 130, "status of a script ended by Ctrl-C")
        wait_for_processes(g, before)


@test()
def ctrl_c_spares_the_shell_and_what_runs_in_the_background():
    with Guest("ctrl-c-background") as g:
        g.background("ping -c 1000 -i 1000 10.0.2.2 > log")
        wait_for_process(g, "ping", ".*")
        g.wait_prompt(5, g.type("\n"))
        start = g.type("half a command" + CTRL_C)
        g.wait(r"half a command\^C\n\$ $", 5, start)
        check_equal(interrupt(g, "(cat | cat)"), 130, "status of a pipeline ended by Ctrl-C")
        before = ["init", "sh", "sh", "ping", "ps"]
        wait_for_processes(g, before)
        # A shell in the shell reads the console itself; the outer one must not take its Ctrl-C for its own.
        g.wait_prompt(5, g.type("sh\n"))
        g.wait(r"\^C\n\$ $", 5, g.type(CTRL_C))
        check_equal(interrupt(g, "cat"), 130, "the same in an inner shell")
        wait_for_processes(g, [*before, "sh"])
        g.wait_prompt(5, g.type("exit\n"))
        wait_for_processes(g, before)


@test()
def ctrl_c_is_heard_before_the_shell_reads():
    with Guest("ctrl-c-at-once", CPUS=2) as g:
        for _ in range(40):  # each is pressed as soon as the prompt is there, maybe before the read behind it
            g.wait(r"\^C\n\$ ", 5, g.type(CTRL_C))
        check_equal(g.run("echo heard")[0], "heard\n", "what a command prints then")


@test()
def ctrl_c_ends_a_command_given_as_boot_argument():
    with Guest("ctrl-c-run", boot=False, APPEND='run="cat"') as g:
        g.wait(r" via ", 10)  # what is typed before the kernel has set up the port is lost
        wait_for_process(g, "cat", "console")
        g.type(CTRL_C)
        check_equal(g.exit_status(), 130, "QEMU's status")


@test()
def ctrl_d_is_the_end_of_the_file():
    with Guest("ctrl-d") as g:
        start = g.type("cat\n")
        g.type("one\n")
        g.wait(r"one\none\n", 5, start)
        g.type("two" + CTRL_D + CTRL_D)  # the first hands on what stands there, the second is the end
        g.wait(r"twotwo\$ $", 5, start)


@test()
def ctrl_p_lists_the_processes_even_without_a_prompt():
    with Guest("ctrl-p") as g:
        g.type("cat | cat\n")
        wait_for_process(g, "cat", "console")
        out = wait_for_process(g, "cat", "pipe read")
        for name in ("init", "sh"):
            check(re.search(rf" 1 +\w+ +\d+ {name}\b" if name == "init" else rf"\b{name} +child", out), f"no {name}:\n{out}")


@test()
def keys_typed_ahead_are_not_lost():
    with Guest("type-ahead") as g:
        for i in range(100):
            g.type(f"echo line {i} of those typed ahead >> typed\n")
        g.ok("echo so far", 40)
        check_equal(g.ok("cat typed"), "".join(f"line {i} of those typed ahead\n" for i in range(100)), "lines that ran")


def pasted(g, text, timeout=60):
    """What `cat` has got of the text."""
    g.begin("cat > pasted")
    wait_for_process(g, "cat", "console")
    g.type(text + CTRL_D)
    check_equal(g.finish(timeout)[1], 0, "status of cat")
    lines, words, size = map(int, g.ok("wc pasted").split()[:3])
    check_equal(size, len(text), "bytes that arrived")
    check_equal(lines, text.count("\n"), "lines that arrived")


@test(deadline=90)
def a_paste_arrives_whole():
    with Guest("paste") as g:
        line = "the quick brown fox jumps over the lazy dog, and the dog does not care\n"
        pasted(g, (line * 60)[:4096 - 1] + "\n")
        pasted(g, line * 800)  # 56 KiB: seven times what the console can hold


@test(deadline=90)
def a_line_longer_than_the_console_can_hold_arrives_whole():
    with Guest("long-line") as g:
        pasted(g, "x" * 20000 + "\n")


@test(deadline=60)
def a_paste_waits_for_a_program_that_reads_later():
    with Guest("paste-later") as g:
        text = "0123456789 abcdefghijklmnopqrstuvwxyz\n" * 600
        g.begin("ping -c 3 10.0.2.2; cat > later")
        g.type(text + CTRL_D)
        check_equal(g.finish(40)[1], 0, "status of cat")
        check_equal(int(g.ok("wc later").split()[2]), len(text), "bytes that arrived")

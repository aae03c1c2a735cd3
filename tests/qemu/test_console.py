"""The console: Ctrl-C, Ctrl-P, Ctrl-D, and large amounts of input."""
import re
import time

from guest import Failure, Guest, check, check_equal
from suite import test

CTRL_C, CTRL_D, CTRL_P = "\x03", "\x04", "\x10"


def processes(g):
    return re.findall(r"^ *\d+ .*? +\d+ +\d+ (\S+)", g.ok("ps"), re.M)


def wait_for_processes(g, want):
    """Waits until only these processes exist. The shell continues when the first process of a pipeline has ended; others may
    end a little later."""
    for _ in range(20):
        if (names := sorted(processes(g))) == sorted(want):
            return
        time.sleep(0.2)
    check_equal(names, sorted(want), "remaining processes")


def wait_for_process(g, name, waiting_for, at_prompt=False):
    """Lists the processes until this one exists and waits for this. Types Ctrl-P, but at a prompt, where that key recalls a
    line, runs ps."""
    for _ in range(50):
        out = g.ok("ps") if at_prompt else g.wait(r"PID   PPID.*?\n(.*?)\d+ processes,", 5, g.type(CTRL_P))[1]
        if re.search(rf"sleeping +[\d ]+ {name} +{waiting_for}\n", out):
            return out
        time.sleep(0.1)
    raise Failure(f"no process {name} waits for {waiting_for}:\n{out}")


def interrupt(g, command, name="cat", waiting_for="console"):
    """Starts a command, waits until its process `name` sleeps, types Ctrl-C. Returns the command's status."""
    g.begin(command)
    wait_for_process(g, name, waiting_for)
    g.type(CTRL_C)
    return g.finish_interrupted(10)


@test()
def ctrl_c_ends_the_program_in_the_foreground_with_status_130():
    with Guest("ctrl-c") as g:
        check_equal(interrupt(g, "ping -c 1000 10.0.2.2", "ping", ".*"), 130, "status of a ping ended by Ctrl-C")
        check_equal(interrupt(g, "cat"), 130, "status of a cat ended by Ctrl-C")
        wait_for_processes(g, ["init", "netd", "ps", "sh"])


@test()
def ctrl_c_ends_the_whole_pipeline_and_its_children():
    with Guest("ctrl-c-pipe") as g:
        before = processes(g)
        check_equal(interrupt(g, "((cat; cat) | cat) | cat | (cat; cat)"), 130, "status of a pipeline ended by Ctrl-C")
        check_equal(interrupt(g, "sh -c 'cat | cat'"), 130, "status of a script ended by Ctrl-C")
        wait_for_processes(g, before)


@test()
def ctrl_c_does_not_end_the_shell_or_background_commands():
    with Guest("ctrl-c-background") as g:
        g.background("ping -c 1000 -i 1000 10.0.2.2 > log")
        wait_for_process(g, "ping", ".*", at_prompt=True)
        g.wait_prompt(5, g.type("\n"))
        start = g.type("half a command" + CTRL_C)
        g.wait(r"half a command\^C\n\$ $", 5, start)
        check_equal(interrupt(g, "(cat | cat)"), 130, "status of a pipeline ended by Ctrl-C")
        before = ["init", "netd", "sh", "ping", "ps"]
        wait_for_processes(g, before)
        # An inner shell reads the console itself; Ctrl-C must not affect the outer one.
        g.wait_prompt(5, g.type("sh\n"))
        g.wait(r"\^C\n\$ $", 5, g.type(CTRL_C))
        check_equal(interrupt(g, "cat"), 130, "status of a cat ended by Ctrl-C in an inner shell")
        wait_for_processes(g, [*before, "sh"])
        g.wait_prompt(5, g.type("exit\n"))
        wait_for_processes(g, before)


@test()
def ctrl_c_works_before_the_shell_reads_the_console():
    with Guest("ctrl-c-at-once", CPUS=2) as g:
        for _ in range(40):  # typed as soon as the prompt appears, maybe before the shell's read
            g.wait(r"\^C\n\$ ", 5, g.type(CTRL_C))
        check_equal(g.run("echo heard")[0], "heard\n", "output of a command after many Ctrl-C")


@test()
def ctrl_c_ends_a_command_given_as_a_boot_argument():
    with Guest("ctrl-c-run", boot=False, APPEND='run="cat"') as g:
        wait_for_process(g, "cat", "console")
        g.type(CTRL_C)
        check_equal(g.exit_status(), 130, "QEMU's status")


@test()
def ctrl_d_ends_the_input():
    with Guest("ctrl-d") as g:
        start = g.type("cat\n")
        g.type("one\n")
        g.wait(r"one\none\n", 5, start)
        g.type("two" + CTRL_D + CTRL_D)  # the first passes on the unfinished line, the second ends the input
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
        g.ok("echo so far", 40)  # runs after the lines typed ahead
        check_equal(g.ok("cat typed"), "".join(f"line {i} of those typed ahead\n" for i in range(100)), "lines that ran")


def pasted(g, text, timeout=60):
    """Pastes the text into `cat`, and checks that all of it arrives."""
    g.begin("cat > pasted")
    wait_for_process(g, "cat", "console")
    g.type(text + CTRL_D)
    check_equal(g.finish(timeout)[1], 0, "status of cat")
    lines, words, size = map(int, g.ok("wc pasted").split()[:3])
    check_equal(size, len(text), "bytes that arrived")
    check_equal(lines, text.count("\n"), "lines that arrived")


@test(deadline=90)
def pasted_text_arrives_complete():
    with Guest("paste") as g:
        line = "the quick brown fox jumps over the lazy dog, and the dog does not care\n"
        pasted(g, (line * 60)[:4096 - 1] + "\n")
        pasted(g, line * 800)  # 56 KiB: seven times the console's buffer


@test(deadline=90)
def a_line_longer_than_the_console_buffer_arrives_complete():
    with Guest("long-line") as g:
        pasted(g, "x" * 20000 + "\n")


@test(deadline=60)
def pasted_text_waits_until_a_program_reads_it():
    with Guest("paste-later") as g:
        text = "0123456789 abcdefghijklmnopqrstuvwxyz\n" * 600
        g.begin("ping -c 3 10.0.2.2; cat > later")
        g.type(text + CTRL_D)
        check_equal(g.finish(40)[1], 0, "status of cat")
        check_equal(int(g.ok("wc later").split()[2]), len(text), "bytes that arrived")

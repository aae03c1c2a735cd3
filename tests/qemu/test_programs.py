"""The programs of user/bin, and the shell."""
import re
import shutil

from guest import BUILD, ROOT, Failure, Guest, check, check_equal, work_dir
from suite import test

# Command, a pattern for its whole output, its status.
COMMANDS = [
    ("echo hello  world", r"hello world\n", 0),
    ("echo -n no newline", r"no newline", 0),
    ("echo one > f; echo two >> f; cat f", r"one\ntwo\n", 0),
    ("cat < f", r"one\ntwo\n", 0),
    ("cat no-such-file", r".*no-such-file.*no such file.*\n", 1),
    ("grep tw f", r"two\n", 0),
    ("grep ^.n.$ f", r"one\n", 0),
    ("grep nothing f", r"", 1),
    ("wc f", r"2 2 8 f\n", 0),
    ("ln f g; cat g", r"one\ntwo\n", 0),
    ("rm f; cat g", r"one\ntwo\n", 0),
    ("rm f", r".*f.*no such file.*\n", 1),
    ("mkdir d; echo deep > d/x; ls d", r"(?s).*x .*", 0),
    ("mkdir d", r".*d.*exists.*\n", 1),
    ("rm d", r".*d.*is a directory.*\n", 1),
    ("cd d; cat x; cd ..", r"deep\n", 0),
    ("cd nowhere", r".*nowhere.*\n", 2),
    ("ls", r"(?s).*\becho\b.*\bsh\b.*", 0),
    ("ls g", r".*g .*\n", 0),
    ("ps", r"(?s).*init.*sh.*ps.*", 0),
    ("free", r"(?s).*memory.*mbufs.*sockets.*", 0),
    ("kill 99999", r".*no such process.*\n", 1),
    ("kill abc", r".*abc.*\n", 1),
    ("no-such-program", r".*no-such-program.*no such command.*\n", 127),
    ("pktdump", r"off\n", 0),
    ("pktdump brief; pktdump; pktdump off", r"brief\n", 0),
    ("pktdump loud", r"(?s).*usage.*", 1),
    ("pktdump off ip", r"(?s).*usage.*", 1),
    ("pktdump full tcp port 80; pktdump; pktdump off; pktdump", r"full, with a filter\noff\n", 0),
    ("echo 4 40 0 0 12, 21 0 1 2048, 6 0 0 1, 6 0 0 0 > n; pktdump brief -F n; pktdump; pktdump off", r"brief, with a filter\n", 0),
    ("echo 2 21 0 9 2048, 6 0 0 1 > n; pktdump brief -F n", r".*n: instruction 0: jump beyond the end of the program\n", 1),
    ("echo 2 21 0 > n; pktdump brief -F n", r".*n: these are not the numbers.*\n", 1),
    ("pktdump brief -F nothing", r".*nothing: no such file.*\n", 1),
    ("pktdump brief -F", r"(?s).*usage.*", 1),
    ("pktdump full 'tcp port 99999'", r"tcp port 99999\n {9}\^{5} a port is at most 65535\n", 1),
    ("ping -c 1 -W 3000 10.0.2.2", r"(?s)PING 10.0.2.2.*64 bytes from 10.0.2.2.*1 received, 0% packet loss.*", 0),
    ("ping", r"(?s).*usage.*", 1),
    ("ping here", r".*here.*\n", 1),
    ("ifstat", r"(?s)eth0: link up, \d+ interrupts\n    rx: \d+ packets.*\n    tx: \d+ packets.*", 0),
    ("init", r"init: only the kernel starts it, as process 1\n", 1),
    ("poweroff now", r"(?s).*usage.*", 1),
    # the shell
    ("echo a; echo b", r"a\nb\n", 0),
    ("echo a && echo b", r"a\nb\n", 0),
    ("cat nothing && echo b", r".*nothing.*\n", 1),
    ("cat nothing || echo b", r".*nothing.*\nb\n", 0),
    ("echo a || echo b", r"a\n", 0),
    ("echo one two three | wc", r"1 3 14\n", 0),
    ("ls | grep sh | wc", r"[1-9]\d* \d+ \d+\n", 0),
    ("cat g | cat | cat | grep two", r"two\n", 0),
    ("echo 'quoted  text;' \"and this | too\"", r"quoted  text; and this \| too\n", 0),
    ("(echo in; echo group) | wc", r"2 2 9\n", 0),
    ("sh -c 'echo from sh; cat nothing'", r"from sh\n.*nothing.*\n", 1),
    ("echo 'echo script' > s; sh s", r"script\n", 0),
]


@test()
def each_program_prints_what_the_table_says():
    with Guest("programs") as g:
        for command, pattern, status in COMMANDS:
            out, got = g.run(command)
            check(re.fullmatch(pattern, out), f"`{command}` printed {out!r}, which does not match {pattern!r}")
            check_equal(got, status, f"status of `{command}`")


@test()
def every_program_answers_help_with_its_usage():
    programs = ["[", *sorted(p.stem for p in (ROOT / "user/bin").iterdir())]

    def in_use(g):
        return g.ok("ls").split(), re.search(r"(\d+) processes.*", g.ok("free"))[0]

    with Guest("usage") as g:
        before = in_use(g)
        listed = {line.split()[0]: line for line in g.ok("help").splitlines()}
        for name in programs:
            check(re.match(r"\S+ +\w", listed.get(name, "")), f"`help` does not say what {name} does: {listed.get(name)!r}")
        on_disk = set(re.findall(r"(?m)^-rwx.* (\S+)$", g.ok("ls -l /")))
        check_equal(on_disk ^ set(listed), set(), "programs that only the disk or only `help` has")
        check_equal(g.ok("help cat"), g.ok("cat --help"), "`help cat`")
        for name in programs:
            if name in ("echo", "test"):  # POSIX: these are words to print and to test
                continue
            out, status = g.run(f"{name} --help")
            check(out.startswith(f"usage: {name}"), f"`{name} --help` does not print its usage: {out!r}")
            check_equal(status, 0, f"status of `{name} --help`")
            # It does nothing else.
            check(len(out.splitlines()) <= 12, f"`{name} --help` prints more than its usage:\n{out}")
        check_equal(in_use(g), before, "files in the root directory, processes and sockets after all --help")


def pid_of(g, name):
    """Waits for the process: between fork and exec a command still has the name of the shell."""
    for _ in range(30):
        if found := re.search(rf"^\s*(\d+) .* {name}\b", g.ok("ps"), re.M):
            return found[1]
    raise Failure(f"there is no process {name}:\n{g.text[-600:]}")


@test()
def the_shell_takes_commands_while_a_background_command_runs():
    with Guest("background") as g:
        g.background("ping -c 2 -i 1500 10.0.2.2 > log")
        check_equal(g.ok("echo free"), "free\n", "output of a command beside a background command")
        pid_of(g, "ping")


@test()
def a_killed_command_ends_and_frees_its_mbufs():
    with Guest("kill") as g:
        g.ok("ping -c 1 10.0.2.2", 10)
        before = g.mbufs_in_use()
        g.background("ping -c 1000 10.0.2.2 > log")
        pid = pid_of(g, "ping")
        g.ok(f"kill {pid}")
        for _ in range(30):
            if not re.search(rf"^\s*{pid} ", out := g.ok("ps"), re.M):
                break
        else:
            raise Failure(f"process {pid} survived its kill:\n{out}")
        g.wait_mbufs(before)


@test()
def the_console_edits_lines():
    with Guest("console") as g:
        start = g.type("echo wrongX\x08\x7f\x7f\x7f\x7f\x7fright; echo [9:$?]\n")
        g.wait_prompt(5, g.wait(r"\nright\n\[9:0\](?=\n)", 5, start).end())
        start = g.type("this line goes away\x15echo stays\n")
        g.wait(r"\nstays\n", 5, start)


@test()
def files_survive_a_reboot():
    image = work_dir("reboot") / "fs.img"
    shutil.copyfile(BUILD / "fs.img", image)
    with Guest("reboot-1", SNAPSHOT="", IMAGE=image) as g:
        g.ok("mkdir kept; echo words that stay > kept/file")
        g.poweroff()
    with Guest("reboot-2", SNAPSHOT="", IMAGE=image) as g:
        check_equal(g.ok("cat kept/file"), "words that stay\n", "a file after a reboot")
        g.poweroff()


@test(deadline=90)
def commands_free_all_memory_and_processes():
    with Guest("leaks") as g:
        def used():
            out = g.ok("free")
            return int(re.search(r"^memory\s+\d+\s+(\d+)", out, re.M)[1]), re.search(r"(\d+) processes.*", out)[0]
        for _ in range(3):
            g.ok("ls | grep s | wc; (echo a; echo b) | cat")
        before = used()
        for _ in range(10):
            g.ok("ls | grep s | wc; (echo a; echo b) | cat; cat nothing || echo b")
        check_equal(used(), before, "memory in use (KiB) and processes, files, sockets after ten more rounds")

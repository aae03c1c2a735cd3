"""The shell: the scripts of tests/sh print the same as with dash, on the host and in the guest; garbage; jobs.

The scripts in a file are paragraphs. On the host each runs in a process and a folder of its own: output, exit status and whether
there are error messages must be dash's. In the guest those run that need no program which the guest lacks."""
import concurrent.futures
import difflib
import os
import pathlib
import random
import re
import subprocess
import tempfile

from guest import AT_REST, BUILD, NEXT_PROMPT, ROOT, Failure, Guest, Skip, check, check_equal, work_dir
from suite import test
from test_console import wait_for_process

SHELL = BUILD / "host/sh"
CTRL_C, CTRL_D, CTRL_Z = "\x03", "\x04", "\x1a"


def scripts():
    for path in sorted((ROOT / "tests/sh").glob("*.sh")):
        for text in path.read_text().strip("\n").split("\n\n"):
            yield path.name, text


def dash():
    for folder in ("/usr/bin", "/bin"):
        if os.access(f"{folder}/dash", os.X_OK):
            return f"{folder}/dash"
    raise Skip("dash is not installed: tools/setup test")


def run_on_host(shell, text, timeout=30):
    """Output, status, and whether there are error messages. `sh` in the script is the shell itself."""
    with tempfile.TemporaryDirectory() as top:
        folders = [pathlib.Path(top, name) for name in ("bin", "work")]
        for folder in folders:
            folder.mkdir()
        (folders[0] / "sh").symlink_to(shell)
        pathlib.Path(top, "script").write_text(text + "\n")
        env = {"PATH": f"{folders[0]}:/usr/bin:/bin", "HOME": "/root", "LC_ALL": "C"}
        done = subprocess.run([folders[0] / "sh", "../script"], cwd=folders[1], env=env, capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL)
        return done.stdout.decode("latin-1").replace(top, "TOP"), done.returncode, bool(done.stderr)


@test(deadline=240)
def the_shell_runs_scripts_as_dash_does():
    def compare(script):
        name, text = script
        wanted, got = run_on_host(dash(), text), run_on_host(SHELL, text)
        return "" if wanted == got else f"{name}:\n{text}\ndash: {wanted}\nours: {got}\n"

    dash()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        different = [text for text in pool.map(compare, scripts()) if text]
    check(not different, f"{len(different)} scripts differ\n" + "\n".join(different[:5]))


PIECES = ["if", "then", "else", "fi", "while", "do", "done", "for", "in", "case", "esac", "x", "f()", "{", "}", "(", ")", ";", ";;", "|", "&&", "||",
          "\n", "<", ">", ">>", "<<E", "\nE\n", "2>&1", "'", '"', "\\", "`", "$", "${", "$(", "$((", "))", "x=1", "$x", "${x", ":-", "%", "#",
          "*", "[", "]", "?", "~", "=", "1", "+", "eval", "set", "--", "local", "return", "break", "trap", "shift", "unset", "read", "\t", "\0", "\xff"]


@test(deadline=120)
def the_shell_survives_garbage():
    draw = random.Random(6)
    for _ in range(600):
        text = "".join(draw.choice(PIECES) + draw.choice(["", " "]) for _ in range(draw.randrange(40)))
        with tempfile.TemporaryDirectory() as top:
            done = subprocess.run([SHELL], input=text.encode("latin-1"), cwd=top, env={"PATH": "/none"}, capture_output=True, timeout=20)
        check(0 <= done.returncode < 128, f"status {done.returncode} after {text!r}")


@test()
def constructs_in_each_other_and_endless_values_end_with_an_error():
    for text in ("(" * 5000, "$(" * 5000, "echo " + "${x:-" * 5000, "if " * 5000, "{ " * 5000, "f() { f; }; f", "f() { eval f; }; f",
                 "echo $((" + "(" * 5000, "echo $((" + "-" * 5000 + "1))", "x=abcdefgh; while :; do x=$x$x; done", "\"$(" * 5000):
        done = subprocess.run([SHELL], input=text.encode(), capture_output=True, timeout=60)
        check_equal(done.returncode, 2, f"status after {text[:40]!r}")
        check(done.stderr.startswith(b"sh: ") or b"sh: " in done.stderr, f"message after {text[:40]!r}: {done.stderr[:200]}")


# The guest has no such programs or files.
LACKS = re.compile(r"(?:^|[\s;|(&`])(sed|od|yes|sh|kill|type|umask|cd|pwd)\s|/etc|/tmp|/dev|\$\$|PPID|HOME|getopts|exec \w|trap")


def guest_script(folder):
    """All scripts that can run in the guest, as one. Each is in a subshell and in a folder of its own."""
    chosen = [text for name, text in scripts() if name != "errors.sh" and not LACKS.search(text + " ")]
    lines = []
    for n, text in enumerate(chosen):
        lines += [f"mkdir {folder}/{n}", f"(cd {folder}/{n}", text, f") 2>/dev/null; echo '#{n}:' $?"]
    return "\n".join(lines) + "\n", len(chosen)


def type_file(g, name, text):
    g.type(f"cat > {name}\n")
    wait_for_process(g, "cat", "console")
    g.type(text)
    g.wait(NEXT_PROMPT, 60, g.type(CTRL_D) - 1)


@test(deadline=200)
def the_shell_runs_the_same_scripts_in_the_guest():
    text, count = guest_script("T")
    check(count > 300, f"only {count} scripts can run in the guest")
    with tempfile.TemporaryDirectory() as top:
        (pathlib.Path(top) / "T").mkdir()
        script = pathlib.Path(top, "script")
        script.write_text(guest_script(f"{top}/T")[0])
        wanted = subprocess.run([dash(), script], cwd=top, capture_output=True, text=True, timeout=60).stdout
    with Guest("shell-scripts", CPUS=2) as g:
        type_file(g, "script", guest_script("/T")[0])
        g.ok("mkdir /T")
        got = g.run("sh script", 120)[0]
        if wanted != got:
            raise Failure("\n".join(difflib.unified_diff(wanted.splitlines(), got.splitlines(), "dash", "guest", lineterm="")))
        check(AT_REST in (after := g.ok("free")), f"processes or files remain:\n{after}")


def lines(g, text, timeout=10):
    """Types a line; what is printed up to the next prompt."""
    start = g.type(text + "\n")
    g.wait(NEXT_PROMPT, timeout, start)
    return g.text[start:]


@test(deadline=60)
def jobs_stop_continue_and_come_to_the_foreground():
    with Guest("shell-jobs", CPUS=2) as g:
        g.begin("cat")
        wait_for_process(g, "cat", "console")
        g.type(CTRL_Z)
        check_equal(g.finish(10)[1], 128 + 20, "status of a job that Ctrl-Z stopped")
        check("[1] + Stopped" in g.ok("jobs"), "jobs does not show the stopped job")
        # In the background it is stopped again when it reads.
        g.ok("bg %1")
        wait_for_process(g, "cat", "SIGCONT", at_prompt=True)
        start = g.type("fg\n")
        g.wait(r"\ncat\n", 10, start)
        g.wait("heard\nheard\n", 10, g.type("heard\n"))
        g.wait(NEXT_PROMPT, 10, g.type(CTRL_D) - 1)
        check_equal(g.ok("jobs"), "", "jobs at the end")
        g.ok("sleep 100 & sleep 200 & jobs")
        g.ok("kill %1 %2; wait")
        check(AT_REST in (after := g.ok("free")), f"processes or files remain:\n{after}")


@test(deadline=60)
def the_prompt_changes_while_a_command_is_incomplete_and_ctrl_c_gives_it_up():
    with Guest("shell-prompt", CPUS=2) as g:
        g.wait(r"\n> $", 10, g.type("if true\n"))
        g.wait(r"\n> $", 10, g.type("then echo 'a\n"))
        g.wait(r"\n> $", 10, g.type("b'\n"))
        g.wait(r"\na\nb\n\$ $", 10, g.type("fi\n"))
        g.wait(r"\n> $", 10, g.type("cat <<E\n"))
        g.wait(r"text\n> $", 10, g.type("text\n"))
        g.wait(r"E\ntext\n\$ $", 10, g.type("E\n"))
        g.wait(r"\n> $", 10, g.type("while true; do\n"))
        g.wait(r"\^C\n\$ $", 10, g.type(CTRL_C))
        check("syntax error" in lines(g, "echo )"), "no message after a syntax error")
        check("not run" in lines(g, "echo " + "x" * 5000, 20), "no message after a line that is too long")
        g.type("while true; do :; done\n")
        g.wait(r"\^C\n+\$ $", 10, g.type(CTRL_C))
        check_equal(g.ok("echo up"), "up\n", "output of a command afterwards")


@test(deadline=60)
def a_script_is_run_by_the_interpreter_that_its_first_line_names():
    with Guest("shell-scripts-run", CPUS=2) as g:
        g.ok("echo '#!/sh -e' > s; echo 'echo $0 $#: $1; false; echo no' >> s")
        check_equal(g.run("./s 'a b' c"), ("./s 2: a b\n", 1), "a script with #!")
        g.ok("echo 'echo plain $1' > p")
        check_equal(g.run("./p word"), ("plain word\n", 0), "a script without #!")
        g.ok("echo '#!/none' > n; echo '#!./s' > m; echo '#!' > e")
        for name in "nme":
            check(g.run(f"./{name}")[1] in (126, 127), f"./{name} runs")
        g.ok("i=; for n in 1 2 3 4 5 6 7 8 9 10; do i=\"$i 1 2 3 4 5 6 7 8 9 10\"; done")
        check_equal(g.ok("sh -c 'echo $#' name $i"), "100\n", "a program with a hundred arguments")

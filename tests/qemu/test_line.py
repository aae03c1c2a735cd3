"""Line editing at the shell's prompt: keys, history, completion, and what must not be lost."""
import re
import shutil

from guest import BUILD, Guest, check, check_equal, work_dir
from suite import test

CTRL_C, TAB, ESC = "\x03", "\t", "\x1b"
UP, LEFT, HOME, END, DELETE = ESC + "[A", ESC + "[D", ESC + "[H", ESC + "[F", ESC + "[3~"


def output(g, keys):
    """Types keys that edit a command, and Enter. Returns what the command prints."""
    start = g.type(keys + "; echo [end]\n")
    end = g.wait(r"\n\[end\]\n\$ $", 10, start)
    return g.text[start:end.start()].rpartition("; echo [end]\n")[2]


@test()
def keys_edit_the_line_at_the_prompt():
    with Guest("line-keys") as g:
        check_equal(output(g, "cho one tow" + HOME + "e" + END + "\b\x14 three" + LEFT * 3 + "\b" + END), "one ot tree", "edited")
        check_equal(output(g, "echo \u00e4\u20ac" + LEFT + "x" + END + "!").encode("latin-1").decode(), "\u00e4x\u20ac!", "UTF-8")
        check_equal(output(g, "nonsense\x15echo gone\x17kept"), "kept", "Ctrl-U and Ctrl-W")
        check_equal(output(g, "echo " + "x" * 200 + HOME + DELETE * 4 + "echo" + END + "y"), "x" * 200 + "y", "a line of three rows")


@test()
def tab_completes_programs_and_files():
    with Guest("line-tab") as g:
        g.ok("mkdir folder; echo content > folder/some_file; echo > 'folder/a b'")
        check_equal(output(g, f"ec{TAB}one"), "one", "a completed program")
        check_equal(output(g, f"cat fol{TAB}so{TAB}"), "content", "a completed path")
        check_equal(output(g, f"cat folder/a{TAB}"), "", "a name with a blank")
        start = g.type(f"net{TAB}{TAB}")
        g.wait(r"\$ net\x07\nnetbench +netd +netstat +nettests\n\$ net$", 10, start - 2)
        g.wait(r"\^C\n\$ $", 10, g.type(CTRL_C))


@test()
def the_history_survives_a_reboot_and_is_searched():
    image = work_dir("line-reboot-image") / "fs.img"
    shutil.copy(BUILD / "fs.img", image)
    with Guest("line-reboot-1", SNAPSHOT="", IMAGE=image) as g:
        g.ok("echo first")
        g.ok("echo second")
        g.poweroff()
    with Guest("line-reboot-2", SNAPSHOT="", IMAGE=image) as g:
        start = g.type(UP + UP)
        g.wait(r"echo second; echo \[2:\$\?\]$", 10, start)
        g.type("\x15")
        start = g.type("\x12first\n")
        g.wait(r"\nfirst\n\[1:0\]\n\$ $", 10, start)
        check_equal(g.ok("cat .sh_history").split("\n")[2:4], ["poweroff", "echo first; echo [1:$?]"], "the file")
    image.unlink()


@test()
def a_history_that_cannot_be_written_disturbs_nothing():
    with Guest("line-no-history") as g:
        g.ok("rm .sh_history; mkdir .sh_history")
        check_equal(g.ok("echo one"), "one\n", "output")
        g.wait(r"echo one; echo \[2:\$\?\]$", 10, g.type(UP))


@test()
def a_line_of_4_kib_is_edited_and_a_longer_one_is_refused_as_a_whole():
    with Guest("line-long") as g:
        command = "echo " + "x" * (4095 - len("echo  | wc")) + " | wc"
        start = g.type(command + "\n")
        g.wait(rf"\n1 1 {4095 - len('echo  | wc') + 1} ?\n\$ $", 20, start)
        check(command + "\n" in g.text[start:], "the echo of a long line is not plain")
        start = g.type("echo " + "y" * 4091 + "\n")
        g.wait(r"more than 4095 bytes was not run.*\n\$ $", 20, start)
        check("\ny" not in g.text[start:], "a part of a line that is too long has run")
        g.wait(r"echo y{60}", 10, g.type(UP + HOME))


@test()
def a_program_gets_what_is_typed_behind_its_line():
    with Guest("line-behind") as g:
        for i in range(20):
            start = g.type(f"cat; echo [{i}]\nline {i}\n\x04")
            g.wait(rf"line {i}\nline {i}\n\[{i}\]\n\$ $", 10, start)


@test()
def a_shell_that_is_killed_at_its_prompt_leaves_the_terminal_as_it_was():
    with Guest("line-killed") as g:
        before = g.ok("stty -a")
        g.wait_prompt(10, g.type("sh\n"))
        inner = re.findall(r"^ *(\d+) .* sh ", g.ok("ps"), re.M)[-1]
        g.background(f"(sleep 3; kill -KILL {inner})")
        start = len(g.text)
        g.wait(r"\$ $", 10, start)
        check_equal(g.ok("stty -a"), before, "the settings")


@test()
def a_terminal_without_a_size_is_taken_for_80_by_24():
    with Guest("line-no-size") as g:
        g.ok("stty rows 0 cols 0")
        check_equal(output(g, "echo " + "z" * 100 + HOME + END + "!"), "z" * 100 + "!", "a long line")
        g.ok("stty rows 1 cols 1")
        check_equal(output(g, "echo abc" + LEFT + "\b" + END), "ac", "a line on a screen of one cell")

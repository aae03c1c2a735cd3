"""The text editor `edit`: files, the terminal, a full disk."""
import subprocess

from guest import BUILD, ROOT, Guest, check, check_equal, work_dir
from suite import test

CTRL_C, CTRL_F, CTRL_Q, CTRL_S, CTRL_Z, ESC = "\x03", "\x06", "\x11", "\x13", "\x1a", "\x1b"
DOWN, END = ESC + "[B", ESC + "[F"
OPEN, CLOSED = r"\x1b\[\?1049h.*Ctrl-G shows all keys", r"\x1b\[\?1049l\$ $"


def edit(g, path, keys, *more):
    """Edits a file. Each of `more` is what the editor then prints, and keys for it. Returns all that it has printed."""
    start = g.type(f"edit {path}\n")
    at = g.wait(OPEN, 20, start).end()
    g.type(keys)
    for printed, then in more:
        at = g.wait(printed, 20, at).end()
        g.type(then)
    return g.text[start:g.wait(CLOSED, 20, at).end()]


@test()
def edit_makes_and_changes_files():
    with Guest("edit") as g:
        settings = g.ok("stty -a")
        out = edit(g, "notes", "second line\rthird" + ESC + "<first lime\x7f\x7fne\r" + CTRL_S, ("saved: 28 bytes", CTRL_Q))
        check("a new file" in out, "the editor does not say that the file is new")
        check_equal(g.ok("cat notes; echo"), "first line\nsecond line\nthird\n", "the file")
        edit(g, "notes", DOWN + "\x0b" + DOWN + END + "\x15\u00e4" + CTRL_Q, (r"Save it\?", "y"))
        check_equal(g.ok("cat notes; echo").encode("latin-1").decode(), "first line\nthirdsecond line\n\u00e4\n", "the file")
        edit(g, "notes", "x" + CTRL_Q, (r"Save it\?", "n"))
        edit(g, "notes", CTRL_F + "second\r" + "!" + ESC + "u" + ESC + "u" + ESC + "e" + CTRL_S, ("saved: 31 bytes", CTRL_Q))
        check("thirdsecond" not in g.ok("cat notes") and "third!second" in g.ok("cat notes"), "the editor does not change what it has found")
        check(".edit" not in g.ok("ls"), "a temporary file is left")
        check_equal(g.ok("stty -a"), settings, "the terminal's settings afterwards")


@test()
def edit_keeps_the_mode_of_a_file_and_edits_a_large_one():
    with Guest("edit-large") as g:
        size = int(g.ok("wc edit").split()[2])
        g.ok("cat edit edit edit edit > large")
        edit(g, "large", ESC + ">end" + CTRL_S, (rf"saved: {4 * size + 3} bytes", CTRL_Q))
        check_equal(int(g.ok("wc large").split()[2]), 4 * size + 3, "the size of a file that is not text")
        edit(g, "./edit", "\x04\x1b" + "u" + "x\x7f" + CTRL_S, ("saved:", CTRL_Q))
        check("edits a text file" in g.ok("edit --help"), "a program that was saved unchanged does not run")


@test()
def edit_refuses_what_it_cannot_edit():
    with Guest("edit-refuses") as g:
        g.ok("mkdir folder; grep --help > text")
        for arguments, why in (("", "edits a text file"), ("folder", "is a directory"), ("none/new", "directory does not exist"),
                               ("text/new", "text/new: "), ("/console", "not a file of text"), ("text < text", "must be a terminal")):
            out, status = g.run(f"edit {arguments}")
            check(status == 1 and why in out, f"`edit {arguments}` prints, with status {status}:\n{out}")
        g.ok("cat edit edit edit edit edit edit > part; cat part part part part part part part > large")
        out, status = g.run("edit large")
        check(status == 1 and "too large" in out, f"`edit large` prints, with status {status}:\n{out}")


@test()
def edit_stops_and_leaves_the_terminal_to_the_shell():
    with Guest("edit-stops") as g:
        settings = g.ok("stty -a")
        g.wait(OPEN, 20, g.type("edit notes\n"))
        g.wait(r"\x1b\[\?1049l.*Stopped.*\$ $", 20, g.type("text" + CTRL_Z))
        check_equal(g.ok("stty -a"), settings, "the settings while it is stopped")
        g.ok("bg")  # in the background it stops again, and does not touch the terminal
        check_equal(g.run("echo typed")[0].split("\n")[-2], "typed", "what the shell reads")
        at = g.wait(r"\x1b\[\?1049h.*text.*notes \(changed\)", 20, g.type("fg\n")).end()
        g.type(CTRL_Q)
        g.wait(r"Save it\?", 20, at)
        g.wait(CLOSED, 20, g.type("n"))
        check_equal(g.ok("stty -a"), settings, "the settings afterwards")
        check("notes" not in g.ok("ls"), "the editor has saved what it should not")


@test()
def edit_follows_the_size_of_the_screen_and_goes_on_where_it_was_stopped():
    with Guest("edit-continues", IMAGE=BUILD / "test.img") as g:
        bar = r"\x1b\[10;1H\x1b\[K\x1b\[7m"  # in the tenth row
        g.begin("terminal editor")
        at = g.wait(OPEN, 20, g._start).end()
        g.type("one line" + CTRL_S)
        at = g.wait(bar, 20, at).end()
        g.type(", longer" + CTRL_Z)
        at = g.wait(r"\x1b\[\?1049lstopped\n.*\x1b\[\?1049h.*one line, longer.*" + bar + r"notes \(changed\)", 20, at).end()
        g.type(CTRL_S)
        at = g.wait("saved: 16 bytes", 20, at).end()
        g.type(CTRL_Q)
        out, status = g.finish()
        check_equal(status, 0, f"status of `terminal editor`:\n{out}")
        check_equal(g.ok("cat notes; echo"), "one line, longer\n", "the file")


@test()
def a_full_disk_costs_neither_the_file_nor_the_text():
    image = work_dir("edit-full-image") / "fs.img"
    programs = [BUILD / "user" / name for name in "init sh cat echo edit ls rm stty".split()]
    subprocess.run([BUILD / "host/mkfs", "--size", "2000", image, *programs], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    with Guest("edit-full", IMAGE=image) as g:
        g.ok("echo old > notes")
        g.run("cat edit edit edit edit edit edit > part; cat part part part part part part part part > fill", 60)
        edit(g, "notes", "new " + CTRL_S, ("NOT saved: no space", CTRL_Q), (r"Save it\?", "y"), ("NOT saved: no space", CTRL_Q),
             (r"Save it\?", "n"))
        check(".edit" not in g.ok("ls"), "a temporary file is left")
        check_equal(g.ok("cat notes"), "old\n", "the file after a save that failed")

"""How programs for the guest are built: folders, flags, headers, and names that a program shares with the library."""
import subprocess

from guest import BUILD, Guest, check, check_equal
from source_tree import SourceTree
from suite import test

TEST_DISK = {"IMAGE": str(BUILD / "test.img")}


@test()
def a_program_may_be_a_folder_with_flags_of_its_own():
    with Guest("folder", **TEST_DISK) as g:
        check_equal(g.ok("folder"), "hello, with a flag from a part and a deeper one\n", "output of tests/programs/folder")


@test(deadline=120)
def a_folder_whose_files_or_flags_change_is_built_again():
    tree = SourceTree("folder-changes")
    program = tree.build / "user/try"
    tree.write("user/bin/try/main.c", '#include <stdio.h>\nextern const char *more __attribute__((weak));\n'
               'int main(void) { puts(NAME); return !&more; }\n')
    tree.write("user/bin/try/flags", "-DNAME='\"first name\"'\n")

    def contains(text):
        tree.make("build/user/try")
        return text in program.read_bytes()

    check(contains(b"first name"), "the flag is not used")
    check(not contains(b"one more file"), "the text of a file that is not there yet is in the program")
    tree.write("user/bin/try/more.c", 'const char *more = "one more file";\n')
    check(contains(b"one more file"), "a file was added, but the program was not linked again")
    (tree.path / "user/bin/try/more.c").unlink()
    check(not contains(b"one more file"), "a file was removed, but the program was not linked again")
    echo = tree.build / "obj/user/user/bin/echo.c.o"
    tree.make("build/user/echo")
    compiled = echo.stat().st_mtime_ns
    tree.make("build/user/echo")
    check_equal(echo.stat().st_mtime_ns, compiled, "when a program without flags was compiled")
    tree.write("user/bin/try/flags", "-DNAME='\"second name\"'\n")
    check(contains(b"second name"), "the flags changed, but the program was not compiled again")
    # A file of the same name comes before the folder, and the folder is used again when the file is gone.
    tree.write("user/bin/try.c", '#include <stdio.h>\nint main(void) { puts("the file"); return 0; }\n')
    check(contains(b"the file"), "try.c does not come before try/")
    (tree.path / "user/bin/try.c").unlink()
    check(contains(b"second name"), "try.c was removed, but the folder was not used again")
    tree.remove()

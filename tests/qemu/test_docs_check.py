"""tools/docs_check.py reports pages that name something that does not exist."""
import docs_check
from guest import check, check_equal, work_dir
from doc_pages import Page
from suite import test

RIGHT = """# A page
`take_frame` (`kernel/net/proto/ether.cc`, `net/tcp/`) and `TcpConnection::arrive` are there, [below](#a-heading) too.
`make qemu CPUS=1 DUMP=brief`, `netstat -s`, `build/host/lossybox --loss 1%`, `build/kernel.elf`, `PCAP=`, `congestion=newreno`,
`tests/unit/tcp_{rack,undo}_test.cc`, `scoreboard.*`, `user/bin/NAME.c`, `/status`, `SYS_fork`, `netstats()`, `10.0.2.15/24`

## A heading
Write `user/bin/fresh.c`:

```c
int fresh_function(void);
```

Then `fresh_function` and `fresh.c` are known.

```
 take_frame           net/proto/ether.cc    counts
```

```
$ netstat -l | grep tcp
$ fresh
make qemu          # build; run; make it go
make test          runs the tests
```
"""

# A wrong line, and a word of the error message for it.
WRONG = [
    ("`take_framez`", "take_framez"),
    ("`E1000::take_frame`", "E1000::take_frame"),
    ("`kernel/net/proto/ethernet.cc`", "no file"),
    ("`kernel/nett/`", "no file"),
    ("`tests/unit/tcp_{rack,redo}_test.cc`", "no file"),
    ("`build/host/lossbox`", "no file"),
    ("`build/user/nocat.elf`", "no file"),
    ("`make qemo`", "no target qemo"),
    ("`make qemu CPU=1`", "no knob CPU"),
    ("`CPU=1`", "CPU="),
    ("`congested=newreno`", "congested="),
    ("`netstat -z`", "no option -z"),
    ("`build/host/lossybox --loose 1%`", "no option --loose"),
    ("[there](nowhere.md)", "nowhere.md"),
    ("[there](#no-heading)", "no such heading"),
    ("a `span over\nthe_end` of a line", "the_end"),
    ("```\n take_framez   calls\n```", "take_framez"),
    ("```\n take_frame    net/proto/ethernot.cc\n```", "no file"),
    ("```\n$ netstat -z\n```", "no option -z"),
    ("```\n$ cat x | netsat\n```", "no program netsat"),
    ("\n    make qemo\n", "no target qemo"),
]


def complaints(text):
    path = work_dir("docs-check") / "page.md"
    path.write_text(text)
    page = Page(path)
    return list(docs_check.check_page(page, {page.path: page}))


@test(deadline=60)
def docs_check_reports_names_that_do_not_exist():
    check_equal(complaints(RIGHT), [], "errors reported for a correct page")
    for text, word in WRONG:
        found = complaints(f"# A page\n\n{text}\n")
        check(any(word in problem for _, problem in found), f"{text!r}: expected an error with {word!r}, got {found}")
        check(all(line >= 3 for line, _ in found), f"{text!r}: a wrong line number in {found}")


@test()
def a_header_that_no_page_lists_or_that_is_said_to_be_missing_is_reported():
    programs = "| header | |\n| `a.h` `sys/b.h` | text |\nThese are missing:\n| c.h sys/d.h | why |\n\nC++ programs\n"
    xv6 = "| `kernel/e.h` `f.h` | text |\n"
    there = {"a.h", "sys/b.h", "kernel/e.h", "kernel/f.h"}
    check_equal(list(docs_check.check_headers(there, programs, xv6)), [], "complaints about a complete list")
    said = list(docs_check.check_headers(there | {"c.h", "new.h"}, programs + "| `c.h` | text |\n", xv6))
    check(len(said) == 2 and "new.h" in said[0] and "c.h is said to be missing" in said[1], f"complaints: {said}")

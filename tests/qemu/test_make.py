"""`make qemu` before the guest runs: knobs, error messages, ports, and a second guest."""
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time

import ports
from guest import BUILD, BUILD_AS_GIVEN, ROOT, Failure, check, check_equal, knobs_environment, work_dir
from suite import test


BUILT_WITH = ("TOOLPREFIX", "HOSTCXX", "TESTCXX", "TUNE", "WARNINGS", "HOSTFLAGS", "SANITIZE")  # other values would rebuild everything


def make(*arguments, seconds=60):
    """Runs `make -s` as a user does: without the knobs in the tests' environment."""
    clean = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")}
    same = [f"{name}={os.environ[name]}" for name in BUILT_WITH if name in os.environ]
    return subprocess.run(["make", "-s", f"BUILD={BUILD_AS_GIVEN}", *same, *arguments], cwd=ROOT, env=clean, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds)


def check_refused(words, *arguments):
    """`make qemu` fails with one line that contains these words; GNU make may add its own."""
    done = make("qemu", "GUEST=9", *arguments)
    ours = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    check(done.returncode != 0, f"make qemu {arguments} succeeds:\n{done.stdout}")
    check(len(ours) == 1 and "nx6: " in ours[0] and words in ours[0], f"make qemu {arguments}: expected {words!r}, got\n{done.stderr}")


@test()
def make_rejects_each_wrong_knob_value_in_one_line():
    for knob, words in (
            ("CPUS=0", "CPUS=0 is invalid: use 1 to 8"), ("CPUS=many", "CPUS=many is invalid"), ("GUEST=10", "use 1 to 9"),
            ("MEM=12", "MEM=12 is invalid: use a number of M or G"), ("MEM=1M", "MEM=1M is invalid: use 8M or more"),
            ("NET=wifi", "NET=wifi is invalid"), ("NET=dgram:1", "use user, tap:IFNAME or dgram"),
            ("NET=dgram:99999:5", "use ports from 1 to 65535"), ("NET=dgram:5:5", "use two different ports"),
            ("DUMP=loud", "use off, brief or full"), ("NIC=ne2k", "NIC=ne2k is invalid"),
            ("NIC=e1000+", "up to four cards with + between them"), ("NIC=none+e1000", "NIC=none+e1000 is invalid: use none,"),
            ("NIC=virtio+virtio+virtio+virtio+virtio", "up to four cards"), ("NIC=virtio+e1000", "name each e1000 before the first virtio"),
            ("NET=user+user", "use at most one network for each card of NIC=e1000"), ("NET=user+", "NET=user+ is invalid"), ("SNAPSHOT=yes", "use 1 or 0"),
            ('QEMUEXTRA="', "close the quote"), ('APPEND=run="echo', 'APPEND=run="echo is invalid: close the quote'),
            ("DEBUG=yes", "DEBUG=yes is invalid: use 1 or 0"), ("V=2", "V=2 is invalid")):
        check_refused(words, knob)
    check_refused("two cards cannot share tap:nx6", "NIC=e1000+virtio", "NET=tap:nx6+tap:nx6")
    check_refused("two cards cannot share dgram:5", "NIC=e1000+virtio+virtio", "NET=dgram:5:6+user+dgram:5:7")


@test()
def a_wrong_knob_ends_make_qemu_before_anything_is_built():
    build = work_dir("make-fresh") / "build"
    shutil.rmtree(build, ignore_errors=True)
    check_refused("CPUS=9 is invalid", "CPUS=9", f"BUILD={build}")
    built = [p for p in build.rglob("*") if p.suffix in (".o", ".elf", ".img")]
    check(not built, f"make built {built}")


@test()
def make_rejects_an_unknown_knob_and_suggests_a_similar_one():
    check_refused("CPU is not a knob; did you mean CPUS?", "CPU=3")
    check_refused("CXX is not a knob; did you mean HOSTCXX?", "CXX=clang++")
    check_refused("frobnicate is not a knob (", "frobnicate=1")


@test()
def an_unknown_target_is_named_in_one_line():
    for target in ("frobnicate", "Qemu"):
        done = make(target)
        ours = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
        check_equal(ours, [f"nx6: there is no target or file {target}: `make help` lists the targets"], f"make {target}")


@test()
def the_tools_refuse_wrong_arguments_in_one_line_and_say_what_to_do():
    # Their error may follow a usage.
    usage = {"tests/run --frob", "tests/dump_compare /no/folder", "tests/bench/run nosuch", "tests/bench/beside nosuch"}
    for command, words in (
            ("tests/run --frob", "usage: tests/run [WORD...]"), ("tests/run nosuchtest", "`tests/run --list` prints the names"),
            ("tests/dump_compare /no/folder", "/no/folder: there is no such file or folder"),
            ("tests/dump_compare docs", "no pcap or pcapng file in docs"), ("tests/bench/run nosuch", "no row contains nosuch"),
            ("tests/bench/beside nosuch", "no row contains nosuch"),
            ("tools/lint nosuch", "there is no step nosuch: use layers"), ("tools/setup nosuch", "use run, test, lint, bench, mutate or interop"),
            ("tools/coverage nosuch", "takes no argument"), (".ci/run nosuch", "takes no argument"),
            ("tools/doctor", "usage: make doctor"),
            (f"{BUILD}/host/server --http 1 --www /no/folder --port 1", "the folder /no/folder: No such file or directory"),
            (f"{BUILD}/host/mkfs {work_dir('make-tools')}/image /no/file", "/no/file: No such file or directory"),
            (f"{BUILD}/host/mkfs docs", "docs: a folder; give the image file's name"),
            (f"{BUILD}/host/mkfs /no/folder/image", "/no/folder/image.new: No such file or directory"),
            (f"{BUILD}/host/fsck docs", "docs: a folder; give an image file")):
        environment = {k: v for k, v in os.environ.items() if k != "TARGETFLAGS"}
        done = subprocess.run(command.split(), cwd=ROOT, env=environment, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        lines = [line for line in done.stdout.splitlines() if not line.startswith("0 passed")]
        check(done.returncode != 0, f"{command} succeeds:\n{done.stdout}")
        check(words in done.stdout and (len(lines) == 1 or command in usage), f"{command}: expected {words!r}:\n{done.stdout}")


@test()
def make_names_the_file_or_interface_that_is_missing():
    check_refused("PCAP=/no/such/dir/x cannot be written: No such file or directory", "PCAP=/no/such/dir/x")
    check_refused("PCAP=/proc/x cannot be written", "PCAP=/proc/x")
    check_refused("IMAGE=/no/image: there is no such file", "IMAGE=/no/image")
    check_refused("PYTHON=nopython is not a program", "PYTHON=nopython")
    check_refused("HOSTCXX=nocompiler is not a program", "HOSTCXX=nocompiler")
    check_refused("KERNEL=/no/kernel: there is no such file", "KERNEL=/no/kernel")
    check_refused("KERNEL=README.md is not an ELF file", "KERNEL=README.md")
    check_refused("the file of ports /proc/ports cannot be used: No such file or directory", "PORTS=/proc/ports")
    check_refused("the file of ports docs cannot be used: Is a directory", "PORTS=docs")
    check_refused("cannot write to the folder /proc/nx6", "BUILD=/proc/nx6")
    if sys.platform == "linux":
        check_refused("there is no such interface; make it with `sudo ip tuntap add", "NET=tap:missing")
        check_refused("NET=tap:lo cannot be opened", "NET=tap:lo")


@test()
def make_rejects_a_qemu_that_cannot_run_nx6():
    directory = work_dir("make-qemu")
    netdevs = "case $1 in -netdev) echo tap ;; *) echo 'QEMU emulator version %s' ;; esac"
    for name, text, words in (("old", netdevs % "6.2.0", "is QEMU 6.2, but nx6 needs 7.2 or newer"),
                              ("no-slirp", netdevs % "9.0.1", "is built without the user network (slirp)"),
                              ("no-qemu", "echo hello", "is not QEMU")):
        program = directory / name
        program.write_text(f"#!/bin/sh\n{text}\n")
        check_refused("is not an executable program: `make doctor`", f"QEMU={program}")
        program.chmod(0o755)
        check_refused(words, f"QEMU={program}")


@test()
def qemu_command_prints_one_command_line_that_boots():
    line = make("qemu-command", f"PORTS={work_dir('qemu-command') / 'ports'}", "SNAPSHOT=1", "CPUS=1", "DEBUG=0").stdout
    check_equal(line.count("\n"), 1, "lines that `make -s qemu-command` prints")
    words = shlex.split(line)
    check_equal(words[words.index("-smp") + 1], "1", "-smp with CPUS=1")
    check_equal(words[words.index("-kernel") + 1], f"{BUILD_AS_GIVEN}/kernel.elf", "the kernel with DEBUG=0")
    check(all("127.0.0.1" in w for w in words if "hostfwd" in w), "a forwarded port listens on all interfaces")


@test()
def further_networks_are_user_and_the_first_of_these_has_the_forwarded_ports():
    for nic, net, kinds, forwarding in (("e1000+virtio", "user", ["user", "user"], 0),
                                        ("e1000+virtio+virtio", "dgram:5001:5002", ["dgram", "user", "user"], 1),
                                        ("virtio+virtio", "dgram:5001:5002+dgram:5002:5001", ["dgram", "dgram"], None)):
        environment = knobs_environment(work_dir("make-networks"), {"NIC": nic, "NET": net, "PCAP": "a.pcap"})
        line = subprocess.run(["tools/qemu", "command"], cwd=ROOT, check=True, env=environment, text=True, stdout=subprocess.PIPE).stdout
        words = shlex.split(line)
        wires = [word for before, word in zip(words, words[1:]) if before == "-netdev"]
        check_equal([wire.partition(",")[0] for wire in wires], kinds, f"the networks of NIC={nic} NET={net}")
        check_equal([i for i, wire in enumerate(wires) if "hostfwd" in wire], [forwarding] * (forwarding is not None), "forwards")
        check_equal(re.findall(r"file=(a[\w-]*\.pcap)", line), [f"a{'-eth%d' % i if i else ''}.pcap" for i in range(len(kinds))], "captures")


@test()
def two_checkouts_use_different_ports():
    seen = {}
    for name in ("ports-a", "ports-b"):
        subprocess.run(["tools/qemu", "command"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
                       env=knobs_environment(work_dir(name), {}))
        seen[name] = (BUILD / "test" / name / "ports").read_text()
    numbers = [set(re.findall(r"\d{5}", text)) for text in seen.values()]
    check(not numbers[0] & numbers[1], f"two checkouts share a port: {json.dumps(seen)}")


@test()
def a_second_guest_has_its_own_disk_capture_and_ports_and_the_same_servers():
    path = work_dir("make-two") / "ports"
    lines = [make("qemu-command", f"PORTS={path}", f"GUEST={n}").stdout for n in (1, 2)]
    for own in (r"file=([^ ,]*fs[-\d]*\.img)", r"file=([^ ,]*\.pcap)", r"tcp:127.0.0.1:(\d+)-:7,", r"udp:127.0.0.1:(\d+)-:2000"):
        values = [re.search(own, line)[1] for line in lines]
        check(values[0] != values[1], f"two guests have the same {values[0]}")
    check("packets-2.pcap" in lines[1] and "fs-2.img" in lines[1], f"GUEST=2 uses other files:\n{lines[1]}")
    for name in ports.SERVER:
        check_equal(*[re.search(rf"{name}=(\d+)", line)[1] for line in lines], f"{name}= of two guests")


class RunningGuest:
    """`tools/qemu run` in a separate build folder, started as by make."""

    def __init__(self, directory, **knobs):
        self.env = knobs_environment(directory, {"BUILD": directory, "PCAP": directory / "packets.pcap", **knobs})
        self.console = directory / "console.log"

    def __enter__(self):
        self.process = subprocess.Popen(["tools/qemu", "run"], cwd=ROOT, env=self.env, stdin=subprocess.PIPE,
                                        stdout=open(self.console, "w"), stderr=subprocess.STDOUT)
        try:
            self.wait_until_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def wait_until_up(self):
        for _ in range(300):
            if "nx6 is up" in self.console.read_text():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise Failure("the guest did not boot:\n" + self.console.read_text())

    def __exit__(self, *unused):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()


@test()
def a_second_make_qemu_changes_nothing_and_says_how_to_start_another_guest():
    directory = work_dir("make-again")
    with RunningGuest(directory) as first:
        before = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in directory.iterdir() if p != first.console}
        for mode in ("check", "run", "gdb"):
            second = subprocess.run(["tools/qemu", mode], cwd=ROOT, env=first.env, text=True, capture_output=True, timeout=30)
            check(second.returncode != 0, f"tools/qemu {mode} beside a running guest succeeds")
            check_equal(second.stderr, f"nx6: guest 1 runs already in this checkout (process {first.process.pid}): "
                        "`make qemu GUEST=2` starts another beside it\n", f"what tools/qemu {mode} says")
        after = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in directory.iterdir() if p != first.console}
        check_equal(sorted(after), sorted(before), "files in the build folder")
        for name, was in before.items():
            check(after[name] == was, f"the second `make qemu` changed {name}")
        knobs = {"GUEST": "2", "PCAP": str(directory / "packets-2.pcap"), "APPEND": 'run="echo second guest"'}
        other = subprocess.run(["tools/qemu", "run"], cwd=ROOT, env=first.env | knobs, text=True, capture_output=True,
                               stdin=subprocess.DEVNULL, timeout=40)
        check(other.returncode == 0 and "second guest\n" in other.stdout.replace("\r", ""), f"GUEST=2 does not run:\n{other}")
    # Killing QEMU has released the lock.
    with RunningGuest(directory):
        pass

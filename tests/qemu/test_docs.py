"""The documentation: its steps work, and its samples match what programs print."""
import os
import re
import shlex
import shutil
import subprocess

import samples
from guest import BUILD, BUILD_AS_GIVEN, ROOT, Guest, Server, check, check_equal, work_dir
from doc_pages import pages
from suite import test
from test_agent import VsockGuest

COPIED = ["Makefile", "kernel.ld", "kernel", "user", "mkfs", "tools", "tests/programs", "tests/unit", "tests/wire", "tests/fake"]
BUILT = ["obj/kernel", "obj/user", "obj/host", "user", "host/mkfs", "flags", "names", "have", "kernel.elf", "fs.img"]


# --- the steps of the how-to pages ---

def scratch_copy():
    """Copies the sources and the build, so that only what the steps change is built again."""
    scratch = work_dir("docs-steps") / "source"
    shutil.rmtree(scratch, ignore_errors=True)
    built = scratch / os.path.relpath(BUILD, ROOT)
    check(built.resolve().is_relative_to(scratch.resolve()), f"BUILD={BUILD_AS_GIVEN} is not inside the source folder")
    made = [*(BUILD / b for b in BUILT), *BUILD.glob("toolchain*.mk")]
    for path, place in [*((ROOT / c, scratch / c) for c in COPIED), *((m, built / m.relative_to(BUILD)) for m in made)]:
        place.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", "--no-target-directory", path, place], check=True)
    return scratch, built


def take_step(page, block, path, place, scratch):
    where = f"{page.name}:{block.line}"
    file = scratch / path
    if place is None:
        check(not file.exists(), f"{where}: {path} exists already")
        file.write_text(block.text)
        return
    check(file.exists(), f"{where}: {path} does not exist, so nothing can be added to it")
    old = file.read_text()
    if not place:
        file.write_text(old + block.text)
        return
    # Markdown puts two backticks around code that contains a backtick.
    anchor = place.strip("`").strip()
    lines = old.splitlines(keepends=True)
    found = [i for i, text in enumerate(lines) if anchor in text]
    check_equal(len(found), 1, f"{where}: lines of {path} with {anchor!r}")
    at = found[0] + (0 if f"add above {place}" in block.before else 1)
    file.write_text("".join(lines[:at]) + block.text + "".join(lines[at:]))


def programs_of(page):
    """The programs that a page's steps write, and those that it types in the guest."""
    typed = {word for b in page.blocks if b.sample == "guest" for word in re.findall(r"\w+", b.text)}
    written = {os.path.basename(path).split(".")[0] for _, path, _ in page.steps() if path.startswith("user/bin/")}
    return written | {word for word in typed if any((ROOT / "user/bin" / (word + end)).exists() for end in ("", ".c", ".cc"))}


def build(scratch, built, programs):
    """Builds the kernel, and a disk with these programs: to build all of them, after a header has changed, takes minutes."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS")) and k not in ("KERNEL", "IMAGE", "PORTS")}
    targets = [str((built / name).relative_to(scratch)) for name in ("kernel.elf", *(f"user/{p}" for p in programs))]
    done = subprocess.run(["make", f"-j{os.cpu_count() or 1}", "DEBUG=", f"BUILD={BUILD_AS_GIVEN}", *targets], cwd=scratch, text=True,
                          env=kept, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    check(done.returncode == 0, "the steps do not build:\n" + done.stdout[-3000:])
    subprocess.run([built / "host/mkfs", "--size", "81920", built / "fs.img", *(built / "user" / p for p in programs),
                    *(ROOT / "user/files").glob("*")], check=True)


@test(deadline=600)
def the_steps_of_the_how_to_pages_build_and_run():
    how_tos = [p for p in pages() if any(p.steps())]
    check_equal([p.path.stem for p in how_tos], ["counters", "driver", "programs", "system-calls"], "pages with steps")
    scratch, built = scratch_copy()
    knobs = {"SERVICES": "httpd inetd"}  # as make qemu starts them
    for page in how_tos:
        for block, path, place in page.steps():
            take_step(page, block, path, place, scratch)
        for block in page.blocks:
            if block.text.startswith("make qemu "):
                knobs.update(samples.knobs_of(block.text))
    build(scratch, built, {"init", "netd", "sh", "agent", *knobs["SERVICES"].split()}.union(*map(programs_of, how_tos)))
    with Guest("docs-steps", KERNEL=built / "kernel.elf", IMAGE=built / "fs.img", **knobs) as g:
        g.wait_listening(80)
        for page in how_tos:
            for block in page.blocks:
                if block.sample == "guest":
                    samples.in_guest(g, f"{page.name}:{block.line}", block)
    shutil.rmtree(scratch)


# --- samples ---

def sampled(condition):
    """(page:line, block) of each sample outside of the how-to pages."""
    return [(f"{p.name}:{b.line}", b) for p in pages() if not any(p.steps()) for b in p.blocks if b.sample and condition(b.sample)]


@test(deadline=120)
def the_first_session_prints_what_the_documentation_shows():
    for where, block in sampled(lambda s: s == "make qemu"):
        with Server("docs-session"):
            samples.session(where, block, "docs-session", SERVICES="httpd inetd")


@test(deadline=120)
def a_panic_prints_what_the_documentation_shows():
    found = sampled(lambda s: s.startswith("make qemu "))
    check(found, "no page shows a panic")
    for where, block in found:
        knobs = samples.knobs_of(block.sample)
        if knobs.pop("DEBUG", ""):
            knobs["KERNEL"] = BUILD / "kernel-debug.elf"
        samples.panic(where, block, "docs-panic", **knobs)


@test(deadline=120)
def programs_print_what_the_documentation_shows():
    image = BUILD / "test/docs-samples/fs.img"
    guest = Guest("docs-samples", SNAPSHOT="", IMAGE=image)
    shutil.copyfile(BUILD / "fs.img", image)  # fsck checks it after the guest has ended
    with guest as g:
        for where, block in sampled(lambda s: s == "guest"):
            samples.in_guest(g, where, block)
        g.ok("echo a file > file")
        g.poweroff()
    for where, block in sampled(lambda s: s not in ("guest", "host") and not s.startswith("make ")):
        command = re.sub(r"\bbuild/\S+", lambda m: str(image if m[0] == "build/fs.img" else ROOT / BUILD / m[0][6:]), block.sample)
        printed = subprocess.run(shlex.split(command), cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
        shown = re.sub(r"\A\$ .*\n", "", block.text)
        samples.compare(where, block.sample, shown, printed.replace(str(image), "build/fs.img"))


@test(deadline=60)
def the_channel_without_a_network_is_as_the_documentation_shows():
    found = sampled(lambda s: s == "host")
    check(found, "no page shows commands of the host beside a guest")
    with VsockGuest("docs-vsock", SERVICES="inetd") as g:
        for where, block in found:
            samples.on_host(g, where, block)


@test(deadline=20)
def the_comparison_detects_a_sample_with_another_label_or_column():
    printed = "eth0: link up\n  1 received, 2 sent\n  last\n"
    for sample in (printed, "eth1: link up\n 33 received, 12,345 sent\n last\n", "...\n  last\n", "eth0: link up\n...\n"):
        check_equal(samples.difference(sample, printed), None, f"difference from {sample!r}")
    for sample in ("eth0: link down\n...\n", "...\n 1 received, 2 lost\n...\n", "eth0: link up\n  last\n", "  last\n", "eth0: link up\n",
                   "...\n last\n...\n eth0: link up\n...\n", printed + "more\n"):
        check(samples.difference(sample, printed) is not None, f"{sample!r} matches {printed!r}")

"""Compares samples of output in the documentation with what the programs print.

A block of code is a sample if `<!-- sample: WHERE -->` is above it. WHERE is

    guest           the lines that begin with `$ ` are typed in a guest
    host            the same on the host, beside a guest with VSOCK=build/vsock
    make qemu ...   the block is the output of that command; lines that begin with `$ ` are typed
    anything else   a command of the host

Numbers and addresses may differ; words and their order may not. A line `...` matches any number of lines.
"""
import re
import shlex
import shutil
import subprocess
import sys

from guest import BUILD, ROOT, Failure, Guest, check

SESSION_DEADLINE = 60


class Session(Guest):
    """A guest started as by `make qemu`, with the lines that are printed before QEMU starts."""

    def _command(self):
        super()._command()  # chooses the ports
        return shlex.join([sys.executable, str(ROOT / "tools/qemu"), "run"])


def knobs_of(command):
    """make qemu A=1 B="x y": as a dictionary."""
    return dict(word.split("=", 1) for word in shlex.split(command) if "=" in word)


# --- comparing ---

def shape(line):
    line = re.sub(r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b", "MAC", line)
    line = re.sub(r"0x[0-9a-f]+|0x\.\.\.", "#", line)
    line = re.sub(r"\d+(?:,\d{3})*(?:\.\d+)?", "#", line)
    return re.sub(r"\s+", " ", line).strip()


def find(part, lines, start):
    """The first index from `start` on at which `lines` has the lines of `part` one after the other, or None."""
    return next((i for i in range(start, len(lines) - len(part) + 1) if lines[i:i + len(part)] == part), None)


def difference(sample, printed):
    """None if the printed text matches the sample; otherwise the first lines of the sample that are missing."""
    # One more line at both ends, so that the text must begin and end like the sample.
    lines = ["BEGIN", *(shape(t) for t in printed.strip("\n").split("\n")), "END"]
    parts, part = [], ["BEGIN"]
    for text in [*sample.strip("\n").split("\n"), "..."]:
        if text.strip() == "...":
            parts.append(part)
            part = []
        else:
            part.append(shape(text))
    if sample.strip().split("\n")[-1].strip() != "...":
        parts[-1].append("END")
    place = 0
    for part in parts:
        found = find(part, lines, place)
        if found is None:
            return "\n".join(part)
        place = found + len(part)
    return None


def compare(where, command, sample, printed):
    missing = difference(sample, printed)
    check(missing is None, f"{where}: `{command}` no longer prints this text:\n{missing}\n"
                           f"It printed\n{printed[-3000:]}\nCorrect the page: copy text that was printed.")


# --- running them ---

def exchanges(text):
    """Pairs of command and output in a block. The first pair has the command "" and the text before the first command."""
    found = [("", "")]
    for line in text.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line[2:].strip(), ""))
        else:
            found[-1] = (found[-1][0], found[-1][1] + line)
    return found


def in_guest(guest, where, block):
    for command, sample in exchanges(block.text):
        if command:
            compare(where, command, sample, guest.run(command, SESSION_DEADLINE)[0])


def on_host(guest, where, block):
    """The page has the paths of one build; `guest` has its own."""
    for command, sample in exchanges(block.text):
        if not command or ("socat" in command and not shutil.which("socat")):
            continue
        typed = command.replace("build/vsock", guest.vsock).replace("build/host/nx6", f"{BUILD}/host/nx6 --vsock {guest.vsock}")
        printed = subprocess.run(typed, shell=True, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 timeout=SESSION_DEADLINE).stdout
        compare(where, command, sample, printed)


def panic(where, block, name, **knobs):
    """Runs a `make qemu ...` that ends by itself; the block shows a part of its output."""
    with Guest(name, boot=False, PCAP="", **knobs) as g:
        g.exit_status(SESSION_DEADLINE)
        compare(where, block.sample, f"...\n{block.text.strip()}\n...", g.text)


def session(where, block, name, **knobs):
    """Runs `make qemu` as in a terminal, then types the commands of the block."""
    (_, nothing), (_, boot), *rest = exchanges(block.text)
    if nothing:
        raise Failure(f"{where}: the sample must begin with `$ {block.sample}`")
    with Session(name, **knobs) as g:
        compare(where, block.sample, boot, re.sub(r"\$ $", "", g.text))
        for command, sample in rest:
            if command == "poweroff":
                return g.poweroff()
            # The page shows the ports of one checkout; the server in this test has others.
            typed = re.sub(r"http://10\.0\.2\.2:\d+", f"http://10.0.2.2:{g.ports['http']}", command)
            compare(where, command, sample, g.run(typed, SESSION_DEADLINE)[0])

"""Samples of output in the documentation, and whether programs still print such text.

A block of code is a sample if `<!-- sample: WHERE -->` stands above it. WHERE is

    guest           the block's lines with `$ ` are typed in a guest
    make qemu ...   the block is what that command shows; `$ ` lines are typed there
    anything else   a command of the host

Shapes are compared: numbers and addresses may differ, words and their order may not. A line `...` stands for any lines.
"""
import re
import shlex
import sys

from guest import ROOT, Failure, Guest, check

SESSION_DEADLINE = 60


class Session(Guest):
    """What `make qemu` shows, with the lines before QEMU starts."""

    def _command(self):
        super()._command()  # agrees on the ports
        return shlex.join([sys.executable, str(ROOT / "tools/qemu"), "run"])


def knobs_of(command):
    """make qemu A=1 B="x y": as a dictionary."""
    return dict(word.split("=", 1) for word in shlex.split(command) if "=" in word)


# --- shapes ---

def shape(line):
    line = re.sub(r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b", "MAC", line)
    line = re.sub(r"0x[0-9a-f]+|0x\.\.\.", "#", line)
    line = re.sub(r"\d+(?:,\d{3})*(?:\.\d+)?", "#", line)
    return re.sub(r"\s+", " ", line).strip()


def find(part, lines, start):
    """The first place from `start` on where the lines of the part stand one below the other."""
    return next((i for i in range(start, len(lines) - len(part) + 1) if lines[i:i + len(part)] == part), None)


def difference(sample, printed):
    """None if the printed text has the sample's shape; else the first lines that it lacks."""
    # One more line at both ends, so that the text has to begin and to end as the sample does.
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
    check(missing is None, f"{where}: `{command}` does not print such text any more:\n{missing}\n"
                           f"It printed\n{printed[-3000:]}\nCorrect the page, with text that was printed.")


# --- running them ---

def exchanges(text):
    """(command, what it prints) of a block; the command is "" for what stands before the first."""
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


def panic(where, block, name, **knobs):
    """`make qemu ...` that ends by itself; the block shows a part of it."""
    with Guest(name, boot=False, PCAP="", **knobs) as g:
        g.exit_status(SESSION_DEADLINE)
        compare(where, block.sample, f"...\n{block.text.strip()}\n...", g.text)


def session(where, block, name, **knobs):
    """`make qemu` typed in a terminal, and what is typed then."""
    (_, nothing), (_, boot), *rest = exchanges(block.text)
    if nothing:
        raise Failure(f"{where}: the sample has to begin with `$ {block.sample}`")
    with Session(name, **knobs) as g:
        compare(where, block.sample, boot, re.sub(r"\$ $", "", g.text))
        for command, sample in rest:
            if command == "poweroff":
                return g.poweroff()
            compare(where, command, sample, g.run(command, SESSION_DEADLINE)[0])

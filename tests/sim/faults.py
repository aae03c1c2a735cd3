#!/usr/bin/env python3
"""`make sim-faults`: puts each fault of fault_list.py into a copy of the source, and expects the simulator to find it.

The copy is compiled and linked with the simulator's other objects; then it runs up to SEEDS seeds.
`tests/sim/faults.py --check` only checks that each edit still fits the source.
"""
import argparse
import concurrent.futures
import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests/sim"))
from fault_list import FAULTS  # noqa: E402


def misfits():
    """What is wrong with the list: an edit whose old text does not occur exactly once changes something else, or nothing."""
    problems = []
    for f in FAULTS:
        n = (ROOT / "kernel/net" / f.file).read_text().count(f.old)
        if n != 1:
            problems.append(f"tests/sim/fault_list.py: {f.name}: its text occurs {n} times in kernel/net/{f.file}, not once")
    return problems


def build(fault, options, folder):
    """The simulator with this fault."""
    source = folder / pathlib.Path(fault.file).name
    text = (ROOT / "kernel/net" / fault.file).read_text()
    source.write_text(text.replace(fault.old, fault.new))
    changed = folder / "changed.o"
    compiler = shlex.split(options.compile)
    subprocess.run([*compiler, "-Wno-unused", "-c", "-o", changed, source], cwd=ROOT, check=True)
    objects = options.objects.split()
    rest = [o for o in objects if not o.endswith(f"/kernel/net/{fault.file}.o")]
    assert len(rest) == len(objects) - 1, fault.file
    program = folder / "sim"
    subprocess.run([compiler[0], "-o", program, changed, *rest, "-lgtest", "-lpthread"], cwd=ROOT, check=True)
    return program


def hunt(fault, options):
    folder = pathlib.Path(options.folder) / fault.name
    folder.mkdir(parents=True, exist_ok=True)
    program = build(fault, options, folder.resolve())
    done = subprocess.run([program, "--seeds", str(options.seeds), "--jobs", "1", "--brief", "--out", folder], text=True,
                          timeout=1800, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    program.unlink()
    return done.returncode == 1, done.stdout.strip().splitlines()[-1]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--check", action="store_true")
    p.add_argument("--seeds", type=int, default=1000)
    p.add_argument("--compile", default="")
    p.add_argument("--objects", default="")
    p.add_argument("--folder", default="build/sim/faults")
    p.add_argument("names", nargs="*", help="only these faults")
    options = p.parse_args()
    if problems := misfits():
        sys.exit("\n".join(problems))
    if options.check:
        return
    names = [f.name for f in FAULTS]
    if unknown := [name for name in options.names if name not in names]:
        sys.exit(f"tests/sim/faults.py: there is no fault {unknown[0]}: use {', '.join(names)}")
    chosen = [f for f in FAULTS if not options.names or f.name in options.names]
    missed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for fault, (found, line) in zip(chosen, pool.map(lambda f: hunt(f, options), chosen)):
            missed += not found
            print(f"{'found ' if found else 'MISSED'} {fault.name} ({fault.effect}): {line}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} faults found within {options.seeds} seeds")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()

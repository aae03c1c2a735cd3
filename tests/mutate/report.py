"""What became of the mutants: for each file and folder the share that no test notices, and the list of those."""
import collections
import pathlib

ACCEPTED = pathlib.Path(__file__).with_name("accepted")
MOST = 10  # percent of the mutants of a folder that may survive without a reason


def accepted():
    """{line of the file, which names a mutant: reason}. A paragraph is a reason, then a line for each mutant."""
    reasons = {}
    for paragraph in ACCEPTED.read_text().split("\n\n"):
        reason, lines = [], []
        for line in paragraph.splitlines():
            (lines if line.startswith("kernel/") else reason).append(line)
        for line in lines:
            reasons[line.strip()] = " ".join(reason)
    return reasons


def key(mutant):
    path, site, change = mutant
    source = path.read_text().splitlines()[site.line - 1].strip()
    return str(path), source, site.changes[change]


def stale(reasons, mutants):
    """The lines of `accepted` about these files that name no mutant: the source has changed."""
    files = {str(path) for path, _, _ in mutants[1:]}
    there = {" | ".join(key(mutant)) for mutant in mutants[1:]}
    return [line for line in reasons if line.split(" | ")[0] in files and line not in there]


def table(counts):
    lines = [f"{'':44}{'mutants':>8}{'survive':>9}{'unreached':>11}{'accepted':>10}{'left':>8}"]
    for name, c in sorted(counts.items()):
        left = c["survived"] + c["unreached"]
        lines.append(f"{name:44}{c['all']:8}{c['survived']:9}{c['unreached']:11}{c['accepted']:10}{left / c['all']:8.1%}")
    return lines


def write(path, mutants, results):
    """results: the runner's lines. Prints the folders' shares. Returns the exit status: 1 if a folder's share exceeds MOST."""
    reasons = accepted()
    folders, files = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    alive = collections.defaultdict(list)
    for line in sorted(results, key=lambda text: int(text.split()[0])):
        number, fate, *rest = line.split()
        mutant = mutants[int(number)]
        if fate != "noticed":
            identity = key(mutant)
            if " | ".join(identity) in reasons:
                fate = "accepted"
            else:
                alive[mutant[0]].append((mutant[1].line, identity, fate, rest))
        for counter in (files[str(mutant[0])], folders[str(mutant[0].parent)]):
            counter["all"] += 1
            counter[fate] += 1
    lines = table(folders) + [""] + table(files)
    for file, its in sorted(alive.items()):
        lines += ["", str(file)]
        for line, (_, source, change), fate, rest in sorted(its):
            tests = f"survives {' '.join(rest)} tests" if fate == "survived" else "no test executes it"
            lines.append(f"  {line}: {change}   [{source}]   {tests}")
    path.write_text("\n".join(lines) + "\n")
    print("\n".join(table(folders)))
    print(f"{path} lists what no test notices")
    for line in stale(reasons, mutants):
        print(f"{ACCEPTED.name} names no mutant: {line}")
    left = {name: (c["survived"] + c["unreached"]) / c["all"] for name, c in folders.items()}
    return 1 if any(share > MOST / 100 for share in left.values()) else 0

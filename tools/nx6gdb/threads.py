"""`threads`: all threads of the kernel and its processes, what they wait for, and their backtraces."""
import gdb

from . import kernel, unwind
from .command import Command, table
from .structures import elements, thread_name
from .values import seconds

TRAP_FRAME_SIZE = 272  # kernel/mm/layout_asm.h
NEVER = (1 << 64) - 1


def all_threads():
    """Pointers to them: the kernel's own, then the processes'."""
    own = kernel.variable("(anonymous namespace)::kernel_threads")
    count = int(kernel.atomic(kernel.variable("(anonymous namespace)::kernel_thread_count")))
    for thread in kernel.items(own)[:count]:
        yield thread.address
    processes = kernel.variable("(anonymous namespace)::tree")["all_"]
    if kernel.read_number(kernel.address_of(processes)) == 0:
        raise gdb.GdbError("there are no threads yet: `hbreak boot_first_process`, `continue`")
    for process in elements(processes):
        yield process["thread"].address


def running():
    """The addresses of the threads that the harts run."""
    harts = gdb.parse_and_eval("(char*)&harts").cast(kernel.type_of("arch::Hart").pointer())
    return [int(harts[i]["current"]) for i in hart_threads()]


def state(thread):
    if int(thread["process"]) and bool(thread["process"]["zombie"]):
        return "zombie"
    written = str(thread["state"]).rpartition(":")[2].lower()
    # The scheduler leaves an idle thread's state as it is when it takes the hart away.
    return "runnable" if written == "running" and kernel.address_of(thread) not in running() else written


def waits_for(thread):
    queue = thread["waiting_on"]
    if not int(queue):
        return ""
    text = kernel.text(queue["what_"])
    deadline = int(thread["deadline"]["ns"])
    return text if deadline == NEVER else f"{text}, until {seconds(deadline)} at the latest"


def hart_threads():
    """gdb's thread for each hart."""
    return {t.ptid[1] - 1: t for t in gdb.selected_inferior().threads()}


def program_counter(thread):
    """Where the program of a process is to go on, from the registers it had when it entered the kernel."""
    frame = kernel.at(int(thread["stack"]["top"]) - TRAP_FRAME_SIZE, "arch::TrapFrame")
    return int(frame["pc"])


def backtrace(thread):
    """The text of it. A running thread's is its hart's."""
    if state(thread) == "running":
        hart = hart_threads().get(int(thread["hart"]))
        if not hart:
            return "no such hart\n"
        with unwind.Place():
            hart.switch()
            return unwind.text()
    if state(thread) in ("new", "dead", "zombie"):
        return ""
    return unwind.of_context(thread["context"])


class Threads(Command):
    """List all threads: the kernel's own, then one for each process.
Usage: threads
       threads bt [NAME | PID]

`threads` says which hart a thread runs on, or ran on last, and what it waits for. `threads bt` prints the backtrace of
each thread, or of those with that name or process number. No register of the guest changes.
`info threads` is another list: gdb's threads are the harts."""

    name = "threads"

    def run(self, argument):
        words = argument.split()
        if not words:
            self.list()
        elif words[0] == "bt" and len(words) <= 2:
            self.backtraces(words[1] if len(words) == 2 else None)
        else:
            raise gdb.GdbError("usage: threads, threads bt, threads bt NAME or PID")

    def list(self):
        rows = [("pid", "name", "state", "hart", "waits for")]
        for pointer in all_threads():
            t = pointer.dereference()
            process = t["process"]
            pid = int(process["pid"]) if int(process) else "-"
            rows.append((pid, kernel.text(t["name"]), state(t), int(t["hart"]), waits_for(t)))
        table(rows, right=(0, 3))

    def backtraces(self, which):
        found = 0
        with unwind.Place():
            for pointer in all_threads():
                t = pointer.dereference()
                names = [kernel.text(t["name"])] + ([str(int(t["process"]["pid"]))] if int(t["process"]) else [])
                if which and which not in names:
                    continue
                found += 1
                waits = waits_for(t)
                gdb.write(f"{thread_name(pointer)}, {state(t)}" + (f", waits for {waits}" if waits else "") + "\n")
                gdb.write(backtrace(t))
                if int(t["process"]) and state(t) in ("sleeping", "runnable"):
                    gdb.write(f"    the program goes on at pc {program_counter(t):#x}\n")
                gdb.write("\n")
        if not found:
            raise gdb.GdbError(f"no thread has the name or process number {which}: `threads` lists them")

"""`threads`: all threads of the kernel and its processes, what they wait for, and their backtraces."""
import gdb

from . import kernel, unwind
from .command import Command, table
from .structures import elements, thread_name
from .values import seconds

TRAP_FRAME_SIZE = 272  # kernel/mm/layout_asm.h
KERNEL = 0xffffffc000000000  # the first address that is no program's
NO_FRAMES = ("new", "dead", "zombie")


def all_threads():
    """Pointers to them: the kernel's own, then the processes'."""
    own = kernel.variable("(anonymous namespace)::kernel_threads")
    count = int(kernel.atomic(kernel.variable("(anonymous namespace)::kernel_thread_count")))
    for thread in kernel.items(own)[:count]:
        yield thread.address
    processes = kernel.variable("process_tree")["all_"]
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
    # The scheduler does not change the state of an idle thread when it switches to another one.
    return "runnable" if written == "running" and kernel.address_of(thread) not in running() else written


def waits_for(thread):
    queue = thread["waiting_on"]
    if not int(queue):
        return ""
    text = kernel.text(queue["what_"])
    # The deadline of an earlier wait stays in its field.
    return f"{text}, until {seconds(int(thread['deadline']['ns']))} at the latest" if thread["queued_"] else text


def hart_threads():
    """gdb's thread for each hart."""
    return {t.ptid[1] - 1: t for t in gdb.selected_inferior().threads()}


def hart_of(thread):
    """gdb's thread for the hart that a thread runs on."""
    hart = int(thread["hart"])
    if hart not in hart_threads():
        raise kernel.Damaged(f"the thread at {kernel.address_of(thread):#x} runs on hart {hart}, which does not exist")
    return hart_threads()[hart]


def program_counter(thread):
    """The program's pc when its process entered the kernel."""
    frame = kernel.at(int(thread["stack"]["top"]) - TRAP_FRAME_SIZE, "arch::TrapFrame")
    return int(frame["pc"])


def backtrace(thread):
    """The text of it. A running thread's is its hart's."""
    if state(thread) == "running":
        with unwind.Place():
            hart_of(thread).switch()
            return unwind.text()
    if state(thread) in NO_FRAMES:
        return ""
    return unwind.of_context(thread["context"])


class Threads(Command):
    """List all threads: the kernel's own, then one for each process.
Usage: threads
       threads bt [NAME | PID]
       threads at NAME | PID

`threads` says which hart a thread runs on, or ran on last, and what it waits for. `threads bt` prints the backtrace of
each thread, or of those with that name or process number. `threads at` chooses a thread: `backtrace`, `up`, `down` and
`info locals` then work in its frames, which follow those of the hart, until the guest goes on. No register changes.
`info threads` is another list: gdb's threads are the harts."""

    name = "threads"

    def run(self, argument):
        words = argument.split()
        if not words:
            table(self.rows(), right=(0, 3))
        elif words[0] == "bt" and len(words) <= 2:
            self.backtraces(words[1] if len(words) == 2 else None)
        elif words[0] == "at" and len(words) == 2:
            self.choose(words[1])
        else:
            raise gdb.GdbError("usage: threads, threads bt [NAME or PID], threads at NAME or PID")

    def rows(self):
        yield "pid", "name", "state", "hart", "waits for"
        for pointer in all_threads():
            t = pointer.dereference()
            process = t["process"]
            pid = int(process["pid"]) if int(process) else "-"
            yield pid, kernel.text(t["name"]), state(t), int(t["hart"]), waits_for(t)

    def find(self, which):
        """Those with this name or process number; all, if it is nothing."""
        found = []
        for pointer in all_threads():
            t = pointer.dereference()
            names = [kernel.text(t["name"])] + ([str(int(t["process"]["pid"]))] if int(t["process"]) else [])
            if not which or which in names:
                found.append(t)
        if not found:
            raise gdb.GdbError(f"no thread has the name or process number {which}: `threads` lists them")
        return found

    def backtraces(self, which):
        with unwind.Place():
            for t in self.find(which):
                waits = waits_for(t)
                gdb.write(f"{thread_name(t.address)}, {state(t)}" + (f", waits for {waits}" if waits else "") + "\n")
                gdb.write(backtrace(t))
                if int(t["process"]) and state(t) in ("sleeping", "runnable"):
                    gdb.write(f"    called from user mode, pc {program_counter(t):#x}\n")
                gdb.write("\n")

    def choose(self, which):
        found = self.find(which)
        if len(found) > 1:
            raise gdb.GdbError(f"{len(found)} threads are called {which}: say the process number, see `threads`")
        thread = found[0]
        if state(thread) == "running":
            unwind.sleeper.drop()
            hart_of(thread).switch()
        elif gdb.newest_frame().pc() < KERNEL:
            raise gdb.GdbError("this hart is in a user program: choose one in the kernel, see `info threads`, `thread 2`")
        elif state(thread) in NO_FRAMES:
            raise gdb.GdbError(f"{thread_name(thread.address)} is {state(thread)}: it has no frames")
        else:
            unwind.sleeper.choose(thread["context"])
            kernel.select_frame(unwind.hart_frames())
        gdb.execute("frame")

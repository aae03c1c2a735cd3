"""Backtraces of threads that no hart runs, without a change to any register.

gdb begins every backtrace at the registers of a hart. While a thread is chosen, this unwinder tells gdb that the hart's
function was called from where the thread waits, with the registers that switch_context has saved.
"""
import re

import gdb
import gdb.unwinder

from . import kernel

MOST_FRAMES = 40
LOWEST = 16  # below all stacks
FRAME_LINE = re.compile(r"^#(\d+)( +)", re.M)


class FrameId:
    def __init__(self, sp, pc):
        self.sp, self.pc = sp, pc


class Sleeper(gdb.unwinder.Unwinder):
    def __init__(self):
        super().__init__("nx6 thread")
        self.innermost = None  # sp and pc of the hart that was chosen then; nothing: gdb works as usual
        self.saved = {}        # registers of the thread, by name

    def __call__(self, frame):
        if self.innermost is None:
            return None
        sp, pc = frame.read_register("sp"), frame.read_register("pc")
        if (int(sp), int(pc)) != self.innermost:
            return None
        # gdb ends a backtrace whose next frame is at a lower address. A thread's stack may be below the hart's.
        info = frame.create_unwind_info(FrameId(gdb.Value(LOWEST).cast(sp.type), pc))
        for name, value in self.saved.items():
            info.add_saved_register(name, gdb.Value(value).cast(frame.read_register(name).type))
        return info

    def choose(self, context):
        """The thread whose Context this is, until drop()."""
        self.drop()
        newest = gdb.newest_frame()
        self.saved = {"pc": int(context["ra"]), "sp": int(context["sp"])}
        for i, name in enumerate(["fp", "s1"] + [f"s{n}" for n in range(2, 12)]):
            self.saved[name] = int(context["s"][i])
        self.innermost = (int(newest.read_register("sp")), int(newest.read_register("pc")))
        gdb.invalidate_cached_frames()

    def drop(self):
        self.innermost = None
        gdb.invalidate_cached_frames()

    def state(self):
        return self.innermost, self.saved

    def restore(self, state):
        self.innermost, self.saved = state
        gdb.invalidate_cached_frames()


sleeper = Sleeper()
gdb.unwinder.register_unwinder(None, sleeper, replace=True)
gdb.events.cont.connect(lambda _: setattr(sleeper, "innermost", None))  # the thread may run now


def text(skip=0):
    """gdb's backtrace, without the first frames."""
    shown = gdb.execute(f"backtrace {MOST_FRAMES + skip}", to_string=True)
    lines = FRAME_LINE.split(shown)[1:]
    frames = [(int(lines[i]), lines[i + 2]) for i in range(0, len(lines), 3)]
    return "".join(f"#{n - skip:<2} {rest}" for n, rest in frames if n >= skip)


def hart_frames():
    """How many of gdb's frames are the hart's own: the functions inlined at its pc, and the one that they are in."""
    count, frame = 1, gdb.newest_frame()
    while frame is not None and frame.type() == gdb.INLINE_FRAME:
        count, frame = count + 1, frame.older()
    return count


def of_context(context):
    """The backtrace of a thread that waits, from its saved Context."""
    # A program's main, in which the hart may be, is not the end of it.
    with gdb.with_parameter("backtrace past-main", True), gdb.with_parameter("backtrace past-entry", True):
        sleeper.choose(context)
        try:
            return text(hart_frames())
        finally:
            sleeper.drop()


class Place:
    """Comes back to the hart, thread and frame that were chosen before."""

    def __enter__(self):
        self.thread, self.state = gdb.selected_thread(), sleeper.state()
        self.level = gdb.selected_frame().level()
        sleeper.drop()

    def __exit__(self, *unused):
        self.thread.switch()
        sleeper.restore(self.state)
        kernel.select_frame(self.level)

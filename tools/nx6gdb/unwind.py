"""Backtraces of threads that no hart runs, without a change to any register.

gdb begins every backtrace at the registers of a hart. While a Sleeper is chosen, this unwinder says that the caller of
whatever the hart runs is the place where the thread left its own hart: the registers that switch_context has saved.
"""
import re

import gdb
import gdb.unwinder

from . import kernel

MOST_FRAMES = 40
FRAME_LINE = re.compile(r"^#(\d+)( +)", re.M)


class FrameId:
    def __init__(self, sp, pc):
        self.sp, self.pc = sp, pc


class Sleeper(gdb.unwinder.Unwinder):
    def __init__(self):
        super().__init__("nx6 thread")
        self.context = None  # a Context that was saved; nothing: gdb works as usual

    def __call__(self, frame):
        if self.context is None:
            return None
        sp, pc = frame.read_register("sp"), frame.read_register("pc")
        if (int(sp), int(pc)) != self.innermost:
            return None
        info = frame.create_unwind_info(FrameId(sp, pc))
        saved = {"pc": self.context["ra"], "sp": self.context["sp"]}
        saved.update({name: self.context["s"][i] for i, name in enumerate(
            ["fp", "s1"] + [f"s{n}" for n in range(2, 12)])})
        for name, value in saved.items():
            info.add_saved_register(name, gdb.Value(int(value)).cast(frame.read_register(name).type))
        return info

    def choose(self, context):
        newest = gdb.newest_frame()
        self.innermost = (int(newest.read_register("sp")), int(newest.read_register("pc")))
        self.context = context
        gdb.invalidate_cached_frames()

    def drop(self):
        self.context = None
        gdb.invalidate_cached_frames()


sleeper = Sleeper()
gdb.unwinder.register_unwinder(None, sleeper, replace=True)


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


def select_frame(level):
    frame = gdb.newest_frame()
    for _ in range(level):
        frame = frame.older()
    frame.select()


class Place:
    """Comes back to the hart and frame that were chosen before."""

    def __enter__(self):
        self.thread = gdb.selected_thread()
        self.level = gdb.selected_frame().level()

    def __exit__(self, *unused):
        self.thread.switch()
        select_frame(self.level)

"""The tests' own tools: a tool that fails to start leaves no process behind; what only `make bench` uses builds."""
import os
import subprocess
import sys
from unittest import mock

from guest import Failure, ROOT, Server, check, work_dir
from lossybox import LossyBox
from storm import Storm
from suite import test
from test_gdb import DebuggedGuest
from test_make import RunningGuest

sys.path.insert(0, str(ROOT / "tests/bench"))
import bare  # noqa: E402


def check_cleans_up(tool):
    """Starts `sleep` in place of the tool's program, which therefore never becomes ready."""
    started, popen = [], subprocess.Popen

    def start_sleep(_, **options):
        started.append(popen(["sh", "-c", "echo not ready; exec sleep 100"], **options))
        return started[-1]

    # Without pauses, the tool's limit of retries is soon reached.
    with mock.patch("subprocess.Popen", start_sleep), mock.patch("time.sleep"):
        try:
            tool.__enter__()
            failed = False
        except Exception:
            failed = True
        running = [p for p in started if p.poll() is None]
    for process in running:
        process.kill()
    name = type(tool).__name__
    check(started and failed, f"{name} reports no failure, although its program was not ready")
    check(not running, f"{name} leaves its process behind when it fails to start")


@test()
def a_tool_of_the_tests_that_fails_to_start_leaves_no_process():
    for tool in (LossyBox("a", "b"), Storm(), Server("harness"), DebuggedGuest("harness"), RunningGuest(work_dir("harness"))):
        check_cleans_up(tool)


@test()
def the_programs_for_the_bare_machine_build():
    for name in bare.PROGRAMS:
        bare.build(name)


@test()
def two_tests_of_a_run_may_not_have_the_same_folder():
    for run, refused in (("1 first", False), ("1 first", False), ("1 second", True), ("2 second", False)):
        with mock.patch.dict(os.environ, NX6_TEST_RUN=run):
            try:
                work_dir("harness-folder")
                check(not refused, f"{run!r} gets the folder of another test")
            except Failure as e:
                check(refused and "first and second" in str(e), f"{run!r}: {e}")

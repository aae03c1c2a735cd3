"""Marks a function as a test. Its name is a sentence that says what is true.

    @test(deadline=30)
    def the_guest_answers_a_ping(): ...

A test of a group is run only by `tests/run --group NAME`: those with a Linux guest, and those that take long.
"""
import dataclasses

TESTS = {}
GROUPS = ("linux", "stress")


@dataclasses.dataclass
class Test:
    name: str
    function: object
    deadline: float
    alone: bool
    group: str

    @property
    def sentence(self):
        return self.name.replace("_", " ")


def test(deadline=60, alone=False, group=""):
    """deadline: in seconds; alone: no other test runs at the same time, because this one measures time or needs every core."""
    def mark(function):
        assert function.__name__ not in TESTS, f"two tests are called {function.__name__}"
        assert group in ("", *GROUPS), f"there is no group {group}"
        TESTS[function.__name__] = Test(function.__name__, function, deadline, alone, group)
        return function
    return mark

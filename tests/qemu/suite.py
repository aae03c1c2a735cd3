"""Marks a function as a test. Its name is a sentence that says what is true.

    @test(deadline=30)
    def the_guest_answers_a_ping(): ...

    @test(each_card=True)
    def the_guest_echoes_a_datagram(nic): ...     # a second test is the_guest_echoes_a_datagram_over_virtio

A test of a group is run only by `tests/run --group NAME`: those with a Linux guest, and those that take long. With daily=True
`make test` runs it, too.
"""
import dataclasses
import functools

TESTS = {}
GROUPS = ("linux", "stress", "interop")


@dataclasses.dataclass
class Test:
    name: str
    module: str
    function: object
    deadline: float
    alone: bool
    waits: bool
    group: str
    daily: bool

    @property
    def sentence(self):
        return self.name.replace("_", " ")


def add(name, *rest):
    assert name not in TESTS, f"two tests are called {name}"
    TESTS[name] = Test(name, *rest)


def test(deadline=60, alone=False, waits=False, each_card=False, group="", daily=False):
    """deadline: in seconds; alone: no other test runs at the same time, because this one measures time or needs every core;
    waits: most of its time it only waits for a timer of the guest, so it runs beside those that use the cores;
    each_card: the function takes the value of NIC, and is a test for each kind of card; group: the test's group; daily: a test of a
    group that `make test` runs as well."""
    assert group in ("", *GROUPS), f"there is no group {group}"
    rest = deadline, alone, waits, group, daily or not group

    def mark(function):
        name, module = function.__name__, function.__module__
        if each_card:
            add(name, module, functools.partial(function, "e1000"), *rest)
            add(name + "_over_virtio", module, functools.partial(function, "virtio"), *rest)
        else:
            add(name, module, function, *rest)
        return function
    return mark

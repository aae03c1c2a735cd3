"""The wires of `make interop`: a good one, and those that the lossy box spoils in one way each."""
from guest import check
from suite import test

# The name in the tests' names, the lossy box's options, and the longest datagrams that get through after some attempts.
WEATHERS = (
    ("with_1_percent_loss", "--loss 1%", 30_000),
    ("with_5_percent_loss", "--loss 5%", 2960),
    ("with_reordering", "--hold 5%,5ms", 65507),
    ("with_duplication", "--double 5%", 65507),
)


def in_each_weather(deadline, good=True):
    """Makes a test for each weather and each card of a function that takes the test's name, the card, the box's options and the
    size of the longest datagrams. good: also on a wire without the box."""
    def mark(function):
        for name, options, longest in (("on_a_good_wire", "", 65507),) * good + WEATHERS:
            def one(nic, name=name, options=options, longest=longest):
                function(f"{name}-{nic}", nic, options.split(), longest)
            one.__name__, one.__module__ = f"{function.__name__}_{name}", function.__module__
            test(deadline=deadline, each_card=True, group="interop")(one)
        return function
    return mark


def check_harm(lan):
    """The box has done what its options say, in both directions."""
    for way in ("a-to-b", "b-to-a") if lan.box else ():
        counts = lan.box.counts[way]
        harmed = counts["lost"] + counts["held"] + counts["doubled"]
        check(harmed > counts["entered"] // 200, f"{way}: only {harmed} of {counts['entered']} frames were harmed")

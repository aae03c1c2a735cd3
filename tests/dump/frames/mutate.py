"""Damages well-formed frames: truncates them, or changes a few bytes."""


def cut_frame(d, frame):
    """A frame that was too short on the wire."""
    frame = frame[:d.randint(0, len(frame))]
    return frame, len(frame)


def cut_capture(d, frame):
    """A frame that was complete on the wire, but cut by the capture's snap length."""
    return frame[:d.randint(0, len(frame))], len(frame)


def changed(d, frame):
    data = bytearray(frame)
    for _ in range(d.randint(1, 3)):
        # Change headers more often than payloads.
        at = d.randrange(min(len(data), d.choice((40, 80, len(data)))))
        data[at] = d.choice((0, 1, 0xff, data[at] ^ 1 << d.randrange(8), d.u8()))
    return bytes(data), len(data)


def mutate(d, frame):
    return d.choice((cut_frame, cut_capture, changed, changed))(d, frame)

"""Writes a copy of a source with all of its mutants, each behind its number."""


def weave(source, sites):
    """source: bytes; sites: [(first number, Site)]. The text with the edits of all sites."""
    edits = []  # (offset, order at this offset, bytes replaced, text)
    for i, (number, site) in enumerate(sites):
        edits.append((site.opening, 1, i, 0, site.before.format(number, number + 1)))
        edits.append((site.closing, 0, -i, 0, site.after.format(number, number + 1)))
        if site.operator:
            offset, length, text = site.operator
            edits.append((offset, 2, i, length, text))
    out, done = [], 0
    for offset, _, _, length, text in sorted(edits):
        out += [source[done:offset], text.encode()]
        done = offset + length
    return b"".join(out + [source[done:]])

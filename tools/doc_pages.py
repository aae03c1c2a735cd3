"""Reads the pages of the documentation: code blocks, code spans and links. For tools/docs_check.py and the tests."""
import dataclasses
import pathlib
import re
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[1]


def pages():
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [Page(p) for p in found if p.exists()]


@dataclasses.dataclass
class Block:
    """A fenced or indented block of code."""
    line: int      # of its first line
    language: str  # after the fence
    text: str
    before: str    # the paragraph above it, as one line
    sample: str    # the command of `<!-- sample: COMMAND -->` right above it, or ""


class Page:
    def __init__(self, path):
        self.path = path
        self.name = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
        self.blocks = []
        self.prose = []  # (line number, text), without the blocks
        self._split(path.read_text().splitlines())

    def _split(self, lines):
        paragraph, sample, i = [], "", 0
        while i < len(lines):
            text = lines[i].strip()
            if fence := re.fullmatch(r"```(\w*)", text):
                end = next((n for n in range(i + 1, len(lines)) if lines[n].strip() == "```"), len(lines))
                code = textwrap.dedent("\n".join(lines[i + 1:end])) + "\n"
                self.blocks.append(Block(i + 2, fence[1], code, " ".join(paragraph), sample))
                paragraph, sample, i = [], "", end + 1
                continue
            if lines[i].startswith("    ") and (i == 0 or not lines[i - 1].strip()) and not _is_list_text(self.prose):
                end = next((n for n in range(i, len(lines)) if not lines[n].startswith("    ")), len(lines))
                code = textwrap.dedent("\n".join(lines[i:end])) + "\n"
                self.blocks.append(Block(i + 1, "", code, " ".join(paragraph), ""))
                i = end
                continue
            if comment := re.fullmatch(r"<!-- sample: (.*) -->", text):
                sample = comment[1]
            else:
                if text and self.prose and not self.prose[-1][1].strip():
                    paragraph = []
                paragraph += [text] if text else []
                self.prose.append((i + 1, lines[i]))
            i += 1

    def spans(self):
        """Each `code span`, with its line's number. One may go over the end of a line."""
        text, line = "", []
        for number, content in self.prose:
            text += content + "\n"
            line += [number] * (len(content) + 1)
        for found in re.finditer(r"(`+)(.+?)(?<!`)\1(?!`)", text, re.S):
            if "\n\n" not in found[2]:
                yield line[found.start()], " ".join(found[2].replace("\\|", "|").split())

    def links(self):
        for number, content in self.prose:
            for target in re.findall(r"\]\(([^)\s]+)\)", content):
                yield number, target

    def steps(self):
        """The blocks that tell what to write where: (block, file, text below or above which it goes, or None)."""
        for b in self.blocks:
            if found := re.search(r"(?:Write|Create) `([^`]+)`:$", b.before):
                yield b, found[1], None
            elif found := re.search(r"In `([^`]+)`, (?:add|write)(?: (?:below|above) (`.+`|`` .+ ``))?:$", b.before):
                yield b, found[1], found[2] or ""

    def created(self):
        """The files that the reader makes, with their bare names."""
        return {n for _, path, place in self.steps() if place is None for n in (path, path.rpartition("/")[2])}

    def anchors(self):
        """The headings' names in links, as GitHub makes them."""
        titles = [re.sub(r"^#+ ", "", t) for _, t in self.prose if re.match(r"#+ ", t)]
        return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


def _is_list_text(prose):
    """Is the last paragraph part of a list? Then what is indented below goes on with it."""
    for _, text in reversed(prose):
        if text and not text.startswith(" "):
            return bool(re.match(r"([-*]|\d+\.) ", text))
    return False

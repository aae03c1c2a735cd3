"""Finds the places in a C++ source where a mutant is possible, with libclang.

A site has the edits that put its mutants into the source, and what they change, in words. Edits insert text, or replace an
operator; none adds a line, so that a compiler's message names the line of the original.
"""
import dataclasses
import re

from clang.cindex import CursorKind as K, Index

COMPARISONS = {"<": ("less", "<=", ">="), "<=": ("less_equal", "<", ">"),
               ">": ("greater", ">=", "<="), ">=": ("greater_equal", ">", "<")}
OPERATORS = {"==": ("equal", "!="), "!=": ("not_equal", "=="), "+": ("add", "-"), "-": ("subtract", "+"), "*": ("multiply", "/"),
             "/": ("divide", "*"), "%": ("remainder", "*"), "&": ("bit_and", "|"), "|": ("bit_or", "&"),
             "<<": ("shift_left", ">>"), ">>": ("shift_right", "<<")}
FUNCTIONS = {K.FUNCTION_DECL, K.CXX_METHOD, K.CONSTRUCTOR, K.DESTRUCTOR, K.CONVERSION_FUNCTION, K.FUNCTION_TEMPLATE}
# Their last child is a body.
LOOPS = {K.FOR_STMT, K.WHILE_STMT, K.CXX_FOR_RANGE_STMT}
STATEMENTS = {K.CALL_EXPR, K.BINARY_OPERATOR, K.COMPOUND_ASSIGNMENT_OPERATOR, K.UNARY_OPERATOR, K.CSTYLE_CAST_EXPR,
              K.CONTINUE_STMT, K.BREAK_STMT}
# The literals directly below these are constants of the language: bounds of arrays, arguments of templates.
CONSTANT_PARENTS = {K.DECL_REF_EXPR, K.MEMBER_REF_EXPR, K.TYPE_REF, K.TEMPLATE_REF}
MACRO = re.compile(r"[A-Z][A-Z0-9_]+\(")


@dataclasses.dataclass
class Site:
    line: int
    changes: list      # one description for each mutant
    opening: int       # where `before` is inserted, and `after` at `closing`
    closing: int
    before: str        # {0} is the number of the first mutant, {1} of the second
    after: str
    operator: tuple = ()  # (offset, length, text): what replaces it


def bare(cursor):
    """The node without the implicit conversions around it."""
    while cursor.kind == K.UNEXPOSED_EXPR:
        children = list(cursor.get_children())
        if len(children) != 1 or children[0].extent != cursor.extent:
            break
        cursor = children[0]
    return cursor


class Finder:
    """Walks over the functions of one file."""

    def __init__(self, path, flags):
        self.path = str(path)
        self.bytes = open(path, "rb").read()
        unit = Index.create().parse(self.path, flags)
        errors = [d for d in unit.diagnostics if d.severity >= 3]
        if errors:
            raise ValueError(f"{path}: {errors[0].location.line}: {errors[0].spelling}")
        self.sites = []
        self.bounds = set()  # operands of comparisons, which are off by one already
        self._declarations(unit.cursor)

    def text(self, begin, end):
        return self.bytes[begin:end].decode()

    def source(self, cursor):
        return self.text(cursor.extent.start.offset, cursor.extent.end.offset)

    def add(self, cursor, changes, before, after, closing=None, operator=()):
        start, end = cursor.extent.start, cursor.extent.end
        self.sites.append(Site(start.line, changes, start.offset, closing or end.offset, before, after, operator))

    def _declarations(self, cursor):
        for child in cursor.get_children():
            if child.location.file and child.location.file.name != self.path:
                continue
            if child.kind in FUNCTIONS:
                for part in child.get_children():
                    if part.kind == K.COMPOUND_STMT:
                        self.walk(part)
            elif child.kind in (K.NAMESPACE, K.CLASS_DECL, K.STRUCT_DECL, K.CLASS_TEMPLATE, K.UNION_DECL, K.UNEXPOSED_DECL,
                                K.LINKAGE_SPEC, K.CLASS_TEMPLATE_PARTIAL_SPECIALIZATION):
                self._declarations(child)

    def in_macro(self, cursor):
        return MACRO.match(self.text(cursor.extent.start.offset, cursor.extent.start.offset + 40))

    # --- statements

    def walk(self, cursor, parent=None):
        kind, children = cursor.kind, list(cursor.get_children())
        source = self.source(cursor)
        if self.in_macro(cursor) or kind == K.STATIC_ASSERT:
            return
        if kind == K.VAR_DECL and re.match(r"(static )?(inline )?constexpr ", source) or \
                kind == K.DECL_STMT and re.match(r"(static )?constexpr ", source):
            return
        if kind == K.COMPOUND_STMT:
            for child in children:
                self.statement(child)
        elif kind == K.IF_STMT and source.startswith("if constexpr"):
            children = children[1:]
        elif kind == K.IF_STMT and source.startswith("if (std::is_constant_evaluated())"):
            children = children[2:]  # what only the compiler executes
        elif kind == K.IF_STMT:
            self.condition(children[0])
            for child in children[1:]:
                self.statement(child)
        elif kind in LOOPS:
            self.statement(children[-1])
        elif kind == K.CASE_STMT:
            self.statement(children[-1])
            children = children[1:]
        elif kind == K.DEFAULT_STMT:
            self.statement(children[-1])
        elif kind == K.CONDITIONAL_OPERATOR:
            self.condition(children[0])
        elif kind == K.BINARY_OPERATOR and len(children) == 2:
            self.binary(cursor, *children)
        elif kind == K.CALL_EXPR and cursor.spelling.startswith("operator"):
            arguments = list(cursor.get_arguments())
            if len(arguments) == 2:
                self.binary(cursor, *arguments)
        elif kind == K.UNARY_OPERATOR and source.startswith("!"):
            self.inverted(cursor, children[0])
        elif kind == K.INTEGER_LITERAL and parent is not None and parent.kind not in CONSTANT_PARENTS:
            self.literal(cursor, source, parent)
        elif kind == K.CXX_BOOL_LITERAL_EXPR and source in ("true", "false"):
            self.add(cursor, [f"{source} becomes {'false' if source == 'true' else 'true'}"], "(mutate::on({0}) != ", ")")
        for child in children:
            self.walk(child, cursor)

    def statement(self, cursor):
        """Left out, if that can be compiled."""
        inner = bare(cursor)
        if inner.kind not in STATEMENTS and not (inner.kind == K.RETURN_STMT and self.source(inner) == "return"):
            return
        source = self.source(cursor)
        if source.startswith(("ASSERT(", "CHECK(")):
            return
        semicolon = self.bytes.find(b";", cursor.extent.end.offset)
        if semicolon < 0 or self.text(cursor.extent.end.offset, semicolon).strip():
            return
        self.add(cursor, [f"left out: {' '.join(source.split())};"], "{{ if (!mutate::on({0})) {{ ", " }} }}", semicolon + 1)

    # --- expressions

    def condition(self, cursor):
        """Inverted, unless its own operator has mutants."""
        inner = bare(cursor)
        if not inner.kind.is_expression() or self.in_macro(inner):
            return
        source = self.source(inner)
        has_own = inner.kind == K.BINARY_OPERATOR or source.startswith("!") or \
            inner.kind == K.CALL_EXPR and inner.spelling.startswith("operator") and len(list(inner.get_arguments())) == 2
        if not has_own:
            self.add(inner, [f"inverted: {' '.join(source.split())}"], "(mutate::on({0}) != bool(", "))")

    def inverted(self, cursor, operand):
        start = cursor.extent.start.offset
        self.add(cursor, [f"inverted: {' '.join(self.source(cursor).split())}"], "(mutate::on({0}) == bool(", "))")
        self.sites[-1].operator = (start, 1, "")

    def binary(self, cursor, left, right):
        begin, end = left.extent.end.offset, right.extent.start.offset
        between = self.text(begin, end) if begin <= end else ""
        operator = between.strip()
        at = (begin + between.find(operator), len(operator), ",")
        words = " ".join(self.source(cursor).split())
        if operator in COMPARISONS:
            name, shifted, opposite = COMPARISONS[operator]
            self.add(cursor, [f"{words}: {operator} becomes {to}" for to in (shifted, opposite)], f"mutate::{name}({{0}}, ", ")",
                     operator=at)
            self.bounds |= {bare(left).extent.start.offset, bare(right).extent.start.offset}
        elif operator in OPERATORS:
            name, changed = OPERATORS[operator]
            self.add(cursor, [f"{words}: {operator} becomes {changed}"], f"mutate::{name}({{0}}, ", ")", operator=at)
        elif operator in ("&&", "||"):
            before = "(mutate::on({0}) || " if operator == "&&" else "(!mutate::on({0}) && "
            for operand in (left, right):
                if not self.in_macro(operand) and not self.is_chain(operand, operator):
                    what = " ".join(self.source(operand).split())
                    self.add(operand, [f"left out of the condition: {what}"], before + "bool(", "))")

    def is_chain(self, operand, operator):
        """Whether it is `a && b` as an operand of `&&`: each has its own mutant."""
        parts = list(operand.get_children()) if operand.kind == K.BINARY_OPERATOR else []
        return len(parts) == 2 and self.text(parts[0].extent.end.offset, parts[1].extent.start.offset).strip() == operator

    def literal(self, cursor, source, parent):
        if parent.kind == K.VAR_DECL and parent.type.get_array_size() >= 0 or not source[:1].isdigit() or \
                cursor.extent.start.offset in self.bounds:
            return
        self.add(cursor, [f"{' '.join(self.source(parent).split())}: {source} becomes {source} + 1"], "mutate::plus_one({0}, ", ")")


def find(path, flags):
    return Finder(path, flags).sites

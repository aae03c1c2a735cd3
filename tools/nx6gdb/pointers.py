"""`*m` and `m->length_` in expressions, for the kernel's smart pointers: their operators are inlined, so gdb has none."""
import re

import gdb
import gdb.xmethod

NAMES = re.compile(r"Owned<.*>|Ref<.*>|LateInit<.*>")


def pointer_in(value):
    if value.type.code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_PTR):  # gdb hands over either
        value = value.referenced_value()
    name = value.type.strip_typedefs().name
    if name.startswith("LateInit<"):
        return value["storage_"].address.cast(value.type.strip_typedefs().template_argument(0).pointer())
    return value["p_"]


class Operator(gdb.xmethod.XMethodWorker):
    def __init__(self, target, is_arrow):
        self.target, self.is_arrow = target, is_arrow

    def get_arg_types(self):
        return None

    def get_result_type(self, obj):
        return self.target.pointer() if self.is_arrow else self.target.reference()

    def __call__(self, obj):
        pointer = pointer_in(obj)
        return pointer if self.is_arrow else pointer.dereference()


class Operators(gdb.xmethod.XMethodMatcher):
    def __init__(self):
        super().__init__("nx6 pointers")

    def match(self, class_type, method_name):
        kind = class_type.strip_typedefs().unqualified()
        if method_name not in ("operator->", "operator*") or not NAMES.fullmatch(kind.name or ""):
            return None
        return Operator(kind.template_argument(0), method_name == "operator->")


def install():
    gdb.xmethod.register_xmethod_matcher(None, Operators(), replace=True)

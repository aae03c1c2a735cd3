#include "builtins.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "execute.h"
#include "jobs.h"
#include "shell.h"
#include "traps.h"

namespace sh {

namespace {

constexpr Builtin kBuiltins[] = {
    {":", colon_builtin, true},          {".", dot_builtin, true},
    {"break", break_builtin, true},      {"continue", break_builtin, true},
    {"eval", eval_builtin, true},        {"exec", exec_builtin, true},
    {"exit", exit_builtin, true},        {"export", export_builtin, true},
    {"readonly", export_builtin, true},  {"return", return_builtin, true},
    {"set", set_builtin, true},          {"shift", shift_builtin, true},
    {"trap", trap_builtin, true},        {"unset", unset_builtin, true},
    {"bg", bg_builtin, false},           {"cd", cd_builtin, false},
    {"command", command_builtin, false}, {"echo", echo_builtin, false},
    {"false", false_builtin, false},     {"fg", fg_builtin, false},
    {"getopts", getopts_builtin, false}, {"jobs", jobs_builtin, false},
    {"kill", kill_builtin, false},       {"local", local_builtin, false},
    {"pwd", pwd_builtin, false},         {"read", read_builtin, false},
    {"true", colon_builtin, false},      {"type", type_builtin, false},
    {"umask", umask_builtin, false},     {"wait", wait_builtin, false},
};

}  // namespace

const Builtin* find_builtin(const char* name) {
    for (const Builtin& b : kBuiltins) {
        if (strcmp(b.name, name) == 0) return &b;
    }
    return nullptr;
}

void print(const char* format, ...) {
    va_list args;
    va_start(args, format);
    vdprintf(1, format, args);
    va_end(args);
}

}  // namespace sh

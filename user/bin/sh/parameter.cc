// The values of parameters.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "expand.h"
#include "shell.h"
#include "variables.h"

namespace sh {

const char* field_separators() {
    const char* ifs = value_of("IFS");
    return ifs ? ifs : " \t\n";
}

namespace {

char* number_text(long number) {
    char text[24];
    snprintf(text, sizeof text, "%ld", number);
    return shell.scratch.copy(text);
}

const char* options_text() {
    Text text(shell.scratch);
    if (shell.options.exit_on_error) text.add('e');
    if (shell.options.no_globs) text.add('f');
    if (shell.interactive) text.add('i');
    if (shell.options.monitor) text.add('m');
    if (shell.options.no_unset) text.add('u');
    if (shell.options.trace) text.add('x');
    return text.c_str();
}

const char* joined_parameters(bool with_separator) {
    const char* separators = field_separators();
    Text text(shell.scratch);
    for (int i = 0; i < parameters().count; i++) {
        if (i > 0 && (!with_separator || *separators)) text.add(with_separator ? *separators : ' ');
        text.add(parameters().list[i]);
    }
    return text.c_str();
}

}  // namespace

const char* parameter_value(const char* name) {
    if (*name >= '0' && *name <= '9') {
        const long n = strtol(name, nullptr, 10);
        if (n == 0) return shell.name;
        return n <= parameters().count ? parameters().list[n - 1] : nullptr;
    }
    switch (*name) {
        case '?': return number_text(shell.status);
        case '$': return number_text(shell.pid);
        case '!': return shell.background_pid ? number_text(shell.background_pid) : nullptr;
        case '#': return number_text(parameters().count);
        case '-': return options_text();
        case '@': return joined_parameters(false);
        case '*': return joined_parameters(true);
        default: break;
    }
    if (strcmp(name, "LINENO") == 0) return number_text(shell.line);
    return value_of(name);
}

}  // namespace sh

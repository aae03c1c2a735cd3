// Builtins about variables, parameters and options.
#include <stdio.h>
#include <stdlib.h>

#include "builtins.h"
#include "execute.h"
#include "shell.h"
#include "variables.h"

namespace sh {

char* quoted(const char* value) {
    Text text(shell.scratch);
    text.add('\'');
    for (; *value; value++) {
        if (*value == '\'')
            text.add("'\\''");
        else
            text.add(*value);
    }
    text.add('\'');
    return text.c_str();
}

namespace {

// NAME or NAME=VALUE: sets the variable if there is a value. Returns its name.
const char* declare(const char* builtin, const char* text, Frame* frame) {
    const size_t n = strcspn(text, "=");
    char* name = shell.scratch.copy(text, n);
    if (!is_valid_name(name)) fail("%s: %s is no name of a variable", builtin, name);
    if (frame) frame->save(name);
    if (text[n]) set_variable(name, text + n + 1);
    return name;
}

}  // namespace

int export_builtin(int argc, char** argv) {
    const bool exports = argv[0][0] == 'e';
    const int first = argc > 1 && strcmp(argv[1], "-p") == 0 ? 2 : 1;
    for (int i = first; i < argc; i++) {
        Variable& v = make_variable(declare(argv[0], argv[i], nullptr));
        (exports ? v.exported : v.readonly) = true;
    }
    if (first < argc) return 0;
    for (const Variable* v = first_variable(); v; v = v->next) {
        if (!(exports ? v->exported : v->readonly)) continue;
        if (v->value)
            print("%s %s=%s\n", argv[0], v->name, quoted(v->value));
        else
            print("%s %s\n", argv[0], v->name);
    }
    return 0;
}

int unset_builtin(int argc, char** argv) {
    const bool functions = argc > 1 && strcmp(argv[1], "-f") == 0;
    const int first = functions || (argc > 1 && strcmp(argv[1], "-v") == 0) ? 2 : 1;
    for (int i = first; i < argc; i++) {
        if (functions)
            remove_function(argv[i]);
        else if (!unset_variable(argv[i]))
            fail("unset: %s is read only", argv[i]);
    }
    return 0;
}

int local_builtin(int argc, char** argv) {
    Frame* frame = function_frame();
    if (!frame) fail("local: only in a function");
    for (int i = 1; i < argc; i++) declare("local", argv[i], frame);
    return 0;
}

bool set_options(const char* letters, bool on) {
    for (; *letters; letters++) {
        switch (*letters) {
            case 'e': shell.options.exit_on_error = on; break;
            case 'u': shell.options.no_unset = on; break;
            case 'x': shell.options.trace = on; break;
            case 'f': shell.options.no_globs = on; break;
            case 'm': break;  // job control is that of the terminal
            default: return false;
        }
    }
    return true;
}

int set_builtin(int argc, char** argv) {
    if (argc == 1) {
        for (const Variable* v = first_variable(); v; v = v->next) {
            if (v->value) print("%s=%s\n", v->name, quoted(v->value));
        }
        return 0;
    }
    int i = 1;
    bool parameters_follow = false;
    for (; i < argc && (argv[i][0] == '-' || argv[i][0] == '+') && argv[i][1]; i++) {
        if (strcmp(argv[i], "--") == 0) {
            i++, parameters_follow = true;
            break;
        }
        if (!set_options(argv[i] + 1, argv[i][0] == '-'))
            fail("set: %s is no option: use -e -f -u -x", argv[i]);
    }
    if (i < argc || parameters_follow) parameters().set(argv + i, argc - i);
    return 0;
}

int shift_builtin(int argc, char** argv) {
    const int n = argc > 1 ? atoi(argv[1]) : 1;
    if (n < 0 || n > parameters().count) fail("shift: there are only %d parameters", parameters().count);
    parameters().shift(n);
    return 0;
}

// getopts LETTERS NAME [ARGUMENT...]. The place in a group of letters is kept between calls.
int getopts_builtin(int argc, char** argv) {
    static int place = 1, last_index = 0;
    if (argc < 3) fail("getopts: use getopts LETTERS NAME");
    const int count = argc > 3 ? argc - 3 : parameters().count;
    char** list = argc > 3 ? argv + 3 : parameters().list;
    const char* text = value_of("OPTIND");
    int index = text ? atoi(text) : 1;
    if (index < 1) index = 1;
    if (index != last_index) place = 1;
    const char* letters = argv[1];
    const bool silent = *letters == ':';
    const char* word = index <= count ? list[index - 1] : "";
    char letter[2] = "?";
    const char* argument = nullptr;
    int status = 0;
    if (word[0] != '-' || !word[1] || strcmp(word, "--") == 0) {
        if (strcmp(word, "--") == 0) index++;
        status = 1;
    } else {
        const char c = word[place++];
        if (!word[place]) index++, place = 1;
        const char* known = c == ':' ? nullptr : strchr(letters + silent, c);
        letter[0] = known ? c : '?';
        const char shown[2] = {c, '\0'};
        if (!known) {
            if (silent)
                argument = shell.scratch.copy(shown);
            else
                complain("%s is no option", shown);
        } else if (known[1] == ':') {
            if (place > 1)
                argument = word + place, index++, place = 1;
            else if (index <= count)
                argument = list[index++ - 1];
            else if (silent)
                letter[0] = ':', argument = shell.scratch.copy(shown);
            else
                letter[0] = '?', complain("option %s needs an argument", shown);
        }
    }
    if (argument)
        set_variable("OPTARG", argument);
    else
        unset_variable("OPTARG");
    char number[16];
    snprintf(number, sizeof number, "%d", index);
    set_variable("OPTIND", number);
    last_index = index;
    set_variable(argv[2], letter);
    return status;
}

}  // namespace sh

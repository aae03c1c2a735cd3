// regcomp(), regexec(), regerror(), regfree().
#include "regex.h"

#include <new>

#include "regex/program.h"
#include "regex/run.h"
#include "stdio.h"
#include "stdlib.h"

using regex::Program;

extern "C" {

int regcomp(regex_t* re, const char* pattern, int flags) {
    void* memory = calloc(1, sizeof(Program));
    if (!memory) return REG_ESPACE;
    auto* program = new (memory) Program;
    program->ignore_case = flags & REG_ICASE;
    program->lines = flags & REG_NEWLINE;
    program->no_groups = flags & REG_NOSUB;
    *re = {0, program};
    const int error = regex::compile(*program, pattern, flags & REG_EXTENDED);
    if (error) regfree(re);
    re->re_nsub = error ? 0 : static_cast<size_t>(program->groups);
    return error;
}

void regfree(regex_t* re) {
    auto* program = static_cast<Program*>(re->nx6_program);
    if (!program) return;
    program->~Program();
    free(program);
    re->nx6_program = nullptr;
}

int regexec(const regex_t* re, const char* text, size_t count, regmatch_t matches[], int flags) {
    const auto& program = *static_cast<const Program*>(re->nx6_program);
    if (program.no_groups) count = 0;
    const size_t groups = static_cast<size_t>(program.groups) + 1;
    const size_t wanted = count == 0 ? 1 : count < groups ? count : groups;
    auto* found = static_cast<long*>(malloc(2 * wanted * sizeof(long)));
    if (!found) return REG_ESPACE;
    const regex::Search search{text, static_cast<int>(2 * wanted), (flags & REG_NOTBOL) != 0,
                               (flags & REG_NOTEOL) != 0};
    const regex::Outcome outcome = regex::run(program, search, found);
    for (size_t i = 0; i < count && outcome == regex::Outcome::Match; i++) {
        const bool used = i < wanted && found[2 * i + 1] >= 0;
        matches[i] = {used ? found[2 * i] : -1, used ? found[2 * i + 1] : -1};
    }
    free(found);
    if (outcome == regex::Outcome::NoMemory) return REG_ESPACE;
    return outcome == regex::Outcome::Match ? 0 : REG_NOMATCH;
}

size_t regerror(int error, const regex_t*, char* text, size_t size) {
    static const char* const kTexts[] = {"no error",
                                         "no match",
                                         "invalid regular expression",
                                         "invalid collating element",
                                         "invalid character class",
                                         "trailing backslash",
                                         "back references are not supported",
                                         "unmatched [",
                                         "unmatched parenthesis",
                                         "unmatched {",
                                         "invalid contents of {}",
                                         "invalid end of a range",
                                         "out of memory",
                                         "nothing to repeat"};
    const bool known = error >= 0 && error < static_cast<int>(sizeof kTexts / sizeof kTexts[0]);
    return static_cast<size_t>(snprintf(text, size, "%s", known ? kTexts[error] : "unknown error")) + 1;
}

}  // extern "C"

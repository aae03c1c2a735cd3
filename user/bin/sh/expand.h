// The expansion of words (POSIX, XCU 2.6). Results are in shell.scratch.
#pragma once

#include "memory.h"
#include "tree.h"

namespace sh {

// With field splitting and patterns.
void expand_fields(const Word* words, Fields& to);
// Without: of an assignment, a redirection, a here-document.
char* expand_text(const Word& word);
// A pattern for fnmatch(): what was quoted has a backslash in front.
char* expand_pattern(const Word& word);

// Adds the names of the files that match, in order; false if there is none.
bool expand_path(const char* pattern, Fields& to);
void remove_backslashes(char* text);

long evaluate(const char* expression);  // $(( ))

// $name, $1, $? ...; null if it is not set. A number is written to shell.scratch.
const char* parameter_value(const char* name);
const char* field_separators();  // IFS

// What the commands print, without the newlines at the end. Sets shell.substituted.
char* output_of(const List& list);

}  // namespace sh

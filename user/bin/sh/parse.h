// The shell's grammar and the result of parsing.
//
//   list     = and_or { (";" | "&" | newline) and_or } [";" | "&"]
//   and_or   = pipeline { ("&&" | "||") pipeline }
//   pipeline = command { "|" command }
//   command  = { word | redirect }  |  "(" list ")" { redirect }
//   redirect = [digit] ("<" | ">" | ">>") word
//
// A word may contain 'literal text', "text" in which \ and $? are special, and \c for the character c. $? is
// the status of the last command; # starts a comment. There are no variables, globs or loops.
//
// Each level is a linked list rather than a tree, so that running a long line needs no deep recursion.
#pragma once

#include "lib/types.h"

namespace sh {

struct List;

enum class Redirection : u8 { Input, Output, Append };
struct Redirect {
    Redirection kind;
    int fd;
    const char* path;
    Redirect* next;
};

struct Command {
    char** argv;  // ends with null; argc 0 for a group
    int argc;
    List* group;  // "( list )", or null
    Redirect* redirects;
    Command* next;  // the next in the pipeline
};

enum class When : u8 { Always, AfterSuccess, AfterFailure };  // ";"  "&&"  "||"
struct Pipeline {
    When when;
    Command* first;
    Pipeline* next;
};

struct AndOr {
    bool background;
    Pipeline* first;
    AndOr* next;
};

struct List {
    AndOr* first;
};

// Replaces $? in a parsed word; sh.cc replaces it by the status.
inline constexpr char kStatusMark = '\1';

inline constexpr int kMaxWords = 31;     // of one command: MAXARG with its null pointer
inline constexpr int kMaxCommands = 16;  // of one pipeline
inline constexpr int kMaxDepth = 8;      // of nested groups: the stack is small

// Holds everything parsed from one line, until the next reset.
class Arena {
  public:
    void reset() { used_ = 0; }
    void* take(usize n);  // null when it is full; aligned for pointers

  private:
    alignas(8) char bytes_[8192] = {};
    usize used_ = 0;
};

struct Parsed {
    List* list;         // null if the text has an error
    const char* error;  // then the message
};
// `text` is not used after the call. An empty text is an empty list.
Parsed parse(const char* text, Arena& arena);

}  // namespace sh

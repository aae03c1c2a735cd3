// The shell's grammar and what a parsed line looks like.
//
//   list     = and_or { (";" | "&" | newline) and_or } [";" | "&"]
//   and_or   = pipeline { ("&&" | "||") pipeline }
//   pipeline = command { "|" command }
//   command  = { word | redirect }  |  "(" list ")" { redirect }
//   redirect = [digit] ("<" | ">" | ">>") word
//
// A word may hold 'text as it stands', "text" in which \ and $? still count, and \c for the character c.
// $? is the last status; # starts a comment. There are no variables, globs or loops.
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
    Command* next;  // behind the pipe
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

// Stands in a word where $? was; the runner puts the status there.
inline constexpr char kStatusMark = '\1';

inline constexpr int kMaxWords = 31;     // of one command: MAXARG with its null pointer
inline constexpr int kMaxCommands = 16;  // of one pipe
inline constexpr int kMaxDepth = 8;      // of groups in groups: the stack is small

// Everything parsed from one line lives here and ends with the next reset.
class Arena {
  public:
    void reset() { used_ = 0; }
    void* take(usize n);  // null when it is full; aligned for pointers

  private:
    alignas(8) char bytes_[8192] = {};
    usize used_ = 0;
};

struct Parsed {
    List* list;         // null when the text is wrong
    const char* error;  // then why, in words
};
// `text` need not outlive the call. An empty text is an empty list.
Parsed parse(const char* text, Arena& arena);

}  // namespace sh

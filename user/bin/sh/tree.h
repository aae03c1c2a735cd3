// The syntax tree: what the parser makes of the text, and what the executor runs.
//
//   list     = and_or { (";" | "&" | newline) and_or } [";" | "&"]
//   and_or   = pipeline { ("&&" | "||") pipeline }
//   pipeline = ["!"] command { "|" command }
//   command  = simple | compound { redirect } | NAME "(" ")" compound { redirect }
//   simple   = { NAME=word | redirect } { word | redirect }
//   compound = "(" list ")" | "{" list "}" | "if" ... "fi" | "while" ... | "until" ... | "for" ... | "case"
//   ...
//
// A sequence is a linked list rather than a tree, so that a long one needs no deep recursion.
#pragma once

namespace sh {

struct List;
struct Word;

// ---- words: 'text', "text", $name, ${name-word}, $(list), $((expression)) ----

enum class PartKind : unsigned char { Text, Parameter, Command, Arithmetic };
enum class Operation : unsigned char {
    None,
    Default,      // ${x-word}
    Assign,       // ${x=word}
    Error,        // ${x?word}
    Alternative,  // ${x+word}
    Length,       // ${#x}
    CutPrefix,    // ${x#pattern}
    CutLongPrefix,
    CutSuffix,  // ${x%pattern}
    CutLongSuffix,
};
struct Part {
    PartKind kind;
    bool quoted;          // no field splitting, and no patterns
    bool or_empty;        // the operator has a colon: an empty value counts as none
    Operation operation;  // of a parameter
    const char* text;     // the text, or the parameter's name
    Word* word;           // the operator's word, or the expression
    List* list;           // the commands
    Part* next;
};
struct Word {
    Part* parts;
    const char* plain;  // the whole text if nothing in it is quoted or expanded, otherwise null
    Word* next;
};

// ---- commands ----

enum class Redirection : unsigned char { Read, Write, Append, ReadWrite, Duplicate, HereDocument };
struct Redirect {
    Redirection kind;
    int fd;
    Word* word;  // the path, the descriptor, or the text of the here-document
    Redirect* next;
};

struct Assignment {
    const char* name;
    Word* value;
    Assignment* next;
};

struct CaseItem {
    Word* patterns;
    List* body;
    CaseItem* next;
};

enum class CommandKind : unsigned char { Simple, Group, Subshell, If, While, Until, For, Case, Function };
struct Command {
    CommandKind kind;
    int line;
    Redirect* redirects;
    Assignment* assignments;
    Word* words;        // of a simple command; of for, or null for "$@"; the word of case
    const char* name;   // of the function, or of for's variable
    bool has_words;     // for ... in
    List* condition;    // of if, while, until
    List* body;         // of every compound command but case
    List* otherwise;    // of if: else, or elif as a list with an if
    CaseItem* items;    // of case
    Command* function;  // the function's body
    Command* next;      // the next in the pipeline
};

enum class When : unsigned char { Always, AfterSuccess, AfterFailure };
struct Pipeline {
    When when;
    bool negated;
    Command* first;
    Pipeline* next;
};

struct AndOr {
    bool background;
    const char* text;  // what was typed, for `jobs`; cut if it is long
    Pipeline* first;
    AndOr* next;
};

struct List {
    AndOr* first;
};

}  // namespace sh

// Variables, the environment, and the positional parameters.
#pragma once

#include "memory.h"

namespace sh {

struct Variable {
    char* name;
    char* value;  // null: unset, but exported, read-only or local
    bool exported, readonly;
    Variable* next;
};

void import_environment(char** environment);
Fields environment(Arena& arena);  // what is exported, as NAME=value

Variable* find_variable(const char* name);
Variable& make_variable(const char* name);
const char* value_of(const char* name);                  // null: unset
void set_variable(const char* name, const char* value);  // fail() if it is read-only
bool unset_variable(const char* name);                   // false: it is read-only
void forget_unexported_variables();
Variable* first_variable();
bool is_valid_name(const char* name);

// $1 and so on.
struct Parameters {
    char** list = nullptr;
    int count = 0;
    char** owned = nullptr;  // the list and its texts, if `set` or `shift` has made them

    void set(char* const* from, int n);  // copies
    void shift(int n) { list += n, count -= n; }
    void free_owned();
};

// What ends with a function, or with a command that has assignments in front: its parameters, and the old
// values of its variables. The frames are a stack.
class Frame {
  public:
    explicit Frame(bool has_parameters);
    void end();
    void save(const char* name);  // the variable is restored by end()
    bool has_parameters() const { return has_parameters_; }

    Parameters parameters;
    Frame* outer;

  private:
    struct Saved;
    const bool has_parameters_;
    Saved* saved_ = nullptr;
};
Parameters& parameters();
Frame* current_frame();   // null: not in a function
Frame* function_frame();  // likewise; skips frames of assignments
void end_all_frames();

}  // namespace sh

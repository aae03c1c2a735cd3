// The builtins by subject. Each gets its arguments as a program does, and returns its exit status.
#pragma once

namespace sh {

// control.cc
int colon_builtin(int argc, char** argv);
int false_builtin(int argc, char** argv);
int break_builtin(int argc, char** argv);
int return_builtin(int argc, char** argv);
int exit_builtin(int argc, char** argv);
int eval_builtin(int argc, char** argv);
int dot_builtin(int argc, char** argv);
int exec_builtin(int argc, char** argv);
int command_builtin(int argc, char** argv);
int type_builtin(int argc, char** argv);

// variable_builtins.cc
int export_builtin(int argc, char** argv);  // and readonly
int unset_builtin(int argc, char** argv);
int local_builtin(int argc, char** argv);
int set_builtin(int argc, char** argv);
int shift_builtin(int argc, char** argv);
int getopts_builtin(int argc, char** argv);
bool set_options(const char* letters, bool on);  // false: a letter is unknown
char* quoted(const char* value);                 // in single quotes, so that it can be read again

// process_builtins.cc
int cd_builtin(int argc, char** argv);
int pwd_builtin(int argc, char** argv);
int umask_builtin(int argc, char** argv);
int echo_builtin(int argc, char** argv);
int read_builtin(int argc, char** argv);

}  // namespace sh

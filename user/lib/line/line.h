// Reads lines with editing, history and completion from a terminal, and plainly from everything else.
// docs/terminal.md lists the keys.
#pragma once

#include "line/complete.h"

namespace line {

class Reader {
  public:
    // The history is kept in the file, which need not exist; the path stays the caller's. Null: only in
    // memory.
    constexpr explicit Reader(const char* history_file) : history_file_(history_file) {}

    // Prints the prompt and reads a line of descriptor 0, with its '\n', at most size - 1 bytes and a
    // terminating zero. Returns the number of bytes; 0 at the end of the input; -EINTR after Ctrl-C.
    //
    // In a terminal a longer line is refused with a message, and read again. From a pipe or a file it arrives
    // in pieces, as from fgetline(). The line is all that is taken from the descriptor: what follows it is
    // for the program that the caller starts next. Between calls the terminal has its usual mode.
    //
    // Tab asks `complete` for what a word may become; null: Tab is a character like others.
    int read(const char* prompt, char* line, int size, Complete complete = complete_default);

  private:
    struct State;
    State* start();
    int edit(State& state, const char* prompt, char* line, int size, Complete complete);

    const char* history_file_;
    State* state_ = nullptr;  // made when a terminal is first read
};

}  // namespace line

// A terminal in another mode for a while. The old settings are back when the object ends. What is typed is
// not lost in either direction.
#pragma once

#include "abi/termios.h"

namespace terminal {

class Mode {
  public:
    constexpr explicit Mode(int fd) : fd_(fd) {}
    ~Mode() { leave(); }
    Mode(const Mode&) = delete;
    Mode& operator=(const Mode&) = delete;

    // Every key is input at once and is not echoed, and sends no signal; output is as before. With keep_stop,
    // Ctrl-S and Ctrl-Q still stop the output, and Enter is '\n'. False: it is not a terminal, and nothing
    // changes. If others have changed the mode meanwhile, enter() sets it again.
    bool enter(bool keep_stop);
    void leave();
    const termios& before() const { return before_; }

  private:
    int fd_;
    bool entered_ = false;
    termios before_{};
};

// The size of the screen; 80 by 24 if the terminal does not know it.
winsize size_of(int fd);

}  // namespace terminal

// Which processes may use a terminal: POSIX's foreground process group (XBD 11.1.3, 11.1.4).
//
// Job control applies to the session that has set the group last. Its shell may also set none while it reads
// itself; then the shell's group is in the foreground, but keys send no signals.
#pragma once

#include "proc/process.h"

// Not synchronised: the terminal's lock guards it.
class Foreground {
  public:
    // The group that keys send signals to; 0: none.
    int group() const { return group_; }
    void set(int group, const Process& shell) {
        group_ = group;
        shell_ = shell.group;
        session_ = shell.session;
    }
    // A read by this process sends its group SIGTTIN, a change of the terminal SIGTTOU.
    bool is_background(const Process& p) const {
        return p.session == session_ && p.group != (group_ ? group_ : shell_);
    }

  private:
    int group_ = 0;
    int shell_ = 0;
    int session_ = 0;  // 0: no session has set a group
};

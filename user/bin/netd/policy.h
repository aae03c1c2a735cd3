// Which programs may have what of netd: /etc/netd.conf.
//
//   allow|refuse  PROGRAM|*  tcp|udp|any  PORTS     PORTS: 80, 8000-8999, free (any port that netd chooses)
//   allow|refuse  PROGRAM|*  tap                    copies of frames that are not for the program
//
// The first line that fits decides; without one, the answer is no. PROGRAM is the name that ps shows. #
// begins a comment.
#pragma once

#include <optional>

#include "lib/types.h"

namespace netd {

enum class Wish : u8 { Tcp, Udp, Tap };

class Policy {
  public:
    static constexpr usize kMostRules = 64;
    static constexpr usize kNameRoom = 16;  // of a process's name
    static constexpr u16 kFreePort = 0;

    struct Error {
        unsigned line;
        const char* reason;
    };
    // Parses the text of the file, which ends with a zero. Nothing: `error` says where and why.
    static std::optional<Policy> parse(const char* text, Error& error);

    // What holds without a file: every program may have ports from 1024 up and those that netd chooses.
    static Policy standard();

    // port: the wish's port; kFreePort: one that netd chooses.
    bool allows(const char* program, Wish wish, u16 port) const;

  private:
    struct Rule {
        bool allow = false;
        bool tcp = false, udp = false, tap = false;
        bool free_ports = false;
        u16 first = 1, last = 0;  // ports; none
        char program[kNameRoom] = {};

        bool is_for(const char* name) const;
        bool fits(Wish wish, u16 port) const;
    };
    static const char* parse_line(const char* line, Rule& rule);
    static const char* parse_ports(const char* word, usize length, Rule& rule);

    Rule rules_[kMostRules];
    usize count_ = 0;
};

}  // namespace netd

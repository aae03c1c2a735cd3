// The packets that an expression of the filter language chooses (docs/filter.md).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "capture/packet.h"
#include "net/filter/language/compiler.h"

namespace pktdump {

class Filter {
  public:
    // An empty expression chooses every packet.
    explicit Filter(std::string expression) : expression_(std::move(expression)) {}

    // Whether the expression has a meaning for packets of this link type. If not, error() says why, in lines.
    bool prepare(u16 link_type);
    // Packets of a link type for which it has none do not match.
    bool matches(const capture::Packet& p);

    const std::string& error() const { return error_; }

  private:
    std::optional<net::FilterProgram>& program_for(u16 link_type);
    std::optional<net::FilterProgram> compile(u16 link_type);

    std::string expression_, error_;
    std::map<u16, std::optional<net::FilterProgram>> programs_;
    net::language::Compiler compiler_;
};

}  // namespace pktdump

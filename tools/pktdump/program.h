// pktdump -d, -dd, -ddd: prints the program of an expression instead of packets.
#pragma once

#include <string>

namespace pktdump {

enum class ProgramStyle { None, Listing, C, Numbers };  // the number of -d

// For Ethernet. The exit status.
int print_program(const std::string& expression, ProgramStyle style);

}  // namespace pktdump

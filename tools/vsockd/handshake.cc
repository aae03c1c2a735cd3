#include "tools/vsockd/handshake.h"

#include <strings.h>

#include <charconv>

namespace vsockd {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view next_word(std::string_view& line) {
    const usize begin = line.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return line = {};
    const usize end = std::min(line.find_first_of(kBlanks, begin), line.size());
    const std::string_view word = line.substr(begin, end - begin);
    line.remove_prefix(end);
    return word;
}

}  // namespace

std::optional<u32> parse_connect(std::string_view line) {
    const std::string_view command = next_word(line), digits = next_word(line);
    constexpr std::string_view kCommand = "connect";
    if (command.size() != kCommand.size() ||
        strncasecmp(command.data(), kCommand.data(), kCommand.size()) != 0)
        return std::nullopt;
    u32 port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || !next_word(line).empty())
        return std::nullopt;
    return port;
}

}  // namespace vsockd

#include "tools/server/http_request.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace server {
namespace {

using Text = std::string_view;

// The next line without its end, which may be LF alone (RFC 9112 2.2).
Text take_line(Text& rest) {
    const usize end = rest.find('\n');
    Text line = rest.substr(0, end);
    rest = end == Text::npos ? Text{} : rest.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// The text up to the next space, which is removed, too.
Text take_word(Text& rest) {
    const usize end = rest.find(' ');
    const Text word = rest.substr(0, end);
    rest = end == Text::npos ? Text{} : rest.substr(end + 1);
    return word;
}

bool is_control(char c) { return (static_cast<u8>(c) < 0x20 && c != '\t') || c == 0x7f; }

// RFC 9112 3.2 and 5.1: each field has a name directly before its colon; HTTP/1.1 requires one Host.
bool fields_are_good(Text rest, bool wants_host) {
    int hosts = 0;
    while (!rest.empty()) {
        const Text line = take_line(rest);
        if (line.empty()) break;
        const Text name = line.substr(0, line.find(':'));
        if (name.size() == line.size() || name.empty() || std::ranges::any_of(line, is_control) ||
            name.find_first_of(" \t") != Text::npos)
            return false;
        hosts += std::ranges::equal(name, Text("host"), {},
                                    [](char c) { return std::tolower(static_cast<u8>(c)); });
    }
    return hosts == 1 || (hosts == 0 && !wants_host);
}

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> percent_decode(Text text) {
    std::string decoded;
    for (usize i = 0; i < text.size(); i++) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        if (text.size() - i < 3 || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0) return std::nullopt;
        decoded += static_cast<char>(hex(text[i + 1]) << 4 | hex(text[i + 2]));
        i += 2;
    }
    return decoded;
}

// Fills in the path. It is decoded before it is split, so that %2f and %2e hide nothing.
int parse_target(Text target, std::vector<std::string>& path) {
    if (target.starts_with("http://")) {  // the absolute form, which RFC 9112 3.2.2 requires
        const usize slash = target.find('/', 7);
        target = slash == Text::npos ? Text("/") : target.substr(slash);
    }
    if (!target.starts_with("/")) return 400;
    const auto decoded = percent_decode(target.substr(0, target.find_first_of("?#")));
    if (!decoded || decoded->find('\0') != std::string::npos) return 400;
    for (usize at = 0; at < decoded->size();) {
        const usize end = std::min(decoded->find('/', at), decoded->size());
        if (end > at) path.push_back(decoded->substr(at, end - at));
        at = end + 1;
    }
    const bool hidden = std::ranges::any_of(path, [](const std::string& part) { return part[0] == '.'; });
    return hidden ? 403 : 200;
}

}  // namespace

usize end_of_head(Text received) {
    for (usize at = 0; (at = received.find('\n', at)) != Text::npos; at++) {
        const Text rest = received.substr(at + 1);
        if (rest.starts_with("\n")) return at + 2;
        if (rest.starts_with("\r\n")) return at + 3;
    }
    return Text::npos;
}

HttpRequest parse_request(Text head) {
    HttpRequest request;
    Text line = take_line(head);
    const Text whole = line, method = take_word(line), target = take_word(line), version = line;
    request.target = target;
    request.head = method == "HEAD";
    const bool well_formed = !method.empty() &&
                             std::ranges::all_of(method, [](u8 c) { return std::isalpha(c); }) &&
                             !std::ranges::any_of(whole, is_control);
    if (!well_formed || !version.starts_with("HTTP/"))
        request.status = 400;
    else if (version != "HTTP/1.1" && version != "HTTP/1.0")
        request.status = 505;
    else if (!fields_are_good(head, version == "HTTP/1.1"))
        request.status = 400;
    else if (method != "GET" && method != "HEAD")
        request.status = 405;
    else
        request.status = parse_target(target, request.path);
    return request;
}

}  // namespace server

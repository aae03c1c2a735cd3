#include "net/dump/dns_name.h"

#include "lib/endian.h"

namespace net {
namespace {

// Both bounds end a name whose pointers form a loop.
constexpr usize kMaxName = 255, kMaxPointers = 32;
constexpr u8 kPointer = 0xc0, kMaxLabel = 63;

// One step: a label, a pointer, or the end. Nothing when it is not whole or of another form.
struct Step {
    Bytes label;  // empty: the name ends here, or goes on elsewhere
    usize next;   // where it goes on; the place itself at the end
};

std::optional<Step> step_at(Bytes message, usize at) {
    if (at >= message.size()) return std::nullopt;
    const u8 head = message[at];
    if (head == 0) return Step{{}, at};
    if (head <= kMaxLabel) {
        if (at + 1 + head > message.size()) return std::nullopt;
        return Step{message.subspan(at + 1, head), at + 1 + head};
    }
    const auto* pointer = header_of<be16>(message.subspan(at));
    if (head < kPointer || !pointer) return std::nullopt;
    const usize target = *pointer & 0x3fff;
    if (target >= at) return std::nullopt;
    return Step{{}, target};
}

}  // namespace

std::optional<DnsName> DnsName::parse(Bytes message, usize at) {
    DnsName name;
    name.message_ = message;
    name.start_ = at;
    usize length = 0, pointers = 0;
    for (;;) {
        const auto step = step_at(message, at);
        if (!step) return std::nullopt;
        const bool ends = step->label.empty() && step->next == at;
        if (!name.end_ && step->label.empty()) name.end_ = at + (ends ? 1 : 2);
        if (ends) return name;
        length += step->label.empty() ? 0 : step->label.size() + 1;
        pointers += step->label.empty();
        if (length > kMaxName || pointers > kMaxPointers) return std::nullopt;
        at = step->next;
    }
}

template <class Put>
void DnsName::each_character(Put put) const {
    bool any = false;
    for (usize at = start_;;) {
        const auto step = step_at(message_, at);
        if (!step || (step->label.empty() && step->next == at)) break;
        if (any && !step->label.empty()) put("%c", '.');
        for (const u8 c : step->label) {
            const bool special = c == '.' || c == '\\';
            put(c <= ' ' || c > '~' ? "\\%03u" : special ? "\\%c" : "%c", c);
        }
        any = any || !step->label.empty();
        at = step->next;
    }
    if (!any) put("%c", '.');
}

void DnsName::print(DumpWriter& w) const {
    each_character([&](const char* format, u8 c) { w.print(format, c); });
}
void DnsName::say(DumpWriter& w) const {
    each_character([&](const char* format, u8 c) { w.say(format, c); });
}

}  // namespace net

#include "pktdump/output.h"

#include "capture/link_type.h"
#include "pktdump/link.h"

namespace pktdump {

// "Packet 3, time 14:05:01.000020, captured 96 of 1514 bytes", a line; brief: "14:05:01.000020 " before the
// rest.
std::string Printer::heading(const capture::Packet& p) {
    const bool brief = options_.mode == net::DumpMode::Brief;
    const std::string number = std::to_string(p.number), time = time_.text_of(p.time);
    const bool cut = p.bytes.size() < p.original_length;
    const std::string lengths =
        "captured " + std::to_string(p.bytes.size()) + " of " + std::to_string(p.original_length) + " bytes";
    std::string text;
    if (brief) {
        if (options_.number) text += number + "  ";
        if (!time.empty()) text += time + " ";
        if (cut) text += "[" + lengths + "] ";
        return text;
    }
    text = "Packet " + number;
    if (!time.empty()) text += ", time " + time;
    if (cut) text += ", " + lengths;
    return text + "\n";
}

void Printer::print(const capture::Packet& p) {
    format(out_, "%s", heading(p).c_str());
    if (const auto link = link_of(p.link_type()))
        return net::dump_packet(out_, *link, p.bytes, p.original_length, options_.mode);
    const char* end = options_.mode == net::DumpMode::Brief ? "\n" : "\n\n\n";
    format(out_, "[%s is not supported]%s", capture::describe_link_type(p.link_type()).c_str(), end);
}

}  // namespace pktdump

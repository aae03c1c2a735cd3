#include "capture/writer.h"

#include <cerrno>
#include <cstring>
#include <limits>

#include "capture/link_type.h"
#include "capture/pcap_format.h"

namespace capture {

bool Writer::put(const void* from, usize n) {
    if (std::fwrite(from, 1, n, file_) == n) return true;
    error_ = std::strerror(errno);
    return false;
}

bool Writer::begin(u32 link_field) {
    if (begun_) return true;
    begun_ = true;
    link_field_ = link_field;
    const PcapFileHeader h{
        nanosecond_ ? kPcapNanoseconds : kPcapMicroseconds, 2, 4, 0, 0, kMaxPacket, link_field};
    return put(&h, sizeof h);
}

bool Writer::write(const Packet& p) {
    if (!begin(p.link_field)) return false;
    const std::string which = "packet " + std::to_string(p.number);
    if (p.link_field != link_field_) {
        error_ = which + " has " + describe_link_type(p.link_type()) + ", those before it " +
                 describe_link_type(static_cast<u16>(link_field_)) +
                 "; a pcap file has one link type: choose packets of one with --packets";
        return false;
    }
    if (p.time.seconds < 0 || p.time.seconds > std::numeric_limits<u32>::max()) {
        error_ = which + " has a time that a pcap file cannot hold (1970 to 2106)";
        return false;
    }
    const PcapPacketHeader h{static_cast<u32>(p.time.seconds), p.time.nanoseconds / (nanosecond_ ? 1 : 1000),
                             static_cast<u32>(p.bytes.size()), p.original_length};
    return put(&h, sizeof h) && put(p.bytes.data(), p.bytes.size());
}

}  // namespace capture

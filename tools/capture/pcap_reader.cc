#include "capture/pcap_reader.h"

#include "capture/pcap_format.h"

namespace capture {

bool PcapReader::knows(u32 magic) {
    for (u32 known : {kPcapMicroseconds, kPcapNanoseconds}) {
        if (magic == known || magic == __builtin_bswap32(known)) return true;
    }
    return false;
}

bool PcapReader::open(u32 magic) {
    swapped_ = magic != kPcapMicroseconds && magic != kPcapNanoseconds;
    nanosecond_ = number(magic) == kPcapNanoseconds;
    PcapFileHeader h{};
    const usize rest = sizeof h - sizeof h.magic;
    if (in_.read(&h.version_major, rest) < rest) return fail("cut short in the file header");
    link_field_ = number(h.link_field);
    return true;
}

// A damaged fraction above one second is carried into the seconds, as Wireshark does.
Timestamp PcapReader::time_of(u32 seconds, u32 fraction) const {
    constexpr u64 kSecond = 1'000'000'000;
    const u64 nanoseconds = u64{fraction} * (nanosecond_ ? 1 : 1000);
    return {static_cast<i64>(seconds + nanoseconds / kSecond), static_cast<u32>(nanoseconds % kSecond), true,
            nanosecond_ ? 9u : 6u};
}

std::optional<Packet> PcapReader::next() {
    PcapPacketHeader h{};
    if (failed()) return std::nullopt;
    const usize got = in_.read(&h, sizeof h);
    if (got == 0) return std::nullopt;
    const std::string where = " packet " + std::to_string(count_ + 1);
    if (got < sizeof h) return fail("cut short in the header of" + where), std::nullopt;
    const u32 length = number(h.captured_length);
    if (length > kMaxPacket) {
        return fail("damaged:" + where + " claims " + std::to_string(length) + " bytes"), std::nullopt;
    }
    const usize have = in_.read(buffer_, length);
    if (have < length) {
        fail("cut short in" + where + ": " + std::to_string(have) + " of " + std::to_string(length) +
             " bytes");
    }
    return Packet{++count_, time_of(number(h.seconds), number(h.fraction)), link_field_,
                  number(h.original_length), Bytes{buffer_}};
}

}  // namespace capture

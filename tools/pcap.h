// Reading classic pcap files (draft-ietf-opsawg-pcap): a file header, then packets, each with a header.
// Both byte orders, microseconds and nanoseconds. Any file will do: what is wrong with it is said in words.
#pragma once

#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "lib/types.h"

namespace pcap {

struct Packet {
    u64 number;  // 1 is the first
    u32 seconds, nanoseconds;
    u32 original_length;  // on the wire; more than bytes.size() when the capture cut it
    Bytes bytes;          // valid until the next call
};

class Reader {
  public:
    // The file stays the caller's, and open.
    explicit Reader(std::FILE* in) : in_(in) {}

    // Reads the file header; false with error() set when this is no capture of Ethernet frames.
    bool open();

    // The next packet. Nothing at the end, or, with error() set, where the file is cut short or damaged.
    std::optional<Packet> next();

    const std::string& error() const { return error_; }
    unsigned digits() const { return nanosecond_ ? 9 : 6; }  // of the fraction of a second

  private:
    // The most that tcpdump and Wireshark ever write for one packet.
    static constexpr u32 kMaxPacket = 262'144;
    static constexpr u32 kEthernet = 1;  // LINKTYPE_ETHERNET

    struct FileHeader {
        u32 magic;
        u16 version_major, version_minor;
        u32 zone, accuracy, snap_length, link_type;
    };
    struct PacketHeader {
        u32 seconds, fraction, captured_length, original_length;
    };
    static_assert(sizeof(FileHeader) == 24 && sizeof(PacketHeader) == 16);

    bool fail(std::string why) {
        error_ = std::move(why);
        return false;
    }
    bool accept_magic(u32 magic);
    u32 number(u32 as_stored) const { return swapped_ ? __builtin_bswap32(as_stored) : as_stored; }
    usize read(void* to, usize n) { return std::fread(to, 1, n, in_); }

    std::FILE* in_;
    std::string error_;
    bool swapped_ = false;  // the writer's byte order is not ours
    bool nanosecond_ = false;
    u64 count_ = 0;
    std::vector<u8> buffer_;
};

inline bool Reader::accept_magic(u32 magic) {
    constexpr u32 kMicroseconds = 0xa1b2c3d4, kNanoseconds = 0xa1b23c4d, kPcapng = 0x0a0d0d0a;
    if (magic == kPcapng) {
        return fail("a pcapng file, which is not supported; convert it: editcap -F pcap IN.pcapng OUT.pcap");
    }
    if ((magic & 0xffff) == 0x8b1f) return fail("a gzip file; unpack it with gunzip first");
    swapped_ = magic == __builtin_bswap32(kMicroseconds) || magic == __builtin_bswap32(kNanoseconds);
    nanosecond_ = number(magic) == kNanoseconds;
    if (!swapped_ && magic != kMicroseconds && magic != kNanoseconds) return fail("not a pcap file");
    return true;
}

inline bool Reader::open() {
    FileHeader h{};
    const usize got = read(&h, sizeof h);
    if (got == 0) return fail("the file is empty");
    if (got >= sizeof h.magic && !accept_magic(h.magic)) return false;
    if (got < sizeof h)
        return fail(got < sizeof h.magic ? "not a pcap file" : "cut short in the file header");
    // The upper bits tell of frame check sequences, which stand behind the frame and do no harm.
    const u32 link_type = number(h.link_type) & 0xffff;
    if (link_type == kEthernet) return true;
    return fail("link type " + std::to_string(link_type) + ": only captures of Ethernet (1) can be read");
}

inline std::optional<Packet> Reader::next() {
    PacketHeader h{};
    if (!error_.empty()) return std::nullopt;
    const usize got = read(&h, sizeof h);
    if (got == 0 && !std::ferror(in_)) return std::nullopt;
    const std::string where = " packet " + std::to_string(count_ + 1);
    if (got < sizeof h) return fail("cut short in the header of" + where), std::nullopt;
    const u32 length = number(h.captured_length);
    if (length > kMaxPacket) {
        return fail("damaged:" + where + " claims " + std::to_string(length) + " bytes"), std::nullopt;
    }
    buffer_.resize(length);
    // What there is of a packet cut short is still handed out; the error stands from here on.
    const usize have = read(buffer_.data(), length);
    if (have < length) {
        fail("cut short in" + where + ": " + std::to_string(have) + " of " + std::to_string(length) +
             " bytes");
    }
    const u64 nanoseconds = u64{number(h.fraction)} * (nanosecond_ ? 1 : 1000) % 1'000'000'000;
    return Packet{++count_, number(h.seconds), static_cast<u32>(nanoseconds), number(h.original_length),
                  Bytes{buffer_.data(), have}};
}

}  // namespace pcap

#include "capture/reader.h"

#include <cerrno>
#include <cstring>

#include "capture/pcap_reader.h"
#include "capture/pcapng_reader.h"

namespace capture {
namespace {

// What a file is that is no capture we can read, and what to do about it.
const char* name_of_other(const u8 (&start)[4]) {
    struct Other {
        u8 start[4];
        usize length;
        const char* advice;
    };
    static constexpr Other kOthers[] = {
        {{0x1f, 0x8b}, 2, "a gzip file; unpack it with gunzip first"},
        {{0x28, 0xb5, 0x2f, 0xfd}, 4, "a zstd file; unpack it with unzstd first"},
        {{0xfd, '7', 'z', 'X'}, 4, "an xz file; unpack it with unxz first"},
        {{0x04, 0x22, 0x4d, 0x18}, 4, "an lz4 file; unpack it with unlz4 first"},
        {{'P', 'K', 3, 4}, 4, "a zip file; unpack it with unzip first"},
        {{'s', 'n', 'o', 'o'}, 4, "a snoop file; convert it: editcap -F pcap IN OUT"},
        {{0x34, 0xcd, 0xb2, 0xa1}, 4, "a modified pcap file; convert it: editcap -F pcap IN OUT"},
        {{0xa1, 0xb2, 0xcd, 0x34}, 4, "a modified pcap file; convert it: editcap -F pcap IN OUT"},
    };
    for (const Other& o : kOthers) {
        if (std::memcmp(start, o.start, o.length) == 0) return o.advice;
    }
    return "neither a pcap nor a pcapng file";
}

}  // namespace

bool Reader::open() {
    u8 start[4] = {};
    const usize got = in_.read(start, sizeof start);
    u32 magic;
    std::memcpy(&magic, start, sizeof magic);
    if (in_.failed())
        error_ = std::strerror(errno);
    else if (got == 0)
        error_ = "the file is empty";
    else if (got == sizeof start && PcapReader::knows(magic))
        format_ = std::make_unique<PcapReader>(in_);
    else if (got == sizeof start && PcapngReader::knows(magic))
        format_ = std::make_unique<PcapngReader>(in_);
    else
        error_ = name_of_other(start);
    return format_ && format_->open(magic);
}

std::optional<Packet> Reader::next() {
    if (!error().empty()) return std::nullopt;
    auto packet = format_->next();
    if (in_.failed()) error_ = std::strerror(errno);
    return packet;
}

}  // namespace capture

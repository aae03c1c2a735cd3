#include "capture/pcapng_reader.h"

#include <cstring>

namespace capture {
namespace {

// A packet of the largest size, and room for its options.
constexpr u32 kMaxBlock = kMaxPacket + 1'048'576;
constexpr usize kMaxInterfaces = 65'536;

bool is_packet(BlockType t) {
    return t == BlockType::EnhancedPacket || t == BlockType::SimplePacket || t == BlockType::ObsoletePacket;
}

}  // namespace

bool PcapngReader::damaged(const Block& b, const char* what) {
    return fail("damaged: the block at byte " + std::to_string(b.start) + " " + what);
}

// The header of a block's body; false, with an error, if the body has no room for it.
template <class Body>
bool PcapngReader::take(const Block& b, Body& body) {
    if (b.body_length < sizeof body) return damaged(b, "is too short for its type");
    if (b.body.size() < sizeof body) {
        return fail("cut short in the block at byte " + std::to_string(b.start));
    }
    std::memcpy(&body, b.body.data(), sizeof body);
    return true;
}

bool PcapngReader::open(u32) { return read_section_header(0); }

// The block type has been read. The byte order of the length is known only from the field behind it.
bool PcapngReader::read_section_header(u64 start) {
    struct {
        u32 length;
        SectionBody body;
    } h{};
    const std::string where = start == 0 ? "the file header" : "the section at byte " + std::to_string(start);
    if (in_.read(&h, sizeof h) < sizeof h) return fail("cut short in " + where);
    swapped_ = h.body.byte_order != kByteOrderMagic;
    if (number(h.body.byte_order) != kByteOrderMagic) return fail("damaged: no byte order in " + where);
    const u16 version = number(h.body.version_major);
    if (version != 1) {
        return fail("version " + std::to_string(version) +
                    " of pcapng is unknown; convert it: editcap -F pcap IN OUT");
    }
    const u32 length = number(h.length);
    constexpr u32 kLeast = kBlockFrame + sizeof h.body;
    if (length % 4 != 0 || length < kLeast || length > kMaxBlock) {
        return fail("damaged: impossible length " + std::to_string(length) + " of " + where);
    }
    u32 trailer = 0;
    if (!in_.skip(length - kLeast) || in_.read(&trailer, sizeof trailer) < sizeof trailer)
        return fail("cut short in " + where);
    if (trailer != h.length) return fail("damaged: two different lengths of " + where);
    interfaces_.clear();
    return true;
}

// The next block; false at the end of the file and, with an error, where the blocks make no sense.
bool PcapngReader::read_block(Block& b) {
    u32 type = 0, length = 0;
    b = {};
    b.start = in_.position();
    const usize got = in_.read(&type, sizeof type);
    if (got == 0) return false;
    const std::string where = "the header of the block at byte " + std::to_string(b.start);
    if (got < sizeof type) return fail("cut short in " + where);
    b.type = BlockType{number(type)};
    if (b.type == BlockType::SectionHeader) return read_section_header(b.start);
    if (in_.read(&length, sizeof length) < sizeof length) return fail("cut short in " + where);
    b.length = number(length);
    if (b.length % 4 != 0 || b.length < kBlockFrame) {
        return fail("damaged: impossible length " + std::to_string(b.length) + " of the block at byte " +
                    std::to_string(b.start));
    }
    b.body_length = b.length - kBlockFrame;
    return read_rest(b);
}

// The body, where somebody wants it, and the length at the end.
bool PcapngReader::read_rest(Block& b) {
    const std::string where = "the block at byte " + std::to_string(b.start);
    if (is_packet(b.type) || b.type == BlockType::Interface) {
        if (b.length > kMaxBlock)
            return fail("damaged: " + where + " claims " + std::to_string(b.length) + " bytes");
        in_.read(buffer_, b.body_length);
        b.body = buffer_;
    } else if (!in_.skip(b.body_length)) {
        return fail("cut short in " + where);
    }
    // What there is of a packet cut short is still printed.
    if (!b.body.empty() && !b.whole()) return is_packet(b.type) || fail("cut short in " + where);
    u32 trailer = 0;
    if (in_.read(&trailer, sizeof trailer) < sizeof trailer) {
        fail(is_packet(b.type) ? "cut short at the end of " + next_packet() : "cut short in " + where);
        return is_packet(b.type);
    }
    if (number(trailer) != b.length) return damaged(b, "has another length at its end");
    return true;
}

bool PcapngReader::read_interface(const Block& b) {
    InterfaceBody body{};
    if (!take(b, body)) return false;
    if (interfaces_.size() == kMaxInterfaces) return damaged(b, "is one interface too many");
    Interface i{number(body.link_type), number(body.snap_length), {}};
    if (!read_interface_options(i, b.body.subspan(sizeof body))) {
        return damaged(b, "has an option with an impossible length");
    }
    interfaces_.push_back(i);
    return true;
}

bool PcapngReader::read_interface_options(Interface& i, Bytes options) {
    while (!options.empty()) {
        OptionHeader o{};
        if (options.size() < sizeof o) return false;
        std::memcpy(&o, options.data(), sizeof o);
        options = options.subspan(sizeof o);
        const usize length = number(o.length), padded = (length + 3) & ~usize{3};
        if (number(o.code) == static_cast<u16>(InterfaceOption::End)) return true;
        if (padded > options.size()) return false;
        apply_option(i, number(o.code), options.first(length));
        options = options.subspan(padded);
    }
    return true;
}

void PcapngReader::apply_option(Interface& i, u16 code, Bytes value) const {
    if (InterfaceOption{code} == InterfaceOption::TimeResolution && value.size() == 1) {
        i.clock.resolution = value[0];
    }
    if (InterfaceOption{code} == InterfaceOption::TimeOffset && value.size() == sizeof(u64)) {
        u64 offset;
        std::memcpy(&offset, value.data(), sizeof offset);
        i.clock.offset = static_cast<i64>(swapped_ ? __builtin_bswap64(offset) : offset);
    }
}

// A simple packet block does not say how much was captured: as much as the first interface's limit lets
// through.
PcapngReader::PacketFields PcapngReader::simple_packet_fields(const Block& b, u32 original_length) const {
    const u32 limit = interfaces_.empty() ? 0 : interfaces_[0].snap_length;
    u32 captured = b.body_length - static_cast<u32>(sizeof(SimplePacketBody));
    captured = std::min(captured, original_length);
    if (limit != 0) captured = std::min(captured, limit);
    return {0, std::nullopt, captured, original_length, sizeof(SimplePacketBody)};
}

std::optional<PcapngReader::PacketFields> PcapngReader::packet_fields(const Block& b) {
    if (b.type == BlockType::SimplePacket) {
        SimplePacketBody body{};
        if (!take(b, body)) return std::nullopt;
        return simple_packet_fields(b, number(body.original_length));
    }
    if (b.type == BlockType::EnhancedPacket) {
        EnhancedPacketBody body{};
        if (!take(b, body)) return std::nullopt;
        return PacketFields{number(body.interface), time(body.time_high, body.time_low),
                            number(body.captured_length), number(body.original_length), sizeof body};
    }
    ObsoletePacketBody body{};
    if (!take(b, body)) return std::nullopt;
    return PacketFields{number(body.interface), time(body.time_high, body.time_low),
                        number(body.captured_length), number(body.original_length), sizeof body};
}

std::optional<Packet> PcapngReader::read_packet(const Block& b) {
    const auto f = packet_fields(b);
    if (!f) return std::nullopt;
    if (f->interface >= interfaces_.size()) {
        fail("damaged: " + next_packet() + " is of interface " + std::to_string(f->interface) +
             ", which is not described");
        return std::nullopt;
    }
    if (f->captured_length > kMaxPacket || f->captured_length > b.body_length - f->header_length) {
        fail("damaged: " + next_packet() + " claims " + std::to_string(f->captured_length) + " bytes");
        return std::nullopt;
    }
    const Bytes there = b.body.subspan(f->header_length);
    const Bytes bytes = there.first(std::min<usize>(there.size(), f->captured_length));
    if (!b.whole()) {
        fail("cut short in " + next_packet() + ": " + std::to_string(bytes.size()) + " of " +
             std::to_string(f->captured_length) + " bytes");
    }
    const Interface& i = interfaces_[f->interface];
    Timestamp when = i.clock.at(f->time.value_or(0));
    when.known = f->time.has_value();
    if (!when.known) when.seconds = 0;
    return Packet{++count_, when, i.link_type, f->original_length, bytes};
}

std::optional<Packet> PcapngReader::next() {
    Block b{};
    while (!failed() && read_block(b)) {
        if (is_packet(b.type)) return read_packet(b);
        if (b.type == BlockType::Interface && !read_interface(b)) break;
    }
    return std::nullopt;
}

}  // namespace capture

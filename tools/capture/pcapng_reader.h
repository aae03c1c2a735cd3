// pcapng: several sections in either byte order, each with interfaces of different link types and clocks.
#pragma once

#include "capture/pcapng_format.h"
#include "capture/pcapng_time.h"
#include "capture/reader.h"

namespace capture {

class PcapngReader : public Format {
  public:
    using Format::Format;
    static bool knows(u32 magic) { return magic == static_cast<u32>(BlockType::SectionHeader); }

    bool open(u32 magic) override;
    std::optional<Packet> next() override;
    bool nanoseconds() const override { return true; }

  private:
    struct Interface {
        u16 link_type;
        u32 snap_length;
        PcapngClock clock;
    };
    struct Block {
        BlockType type;
        u64 start;        // in the file
        u32 length;       // of the whole block
        u32 body_length;  // without the frame
        Bytes body;       // shorter than that if the file ends inside
        bool whole() const { return body.size() == body_length; }
    };

    // The packet blocks differ in their header, and not in what it says.
    struct PacketFields {
        u32 interface;
        std::optional<u64> time;
        u32 captured_length, original_length;
        usize header_length;
    };

    bool read_section_header(u64 start);
    bool read_block(Block& b);
    bool read_rest(Block& b);
    bool read_interface(const Block& b);
    bool read_interface_options(Interface& i, Bytes options);
    void apply_option(Interface& i, u16 code, Bytes value) const;
    std::optional<PacketFields> packet_fields(const Block& b);
    PacketFields simple_packet_fields(const Block& b, u32 original_length) const;
    std::optional<Packet> read_packet(const Block& b);

    template <class Body>
    bool take(const Block& b, Body& body);
    u64 time(u32 high, u32 low) const { return u64{number(high)} << 32 | number(low); }
    std::string next_packet() const { return "packet " + std::to_string(count_ + 1); }
    bool damaged(const Block& b, const char* what);

    std::vector<Interface> interfaces_;
    std::vector<u8> buffer_;
};

}  // namespace capture

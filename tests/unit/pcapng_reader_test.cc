#include "unit/capture_kit.h"

namespace capture {
namespace {

// Builds pcapng files block by block, in the byte order it is given.
class Pcapng {
  public:
    explicit Pcapng(bool big = false) : big_(big) {}

    std::vector<u8> u16s(std::initializer_list<u32> values) const { return numbers(values, 2); }
    std::vector<u8> u32s(std::initializer_list<u32> values) const { return numbers(values, 4); }

    std::vector<u8> block(u32 type, std::vector<u8> body) const {
        while (body.size() % 4 != 0) body.push_back(0);
        const u32 length = static_cast<u32>(body.size()) + 12;
        return u32s({type, length}) + body + u32s({length});
    }
    std::vector<u8> section(const std::vector<u8>& options = {}) const {
        return block(0x0a0d0d0a, u32s({0x1a2b3c4d}) + u16s({1, 0}) + u32s({~0u, ~0u}) + options);
    }
    std::vector<u8> option(u32 code, std::vector<u8> value) const {
        const u32 length = static_cast<u32>(value.size());
        while (value.size() % 4 != 0) value.push_back(0);
        return u16s({code, length}) + value;
    }
    std::vector<u8> interface(u32 link_type, const std::vector<u8>& options = {}, u32 snap_length = 0) const {
        return block(1, u16s({link_type, 0}) + u32s({snap_length}) + options);
    }
    std::vector<u8> enhanced(u32 interface, u64 time, const std::vector<u8>& bytes,
                             u32 original_length) const {
        return block(6, u32s({interface, static_cast<u32>(time >> 32), static_cast<u32>(time),
                              static_cast<u32>(bytes.size()), original_length}) +
                            bytes);
    }

  private:
    std::vector<u8> numbers(std::initializer_list<u32> values, int size) const {
        std::vector<u8> bytes;
        for (u32 v : values) {
            for (int i = 0; i < size; i++)
                bytes.push_back(static_cast<u8>(v >> 8 * (big_ ? size - 1 - i : i)));
        }
        return bytes;
    }
    bool big_;
};

const Pcapng ng;
const auto kAbc = from_hex("61 62 63");
constexpr u64 kTime = 1'700'000'000'123'456;

void reads_one_packet(bool big) {
    const Pcapng b(big);
    const auto all = read_all(b.section() + b.interface(1) + b.enhanced(0, kTime, kAbc, 60));
    ASSERT_EQ(all.packets.size(), 1u) << all.error;
    const Packet& p = all.packets[0].header;
    EXPECT_EQ(p.number, 1u);
    EXPECT_EQ(p.time.seconds, 1'700'000'000);
    EXPECT_EQ(p.time.nanoseconds, 123'456'000u);
    EXPECT_EQ(p.time.digits, 6u);
    EXPECT_EQ(p.original_length, 60u);
    EXPECT_EQ(p.link_type(), 1u);
    EXPECT_EQ(all.packets[0].bytes, kAbc);
    EXPECT_EQ(all.error, "");
}

TEST(PcapngReader, ReadsBothByteOrders) {
    reads_one_packet(false);
    reads_one_packet(true);
}

TEST(PcapngReader, ASectionStartsWithNoInterfaces) {
    const Pcapng big(true);
    const auto two = ng.section() + ng.interface(1) + ng.enhanced(0, kTime, kAbc, 3) + big.section();
    const auto all = read_all(two + big.interface(101) + big.enhanced(0, kTime, kAbc, 3));
    ASSERT_EQ(all.packets.size(), 2u) << all.error;
    EXPECT_EQ(all.packets[1].header.number, 2u);
    EXPECT_EQ(all.packets[1].header.link_type(), 101u);
    EXPECT_EQ(error_of(two + big.enhanced(0, kTime, kAbc, 3)),
              "damaged: packet 2 is of interface 0, which is not described");
}

TEST(PcapngReader, EachInterfaceHasItsLinkType) {
    const auto all = read_all(ng.section() + ng.interface(113) + ng.interface(276) +
                              ng.enhanced(1, 0, kAbc, 3) + ng.enhanced(0, 0, kAbc, 3));
    ASSERT_EQ(all.packets.size(), 2u) << all.error;
    EXPECT_EQ(all.packets[0].header.link_type(), 276u);
    EXPECT_EQ(all.packets[1].header.link_type(), 113u);
}

TEST(PcapngReader, SkipsBlocksAndOptionsItDoesNotKnow) {
    const auto name = ng.option(2, from_hex("65 74 68 30 31")), end = ng.option(0, {});
    const auto all =
        read_all(ng.section(ng.option(4, kAbc) + end) + ng.block(5, std::vector<u8>(64)) +
                 ng.interface(1, name + end) + ng.block(0x80000bad, {}) + ng.enhanced(0, 1, kAbc, 3));
    EXPECT_EQ(all.packets.size(), 1u);
    EXPECT_EQ(all.error, "");
}

Timestamp time_with(u8 resolution, u64 units, const std::vector<u8>& more = {}) {
    const auto all = read_all(ng.section() + ng.interface(1, ng.option(9, {resolution}) + more) +
                              ng.enhanced(0, units, kAbc, 3));
    return all.packets.empty() ? Timestamp{} : all.packets[0].header.time;
}

void expect_time(const Timestamp& t, i64 seconds, u32 nanoseconds, unsigned digits) {
    EXPECT_EQ(t.seconds, seconds);
    EXPECT_EQ(t.nanoseconds, nanoseconds);
    EXPECT_EQ(t.digits, digits);
}

TEST(PcapngReader, ReadsTimesOfEveryResolution) {
    expect_time(time_with(0, 7), 7, 0, 6);
    expect_time(time_with(3, 7'250), 7, 250'000'000, 6);
    expect_time(time_with(6, kTime), 1'700'000'000, 123'456'000, 6);
    expect_time(time_with(9, 7'000'000'001), 7, 1, 9);
    expect_time(time_with(12, 7'000'000'001'999), 7, 1, 9);
    expect_time(time_with(19, ~u64{0}), 1, 844'674'407, 9);
    expect_time(time_with(127, ~u64{0}), 0, 0, 9);
    expect_time(time_with(0x80 | 1, 15), 7, 500'000'000, 6);
    expect_time(time_with(0x80 | 32, 0x7'4000'0000), 7, 250'000'000, 9);
    expect_time(time_with(0x80 | 63, ~u64{0}), 1, 999'999'999, 9);
    expect_time(time_with(0x80 | 64, ~u64{0}), 0, 999'999'999, 9);
    expect_time(time_with(0xff, ~u64{0}), 0, 0, 9);
}

TEST(PcapngReader, AddsTheOffsetOfAnInterface) {
    const auto offset = [](u32 low, u32 high) { return ng.option(14, ng.u32s({low, high})); };
    expect_time(time_with(6, 500'000, offset(1'700'000'000, 0)), 1'700'000'000, 500'000'000, 6);
    expect_time(time_with(6, 5'000'000, offset(~0u - 6, ~0u)), -2, 0, 6);
    time_with(0, ~u64{0}, offset(~0u, 0x7fffffff));  // overflows
}

TEST(PcapngReader, ReadsSimplePackets) {
    const auto whole = ng.block(3, ng.u32s({3}) + kAbc);
    const auto all = read_all(ng.section() + ng.interface(1) + whole);
    ASSERT_EQ(all.packets.size(), 1u) << all.error;
    EXPECT_EQ(all.packets[0].bytes, kAbc);
    EXPECT_FALSE(all.packets[0].header.time.known);
    const auto cut = read_all(ng.section() + ng.interface(1, {}, 2) + ng.block(3, ng.u32s({60}) + kAbc));
    ASSERT_EQ(cut.packets.size(), 1u) << cut.error;
    EXPECT_EQ(cut.packets[0].bytes, from_hex("61 62"));
    EXPECT_EQ(cut.packets[0].header.original_length, 60u);
}

TEST(PcapngReader, ReadsObsoletePackets) {
    const auto body = ng.u16s({0, 9}) + ng.u32s({0, 5, 3, 60}) + kAbc;
    const auto all = read_all(ng.section() + ng.interface(1) + ng.block(2, body));
    ASSERT_EQ(all.packets.size(), 1u) << all.error;
    EXPECT_EQ(all.packets[0].bytes, kAbc);
    EXPECT_EQ(all.packets[0].header.original_length, 60u);
    expect_time(all.packets[0].header.time, 0, 5000, 6);
}

TEST(PcapngReader, ValidatesTheLengthsOfBlocks) {
    const auto start = ng.section() + ng.interface(1);
    const auto with_lengths = [&](u32 head, u32 tail) {
        auto packet = ng.enhanced(0, 0, kAbc, 3);
        const auto h = ng.u32s({head}), t = ng.u32s({tail});
        std::copy(h.begin(), h.end(), packet.begin() + 4);
        std::copy(t.begin(), t.end(), packet.end() - 4);
        return error_of(start + packet);
    };
    EXPECT_EQ(with_lengths(36, 36), "");
    EXPECT_EQ(with_lengths(36, 40), "damaged: the block at byte 48 has another length at its end");
    EXPECT_EQ(with_lengths(35, 35), "damaged: impossible length 35 of the block at byte 48");
    EXPECT_EQ(with_lengths(8, 8), "damaged: impossible length 8 of the block at byte 48");
    EXPECT_EQ(with_lengths(0xfffffffc, 36), "damaged: the block at byte 48 claims 4294967292 bytes");
    EXPECT_EQ(with_lengths(16, 36), "damaged: the block at byte 48 has another length at its end");
    EXPECT_EQ(error_of(start + ng.block(6, {})), "damaged: the block at byte 48 is too short for its type");
}

TEST(PcapngReader, APacketFitsIntoItsBlock) {
    const auto start = ng.section() + ng.interface(1);
    const auto body = ng.u32s({0, 0, 0, 9, 9}) + kAbc;
    EXPECT_EQ(error_of(start + ng.block(6, body)), "damaged: packet 1 claims 9 bytes");
    EXPECT_EQ(error_of(start + ng.block(2, ng.u16s({0, 0}) + ng.u32s({0, 0, ~0u, 9}) + kAbc)),
              "damaged: packet 1 claims 4294967295 bytes");
}

TEST(PcapngReader, SaysWhatIsWrongWithASection) {
    auto order = ng.section();
    order[8] ^= 1;
    EXPECT_EQ(error_of(order), "damaged: no byte order in the file header");
    auto version = ng.section();
    version[12] = 2;
    EXPECT_NE(error_of(version).find("version 2 of pcapng is unknown"), std::string::npos);
    auto length = ng.section();
    length[4] = 12;
    EXPECT_EQ(error_of(length), "damaged: impossible length 12 of the file header");
    EXPECT_EQ(error_of(ng.section() + length), "damaged: impossible length 12 of the section at byte 28");
}

std::vector<u8> some_of_everything() {
    const Pcapng big(true);
    return ng.section(ng.option(4, kAbc)) +
           ng.interface(1, ng.option(9, {9}) + ng.option(14, ng.u32s({1, 0}))) + ng.interface(113) +
           ng.enhanced(0, kTime, kAbc, 3) + ng.block(3, ng.u32s({3}) + kAbc) +
           ng.block(5, ng.u32s({0, 0, 0})) + ng.block(2, ng.u16s({1, 0}) + ng.u32s({0, 5, 3, 60}) + kAbc) +
           big.section() + big.interface(1) + big.enhanced(0, kTime, kAbc, 3);
}

TEST(PcapngReader, SaysWhereAFileIsCutShort) {
    const auto file = some_of_everything();
    usize clean = 0;
    for (usize n = 4; n < file.size(); n++) {
        const auto all = read_all(first(file, n));
        if (all.error.empty()) {
            clean++;  // between two blocks
            continue;
        }
        EXPECT_EQ(all.error.find("cut short"), 0u) << n << ": " << all.error;
    }
    EXPECT_EQ(clean, 9u);
}

TEST(PcapngReader, HandsOutWhatThereIsOfAPacketCutShort) {
    const auto file = ng.section() + ng.interface(1) + ng.enhanced(0, kTime, kAbc, 3);
    for (usize missing : {4u, 6u, 8u}) {
        const auto all = read_all(first(file, file.size() - missing));
        ASSERT_EQ(all.packets.size(), 1u) << missing;
        EXPECT_NE(all.error, "");
    }
    EXPECT_EQ(error_of(first(file, file.size() - 6)), "cut short in packet 1: 2 of 3 bytes");
}

TEST(PcapngReader, SurvivesRandomDamage) {
    std::mt19937 random(9);
    const auto file = some_of_everything();
    usize packets = 0;
    for (int i = 0; i < 20'000; i++) packets += read_all(damaged(file, random)).packets.size();
    EXPECT_GT(packets, 20'000u);
}

// A file of a hundred bytes that claims gigabytes costs no memory and no time.
TEST(PcapngReader, AnUnknownBlockOfAnyLengthIsSkippedWithoutMemory) {
    auto huge = ng.block(0x0bad, {});
    huge[7] = 0xf0;
    EXPECT_EQ(error_of(ng.section() + huge), "cut short in the block at byte 28");
}

}  // namespace
}  // namespace capture

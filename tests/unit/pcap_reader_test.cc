#include "unit/capture_kit.h"

namespace capture {
namespace {

// Handmade: version 2.4, snap length 65535, Ethernet; in both byte orders, and with nanoseconds.
const auto kLittle = from_hex("d4 c3 b2 a1 02 00 04 00 00 00 00 00 00 00 00 00 ff ff 00 00 01 00 00 00");
const auto kBig = from_hex("a1 b2 c3 d4 00 02 00 04 00 00 00 00 00 00 00 00 00 00 ff ff 00 00 00 01");
const auto kLittleNano = from_hex("4d 3c b2 a1 02 00 04 00 00 00 00 00 00 00 00 00 ff ff 00 00 01 00 00 00");
const auto kBigNano = from_hex("a1 b2 3c 4d 00 02 00 04 00 00 00 00 00 00 00 00 00 00 ff ff 00 00 00 01");

// 2 s and 5 units later: three bytes of a packet of 60.
const auto kPacketLittle = from_hex("02 00 00 00 05 00 00 00 03 00 00 00 3c 00 00 00 61 62 63");
const auto kPacketBig = from_hex("00 00 00 02 00 00 00 05 00 00 00 03 00 00 00 3c 61 62 63");

void reads_one_packet(const std::vector<u8>& bytes, u32 nanoseconds, unsigned digits) {
    const ReadCapture all = read_all(bytes);
    ASSERT_EQ(all.packets.size(), 1u) << all.error;
    const Packet& p = all.packets[0].header;
    EXPECT_EQ(p.time.digits, digits);
    EXPECT_EQ(p.number, 1u);
    EXPECT_EQ(p.time.seconds, 2);
    EXPECT_EQ(p.time.nanoseconds, nanoseconds);
    EXPECT_EQ(p.original_length, 60u);
    EXPECT_EQ(p.link_type(), 1u);
    EXPECT_EQ(all.packets[0].bytes, from_hex("61 62 63"));
    EXPECT_EQ(all.error, "");
}

TEST(PcapReader, ReadsBothByteOrdersAndBothClocks) {
    reads_one_packet(kLittle + kPacketLittle, 5000, 6);
    reads_one_packet(kBig + kPacketBig, 5000, 6);
    reads_one_packet(kLittleNano + kPacketLittle, 5, 9);
    reads_one_packet(kBigNano + kPacketBig, 5, 9);
}

TEST(PcapReader, ACaptureWithoutPacketsIsNoError) { EXPECT_EQ(error_of(kLittle), ""); }

TEST(PcapReader, CarriesAFractionAboveOneSecondAsWiresharkDoes) {
    auto bytes = kLittle + kPacketLittle;
    bytes[24 + 6] = 0x20;  // 2097157 microseconds
    const auto all = read_all(bytes);
    ASSERT_EQ(all.packets.size(), 1u);
    EXPECT_EQ(all.packets[0].header.time.seconds, 4);
    EXPECT_EQ(all.packets[0].header.time.nanoseconds, 97'157'000u);
}

TEST(PcapReader, SaysWhatAFileIsInstead) {
    EXPECT_EQ(error_of({}), "the file is empty");
    EXPECT_EQ(error_of(from_hex("00 01")), "neither a pcap nor a pcapng file");
    EXPECT_EQ(error_of(std::vector<u8>(100)), "neither a pcap nor a pcapng file");
    EXPECT_NE(error_of(from_hex("1f 8b 08 00") + std::vector<u8>(40)).find("gunzip first"),
              std::string::npos);
}

TEST(PcapReader, TheUpperBitsOfTheLinkTypeTellOfFrameCheckSequences) {
    auto bytes = kLittle + kPacketLittle;
    bytes[20] = 101;
    bytes[23] = 0x24;  // a sequence of 4 bytes
    const auto all = read_all(bytes);
    ASSERT_EQ(all.packets.size(), 1u);
    EXPECT_EQ(all.packets[0].header.link_type(), 101u);
    EXPECT_EQ(all.packets[0].header.link_field, 0x24000065u);
}

TEST(PcapReader, SaysWhereAFileIsCutShort) {
    for (usize n = 4; n < kLittle.size(); n++)
        EXPECT_EQ(error_of(first(kLittle, n)), "cut short in the file header");
    const auto file = kLittle + kPacketLittle + kPacketLittle;
    for (usize n = 44; n < file.size(); n++) {
        EXPECT_EQ(error_of(first(file, n)),
                  n < 59 ? "cut short in the header of packet 2"
                         : "cut short in packet 2: " + std::to_string(n - 59) + " of 3 bytes");
    }
}

TEST(PcapReader, HandsOutWhatThereIsOfAPacketCutShort) {
    auto bytes = kLittle + kPacketLittle;
    bytes.pop_back();
    const auto all = read_all(bytes);
    ASSERT_EQ(all.packets.size(), 1u);
    EXPECT_EQ(all.packets[0].bytes, from_hex("61 62"));
    EXPECT_NE(all.error, "");
}

TEST(PcapReader, DoesNotBelieveImpossibleLengths) {
    auto bytes = kLittle + kPacketLittle;
    bytes[24 + 11] = 0x7f;  // more than 2 GiB
    EXPECT_EQ(error_of(bytes), "damaged: packet 1 claims 2130706435 bytes");
}

TEST(PcapReader, SurvivesRandomDamage) {
    std::mt19937 random(9);
    for (int i = 0; i < 3000; i++) read_all(damaged(kLittle + kPacketLittle + kPacketLittle, random));
}

}  // namespace
}  // namespace capture

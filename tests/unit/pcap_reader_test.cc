#include <gtest/gtest.h>

#include <random>

#include "tools/pcap.h"
#include "unit/wire_kit.h"

namespace {

// A capture in a temporary file.
class Capture {
  public:
    explicit Capture(const std::vector<u8>& bytes) : file_(std::tmpfile()) {
        if (!bytes.empty()) std::fwrite(bytes.data(), 1, bytes.size(), file_);
        std::rewind(file_);
    }
    ~Capture() { std::fclose(file_); }
    std::FILE* file() { return file_; }

  private:
    std::FILE* file_;
};

// Handmade: version 2.4, snap length 65535, Ethernet; in both byte orders, and with nanoseconds.
const auto kLittle = from_hex("d4 c3 b2 a1 02 00 04 00 00 00 00 00 00 00 00 00 ff ff 00 00 01 00 00 00");
const auto kBig = from_hex("a1 b2 c3 d4 00 02 00 04 00 00 00 00 00 00 00 00 00 00 ff ff 00 00 00 01");
const auto kLittleNano = from_hex("4d 3c b2 a1 02 00 04 00 00 00 00 00 00 00 00 00 ff ff 00 00 01 00 00 00");
const auto kBigNano = from_hex("a1 b2 3c 4d 00 02 00 04 00 00 00 00 00 00 00 00 00 00 ff ff 00 00 00 01");

// 2 s and 5 units later: three bytes of a packet of 60.
const auto kPacketLittle = from_hex("02 00 00 00 05 00 00 00 03 00 00 00 3c 00 00 00 61 62 63");
const auto kPacketBig = from_hex("00 00 00 02 00 00 00 05 00 00 00 03 00 00 00 3c 61 62 63");

std::string error_of(const std::vector<u8>& bytes) {
    Capture capture(bytes);
    pcap::Reader reader(capture.file());
    if (!reader.open()) return reader.error();
    while (reader.next()) {
    }
    return reader.error();
}

void reads_one_packet(const std::vector<u8>& bytes, u32 nanoseconds, unsigned digits) {
    Capture capture(bytes);
    pcap::Reader reader(capture.file());
    ASSERT_TRUE(reader.open()) << reader.error();
    EXPECT_EQ(reader.digits(), digits);
    const auto p = reader.next();
    ASSERT_TRUE(p) << reader.error();
    EXPECT_EQ(p->number, 1u);
    EXPECT_EQ(p->seconds, 2u);
    EXPECT_EQ(p->nanoseconds, nanoseconds);
    EXPECT_EQ(p->original_length, 60u);
    EXPECT_EQ(std::vector<u8>(p->bytes.begin(), p->bytes.end()), from_hex("61 62 63"));
    EXPECT_FALSE(reader.next());
    EXPECT_EQ(reader.error(), "");
}

TEST(PcapReader, ReadsBothByteOrdersAndBothClocks) {
    reads_one_packet(kLittle + kPacketLittle, 5000, 6);
    reads_one_packet(kBig + kPacketBig, 5000, 6);
    reads_one_packet(kLittleNano + kPacketLittle, 5, 9);
    reads_one_packet(kBigNano + kPacketBig, 5, 9);
}

TEST(PcapReader, ACaptureWithoutPacketsIsNoError) { EXPECT_EQ(error_of(kLittle), ""); }

TEST(PcapReader, SaysWhatAFileIsInstead) {
    EXPECT_EQ(error_of({}), "the file is empty");
    EXPECT_EQ(error_of(from_hex("00 01")), "not a pcap file");
    EXPECT_EQ(error_of(std::vector<u8>(100)), "not a pcap file");
    EXPECT_NE(error_of(from_hex("0a 0d 0d 0a") + std::vector<u8>(40)).find("editcap -F pcap"),
              std::string::npos);
    EXPECT_NE(error_of(from_hex("1f 8b 08 00") + std::vector<u8>(40)).find("gunzip"), std::string::npos);
    auto raw_ip = kLittle;
    raw_ip[20] = 101;
    EXPECT_EQ(error_of(raw_ip), "link type 101: only captures of Ethernet (1) can be read");
}

TEST(PcapReader, SaysWhereAFileIsCutShort) {
    for (usize n = 4; n < kLittle.size(); n++) {
        EXPECT_EQ(error_of({kLittle.begin(), kLittle.begin() + static_cast<long>(n)}),
                  "cut short in the file header");
    }
    const auto file = kLittle + kPacketLittle + kPacketLittle;
    for (usize n = 44; n < file.size(); n++) {
        const std::string error = error_of({file.begin(), file.begin() + static_cast<long>(n)});
        EXPECT_EQ(error, n < 59 ? "cut short in the header of packet 2"
                                : "cut short in packet 2: " + std::to_string(n - 59) + " of 3 bytes");
    }
}

TEST(PcapReader, HandsOutWhatThereIsOfAPacketCutShort) {
    auto bytes = kLittle + kPacketLittle;
    bytes.pop_back();
    Capture capture(bytes);
    pcap::Reader reader(capture.file());
    ASSERT_TRUE(reader.open());
    const auto p = reader.next();
    ASSERT_TRUE(p);
    EXPECT_EQ(p->bytes.size(), 2u);
    EXPECT_FALSE(reader.next());
    EXPECT_FALSE(reader.error().empty());
}

TEST(PcapReader, DoesNotBelieveImpossibleLengths) {
    auto bytes = kLittle + kPacketLittle;
    bytes[24 + 11] = 0x7f;  // more than 2 GiB
    EXPECT_EQ(error_of(bytes), "damaged: packet 1 claims 2130706435 bytes");
}

TEST(PcapReader, SurvivesRandomDamage) {
    std::mt19937 random(9);
    for (int i = 0; i < 1000; i++) {
        auto bytes = kLittle + kPacketLittle + kPacketLittle;
        for (int k = 0; k < 3; k++) bytes[random() % bytes.size()] = static_cast<u8>(random());
        error_of(bytes);
    }
}

}  // namespace

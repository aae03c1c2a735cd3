#include "capture/writer.h"

#include "unit/capture_kit.h"

namespace capture {
namespace {

const auto kAbc = from_hex("61 62 63");

Packet packet(i64 seconds, u32 nanoseconds, u32 link_field = 1) {
    return {1, {seconds, nanoseconds, true, 9}, link_field, 60, kAbc};
}

TEST(PcapWriter, WhatItWritesTheReaderReads) {
    for (bool nanoseconds : {false, true}) {
        TemporaryFile file;
        Writer writer(file.get(), nanoseconds);
        ASSERT_TRUE(writer.write(packet(0xfffffffe, 999'999'999, 0x24000065))) << writer.error();
        const auto all = read_all(file.contents());
        ASSERT_EQ(all.packets.size(), 1u) << all.error;
        const Packet& p = all.packets[0].header;
        EXPECT_EQ(p.time.seconds, 0xfffffffe);
        EXPECT_EQ(p.time.nanoseconds, nanoseconds ? 999'999'999u : 999'999'000u);
        EXPECT_EQ(p.link_field, 0x24000065u);
        EXPECT_EQ(p.original_length, 60u);
        EXPECT_EQ(all.packets[0].bytes, kAbc);
    }
}

TEST(PcapWriter, AFileHasOneLinkType) {
    TemporaryFile file;
    Writer writer(file.get(), true);
    EXPECT_TRUE(writer.write(packet(1, 0)));
    EXPECT_FALSE(writer.write(packet(1, 0, 105)));
    EXPECT_NE(writer.error().find("link type 105 (IEEE 802.11), those before it link type 1 (Ethernet)"),
              std::string::npos)
        << writer.error();
}

TEST(PcapWriter, RefusesTimesThatAFileCannotHold) {
    for (i64 seconds : {i64{-1}, i64{1} << 32, std::numeric_limits<i64>::min()}) {
        TemporaryFile file;
        Writer writer(file.get(), true);
        EXPECT_FALSE(writer.write(packet(seconds, 0)));
        EXPECT_NE(writer.error().find("1970 to 2106"), std::string::npos);
    }
}

TEST(PcapWriter, ACaptureWithoutPacketsHasAFileHeader) {
    TemporaryFile file;
    Writer writer(file.get(), false);
    EXPECT_TRUE(writer.begin(1));
    EXPECT_EQ(file.contents().size(), 24u);
    EXPECT_EQ(error_of(file.contents()), "");
}

}  // namespace
}  // namespace capture

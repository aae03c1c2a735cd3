#include "pktdump/time_style.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <limits>
#include <vector>

namespace pktdump {
namespace {

using capture::Timestamp;

void set_zone(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
}

// 2023-11-14 22:13:20 UTC.
constexpr Timestamp kFirst{1'700'000'000, 123'456'789, true, 6};
constexpr Timestamp kLater{1'700'090'001, 123'456'788, true, 9};

std::vector<std::string> texts(TimeStyle style, const std::vector<Timestamp>& times) {
    TimePrinter printer(style);
    std::vector<std::string> all;
    for (const Timestamp& t : times) all.push_back(printer.text_of(t));
    return all;
}
using Texts = std::vector<std::string>;

TEST(PktdumpTime, LocalTimesHonourTheZone) {
    set_zone("UTC");
    EXPECT_EQ(texts(TimeStyle::TimeOfDay, {kFirst}), Texts{"22:13:20.123456"});
    set_zone("CET-1");
    EXPECT_EQ(texts(TimeStyle::TimeOfDay, {kFirst, kLater}),
              (Texts{"23:13:20.123456", "00:13:21.123456788"}));
    EXPECT_EQ(texts(TimeStyle::DateAndTime, {kFirst}), Texts{"2023-11-14 23:13:20.123456"});
    set_zone("UTC");
}

TEST(PktdumpTime, OtherStylesDoNotDependOnIt) {
    EXPECT_EQ(texts(TimeStyle::None, {kFirst}), Texts{""});
    EXPECT_EQ(texts(TimeStyle::Seconds, {kFirst, kLater}),
              (Texts{"1700000000.123456", "1700090001.123456788"}));
    EXPECT_EQ(texts(TimeStyle::SincePrevious, {kFirst, kLater, kFirst}),
              (Texts{"00:00:00.000000", "25:00:00.999999999", "-25:00:00.999999"}));
    EXPECT_EQ(texts(TimeStyle::SinceFirst, {kFirst, kLater, kLater, kFirst}),
              (Texts{"00:00:00.000000", "25:00:00.999999999", "25:00:00.999999999", "00:00:00.000000"}));
}

TEST(PktdumpTime, APacketMayHaveNoTime) {
    const Timestamp none{0, 0, false, 6};
    EXPECT_EQ(texts(TimeStyle::TimeOfDay, {none}), Texts{"(no time)"});
    EXPECT_EQ(texts(TimeStyle::SinceFirst, {none, kFirst, kLater}),
              (Texts{"(no time)", "00:00:00.000000", "25:00:00.999999999"}));
}

TEST(PktdumpTime, AnyTimeIsPrinted) {
    constexpr i64 kMost = std::numeric_limits<i64>::max(), kLeast = std::numeric_limits<i64>::min();
    for (auto style :
         {TimeStyle::TimeOfDay, TimeStyle::Seconds, TimeStyle::DateAndTime, TimeStyle::SinceFirst}) {
        for (const auto& text :
             texts(style, {{kLeast, 0, true, 6}, {kMost, 999'999'999, true, 9}, {-1, 0, true, 6}}))
            EXPECT_NE(text, "");
    }
    EXPECT_EQ(texts(TimeStyle::DateAndTime, {{kMost, 5000, true, 6}}), Texts{"9223372036854775807.000005"});
}

}  // namespace
}  // namespace pktdump

#include "pktdump/options.h"

#include <gtest/gtest.h>

namespace pktdump {
namespace {

Options parsed(const std::vector<std::string>& arguments) {
    std::string error;
    const auto o = parse_options(arguments, error);
    EXPECT_TRUE(o) << error;
    return o.value_or(Options{});
}

std::string refused(const std::vector<std::string>& arguments) {
    std::string error;
    EXPECT_FALSE(parse_options(arguments, error));
    return error;
}

TEST(PktdumpOptions, TheModeMayBeAWordAsInTheGuest) {
    EXPECT_EQ(parsed({"f"}).mode, net::DumpMode::Full);
    EXPECT_EQ(parsed({"brief", "f"}).mode, net::DumpMode::Brief);
    EXPECT_EQ(parsed({"full", "f"}).mode, net::DumpMode::Full);
    EXPECT_EQ(parsed({"--brief", "f"}).mode, net::DumpMode::Brief);
    EXPECT_EQ(parsed({"f", "--brief"}).mode, net::DumpMode::Brief);
}

TEST(PktdumpOptions, AFileMayBeCalledAsAMode) {
    EXPECT_EQ(parsed({"--", "brief"}).file, "brief");
    EXPECT_EQ(parsed({"-r", "brief"}).file, "brief");
    EXPECT_EQ(parsed({"full", "brief"}).file, "brief");
    EXPECT_EQ(parsed({"brief", "--", "--full"}).file, "--full");
}

TEST(PktdumpOptions, ShortOptionsCombine) {
    const Options o = parsed({"-nnttttc5", "-#", "-rfile", "-lw", "out"});
    EXPECT_EQ(o.time, TimeStyle::DateAndTime);
    EXPECT_EQ(o.count, 5u);
    EXPECT_TRUE(o.number);
    EXPECT_TRUE(o.at_once);
    EXPECT_EQ(o.file, "file");
    EXPECT_EQ(o.write_to, "out");
}

TEST(PktdumpOptions, TheNumberOfTsIsTheTimeStyle) {
    EXPECT_EQ(parsed({"f"}).time, TimeStyle::TimeOfDay);
    EXPECT_EQ(parsed({"-t", "f"}).time, TimeStyle::None);
    EXPECT_EQ(parsed({"-t", "-t", "f"}).time, TimeStyle::Seconds);
    EXPECT_EQ(parsed({"-ttt", "f"}).time, TimeStyle::SincePrevious);
    EXPECT_EQ(parsed({"-ttttt", "f"}).time, TimeStyle::SinceFirst);
    EXPECT_NE(refused({"-tttttt", "f"}), "");
}

TEST(PktdumpOptions, ReadsRangesOfPackets) {
    const auto range = [](const char* text) {
        const Options o = parsed({"--packets", text, "f"});
        return std::pair(o.first, o.last);
    };
    EXPECT_EQ(range("5-9"), std::pair(u64{5}, u64{9}));
    EXPECT_EQ(range("7"), std::pair(u64{7}, u64{7}));
    EXPECT_EQ(range("7-"), std::pair(u64{7}, ~u64{0}));
    EXPECT_EQ(parsed({"--packets=2-3", "f"}).last, 3u);
    for (const char* wrong : {"", "-", "0", "9-5", "-5", "1-x", "1-2-3", "99999999999999999999"})
        EXPECT_NE(refused({"--packets", wrong, "f"}).find("give a range"), std::string::npos) << wrong;
}

TEST(PktdumpOptions, SaysWhatIsWrong) {
    EXPECT_EQ(refused({}), "which FILE? Give one, or - for the standard input");
    EXPECT_EQ(refused({"brief"}), "which FILE? Give one, or - for the standard input");
    EXPECT_EQ(refused({"-r", "a", "-r", "b"}), "one FILE only, not also b");
    EXPECT_EQ(refused({"-dddd", "ip"}), "-d can be given one to three times");
    EXPECT_EQ(refused({"-z", "f"}), "unknown option -z");
    EXPECT_EQ(refused({"--loud", "f"}), "unknown option --loud");
    EXPECT_EQ(refused({"f", "-c"}), "-c needs an argument");
    EXPECT_EQ(refused({"-c", "0", "f"}), "-c 0: give a number from 1 on");
    EXPECT_EQ(refused({"f", "--packets"}), "--packets needs a RANGE");
}

TEST(PktdumpOptions, TheWordsBehindTheFileAreTheExpression) {
    EXPECT_EQ(parsed({"f"}).expression, "");
    EXPECT_EQ(parsed({"f", "tcp port 80"}).expression, "tcp port 80");
    EXPECT_EQ(parsed({"brief", "f", "tcp", "-c3", "port", "80"}).expression, "tcp port 80");
    EXPECT_EQ(parsed({"-r", "f", "udp"}).expression, "udp");
    EXPECT_EQ(parsed({"-r", "f", "udp"}).file, "f");
}

TEST(PktdumpOptions, TheNumberOfDsIsTheStyleOfTheProgram) {
    EXPECT_EQ(parsed({"-d", "udp", "port", "53"}).expression, "udp port 53");
    EXPECT_EQ(parsed({"-d", "ip"}).program, ProgramStyle::Listing);
    EXPECT_EQ(parsed({"-dd", "ip"}).program, ProgramStyle::C);
    EXPECT_EQ(parsed({"-ddd"}).program, ProgramStyle::Numbers);
    EXPECT_FALSE(parsed({"-ddd"}).file);
}

TEST(PktdumpOptions, AMinusIsTheStandardInput) {
    EXPECT_EQ(parsed({"-"}).file, "-");
    EXPECT_EQ(parsed({"-r-"}).file, "-");
    EXPECT_EQ(parsed({"-w", "-", "f"}).write_to, "-");
}

}  // namespace
}  // namespace pktdump

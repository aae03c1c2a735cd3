// Two properties of the dump for any frame. Each bit counts: a change of any bit changes the full text, so
// that no byte is left out. And both texts agree: what the full one says of checksums and lengths, the brief
// one says too.
#include <algorithm>
#include <sstream>

#include "unit/dump_frames.h"
#include "unit/dump_kit.h"

namespace net {
namespace {

// The full text without the checksums' verdicts, in which any bit would show.
std::string without_verdicts(const std::vector<u8>& frame) {
    std::string text = full(frame);
    for (const std::string verdict : {" (correct)", " (wrong, should be 0x"}) {
        for (usize at = text.find(verdict); at != std::string::npos; at = text.find(verdict, at))
            text.erase(at, text.find(')', at) + 1 - at);
    }
    return text;
}

// The first bit whose change the full text does not show; nothing when it shows all that were tried.
std::optional<usize> silent_bit(const std::vector<u8>& frame, std::mt19937& random, usize tries) {
    const std::string before = without_verdicts(frame);
    const usize bits = frame.size() * 8;
    for (usize i = 0; i < std::min(tries, bits); i++) {
        const usize bit = tries >= bits ? i : random() % bits;
        auto changed = frame;
        changed[bit / 8] ^= static_cast<u8>(1 << bit % 8);
        if (without_verdicts(changed) == before) return bit;
    }
    return std::nullopt;
}

TEST(DumpProperty, EveryBitOfEveryKindOfFrameIsShown) {
    constexpr usize kMost = 800;  // a long frame is mostly payload: of its bits, some
    std::mt19937 random(1);
    for (const auto& [name, frame] : dump_frames()) {
        const auto bit = silent_bit(frame, random, kMost);
        EXPECT_FALSE(bit) << name << ": the text does not show bit " << *bit % 8 << " of byte " << *bit / 8
                          << "\n"
                          << full(frame);
    }
}

TEST(DumpProperty, EveryBitOfMutatedFramesIsShown) {
    std::mt19937 random(2);
    const auto frames = dump_frames();
    for (int i = 0; i < 1500; i++) {
        auto frame = frames[random() % frames.size()].bytes;
        for (u32 k = random() % 4; k > 0; k--) frame[random() % frame.size()] = static_cast<u8>(random());
        if (random() % 3 == 0) frame.resize(random() % frame.size() + 1);
        const auto bit = silent_bit(frame, random, 30);
        ASSERT_FALSE(bit) << "mutant " << i << ": the text does not show bit " << *bit % 8 << " of byte "
                          << *bit / 8 << "\n"
                          << full(frame);
    }
}

// A label takes at most 18 characters, so that all values begin in one column.
TEST(DumpProperty, ValuesStandInOneColumn) {
    constexpr usize kColumn = 20;
    for (const auto& [name, frame] : dump_frames()) {
        std::istringstream text(full(frame));
        for (std::string line; std::getline(text, line);) {
            const usize colon = line.find(": ");
            if (colon == std::string::npos || !isupper(line[0])) continue;
            EXPECT_EQ(line.find_first_not_of(' ', colon + 1), kColumn) << name << ": " << line;
        }
    }
}

// What both texts must say or not say of one frame.
TEST(DumpProperty, BothTextsFindTheSameFaults) {
    std::mt19937 random(3);
    const auto frames = dump_frames();
    const auto count = [](const std::string& text, const std::string& word) {
        usize n = 0;
        for (usize at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) n++;
        return n;
    };
    for (int i = 0; i < 3000; i++) {
        auto frame = frames[random() % frames.size()].bytes;
        for (u32 k = random() % 3; k > 0; k--) frame[random() % frame.size()] = static_cast<u8>(random());
        if (random() % 3 == 0) frame.resize(random() % frame.size() + 1);
        const std::string all = full(frame), line = brief(frame);
        EXPECT_EQ(count(all, "(wrong, should be"), count(line, " checksum]")) << line << all;
        EXPECT_EQ(count(all, "[truncated:"), count(line, "[truncated:")) << line << all;
        EXPECT_EQ(count(all, "[malformed:"), count(line, "[malformed")) << line << all;
        EXPECT_EQ(count(line, "\n"), 1u) << line;
        EXPECT_EQ(line.find("  "), std::string::npos) << line;
    }
}

}  // namespace
}  // namespace net

// Sequence numbers and SYN cookies that cannot be guessed: kernel/net/tcp/secrets.cc.
#include "net/tcp/secrets.h"

#include <set>

#include "net_test.h"

using namespace net;

namespace {

constexpr TcpKey kKey{kOurs, kPeer, 80, 4000};
constexpr TcpKey kOthers[] = {
    {kOurs, kPeer, 80, 4001}, {kOurs, kPeer, 81, 4000}, {kOurs, kGateway, 80, 4000},
    {kPeer, kOurs, 80, 4000}, {kOurs, kPeer, 4000, 80}, {kGateway, kPeer, 80, 4000},
};
constexpr Duration kSlice = seconds(64);
constexpr Instant kNow{static_cast<u64>(seconds(1000).ns)};
constexpr Seq kTheirIsn{0x1234'5678};

struct TcpSecretsTest : NetTest {
    TcpSecrets secrets;
};

// RFC 6528 section 3.
TEST_F(TcpSecretsTest, EachConnectionHasItsOwnStart) {
    std::set<u32> numbers{secrets.start(kKey, kNow).isn.value()};
    std::set<u32> offsets{secrets.start(kKey, kNow).timestamp_offset};
    for (const TcpKey& other : kOthers) {
        numbers.insert(secrets.start(other, kNow).isn.value());
        offsets.insert(secrets.start(other, kNow).timestamp_offset);
    }
    EXPECT_EQ(numbers.size(), 1 + std::size(kOthers));
    EXPECT_EQ(offsets.size(), 1 + std::size(kOthers));
    EXPECT_NE(TcpSecrets().start(kKey, kNow).isn, secrets.start(kKey, kNow).isn) << "another secret";
}

TEST_F(TcpSecretsTest, SequenceNumbersStartLaterWithEveryFourMicroseconds) {
    const Seq isn = secrets.start(kKey, kNow).isn;
    EXPECT_EQ(secrets.start(kKey, kNow + Duration{3999}).isn - isn, 0);
    EXPECT_EQ(secrets.start(kKey, kNow + microseconds(4)).isn - isn, 1);
    EXPECT_EQ(secrets.start(kKey, kNow + seconds(1)).isn - isn, 250'000);
}

// What a peer can see of one says nothing about the other.
TEST_F(TcpSecretsTest, ACookieIsAnotherHashThanAStart) {
    const u32 cookie = secrets.cookie(kKey, Seq(0), 0, Instant{}).value();
    EXPECT_NE(cookie & 0xff'ffff, secrets.start(kKey, Instant{}).isn.value() & 0xff'ffff);
}

TEST_F(TcpSecretsTest, ACookieRemembersTheMssRoundedDown) {
    const auto remembered = [this](u16 mss) {
        return secrets.check_cookie(kKey, kTheirIsn, secrets.cookie(kKey, kTheirIsn, mss, kNow), kNow);
    };
    const u16 kept[] = {216, 536, 1024, 1220, 1300, 1400, 1440, 1460};
    for (usize i = 0; i < std::size(kept); i++) {
        EXPECT_EQ(remembered(kept[i]), kept[i]);
        EXPECT_EQ(remembered(static_cast<u16>(kept[i] - 1)), i ? kept[i - 1] : 216);
        EXPECT_EQ(remembered(static_cast<u16>(kept[i] + 1)), kept[i]);
    }
    EXPECT_EQ(remembered(0), 216);
    EXPECT_EQ(remembered(65535), 1460);
}

TEST_F(TcpSecretsTest, ACookieEndsWithTheSliceAfterItsOwn) {
    const Instant slice{static_cast<u64>(kSlice.ns) * 40};
    for (const Duration into : {Duration{}, Duration{kSlice.ns - 1}}) {
        const Seq cookie = secrets.cookie(kKey, kTheirIsn, 1460, slice + into);
        const auto at = [&](Duration d) { return secrets.check_cookie(kKey, kTheirIsn, cookie, slice + d); };
        EXPECT_EQ(at(into), 1460);
        EXPECT_EQ(at(Duration{2 * kSlice.ns - 1}), 1460);
        EXPECT_EQ(at(kSlice * 2), 0);
        EXPECT_EQ(secrets.check_cookie(kKey, kTheirIsn, cookie, Instant{slice.ns - 1}), 0)
            << "it is from the future";
        EXPECT_EQ(at(kSlice * 32 + into), 0) << "the five bits are the same again";
    }
}

TEST_F(TcpSecretsTest, AForgedCookieIsRefused) {
    const Seq cookie = secrets.cookie(kKey, kTheirIsn, 1400, kNow);
    for (u32 bit = 0; bit < 32; bit++) {
        const Seq other(cookie.value() ^ u32{1} << bit);
        EXPECT_EQ(secrets.check_cookie(kKey, kTheirIsn, other, kNow), 0) << "bit " << bit;
    }
    EXPECT_EQ(secrets.check_cookie(kKey, kTheirIsn + 1, cookie, kNow), 0);
    for (const TcpKey& other : kOthers) EXPECT_EQ(secrets.check_cookie(other, kTheirIsn, cookie, kNow), 0);
}

}  // namespace

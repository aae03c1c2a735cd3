// The register sequences of the E1000 driver, on a fake device.
#include <gtest/gtest.h>

#include "dev/e1000_hw.h"
#include "fake/e1000_device.h"

namespace {

using dev::E1000Reg;

constexpr u64 kRing = 0x8'8765'4000;

TEST(E1000Init, MasksEveryInterruptBeforeAndAfterTheReset) {
    fake::E1000Device nic;
    nic.at(E1000Reg::Icr) = dev::icr::kRxt0;
    dev::e1000_reset(nic);

    EXPECT_EQ(nic.writes.at(0), (fake::E1000Device::Write{E1000Reg::Imc, ~0u}));
    EXPECT_EQ(nic.writes.at(1), (fake::E1000Device::Write{E1000Reg::Ctrl, dev::ctrl::kRst}));
    EXPECT_EQ(nic.writes.at(2), (fake::E1000Device::Write{E1000Reg::Imc, ~0u}));
    EXPECT_EQ(nic.at(E1000Reg::Icr), 0u) << "old causes are cleared";
    EXPECT_TRUE(nic.at(E1000Reg::Ctrl) & dev::ctrl::kSlu);
}

TEST(E1000Init, WritesRctlOnceAndLast) {
    fake::E1000Device nic;
    dev::e1000_reset(nic);
    dev::e1000_start_receiver(nic, kRing, 255);
    EXPECT_EQ(nic.writes.back().reg, E1000Reg::Rctl) << "after the ring and the filters";
    dev::e1000_start_transmitter(nic, kRing);
    EXPECT_EQ(nic.times_written(E1000Reg::Rctl), 1u);
}

TEST(E1000Init, StripsTheCrcTakesBroadcastsAndNoLongFrames) {
    fake::E1000Device nic;
    dev::e1000_start_receiver(nic, kRing, 255);
    // EN, BAM, SECRC; neither LPE (bit 5), SBP (2), UPE (3), MPE (4) nor BSEX (25).
    EXPECT_EQ(nic.at(E1000Reg::Rctl), 0x0400'8002u);
}

TEST(E1000Init, ClearsTheMulticastTable) {
    fake::E1000Device nic;
    nic.at(static_cast<E1000Reg>(0x5200 + 4 * 127)) = 0xffff'ffff;
    dev::e1000_start_receiver(nic, kRing, 255);
    for (u32 i = 0; i < 128; i++) EXPECT_EQ(nic.at(static_cast<E1000Reg>(0x5200 + 4 * i)), 0u);
}

TEST(E1000Init, ResetsBothRingsPositionsItself) {
    fake::E1000Device nic;
    nic.at(E1000Reg::Rdh) = nic.at(E1000Reg::Tdh) = nic.at(E1000Reg::Tdt) =
        77;  // not cleared by QEMU's reset
    dev::e1000_start_receiver(nic, kRing, 255);
    dev::e1000_start_transmitter(nic, kRing);

    EXPECT_EQ(nic.at(E1000Reg::Rdh), 0u);
    EXPECT_EQ(nic.at(E1000Reg::Rdt), 255u);
    EXPECT_EQ(nic.at(E1000Reg::Tdh), 0u);
    EXPECT_EQ(nic.at(E1000Reg::Tdt), 0u);
    EXPECT_EQ(nic.at(E1000Reg::Rdbah), 8u);
    EXPECT_EQ(nic.at(E1000Reg::Rdbal), 0x8765'4000u);
    EXPECT_EQ(nic.at(E1000Reg::Rdlen), 4096u);
    EXPECT_EQ(nic.at(E1000Reg::Tdlen), 4096u);
}

TEST(E1000Init, EnablesTheTransmitterAfterItsRingIsSetUp) {
    fake::E1000Device nic;
    dev::e1000_start_transmitter(nic, kRing);
    EXPECT_EQ(nic.writes.back().reg, E1000Reg::Tctl);
    EXPECT_TRUE(nic.sent.empty());
}

TEST(E1000Init, LeavesTxqeMaskedForEver) {
    EXPECT_EQ(dev::kUsualCauses & 0x3, 0u);  // TXQE and TXDW would interrupt for each packet
}

TEST(E1000Mac, ComesFromTheReceiveAddress) {
    fake::E1000Device nic;
    nic.at(E1000Reg::Ral0) = 0x1200'5452;
    nic.at(E1000Reg::Rah0) = 0x8000'5634;
    EXPECT_EQ(dev::e1000_read_mac(nic), (net::MacAddr{{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}}));
    EXPECT_TRUE(nic.writes.empty());
}

TEST(E1000Mac, ComesFromTheEepromElseAndIsGivenToTheFilter) {
    fake::E1000Device nic;
    EXPECT_EQ(dev::e1000_read_mac(nic), (net::MacAddr{{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}}));
    EXPECT_EQ(nic.at(E1000Reg::Ral0), 0x1200'5452u);
    EXPECT_EQ(nic.at(E1000Reg::Rah0), 0x8000'5634u);
}

TEST(E1000Mac, DoesNotWaitForEverForASilentEeprom) {
    fake::E1000Device nic;
    nic.eeprom_answers = false;
    EXPECT_EQ(dev::e1000_read_mac(nic), net::MacAddr::broadcast());
}

}  // namespace

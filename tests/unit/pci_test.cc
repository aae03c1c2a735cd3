// Scan of a fake configuration space: functions, BAR addresses and interrupts.
#include <gtest/gtest.h>

#include <map>

#include "dev/pci.h"

namespace {

using dev::PciAddress;

// Functions whose BARs store only the address bits that their size allows, as in hardware.
class FakeConfig final : public dev::PciConfig {
  public:
    struct Function {
        std::array<u32, 16> words{};
        std::array<u32, 6> bar_masks{};  // writable bits of each BAR
        std::array<u32, 6> bar_flags{};
        bool sized_while_decoding = false;
    };

    Function& add(u8 slot, u8 function, u16 vendor, u16 device, u8 pin = 1) {
        Function& f = functions_[slot * 8 + function];
        f.words[0] = vendor | static_cast<u32>(device) << 16;
        f.words[2] = 0x020000'03;
        f.words[15] = static_cast<u32>(pin) << 8;
        return f;
    }
    // `size` bytes, a power of two.
    static void memory_bar(Function& f, unsigned i, u32 size, u32 flags = 0) {
        f.bar_masks[i] = ~(size - 1);
        f.bar_flags[i] = f.words[4 + i] = flags;
    }
    static void memory_bar_64(Function& f, unsigned i, u64 size) {
        const u64 mask = ~(size - 1);
        f.bar_masks[i] = static_cast<u32>(mask);
        f.bar_flags[i] = f.words[4 + i] = 0xc;  // 64-bit, prefetchable
        f.bar_masks[i + 1] = static_cast<u32>(mask >> 32);
    }
    u32 word(u8 slot, u32 offset) { return read({slot, 0}, offset); }

    u32 read(PciAddress at, u32 offset) override {
        auto it = functions_.find(at.slot * 8 + at.function);
        return it == functions_.end() ? ~0u : it->second.words.at(offset / 4);
    }
    void write(PciAddress at, u32 offset, u32 value) override {
        Function& f = functions_.at(at.slot * 8 + at.function);
        if (offset >= 0x10 && offset < 0x28) {
            const unsigned i = (offset - 0x10) / 4;
            if (value == ~0u && f.words[1] & 3) f.sized_while_decoding = true;
            value = (value & f.bar_masks[i]) | f.bar_flags[i];
        }
        f.words.at(offset / 4) = value;
    }

  private:
    std::map<int, Function> functions_;
};

class Pci : public testing::Test {
  protected:
    FakeConfig config_;
    dev::PciBus bus_{config_, dev::PciWindow(0x4000'0000, 0x8000'0000),
                     dev::PciWindow(0x4'0000'0000, 0x4'4000'0000)};
};

TEST_F(Pci, AnEmptyBusHasNoFunctions) {
    bus_.scan();
    EXPECT_TRUE(bus_.functions().empty());
    EXPECT_EQ(bus_.find(0x8086, 0x100e), nullptr);
}

TEST_F(Pci, FindsFunctionsByKindAndNumber) {
    config_.add(0, 0, 0x1b36, 0x0008, 0);
    config_.add(1, 0, 0x8086, 0x100e);
    config_.add(4, 0, 0x1af4, 0x1000);
    config_.add(31, 0, 0x8086, 0x100e);
    bus_.scan();
    EXPECT_EQ(bus_.functions().size(), 4u);
    EXPECT_EQ(bus_.find(0x8086, 0x100e, 0)->at, (PciAddress{1, 0}));
    EXPECT_EQ(bus_.find(0x8086, 0x100e, 1)->at, (PciAddress{31, 0}));
    EXPECT_EQ(bus_.find(0x8086, 0x100e, 2), nullptr);
    EXPECT_EQ(bus_.find(0x8086, 0x100e)->class_code, 0x020000u);
}

TEST_F(Pci, LooksAtTheOtherFunctionsOnlyOfAMultifunctionDevice) {
    config_.add(2, 0, 1, 1).words[3] = 0x80 << 16;
    config_.add(2, 5, 1, 2);
    config_.add(3, 0, 1, 1);
    config_.add(3, 5, 1, 3);  // a device that decodes all function numbers
    bus_.scan();
    EXPECT_NE(bus_.find(1, 2), nullptr);
    EXPECT_EQ(bus_.find(1, 3), nullptr);
}

TEST_F(Pci, AssignsTheE1000sRegistersAndLeavesItsIoBarAlone) {
    auto& f = config_.add(1, 0, 0x8086, 0x100e);
    FakeConfig::memory_bar(f, 0, 0x20000);
    f.bar_masks[1] = ~0x3fu;
    f.bar_flags[1] = f.words[5] = 1;
    bus_.scan();
    const auto& bars = bus_.find(0x8086, 0x100e)->bars;
    EXPECT_EQ(bars[0].size, 0x20000u);
    EXPECT_EQ(bars[0].base, 0x4000'0000u);
    EXPECT_EQ(config_.word(1, 0x10), 0x4000'0000u);
    EXPECT_EQ(bars[1].base, 0u);
    EXPECT_EQ(config_.word(1, 0x14), 1u);
}

TEST_F(Pci, AlignsEachBarToItsSize) {
    auto& a = config_.add(1, 0, 1, 1);
    FakeConfig::memory_bar(a, 0, 0x1000);
    FakeConfig::memory_bar(a, 1, 0x20000);
    FakeConfig::memory_bar(config_.add(2, 0, 1, 2), 5, 0x10);
    bus_.scan();
    EXPECT_EQ(bus_.find(1, 1)->bars[0].base, 0x4000'0000u);
    EXPECT_EQ(bus_.find(1, 1)->bars[1].base, 0x4002'0000u);
    EXPECT_EQ(bus_.find(1, 2)->bars[5].base, 0x4004'0000u);
}

TEST_F(Pci, PutsA64BitBarBelow4GiBWhereItFits) {
    auto& f = config_.add(1, 0, 1, 1);
    FakeConfig::memory_bar_64(f, 2, 0x4000);
    FakeConfig::memory_bar(f, 4, 0x1000);
    bus_.scan();
    const auto& bars = bus_.find(1, 1)->bars;
    EXPECT_EQ(bars[2].base, 0x4000'0000u);
    EXPECT_EQ(bars[2].size, 0x4000u);
    EXPECT_EQ(config_.word(1, 0x18), 0x4000'000cu);
    EXPECT_EQ(config_.word(1, 0x1c), 0u);
    EXPECT_EQ(bars[3].size, 0u) << "the upper half of a 64-bit BAR";
    EXPECT_EQ(bars[4].base, 0x4000'4000u);
}

TEST_F(Pci, PutsA64BitBarAbove4GiBWhenTheLowWindowIsFull) {
    FakeConfig::memory_bar(config_.add(1, 0, 1, 1), 0, 0x4000'0000);
    FakeConfig::memory_bar_64(config_.add(2, 0, 1, 2), 0, 0x1'0000);
    FakeConfig::memory_bar(config_.add(3, 0, 1, 3), 0, 0x1000);
    bus_.scan();
    EXPECT_EQ(bus_.find(1, 2)->bars[0].base, 0x4'0000'0000u);
    EXPECT_EQ(config_.word(2, 0x10), 0x0000'000cu);
    EXPECT_EQ(config_.word(2, 0x14), 4u);
    EXPECT_EQ(bus_.find(1, 3)->bars[0].base, 0u) << "a 32-bit BAR does not fit elsewhere";
    EXPECT_EQ(bus_.find(1, 3)->bars[0].size, 0x1000u);
}

TEST_F(Pci, SizesABarOf4GiBAndMore) {
    FakeConfig::memory_bar_64(config_.add(1, 0, 1, 1), 0, 0x2'0000'0000);
    bus_.scan();
    EXPECT_EQ(bus_.find(1, 1)->bars[0].size, 0x2'0000'0000u);
    EXPECT_EQ(bus_.find(1, 1)->bars[0].base, 0u);
}

TEST_F(Pci, TurnsDecodingOffWhileItSizes) {
    auto& f = config_.add(1, 0, 1, 1);
    FakeConfig::memory_bar(f, 0, 0x1000);
    f.words[1] = 7;
    bus_.scan();
    EXPECT_FALSE(f.sized_while_decoding);
}

TEST_F(Pci, EnableTurnsOnMemoryBusMasteringAndIntx) {
    config_.add(1, 0, 1, 1).words[1] = 0xffff'0400;
    bus_.scan();
    bus_.enable(*bus_.find(1, 1));
    EXPECT_EQ(config_.word(1, 4), 6u) << "and zeros in the status half, because ones would clear bits";
}

TEST_F(Pci, LeavesABridgesRegistersAlone) {
    auto& f = config_.add(1, 0, 1, 1);
    FakeConfig::memory_bar(f, 2, 0x1000);  // a bridge's bus numbers are at this offset
    f.words[3] = 1 << 16;
    f.words[6] = 0x1234'5000;
    bus_.scan();
    EXPECT_EQ(config_.word(1, 0x18), 0x1234'5000u);
    EXPECT_EQ(bus_.find(1, 1)->bars[2].size, 0u);
}

TEST_F(Pci, ForgetsWhatIsBeyondItsTable) {
    for (u8 slot = 0; slot < 32; slot++) {
        config_.add(slot, 0, 1, 1).words[3] = 0x80 << 16;
        config_.add(slot, 1, 1, 1);
    }
    bus_.scan();
    EXPECT_EQ(bus_.functions().size(), dev::PciBus::kMaxFunctions);
}

TEST(PciIrq, GoesRoundTheFourSources) {
    // Slots 1, 2, 3, 4 on INTA: 33, 34, 35, 32.
    EXPECT_EQ(dev::pci_irq(1, 1), 33u);
    EXPECT_EQ(dev::pci_irq(2, 1), 34u);
    EXPECT_EQ(dev::pci_irq(3, 1), 35u);
    EXPECT_EQ(dev::pci_irq(4, 1), 32u);
    EXPECT_EQ(dev::pci_irq(1, 4), 32u);
    EXPECT_EQ(dev::pci_irq(1, 0), 0u) << "no pin, no interrupt";
}

TEST(PciWindow, GivesNothingItDoesNotHave) {
    dev::PciWindow w(0x1000, 0x3000);
    EXPECT_FALSE(w.take(0));
    EXPECT_FALSE(w.take(0x4000));
    EXPECT_FALSE(w.take(1ull << 63));
    EXPECT_EQ(w.take(0x1000), 0x1000u);
    EXPECT_EQ(w.take(0x1000), 0x2000u);
    EXPECT_FALSE(w.take(1));
}

}  // namespace

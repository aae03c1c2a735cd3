// QEMU's virt machine: addresses of the PCI configuration space and of the windows for BARs.
#include "dev/mmio.h"
#include "dev/pci.h"
#include "mm/layout.h"

namespace dev {
namespace {

constexpr u64 kEcam = 0x3000'0000;
constexpr PciWindow kLowWindow(0x4000'0000, 0x8000'0000);
constexpr PciWindow kHighWindow(0x4'0000'0000, 0x4'4000'0000);  // the part that the kernel maps

// ECAM: configuration space is memory-mapped at bus << 20 | slot << 15 | function << 12.
class Ecam final : public PciConfig {
  public:
    u32 read(PciAddress at, u32 offset) override { return registers().read(where(at, offset)); }
    void write(PciAddress at, u32 offset, u32 value) override { registers().write(where(at, offset), value); }

  private:
    enum class Offset : u32 {};
    static Mmio<Offset> registers() { return Mmio<Offset>(mm::virt_of(kEcam)); }
    static Offset where(PciAddress at, u32 offset) {
        return static_cast<Offset>(u32{at.slot} << 15 | u32{at.function} << 12 | offset);
    }
};

constinit Ecam ecam;
constinit PciBus bus(ecam, kLowWindow, kHighWindow);

}  // namespace

PciBus& pci() { return bus; }

}  // namespace dev

#include "dev/uart.h"

#include "arch/plic.h"
#include "dev/mmio.h"
#include "mm/layout.h"
#include "sync/spinlock.h"

namespace dev {
namespace {

constexpr u64 kUartBase = 0x1000'0000;
constexpr unsigned kUartIrq = 10;

enum class Reg : u32 {
    Data = 0,             // RHR when read, THR when written
    InterruptEnable = 1,  // IER
    LineControl = 3,      // LCR
    LineStatus = 5,       // LSR
};
constexpr u8 kIerReceive = 1 << 0;
constexpr u8 kLcrEightBits = 0x03;
constexpr u8 kLsrDataReady = 1 << 0;
constexpr u8 kLsrTransmitEmpty = 1 << 5;  // THRE: the transmitter takes another character

constinit IrqSpinLock lock(LockRank::Uart, "uart");
void (*on_receive)(char c) = nullptr;
constinit std::atomic<u32> receiving{0};

Mmio<Reg> regs() { return Mmio<Reg>(mm::virt_of(kUartBase)); }

void put(char c) {
    while (!(regs().read8(Reg::LineStatus) & kLsrTransmitEmpty))
        arch::waited_for_host.store(arch::read_time());
    regs().write8(Reg::Data, static_cast<u8>(c));
}

void interrupt(void*) {
    while (receiving.load(std::memory_order_relaxed) && regs().read8(Reg::LineStatus) & kLsrDataReady)
        on_receive(static_cast<char>(regs().read8(Reg::Data)));
}

}  // namespace

// The FIFOs stay off: to turn them on discards a character that has been received, and QEMU has one in the
// receiver before the guest runs. QEMU passes on one character at a time in either case.
void uart_init() {
    regs().write8(Reg::InterruptEnable, 0);
    regs().write8(Reg::LineControl, kLcrEightBits);
}

void uart_start_input(void (*received)(char c)) {
    on_receive = received;
    arch::irq_register(kUartIrq, interrupt, nullptr);
    uart_receive(true);
}

// The interrupt is level-triggered: if a character has been received when it is enabled, it is raised at
// once.
void uart_receive(bool on) {
    receiving.store(on, std::memory_order_relaxed);
    regs().write8(Reg::InterruptEnable, on ? kIerReceive : 0);
}

void uart_write(const char* text, usize n) {
    IrqGuard g(lock);
    uart_write_unlocked(text, n);
}

void uart_write_raw(const char* text, usize n) {
    IrqGuard g(lock);
    for (; n; n--) put(*text++);
}

void uart_write_unlocked(const char* text, usize n) {
    for (; n; n--, text++) {
        if (*text == '\n') put('\r');
        put(*text);
    }
}

}  // namespace dev

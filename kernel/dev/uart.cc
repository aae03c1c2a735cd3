#include "dev/uart.h"

#include "arch/plic.h"
#include "dev/mmio.h"
#include "mm/layout.h"
#include "sync/spinlock.h"

namespace dev {
namespace {

constexpr u64 kUartBase = 0x1000'0000;
constexpr unsigned kUartIrq = 10;
constexpr unsigned kFifoSize = 16;

enum class Reg : u32 {
    Data = 0,             // RHR when read, THR when written
    InterruptEnable = 1,  // IER
    FifoControl = 2,      // FCR
    LineControl = 3,      // LCR
    LineStatus = 5,       // LSR
};
constexpr u8 kIerReceive = 1 << 0;
constexpr u8 kFcrEnableAndClear = 0x07;
constexpr u8 kLcrEightBits = 0x03;
constexpr u8 kLsrDataReady = 1 << 0;
constexpr u8 kLsrTransmitEmpty = 1 << 5;  // THRE: the transmit FIFO is empty

constinit IrqSpinLock lock(LockRank::Uart, "uart");
void (*on_receive)(char c) = nullptr;
constinit std::atomic<u32> receiving{0};

Mmio<Reg> regs() { return Mmio<Reg>(mm::virt_of(kUartBase)); }

// Reads the line status once per kFifoSize characters.
class Transmitter {
  public:
    void put(char c) {
        if (room_ == 0) {
            while (!(regs().read8(Reg::LineStatus) & kLsrTransmitEmpty))
                arch::waited_for_host.store(arch::read_time());
            room_ = kFifoSize;
        }
        regs().write8(Reg::Data, static_cast<u8>(c));
        room_--;
    }

  private:
    unsigned room_ = 0;
};

void interrupt(void*) {
    while (receiving.load(std::memory_order_relaxed) && regs().read8(Reg::LineStatus) & kLsrDataReady)
        on_receive(static_cast<char>(regs().read8(Reg::Data)));
}

}  // namespace

void uart_init() {
    regs().write8(Reg::InterruptEnable, 0);
    regs().write8(Reg::LineControl, kLcrEightBits);
    regs().write8(Reg::FifoControl, kFcrEnableAndClear);
}

void uart_start_input(void (*received)(char c)) {
    on_receive = received;
    arch::irq_register(kUartIrq, interrupt, nullptr);
    uart_receive(true);
}

// The interrupt is level-triggered: if characters are in the FIFO when it is enabled, it is raised at once.
void uart_receive(bool on) {
    receiving.store(on, std::memory_order_relaxed);
    regs().write8(Reg::InterruptEnable, on ? kIerReceive : 0);
}

void uart_write(const char* text, usize n) {
    IrqGuard g(lock);
    uart_write_unlocked(text, n);
}

void uart_write_unlocked(const char* text, usize n) {
    Transmitter out;
    for (; n; n--, text++) {
        if (*text == '\n') out.put('\r');
        out.put(*text);
    }
}

}  // namespace dev

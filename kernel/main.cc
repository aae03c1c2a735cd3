// The boot order: each line initialises one subsystem.
#include "arch/fdt.h"
#include "arch/plic.h"
#include "dev/console.h"
#include "dev/pci.h"
#include "dev/uart.h"
#include "lib/panic.h"
#include "mm/kalloc.h"
#include "mm/vm.h"
#include "proc/sched.h"
#include "proc/timer.h"
#include "sys/boot.h"
#include "sys/boot_arguments.h"
#include "sys/network.h"

extern "C" [[noreturn]] void kernel_main(u64 device_tree) {
    dev::uart_init();                // console output
    boot_read_machine(device_tree);  // RAM, harts, boot arguments
    boot_arguments_check();          // says which of them are wrong
    mm::page_init(boot_ram_begin(), boot_ram_end());
    mm::kernel_vm_init(machine().ram_end);  // the kernel's page table
    arch::trap_init_hart();                 // trap vector and interrupt enables
    arch::plic_init();                      // device interrupts
    arch::plic_init_hart();
    dev::pci().scan();     // PCI functions and their addresses
    network_init();        // early, because QEMU's NIC receives nothing in its first second
    timer_init();          // timers with callbacks
    dev::console_init();   // keyboard input
    boot_first_process();  // disk, root file system, and /init from it
    boot_start_harts();    // the other harts
    boot_become_idle();
}

// Entry point of the other harts, after hart 0 has woken them (arch/boot.S).
extern "C" [[noreturn]] void secondary_main() {
    mm::kernel_vm_load();
    arch::trap_init_hart();
    arch::plic_init_hart();
    boot_become_idle();
}

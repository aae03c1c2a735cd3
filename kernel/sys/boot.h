// The boot steps that use several layers. main.cc calls them in this order.
#pragma once

#include "arch/fdt.h"

// Reads the device tree. Panics on an unsupported machine.
void boot_read_machine(u64 device_tree);
const arch::MachineInfo& machine();

// The RAM after the kernel's image, in the direct map.
u8* boot_ram_begin();
u8* boot_ram_end();

void boot_first_process();  // mounts the root file system, then runs /init
void boot_start_harts();    // lets the other harts into secondary_main

// Switches from the boot stack to this hart's idle thread.
[[noreturn]] void boot_become_idle();

// The steps of booting that join several layers. main.cc calls them in order.
#pragma once

#include "arch/fdt.h"

// What the device tree says. Panics on a machine the kernel cannot run on.
void boot_read_machine(u64 device_tree);
const arch::MachineInfo& machine();

// The RAM behind the kernel's image, as the kernel sees it.
u8* boot_ram_begin();
u8* boot_ram_end();

void boot_first_process();  // mounts the root file system, then is /init
void boot_start_harts();    // lets the other harts into secondary_main

// This hart's idle thread takes over from the boot stack.
[[noreturn]] void boot_become_idle();

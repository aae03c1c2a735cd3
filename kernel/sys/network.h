// The kernel's one network stack, and its NICs.
#pragma once

#include "abi/info.h"
#include "net/stack.h"

net::Stack& network();

// Finds the NICs, configures their addresses and opens them. Boot arguments (boot_arguments.cc): ip, gw, ip1
// for a second NIC, dump, congestion, and poll: how long an idle hart polls for received frames before it
// waits for an interrupt (default 100 us, because QEMU spaces a NIC's interrupts 128 us apart).
void network_init();

// An interface's state and counters, for ifinfo().
ifinfo describe_interface(net::Interface& interface);

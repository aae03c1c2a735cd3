// The kernel's one network stack, and its NICs.
#pragma once

#include "abi/info.h"
#include "net/stack.h"

net::Stack& network();

// Finds the NICs, configures their addresses and opens them. Boot arguments: ip=ADDR/LEN gw=ADDR (the
// defaults are those of QEMU's user network, 10.0.2.15/24 via 10.0.2.2), ip1=ADDR/LEN for a second NIC,
// dump=off|brief|full, congestion=NAME, poll=MICROSECONDS (how long an idle hart polls for received frames
// before it waits for an interrupt; default 100, because QEMU spaces a NIC's interrupts 128 us apart).
void network_init();

// An interface's state and counters, for ifinfo().
ifinfo describe_interface(net::Interface& interface);

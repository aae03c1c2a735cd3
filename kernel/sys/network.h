// The kernel's one network stack, and its NICs.
#pragma once

#include "abi/info.h"
#include "net/stack.h"

net::Stack& network();

// Finds the NICs, gives them addresses and lets them receive. Boot arguments: ip=ADDR/LEN gw=ADDR,
// ip1=ADDR/LEN for a second card (the defaults are those of QEMU's user network, 10.0.2.15/24 via 10.0.2.2),
// dump=off|brief|full, congestion=NAME, poll=MICROSECONDS (how long an idle hart looks for received frames
// before it waits for an interrupt: 100, for QEMU spaces a card's interrupts 128 us apart).
void network_init();

// What ifinfo() tells about an interface.
ifinfo describe_interface(net::Interface& interface);

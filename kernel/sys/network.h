// The kernel's one network stack, and its NICs.
#pragma once

#include "abi/info.h"
#include "net/stack.h"

net::Stack& network();

// Finds the NICs, gives them addresses and lets them receive. Boot arguments (boot_arguments.cc): ip, ip1
// ..., gw, dump, congestion, and poll: how long an idle hart looks for received frames before it waits for an
// interrupt (100 us, because QEMU spaces a card's interrupts 128 us apart).
void network_init();

// What ifinfo() tells about an interface.
ifinfo describe_interface(net::Interface& interface);

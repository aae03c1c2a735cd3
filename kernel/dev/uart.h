// The serial port: a 16550A (National Semiconductor data sheet), QEMU's console.
#pragma once

#include "lib/types.h"

namespace dev {

void uart_init();  // output works from here on; polled, any context

// Calls received(c) in interrupt context for each character that comes in.
void uart_start_input(void (*received)(char c));

// Off: leaves what comes in where it is, in a FIFO of 16 characters and, when that is full, at the host. Any
// context; calls must not overlap.
void uart_receive(bool on);

// Writes text, "\n" as "\r\n", one call's text unbroken by another hart's. Any context.
void uart_write(const char* text, usize n);

// For a panic: the holder of the lock may be stopped for ever, so it is not asked for.
void uart_write_unlocked(const char* text, usize n);

}  // namespace dev

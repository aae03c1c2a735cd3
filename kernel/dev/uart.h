// The serial port: a 16550A (National Semiconductor data sheet), QEMU's console.
#pragma once

#include "lib/types.h"

namespace dev {

void uart_init();  // enables output (polled)

// Starts input: calls received(c) in interrupt context for each character.
void uart_start_input(void (*received)(char c));

// Turns input on or off. While off, one character waits in the receiver, and the others at the host. Any
// context; calls must not overlap.
void uart_receive(bool on);

// Writes text, "\n" as "\r\n", without text of other harts in between. Any context.
void uart_write(const char* text, usize n);
// Writes the characters as they are.
void uart_write_raw(const char* text, usize n);

// For a panic: takes no lock, because the holder may be stopped.
void uart_write_unlocked(const char* text, usize n);

}  // namespace dev

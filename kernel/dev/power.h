// Power off: QEMU's "sifive_test" device ends QEMU with an exit status.
#pragma once

namespace dev {

inline constexpr int kPanicStatus = 101;

// Stops the machine; QEMU exits with this status, 0 to 255. Any context.
[[noreturn]] void power_off(int status);

}  // namespace dev

o3/obj/kernel/dev/uart.cc.o: kernel/dev/uart.cc kernel/dev/uart.h \
 kernel/lib/types.h kernel/arch/plic.h kernel/dev/mmio.h \
 kernel/mm/layout.h kernel/abi/param.h kernel/mm/layout_asm.h \
 kernel/sync/spinlock.h kernel/arch/riscv.h kernel/lib/annotations.h \
 kernel/lib/lock_rank.h kernel/sync/lock_debug.h kernel/arch/hart.h \
 kernel/lib/panic.h
kernel/dev/uart.h:
kernel/lib/types.h:
kernel/arch/plic.h:
kernel/dev/mmio.h:
kernel/mm/layout.h:
kernel/abi/param.h:
kernel/mm/layout_asm.h:
kernel/sync/spinlock.h:
kernel/arch/riscv.h:
kernel/lib/annotations.h:
kernel/lib/lock_rank.h:
kernel/sync/lock_debug.h:
kernel/arch/hart.h:
kernel/lib/panic.h:

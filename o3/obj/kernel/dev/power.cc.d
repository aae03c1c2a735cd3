o3/obj/kernel/dev/power.cc.o: kernel/dev/power.cc kernel/dev/power.h \
 kernel/arch/riscv.h kernel/lib/types.h kernel/mm/layout.h \
 kernel/abi/param.h kernel/mm/layout_asm.h
kernel/dev/power.h:
kernel/arch/riscv.h:
kernel/lib/types.h:
kernel/mm/layout.h:
kernel/abi/param.h:
kernel/mm/layout_asm.h:

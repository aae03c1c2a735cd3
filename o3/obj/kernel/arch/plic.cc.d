o3/obj/kernel/arch/plic.cc.o: kernel/arch/plic.cc kernel/arch/plic.h \
 kernel/lib/types.h kernel/arch/hart.h kernel/abi/param.h \
 kernel/arch/riscv.h kernel/mm/layout_asm.h kernel/lib/panic.h \
 kernel/mm/layout.h
kernel/arch/plic.h:
kernel/lib/types.h:
kernel/arch/hart.h:
kernel/abi/param.h:
kernel/arch/riscv.h:
kernel/mm/layout_asm.h:
kernel/lib/panic.h:
kernel/mm/layout.h:

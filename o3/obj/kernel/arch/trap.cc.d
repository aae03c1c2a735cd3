o3/obj/kernel/arch/trap.cc.o: kernel/arch/trap.cc kernel/arch/trap.h \
 kernel/arch/hart.h kernel/abi/param.h kernel/arch/riscv.h \
 kernel/lib/types.h kernel/mm/layout_asm.h
kernel/arch/trap.h:
kernel/arch/hart.h:
kernel/abi/param.h:
kernel/arch/riscv.h:
kernel/lib/types.h:
kernel/mm/layout_asm.h:

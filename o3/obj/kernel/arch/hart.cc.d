o3/obj/kernel/arch/hart.cc.o: kernel/arch/hart.cc kernel/arch/hart.h \
 kernel/abi/param.h kernel/arch/riscv.h kernel/lib/types.h \
 kernel/mm/layout_asm.h kernel/mm/layout.h
kernel/arch/hart.h:
kernel/abi/param.h:
kernel/arch/riscv.h:
kernel/lib/types.h:
kernel/mm/layout_asm.h:
kernel/mm/layout.h:

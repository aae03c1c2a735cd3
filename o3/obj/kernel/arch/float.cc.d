o3/obj/kernel/arch/float.cc.o: kernel/arch/float.cc kernel/arch/float.h \
 kernel/lib/types.h kernel/arch/hart.h kernel/abi/param.h \
 kernel/arch/riscv.h kernel/mm/layout_asm.h
kernel/arch/float.h:
kernel/lib/types.h:
kernel/arch/hart.h:
kernel/abi/param.h:
kernel/arch/riscv.h:
kernel/mm/layout_asm.h:

o3/obj/kernel/arch/entry.S.o: kernel/arch/entry.S kernel/mm/layout_asm.h \
 kernel/abi/param.h
kernel/mm/layout_asm.h:
kernel/abi/param.h:

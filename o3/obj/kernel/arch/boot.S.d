o3/obj/kernel/arch/boot.S.o: kernel/arch/boot.S kernel/mm/layout_asm.h \
 kernel/abi/param.h
kernel/mm/layout_asm.h:
kernel/abi/param.h:

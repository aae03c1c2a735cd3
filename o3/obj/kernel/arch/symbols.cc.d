o3/obj/kernel/arch/symbols.cc.o: kernel/arch/symbols.cc \
 kernel/arch/symbols.h kernel/lib/types.h kernel/mm/layout.h \
 kernel/abi/param.h kernel/mm/layout_asm.h
kernel/arch/symbols.h:
kernel/lib/types.h:
kernel/mm/layout.h:
kernel/abi/param.h:
kernel/mm/layout_asm.h:

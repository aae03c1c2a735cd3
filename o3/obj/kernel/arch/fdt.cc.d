o3/obj/kernel/arch/fdt.cc.o: kernel/arch/fdt.cc kernel/arch/fdt.h \
 kernel/lib/types.h kernel/lib/endian.h kernel/lib/string.h
kernel/arch/fdt.h:
kernel/lib/types.h:
kernel/lib/endian.h:
kernel/lib/string.h:

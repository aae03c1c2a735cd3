o3/obj/kernel/dev/pci_ecam.cc.o: kernel/dev/pci_ecam.cc kernel/dev/mmio.h \
 kernel/lib/types.h kernel/dev/pci.h kernel/mm/layout.h \
 kernel/abi/param.h kernel/mm/layout_asm.h
kernel/dev/mmio.h:
kernel/lib/types.h:
kernel/dev/pci.h:
kernel/mm/layout.h:
kernel/abi/param.h:
kernel/mm/layout_asm.h:

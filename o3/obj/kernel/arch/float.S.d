o3/obj/kernel/arch/float.S.o: kernel/arch/float.S

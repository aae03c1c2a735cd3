# Programs that are built a second time, as uNAME, with a network stack of their own (docs/user-stack.md): the same object,
# and the stack as a library in front of the user library. Its calls come before the kernel's (--wrap).
TWICE         := httpd nc ttcp
PROGRAMS      += $(TWICE:%=$(BUILD)/user/u%)
TEST_PROGRAMS += $(BUILD)/user/ustacktest
USTACK_NET    := $(filter-out kernel/net/stack.cc kernel/net/vsock/% kernel/net/socket/vsock_% kernel/net/dump/% kernel/net/channel/% kernel/net/filter/language/%, \
	$(call find_sources,kernel/net))
# Like the kernel's, its sources see headers of C only behind those of the C++ library; those in system/ see POSIX's. A call of the program passes through many of them:
# so they are optimised together when the program is linked.
USTACK_SYSTEM := $(wildcard user/lib/ustack/system/*.cc) kernel/lib/random.cc
USTACK        := $(USTACK_NET) $(filter-out $(USTACK_SYSTEM),$(call find_sources,user/lib/ustack))
ONE_THREAD    := -Iuser/lib/ustack/platform -DNX6_ONE_THREAD
USTACK_FLAGS  := $(filter-out -Iuser/include,$(USERFLAGS)) -idirafter user/include $(ONE_THREAD) $(LTO)
USTACK_CALLS  := __nx6_exec $(addprefix __raw_,socket bind listen accept sockconnect sendto recvfrom sendmsg recvmsg writev readv shutdown getsockname getpeername \
	setsockopt getsockopt poll fcntl ioctl dup2 nanosleep status read write close dup fstat settimeout fork exit)
$(UOBJ)/ustack/%.cc.o: %.cc $(BUILD)/flags/user
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D) && $(TOOLS)g++ $(USTACK_FLAGS) $(CXXHEADERS) $(CXXONLY) -c -o $@ $<
$(BUILD)/user/libustack.a: $(USTACK:%=$(UOBJ)/ustack/%.o) $(USTACK_SYSTEM:%=$(UOBJ)/%.o) $(BUILD)/names/ustack-library
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D) && rm -f $@ && $(TOOLS)gcc-ar rcs $@ $(filter %.o,$^)
define program_with_stack  # its path, without .c or .cc
$(BUILD)/user/u$(notdir $1): private PROGRAM_FLAGS := $(call flags_of,$1)
$(BUILD)/user/u$(notdir $1): $(call objects_of,$1) $(BUILD)/user/libustack.a $(BUILD)/user/libuser.a user/user.ld $(BUILD)/names/program-$(notdir $1)
	$$(call say,LINK,$$@)
	$$(Q)$$(LINK_PROGRAM) $$(COMMON) $$(LTO) $$(USTACK_CALLS:%=-Wl,--wrap=%) -o $$@.elf \
	    $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group -lgcc
	$$(Q)$$(TOOLS)objcopy --strip-all $$@.elf $$@
endef
$(foreach p,$(filter $(TWICE:%=user/bin/%),$(PROGRAM_PATHS)) tests/programs/stacktest,$(eval $(call program_with_stack,$p)))
$(eval $(call remember,names/ustack-library,$(USTACK) $(USTACK_SYSTEM)))

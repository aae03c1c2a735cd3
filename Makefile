# nx6: `make help` lists what can be made. Everything made lies under $(BUILD); nothing here lists source
# files: a new one is found where it lies.

BUILD ?= build
DEBUG ?=
V     ?=

# --- the knobs of `make qemu` (tools/qemu checks them; `make help` explains them) ------------------------
CORES     := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
CPUS      ?= $(if $(filter 1,$(CORES)),1,2)
MEM       ?= 128M
NIC       ?= e1000
NET       ?= user
PCAP      ?= packets.pcap
DUMP      ?= off
APPEND    ?=
SERVICES  ?= httpd inetd
SNAPSHOT  ?=
QEMU      ?= qemu-system-riscv64
QEMUEXTRA ?=
PORTS     ?= $(BUILD)/ports
IMAGE     ?= $(BUILD)/fs.img
KERNEL    ?= $(BUILD)/kernel$(if $(DEBUG),-debug).elf
export BUILD CPUS MEM NIC NET PCAP DUMP APPEND SERVICES SNAPSHOT QEMU QEMUEXTRA PORTS IMAGE KERNEL

PYTHON  ?= python3
HOSTCXX ?= g++
Q       := $(if $(V),,@)
# `make -s` prints nothing but what was asked for.
say      = $(if $(V)$(findstring s,$(firstword -$(filter-out --%,$(MAKEFLAGS)))),,@printf '  %-7s %s\n' '$1' '$2')

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# --- what the machine must have: installed once, then remembered (tools/setup) ---------------------------
needs = $(BUILD)/have/$1
$(BUILD)/have/%: tools/setup
	$(Q)tools/setup $*
	$(Q)mkdir -p $(@D) && touch $@

# The cross compiler is probed, not guessed; TOOLPREFIX= overrides. The answer is a line of make.
TOOLCHAIN := $(BUILD)/toolchain$(subst /,_,$(TOOLPREFIX)).mk
ifneq ($(filter-out help clean doctor setup format docs-check,$(or $(MAKECMDGOALS),all)),)
include $(TOOLCHAIN)
endif
$(TOOLCHAIN): tools/toolchain Makefile | $(call needs,run)
	$(Q)mkdir -p $(@D)
	$(Q)TOOLPREFIX='$(TOOLPREFIX)' TARGETFLAGS='$(TARGETFLAGS)' tools/toolchain > $@

# --- flags ----------------------------------------------------------------------------------------------
# The kernel has no floating point: lp64, for which a stub header fills a gap (kernel/compat). Programs have it, and
# with its ABI comes a libgcc for what the machine has no instruction for.
ANYTARGET   := -mcmodel=medany -mno-strict-align -ffreestanding -fno-stack-protector -fno-pic -fno-pie
TARGETFLAGS := -march=rv64imac_zicsr_zifencei_zba_zbb_zbs -mabi=lp64 $(ANYTARGET) -isystem kernel/compat
USERTARGET  := -march=rv64gc_zba_zbb_zbs -mabi=lp64d $(ANYTARGET)
WARNINGS    := -Wall -Wextra -Wshadow -Werror -Wno-missing-field-initializers
COMMON      := -g -O2 $(TUNE) -ffunction-sections -fdata-sections -fno-common -MMD -MP $(WARNINGS) \
	-fno-tree-loop-distribute-patterns -fno-asynchronous-unwind-tables
CONLY       := -std=gnu17
CXXONLY     := -std=gnu++20 -fno-exceptions -fno-rtti -fno-threadsafe-statics
LINK        := -nostdlib -static -no-pie -Wl,--gc-sections -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,--build-id=none

KERNELFLAGS := $(TARGETFLAGS) $(COMMON) -Wframe-larger-than=1024 -Ikernel -Ikernel/platform $(if $(DUMP_ALL),-DNX6_DUMP_ALL) $(if $(DEBUG),-DNX6_DEBUG -fno-omit-frame-pointer -fno-optimize-sibling-calls)
USERFLAGS   := $(USERTARGET) $(COMMON) -Iuser/include -Iuser/lib -Ikernel
HOSTFLAGS   := -std=gnu++20 -g -O1 -MMD -MP $(WARNINGS) \
	-Itests/fake -Ikernel -Itests -Itools -I. -Iuser/lib -DNX6_DUMP_ALL
SANITIZE    := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

# A change of flags or of compiler rebuilds what it concerns: objects depend on the text of their flags.
define remember  # file under $(BUILD), text
$(BUILD)/$1: FORCE
	@mkdir -p $$(@D) && printf '%s\n' '$2' | cmp -s - $$@ || printf '%s\n' '$2' > $$@
endef
$(eval $(call remember,flags/kernel$(if $(DEBUG),-debug),$(TOOLS) $(KERNELFLAGS) $(CXXONLY)))
$(eval $(call remember,flags/user,$(TOOLS) $(USERFLAGS) $(CXXONLY) $(CONLY)))
$(eval $(call remember,flags/host,$(HOSTCXX) $(HOSTFLAGS) $(SANITIZE)))
FORCE:

find_sources = $(sort $(shell find $1 -name '*.cc' -o -name '*.c' -o -name '*.S' 2>/dev/null))

# --- the kernel -----------------------------------------------------------------------------------------
KOBJ           := $(BUILD)/obj/kernel$(if $(DEBUG),-debug)
KERNEL_SOURCES := $(filter-out kernel/compat/%,$(call find_sources,kernel))
KERNEL_OBJECTS := $(KERNEL_SOURCES:kernel/%=$(KOBJ)/%.o)
KFLAGSFILE     := $(BUILD)/flags/kernel$(if $(DEBUG),-debug)
KNAMES         := names/kernel$(if $(DEBUG),-debug)

$(KOBJ)/%.cc.o: kernel/%.cc $(KFLAGSFILE)
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D) && $(TOOLS)g++ $(KERNELFLAGS) $(CXXONLY) -c -o $@ $<
$(KOBJ)/%.S.o: kernel/%.S $(KFLAGSFILE)
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D) && $(TOOLS)gcc $(KERNELFLAGS) -c -o $@ $<

# A debug build has its functions' names in the image, for panics: it is linked once to see where they lie, and again.
LINK_KERNEL = $(TOOLS)g++ $(TARGETFLAGS) $(LINK) -Wl,-T,kernel.ld -o $@ $(KERNEL_OBJECTS)
$(KERNEL): $(KERNEL_OBJECTS) kernel.ld $(BUILD)/$(KNAMES) tools/symbols
	$(call say,LINK,$@)
	$(Q)$(LINK_KERNEL)
ifdef DEBUG
	$(Q)tools/symbols $(TOOLS)nm $@ > $(KOBJ)/symbols.S
	$(Q)$(TOOLS)gcc $(KERNELFLAGS) -c -o $(KOBJ)/symbols.o $(KOBJ)/symbols.S
	$(Q)$(LINK_KERNEL) $(KOBJ)/symbols.o
	$(Q)tools/symbols $(TOOLS)nm $@ | cmp - $(KOBJ)/symbols.S
endif

# --- programs: one file each under user/bin, all linked with the library made from user/lib ---------------
UOBJ            := $(BUILD)/obj/user
USER_LIBRARY    := $(call find_sources,user/lib) $(addprefix kernel/lib/,format.cc string.cc errno.cc)
# A NAME.c takes the place of our NAME.cc: so xv6's own usertests.c can be dropped in.
C_PROGRAMS      := $(wildcard user/bin/*.c)
PROGRAM_SOURCES := $(C_PROGRAMS) $(filter-out $(C_PROGRAMS:.c=.cc),$(wildcard user/bin/*.cc))
PROGRAMS        := $(addprefix $(BUILD)/user/,$(basename $(notdir $(PROGRAM_SOURCES))))
# Programs that tests alone run; they are on a disk of their own.
TEST_SOURCES    := $(wildcard tests/programs/*.c tests/programs/*.cc)
TEST_PROGRAMS   := $(addprefix $(BUILD)/user/,$(basename $(notdir $(TEST_SOURCES))))

$(UOBJ)/%.cc.o: %.cc $(BUILD)/flags/user
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D) && $(TOOLS)g++ $(USERFLAGS) $(CXXONLY) $(GUEST_WARNINGS) -c -o $@ $<
$(UOBJ)/%.c.o: %.c $(BUILD)/flags/user
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(TOOLS)gcc $(USERFLAGS) $(CONLY) $(GUEST_WARNINGS) -c -o $@ $<
# Programs with none of our own headers were written elsewhere, for POSIX or for xv6: they are warned, not refused.
GUESTS := $(shell grep -LE "\"(user|manners|nx6|[a-z]+/kit)\.h\"" $(PROGRAM_SOURCES) $(TEST_SOURCES))
$(GUESTS:%=$(UOBJ)/%.o): GUEST_WARNINGS := -Wno-extra -Wno-shadow -Wno-error
$(UOBJ)/%.S.o: %.S $(BUILD)/flags/user
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D) && $(TOOLS)gcc $(USERFLAGS) -c -o $@ $<
$(BUILD)/user/libuser.a: $(USER_LIBRARY:%=$(UOBJ)/%.o) $(BUILD)/names/library
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D) && rm -f $@ && $(TOOLS)ar rcs $@ $(filter %.o,$^)

# The image gets a copy without debug information; gdb reads NAME.elf.
define program  # its source
$(BUILD)/user/$(basename $(notdir $1)): $(UOBJ)/$1.o $(BUILD)/user/libuser.a user/user.ld
	$$(call say,LINK,$$@)
	$$(Q)$$(TOOLS)g++ $$(USERTARGET) $$(LINK) -Wl,-T,user/user.ld -o $$@.elf $$(filter %.o %.a,$$^) -lgcc
	$$(Q)$$(TOOLS)objcopy --strip-debug $$@.elf $$@
endef
$(foreach s,$(PROGRAM_SOURCES) $(TEST_SOURCES),$(eval $(call program,$s)))

# Beside the programs, the image has a README and every file of user/files. Room for one file of the largest size: 81920
# blocks of 1 KiB, of which the image file holds those in use.
IMAGE_FILES := user/README $(sort $(wildcard user/files/*))
$(BUILD)/fs.img: $(PROGRAMS)
$(BUILD)/test.img: $(PROGRAMS) $(TEST_PROGRAMS)
$(BUILD)/fs.img $(BUILD)/test.img: $(BUILD)/host/mkfs $(IMAGE_FILES) $(BUILD)/names/programs
	$(call say,MKFS,$@)
	$(Q)$(BUILD)/host/mkfs --size 81920 $@ $(filter $(BUILD)/user/%,$^) $(IMAGE_FILES)

# --- the host's side: mkfs, pktdump, server, and the unit tests (under ASan and UBSan) --------------------
HOBJ := $(BUILD)/obj/host
TOBJ := $(BUILD)/obj/test
$(HOBJ)/%.o: % $(BUILD)/flags/host | $(call needs,run)
	$(call say,HOSTCXX,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCXX) $(HOSTFLAGS) -c -o $@ $<
$(TOBJ)/%.o: % $(BUILD)/flags/host | $(call needs,test)
	$(call say,TESTCXX,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCXX) $(HOSTFLAGS) $(HOSTEXTRA) $(SANITIZE) -c -o $@ $<
include tools/host.mk

# A source that is gone must be missed: each link depends on the list of names it was made from.
$(eval $(call remember,$(KNAMES),$(KERNEL_OBJECTS)))
$(eval $(call remember,names/library,$(USER_LIBRARY)))
$(eval $(call remember,names/programs,$(PROGRAMS) $(TEST_PROGRAMS) $(IMAGE_FILES)))

all: $(KERNEL) $(BUILD)/fs.img $(HOST_TOOLS)    ## the kernel, the disk image, the host's tools

# --- running --------------------------------------------------------------------------------------------
qemu: $(KERNEL) $(IMAGE)            ## run the kernel; its shell is this terminal (Ctrl-A X ends QEMU)
	@exec $(PYTHON) tools/qemu run
qemu-gdb: $(KERNEL) $(IMAGE)        ## the same, waiting for gdb; says what to type in another terminal
	@exec $(PYTHON) tools/qemu gdb
qemu-command: $(KERNEL) $(IMAGE)    ## print QEMU's command line (make -s qemu-command, for scripts)
	@exec $(PYTHON) tools/qemu command
server: $(BUILD)/host/server        ## the host's UDP echo peer and DNS responder, for nettests
	@exec $(PYTHON) tools/qemu server

# --- testing and checking: see tests/ and tools/lint ------------------------------------------------------
TEST ?=
test: all debug-kernel $(BUILD)/test.img $(UNIT_TESTS) | $(call needs,test)    ## every test: on the host, then in QEMU (TEST=word: only those)
	@exec $(PYTHON) tests/run $(TEST)
debug-kernel:
	$(Q)$(MAKE) DEBUG=1 KERNEL=$(BUILD)/kernel-debug.elf $(BUILD)/kernel-debug.elf
unit: $(UNIT_TESTS)                 ## the tests on the host alone
	$(Q)for t in $(UNIT_TESTS); do $$t --gtest_brief=1 || exit 1; done
coverage: | $(call needs,test)      ## line coverage of kernel/net by the unit tests (fails under 90 %)
	@exec $(PYTHON) tools/coverage
lint: compile_commands.json | $(call needs,lint)    ## layers, locks, clang-tidy, format, lengths, names in docs
	@exec $(PYTHON) tools/lint
docs-check:                         ## every file, name, command and link in README.md and docs/ exists
	@exec $(PYTHON) tools/lint docs
format: | $(call needs,lint)        ## clang-format over every source
	$(Q)find kernel user mkfs tools tests -name '*.cc' -o -name '*.h' -o -name '*.c' | xargs clang-format -i
bench: all | $(call needs,test)     ## figures, with goals beside them
	@exec $(PYTHON) tests/bench/run
doctor:                             ## is everything here that is needed? Names the fix for what is not
	@TARGETFLAGS="$(TARGETFLAGS)" TOOLPREFIX="$(TOOLPREFIX)" tools/doctor
setup: $(foreach g,run test lint,$(call needs,$g))    ## install whatever any target may need
compile_commands.json: $(BUILD)/compile_commands.json    ## for editors and clang tools
	$(Q)ln -sf $< $@
$(BUILD)/compile_commands.json: $(BUILD)/$(KNAMES) $(addprefix $(BUILD)/names/,library programs) $(KFLAGSFILE) $(BUILD)/flags/user tools/compdb
	$(Q)$(PYTHON) tools/compdb $@ '$(TOOLS)g++ $(KERNELFLAGS) $(CXXONLY)' $(filter %.cc,$(KERNEL_SOURCES)) \
	    -- '$(TOOLS)g++ $(USERFLAGS) $(CXXONLY)' $(filter user/%.cc,$(PROGRAM_SOURCES) $(USER_LIBRARY))
help:                               ## this list
	@tools/help
clean:                              ## remove everything made
	$(Q)rm -rf $(BUILD) compile_commands.json

.PHONY: all qemu qemu-gdb qemu-command server test debug-kernel unit coverage lint docs-check format bench doctor setup help clean FORCE
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

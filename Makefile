# nx6: `make help` lists the targets and the knobs. Everything that is built goes under $(BUILD). No source file is listed
# here: a new one is found by its folder.

# --- the knobs of `make qemu` (tools/knobs.py checks them; `make help` explains them) ---------------------
KNOBS     := GUEST CPUS MEM NIC NET VSOCK CID PCAP DUMP DUMPFILTER APPEND SERVICES SNAPSHOT QEMU QEMUEXTRA PORTS IMAGE KERNEL WWW
VARIABLES := BUILD DEBUG V TEST SEEDS SEED SECONDS TARGET EVERY FILES WHAT INLINED ALL DUMP_ALL TOOLPREFIX HOSTCXX TESTCXX PYTHON TUNE WARNINGS HOSTFLAGS HOSTEXTRA SANITIZE

switch     = $(if $(filter-out 0 1,$($1)),$(error nx6: $1=$($1) is invalid: use 1 or 0),$(filter 1,$($1)))
BUILD ?= build
DEBUG ?=
V     ?=
INLINED ?=
ALL   ?=
# 0 means off.
override DEBUG := $(call switch,DEBUG)
override V     := $(call switch,V)
override DUMP_ALL := $(call switch,DUMP_ALL)
override INLINED  := $(call switch,INLINED)
override ALL      := $(call switch,ALL)
CORES     := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
GUEST     ?= 1
# What belongs to one guest only: its capture and its disk.
OWN       := $(if $(filter-out 1,$(GUEST)),-$(GUEST))
CPUS      ?= $(if $(filter 1,$(CORES)),1,2)
MEM       ?= 128M
NIC       ?= e1000
NET       ?= user
VSOCK     ?=
CID       ?= 3
PCAP      ?= packets$(OWN).pcap
DUMP      ?= off
DUMPFILTER ?=
APPEND    ?=
SERVICES  ?= httpd inetd
SNAPSHOT  ?=
QEMU      ?= qemu-system-riscv64
QEMUEXTRA ?=
PORTS     ?= $(BUILD)/ports
IMAGE     ?= $(BUILD)/fs$(OWN).img
KERNEL    ?= $(BUILD)/kernel$(if $(DEBUG),-debug).elf
WWW       ?= docs
export BUILD $(KNOBS)

PYTHON  ?= python3
HOSTCXX ?= g++
# The tests on the host: clang compiles them in half of GCC's time.
TESTCXX ?= clang++
Q       := $(if $(V),,@)
# `make -s` prints nothing but what was asked for.
say      = $(if $(V)$(findstring s,$(filter-out -%,$(firstword $(MAKEFLAGS)))),,@printf '  %-7s %s\n' '$1' '$2')

# A misspelt knob would be ignored without a word.
given   := $(foreach v,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $v))),$v))
unknown := $(firstword $(filter-out $(KNOBS) $(VARIABLES) MAKEFLAGS,$(given)))
$(if $(unknown),$(error nx6: $(shell $(PYTHON) tools/knobs.py '$(unknown)' $(KNOBS) $(VARIABLES))))

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory
# All cores, unless the command line, the environment or an outer make says how many jobs.
JOBS := $(if $(filter -j%,$(MAKEFLAGS)),,$(shell case "$$MAKEFLAGS" in (*-j*) ;; (*) echo -j$(CORES) ;; esac))
MAKEFLAGS += $(JOBS)

# --- what must be installed: checked once, then remembered (tools/setup) ---------------------------------
needs = $(BUILD)/have/$1
$(BUILD)/have/%: tools/setup
	$(Q)tools/setup $*
	$(Q)mkdir -p $(@D) && touch $@

# tools/toolchain tries the known cross compilers; TOOLPREFIX= names another. It prints a line of make.
TOOLCHAIN := $(BUILD)/toolchain$(subst /,_,$(TOOLPREFIX)).mk
CHECKED   := $(BUILD)/checked.mk
ifneq ($(filter-out help clean doctor setup format docs-check,$(or $(MAKECMDGOALS),all)),)
$(if $(shell { mkdir -p '$(BUILD)' && touch '$(CHECKED)'; } 2>&1),$(error nx6: cannot write to the folder $(BUILD): use another, such as `make BUILD=/tmp/nx6`))
include $(TOOLCHAIN)
# Before the first build, tools/setup checks and installs the default ones.
absent := $(if $(wildcard $(TOOLCHAIN)),$(strip $(foreach v,PYTHON HOSTCXX,$(if $(shell command -v $($v)),,$v))))
$(if $(absent),$(error nx6: $(firstword $(absent))=$($(firstword $(absent))) is not a program: `make doctor` says what is missing))
endif
$(TOOLCHAIN): tools/toolchain Makefile | $(call needs,run)
	$(Q)mkdir -p $(@D)
	$(Q)TOOLPREFIX='$(TOOLPREFIX)' TARGETFLAGS='$(TARGETFLAGS)' tools/toolchain > $@

# make brings the files that it includes up to date before all else. So a wrong knob, or a guest that runs already, ends
# `make qemu` before anything is built. This file stays empty; its rule only checks.
ifneq ($(and $(filter qemu qemu-gdb,$(MAKECMDGOALS)),$(wildcard $(TOOLCHAIN))),)
include $(CHECKED)
endif
$(CHECKED): FORCE | $(TOOLCHAIN)
	@$(PYTHON) tools/qemu check

# --- flags ----------------------------------------------------------------------------------------------
# The kernel uses no floating point: its ABI is lp64, for which kernel/compat supplies a header that Debian's compiler lacks.
# Programs use the lp64d ABI, for which there is a libgcc with what the machine has no instruction for.
# GCC does not fuse a product and a sum into fma, so that a program computes the same numbers as on the host.
# NO_WAIT leaves the wait() of std::atomic out. The kernel does not use it, and <atomic> would include the C++ library's
# mutexes and strings for it: a file would take nearly twice as long to compile.
NO_WAIT     := -D_GLIBCXX_ATOMIC_WAIT_H
ANYTARGET   := -mcmodel=medany -mno-strict-align -ffreestanding -fno-stack-protector -fno-pic -fno-pie $(NO_WAIT)
TARGETFLAGS := -march=rv64imac_zicsr_zifencei_zba_zbb_zbs -mabi=lp64 $(ANYTARGET) -isystem kernel/compat
USERTARGET  := -march=rv64gc_zba_zbb_zbs -mabi=lp64d -ffp-contract=off $(ANYTARGET)
# Programs see no other system behind ours: only our headers and the compiler's (tools/toolchain), and not the names by which
# a compiler made for Linux says so. Like every Unix it is __unix__.
USERWORLD   := -D__nx6__ -U__linux__ -U__linux -U__gnu_linux__ -Ulinux -Uunix -D__unix__=1 -D__unix=1
WARNINGS    := -Wall -Wextra -Wshadow -Werror -Wno-missing-field-initializers
COMMON      := -g -O2 $(TUNE) -ffunction-sections -fdata-sections -fno-common -MMD -MP $(WARNINGS) \
	-fno-tree-loop-distribute-patterns -fno-asynchronous-unwind-tables
CONLY       := -std=gnu17
CXXONLY     := -std=gnu++20 -fno-exceptions -fno-rtti -fno-threadsafe-statics
LINK        := -nostdlib -static -no-pie -Wl,--gc-sections -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,--build-id=none

KERNELFLAGS := $(TARGETFLAGS) $(COMMON) -Wframe-larger-than=1024 -Ikernel -Ikernel/platform $(if $(DUMP_ALL),-DNX6_DUMP_ALL) $(if $(DEBUG),-DNX6_DEBUG -fno-omit-frame-pointer -fno-optimize-sibling-calls)
# TCP has a function for each step of the RFCs, most of them with one caller, in many files: these are optimised together when
# the kernel is linked. A connection then takes a tenth fewer instructions, and an edit about two seconds more until the kernel
# runs. In a debug kernel, backtraces name each function.
KERNEL_LTO := $(if $(DEBUG),,$(LTO:-flto%=-flto=auto))
USERFLAGS   := $(USERTARGET) $(USERWORLD) $(COMMON) -Iuser/include -Iuser/lib -Ikernel
HOSTFLAGS   := -std=gnu++20 -g1 -O1 -MMD -MP $(WARNINGS) \
	-Itests/fake -Ikernel -Itests -Itools -I. -Iuser/lib -idirafter user/include -DNX6_DUMP_ALL
# What the sanitizers cannot see: the value of an empty optional, an index past a span.
SANITIZE    := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS
QUICKLY     := -O0 -fno-sanitize=null,alignment
COVERAGE    := -fprofile-instr-generate=$(BUILD)/coverage/%m.profraw -fcoverage-mapping
# What the fuzzers change their inputs for: it tells libFuzzer which edges a run takes and what it compares.
GUIDED      := -fsanitize=fuzzer-no-link

# A change of flags or of the compiler rebuilds the objects that it affects: they depend on the text of their flags.
# make 4.3 keeps the newline at the end of some files, depending on their length: strip removes it.
define remember  # file under $(BUILD), text
$(BUILD)/$1: TEXT := $2
$(BUILD)/$1: FORCE
	$$(if $$(if $$(wildcard $$@),$$(subst <$$(strip $$(TEXT))>,,<$$(strip $$(file < $$@))>),new),$$(shell mkdir -p $$(@D))$$(file > $$@,$$(TEXT)))
endef
$(eval $(call remember,flags/kernel$(if $(DEBUG),-debug),$(TOOLS) $(KERNELFLAGS) $(KERNEL_LTO) $(CXXONLY)))
$(eval $(call remember,flags/user,$(TOOLS) $(USERFLAGS) $(HEADERS) $(CXXHEADERS) $(LTO) $(CXXONLY) $(CONLY)))
$(eval $(call remember,flags/host,$(HOSTCXX) $(HOSTFLAGS)))
$(eval $(call remember,flags/test,$(TESTCXX) $(HOSTFLAGS) $(SANITIZE) $(QUICKLY) $(COVERAGE) $(GUIDED)))
FORCE:

find_sources = $(sort $(shell find $1 -name '*.cc' -o -name '*.c' -o -name '*.S' 2>/dev/null))

# --- the kernel -----------------------------------------------------------------------------------------
KOBJ           := $(BUILD)/obj/kernel$(if $(DEBUG),-debug)
# The kernel runs filters, but does not compile them.
KERNEL_SOURCES := $(filter-out kernel/compat/% kernel/net/filter/language/%,$(call find_sources,kernel))
KERNEL_OBJECTS := $(KERNEL_SOURCES:kernel/%=$(KOBJ)/%.o)
KFLAGSFILE     := $(BUILD)/flags/kernel$(if $(DEBUG),-debug)
KNAMES         := names/kernel$(if $(DEBUG),-debug)
KERNEL_ELF     := $(BUILD)/kernel$(if $(DEBUG),-debug).elf

$(KOBJ)/net/tcp/%: private TOGETHER := $(KERNEL_LTO)

# With the C++ library's headers compiled before, a file takes a third less time. It still includes what it uses: lint compiles
# it without them.
KPRECOMPILED := $(KOBJ)/precompiled.h
$(KPRECOMPILED).gch: kernel/lib/precompiled.h $(KFLAGSFILE)
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D) && $(TOOLS)g++ $(KERNELFLAGS:-MMD=-MD) $(CXXONLY) -x c++-header -o $@ $<
$(KOBJ)/%.cc.o: kernel/%.cc $(KFLAGSFILE) $(KPRECOMPILED).gch
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D) && $(TOOLS)g++ $(KERNELFLAGS) $(TOGETHER) $(CXXONLY) -fpch-preprocess -include $(KPRECOMPILED) -c -o $@ $<
$(KOBJ)/%.S.o: kernel/%.S $(KFLAGSFILE)
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D) && $(TOOLS)gcc $(KERNELFLAGS) -c -o $@ $<

# A debug kernel contains its functions' names, for panics. It is linked twice: once to learn the addresses, and again
# with the table of names.
LINK_KERNEL = $(TOOLS)g++ $(KERNELFLAGS) $(KERNEL_LTO) $(LINK) -Wl,-T,kernel.ld -o $@ $(KERNEL_OBJECTS)
$(KERNEL_ELF): $(KERNEL_OBJECTS) kernel.ld $(BUILD)/$(KNAMES) tools/symbols
	$(call say,LINK,$@)
	$(Q)$(LINK_KERNEL)
ifdef DEBUG
	$(Q)tools/symbols $(TOOLS)nm $@ > $(KOBJ)/symbols.S
	$(Q)$(TOOLS)gcc $(KERNELFLAGS) -c -o $(KOBJ)/symbols.o $(KOBJ)/symbols.S
	$(Q)$(LINK_KERNEL) $(KOBJ)/symbols.o
	$(Q)tools/symbols $(TOOLS)nm $@ | cmp - $(KOBJ)/symbols.S
endif

# --- programs: a file or a folder each under user/bin, all linked with the library built from user/lib ---------
include tools/user.mk
include tools/ustack.mk

# The image has the programs, a README and everything in user/files. There is room for one file of the largest size: 81920
# blocks of 1 KiB. The image file is sparse. Each guest (GUEST=2) has a disk of its own.
# /help.txt, which `help` prints, is made from the first sentence of each program's source. The program [ is test; scripts
# from elsewhere begin with #!/bin/sh.
IMAGE_FILES := user/README $(sort $(wildcard user/files/*)) $(BUILD)/help.txt
DISKS       := $(BUILD)/fs.img $(foreach n,2 3 4 5 6 7 8 9,$(BUILD)/fs-$n.img)
$(DISKS): $(PROGRAMS)
$(BUILD)/test.img: $(PROGRAMS) $(TEST_PROGRAMS)
$(DISKS) $(BUILD)/test.img: $(BUILD)/host/mkfs $(IMAGE_FILES) $(shell find user/files -type f) $(BUILD)/names/programs
	$(call say,MKFS,$@)
	$(Q)$(BUILD)/host/mkfs --size 81920 --link [=test --link bin/sh=sh $@ $(filter $(BUILD)/user/%,$^) $(IMAGE_FILES)

$(BUILD)/help.txt: tools/program_list $(PROGRAM_SOURCES) $(BUILD)/names/programs
	$(call say,HELP,$@)
	$(Q)$(PYTHON) tools/program_list $(PROGRAM_PATHS) --twice $(TWICE) > $@

# --- programs for the host: mkfs, pktdump, server, vsockd, and the unit tests (with ASan and UBSan) ---------------
HOBJ := $(BUILD)/obj/host
TOBJ := $(BUILD)/obj/test
# Only the fakes under the file system wait on an atomic.
for_host = $(HOSTFLAGS) $(if $(filter-out kernel/fs/%,$(filter kernel/%,$<)),$(NO_WAIT))
$(HOBJ)/%.o: % $(BUILD)/flags/host | $(call needs,run)
	$(call say,HOSTCXX,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCXX) $(for_host) -c -o $@ $<
# The tests' own code is not what is tested: without optimisation, without the checks of every pointer, and with the headers
# of GoogleTest and of the C++ library compiled once for all, it is compiled in a third of the time. A null pointer still ends
# the test. ccache keeps such objects only if it may be sloppy.
export CCACHE_SLOPPINESS ?= pch_defines,time_macros
PRECOMPILED := $(TOBJ)/precompiled.h
for_tests = $(for_host) $(HOSTEXTRA) $(SANITIZE) $(if $(filter tests/unit/%,$<),$(QUICKLY) $(PRECOMPILED:%=-include-pch %.pch)) \
	$(if $(filter tests/fuzz/%,$<)$(filter-out tests/%,$<),$(GUIDED))
$(PRECOMPILED).pch: tests/precompiled.h $(BUILD)/flags/test | $(call needs,test)
	$(call say,TESTCXX,$<)
	$(Q)mkdir -p $(@D) && $(TESTCXX) $(HOSTFLAGS:-MMD=-MD) $(HOSTEXTRA) $(SANITIZE) $(QUICKLY) -fpch-instantiate-templates -Xclang -fno-pch-timestamp -x c++-header -o $@ $<
$(TOBJ)/%.o: % $(BUILD)/flags/test | $(call needs,test)
	$(call say,TESTCXX,$<)
	$(Q)mkdir -p $(@D) && $(TESTCXX) $(for_tests) $(if $(filter kernel/net/%,$<),$(COVERAGE)) -c -o $@ $<
include tools/host.mk

# When a source file is removed, its program is linked again: each link depends on the list of its sources.
$(eval $(call remember,$(KNAMES),$(KERNEL_OBJECTS)))
$(eval $(call remember,names/library,$(USER_LIBRARY)))
$(eval $(call remember,names/programs,$(PROGRAMS) $(TEST_PROGRAMS) $(IMAGE_FILES)))

all: $(KERNEL_ELF) $(BUILD)/fs.img $(HOST_TOOLS)    ## build the kernel, the disk image and the host's tools (1 min; 1 s)

# --- running --------------------------------------------------------------------------------------------
# A KERNEL or an IMAGE that is not ours is used as it is.
RUN := $(filter $(BUILD)/%,$(KERNEL) $(IMAGE)) $(HOST_TOOLS)
qemu: $(RUN)                        ## build, then run the kernel; its shell is this terminal (1 min; 2 s). Ctrl-A X ends QEMU
	@exec $(PYTHON) tools/qemu run
qemu-gdb: $(RUN)                    ## the same, but wait for gdb; prints what to type in another terminal
	@exec $(PYTHON) tools/qemu gdb
qemu-command: $(RUN)                ## print QEMU's command line (for scripts: make -s qemu-command)
	@exec $(PYTHON) tools/qemu command
server: $(BUILD)/host/server        ## the host's side for the guest: UDP echo, DNS, and HTTP for the files of WWW (10 s; 1 s)
	@exec $(PYTHON) tools/qemu server

# --- testing and checking: see tests/ and tools/lint -----------------------------------------------------
TEST ?=
FILES   ?=
SEEDS   ?= 10000
SEED    ?=
SECONDS ?= 60
TARGET  ?=
EVERY   ?= 1
WHAT    ?=
test: all debug-kernel $(BUILD)/test.img $(UNIT_TESTS) $(FUZZERS) | $(call needs,test)    ## all tests, on the host and in QEMU (15 min; 10 min). TEST=word: only those whose name has it
	@exec $(PYTHON) tests/run $(TEST)
test-build: all debug-kernel $(BUILD)/test.img $(UNIT_TESTS) $(FUZZERS)    ## build all that `make test` runs (4 min; 1 s)
debug-kernel:
	$(Q)$(MAKE) DEBUG=1 $(BUILD)/kernel-debug.elf
vsock-interop: all | $(call needs,test)    ## test vsockd with a Linux guest, Debian's, or say why it cannot be had (5 min; 3 min)
	@$(PYTHON) tests/linux/image.py || true
	@exec $(PYTHON) tests/run --group linux $(TEST)
vsock-stress: all | $(call needs,test)    ## 50 vsock connections at once, with 20 MiB each way (2 min; 1 min)
	@exec $(PYTHON) tests/run --group stress $(or $(TEST),vsock)
interop: all | $(call needs,test) $(call needs,interop)    ## test against this machine's Linux in a network namespace, over good and bad wires; needs root (5 min; 5 min)
	@exec $(PYTHON) tests/run --group interop $(TEST)
netd-stress: all $(BUILD)/test.img | $(call needs,test)    ## kill 10,000 clients of netd at random moments, and forge a million frames of a channel (3 min; 2 min)
	@exec $(PYTHON) tests/run --group stress $(or $(TEST),netd channel)
model:                              ## let Spin check the model of a channel's ring, tests/model (1 min; 30 s)
	@exec $(PYTHON) tests/model/run
unit: $(UNIT_TESTS)                 ## only the tests on the host (4 min; 1 min)
	$(Q)for t in $(UNIT_TESTS); do $$t --gtest_brief=1 || exit 1; done
fuzz: $(FUZZERS)                    ## let libFuzzer change inputs of each target, or of TARGET, for SECONDS; fails below the coverage in tests/fuzz/floors (20 min)
	@exec $(PYTHON) tests/fuzz/run --seconds $(SECONDS) $(TARGET)
alloc-failure: $(addprefix $(BUILD)/host/,unit_tests sim_tests)    ## run each network test, and 50 simulated networks, once for each allocation, which then fails (1 h). EVERY=20: a twentieth of the failures
	$(if $(filter Simulated%,$(TEST)),,@$(BUILD)/host/unit_tests --fail-allocations $(EVERY) $(TEST))
	$(if $(filter-out Simulated%,$(TEST)),,@$(BUILD)/host/sim_tests --fail-allocations $(EVERY) $(or $(TEST),Simulated))
mutate: | $(call needs,mutate)      ## change kernel/net in thousands of small ways, one at a time: do the tests notice? FILES="kernel/net/tcp/ack.cc ..." (1 h)
	@exec tests/mutate/run $(FILES)
sim: $(BUILD)/host/sim              ## simulate SEEDS networks of several stacks, each another by its seed; SEED=n runs only that one (2 min; 20 s)
	@exec $(BUILD)/host/sim --out $(BUILD)/sim $(if $(SEED),--seed $(SEED),--seeds $(SEEDS))
sim-faults: SEEDS = 1000
sim-faults: $(BUILD)/host/sim       ## put known faults into the stack, one at a time: does the simulator find them? TEST=name: only this one. SEEDS=n: in so many networks (4 min)
	@exec $(PYTHON) tests/sim/faults.py --seeds $(SEEDS) $(TEST) --folder $(BUILD)/sim/faults --compile '$(HOSTCXX) $(filter-out -MMD -MP,$(HOSTFLAGS)) -O2 $(NO_WAIT)' --objects '$(call bench_obj,$(SIM_PROGRAM))'
coverage: $(BUILD)/host/unit_tests  ## line coverage of kernel/net by the unit tests; fails under 90 % (4 min; 1 min)
	@$(PYTHON) tests/run unit_tests
	@exec $(PYTHON) tools/coverage
lint: compile_commands.json | $(call needs,lint)    ## check layers, locks, lengths, format and docs, and run clang-tidy (5 min)
	@exec $(PYTHON) tools/lint
docs-check:                         ## check that every file, name, command and link in README.md and docs/ exists (1 s)
	@exec $(PYTHON) tools/lint docs
format: | $(call needs,lint)        ## run clang-format over every source (5 s)
	$(Q)find kernel user mkfs tools tests -name '*.cc' -o -name '*.h' -o -name '*.c' | xargs clang-format -i
bench: all $(BUILD)/test.img $(addprefix $(BUILD)/host/,filter_bench flows) | $(call needs,test)     ## measure speed, and print the goals beside the results (15 min)
	@exec $(PYTHON) tests/bench/run
bench-beside: all $(BUILD)/test.img | $(call needs,test)    ## measure nx6 beside Linux in the same QEMU and beside lwIP, in turn; table and chart: build/bench/beside.txt, .svg (20 min)
	@exec $(PYTHON) tests/bench/beside $(TEST)
profile: all $(BUILD)/test.img | $(call needs,test)    ## count the instructions of each function that WHAT=udp-send|udp-echo|tcp-in|tcp-out|tcp-echo|connect|fork... passes (1 min; 10 s)
	@exec $(PYTHON) tests/bench/profile $(if $(INLINED),--inlined) $(if $(ALL),--all) $(or $(WHAT),--help)
doctor:                             ## check that everything needed is installed; names the fix for what is not (1 s)
	@TARGETFLAGS="$(TARGETFLAGS)" TOOLPREFIX="$(TOOLPREFIX)" tools/doctor
setup:                              ## install everything that any target needs (3 min; 1 s)
	$(Q)tools/setup run test lint bench mutate interop
	$(Q)mkdir -p $(BUILD)/have && touch $(foreach g,run test lint bench mutate interop,$(call needs,$g))
compile_commands.json: $(BUILD)/compile_commands.json    ## write it, for editors and clang's tools (2 s)
	$(Q)ln -sf $< $@
$(BUILD)/compile_commands.json: $(BUILD)/$(KNAMES) $(addprefix $(BUILD)/names/,library programs) $(KFLAGSFILE) $(BUILD)/flags/user tools/compdb
	$(Q)$(PYTHON) tools/compdb $@ '$(TOOLS)g++ $(KERNELFLAGS) $(CXXONLY)' $(filter %.cc,$(KERNEL_SOURCES)) \
	    -- '$(TOOLS)g++ $(USERFLAGS) $(CXXHEADERS) $(CXXONLY)' $(filter user/%.cc,$(PROGRAM_SOURCES) $(USER_LIBRARY) $(USTACK_SYSTEM)) \
	    -- '$(TOOLS)g++ $(USTACK_FLAGS) $(CXXHEADERS) $(CXXONLY)' $(filter user/%.cc,$(USTACK))
help:                               ## print this list
	@tools/help
.DEFAULT:
	@echo 'nx6: there is no target or file $@: `make help` lists the targets' >&2; exit 1
clean:                              ## remove everything that was built
	$(Q)rm -rf $(BUILD) compile_commands.json

.PHONY: all qemu qemu-gdb qemu-command server test debug-kernel vsock-interop vsock-stress netd-stress interop test-build sim sim-faults model mutate unit fuzz alloc-failure coverage lint docs-check format bench bench-beside profile doctor setup help clean FORCE
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

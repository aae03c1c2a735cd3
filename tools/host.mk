# What is built for the host. The portable parts of the kernel are compiled a second time here, with the fakes of
# tests/fake instead of the machine.

HOST_TOOLS := $(addprefix $(BUILD)/host/,sh mkfs fsck pktdump server nx6 vsockd lossybox)
UNIT_TESTS := $(addprefix $(BUILD)/host/,unit_tests fs_tests vsockd_tests thread_tests libpcap_tests ustack_tests sim_tests)

hobj = $(patsubst %,$(HOBJ)/%.o,$1)
tobj = $(patsubst %,$(TOBJ)/%.o,$1)

# The host's pktdump is the kernel's dump and filters: they need the formatter and the wire formats, and nothing else.
PORTABLE_LIB  := kernel/lib/format.cc kernel/lib/errno.cc kernel/lib/random.cc
DUMP_SOURCES  := $(call find_sources,kernel/net/wire) $(wildcard kernel/net/dump/*.cc)
FILTER_SOURCES := $(call find_sources,kernel/net/filter)
PKTDUMP_PARTS := $(filter-out %/main.cc,$(wildcard tools/capture/*.cc tools/pktdump/*.cc))

$(BUILD)/host/mkfs: $(call hobj,$(addprefix mkfs/,mkfs.cc image.cc))
$(BUILD)/host/fsck: $(call hobj,$(addprefix mkfs/,fsck.cc check.cc check_log.cc))
$(BUILD)/host/pktdump: $(call hobj,tools/pktdump/main.cc $(PKTDUMP_PARTS) $(PORTABLE_LIB) $(DUMP_SOURCES) $(FILTER_SOURCES))
$(BUILD)/host/server: $(call hobj,$(wildcard tools/server/*.cc))
$(BUILD)/host/nx6: $(call hobj,$(wildcard tools/nx6/*.cc) user/lib/agent/frame.cc)
# vsockd uses the guest's own engine of vsock connections.
VSOCKD_PARTS := $(filter-out %/main.cc,$(wildcard tools/vsockd/*.cc)) $(addprefix kernel/net/vsock/,input.cc life.cc output.cc text.cc)
$(BUILD)/host/vsockd: $(call hobj,tools/vsockd/main.cc $(VSOCKD_PARTS))
$(BUILD)/host/lossybox: $(call hobj,$(wildcard tests/wire/*.cc) kernel/net/wire/checksum.cc)
# The guest's shell, so that tests can hold it against dash.
SHELL_SOURCES := $(filter-out user/bin/sh/typed.cc,$(wildcard user/bin/sh/*.cc)) tests/sh/typed.cc
$(BUILD)/host/sh: $(call hobj,$(SHELL_SOURCES))
$(HOST_TOOLS):
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D) && $(HOSTCXX) -o $@ $(filter %.o,$^)

# The parts of drivers that need no machine.
UNIT_DRIVERS := $(addprefix kernel/dev/,pci.cc e1000_ring.cc frame.cc) \
	$(addprefix kernel/dev/virtio/,queue.cc net_rx.cc net_tx.cc vsock_queues.cc)
# The terminal without its lock and waiters.
UNIT_TERMINAL := $(addprefix kernel/dev/tty/,input.cc edit.cc output.cc)
# AF_UNIX without the kernel's processes and paths.
IPC_SOURCES := $(filter-out kernel/ipc/process.cc,$(wildcard kernel/ipc/*.cc)) kernel/mm/page_queue.cc
# Tests that are a program of their own begin with its name.
OTHER_TESTS := $(foreach t,fs vsockd thread libpcap ustack sim,tests/unit/$t_%)
# The network core is first, so that its copies of inline functions are linked: `make coverage` counts how often they run.
UNIT_SOURCES := $(call find_sources,kernel/net) $(filter-out $(OTHER_TESTS),$(wildcard tests/unit/*_test.cc)) tests/unit/main.cc \
	$(wildcard tests/fake/*.cc) $(IPC_SOURCES) $(PORTABLE_LIB) $(PKTDUMP_PARTS) $(UNIT_DRIVERS) $(UNIT_TERMINAL) \
	kernel/proc/signals.cc \
	$(filter-out tools/server/main.cc,$(wildcard tools/server/*.cc)) \
	$(filter-out tools/nx6/main.cc,$(wildcard tools/nx6/*.cc)) user/lib/agent/frame.cc \
	$(filter-out %/agent.cc,$(wildcard user/bin/agent/*.cc)) \
	$(addprefix user/bin/netd/,policy.cc service.cc) \
	$(wildcard user/lib/math/*.cc) \
	$(filter-out %/resolv_conf.cc,$(wildcard user/lib/dhcp/*.cc)) \
	user/lib/terminal/key.cc $(addprefix user/bin/edit/,buffer.cc undo.cc screen.cc editor.cc question.cc) \
	$(filter-out %/line.cc %/complete_default.cc,$(wildcard user/lib/line/*.cc)) \
	$(addprefix tests/wire/,direction.cc options.cc too_long.cc) tests/fuzz/filter.cc tests/fuzz/must.cc
$(BUILD)/host/unit_tests: $(call tobj,$(UNIT_SOURCES)) $(BUILD)/names/unit

# The file system, with separate fakes for locks, memory and the disk instead of the kernel's headers. root.cc is left
# out: it needs processes.
FS_SOURCES := $(wildcard tests/unit/fs_*_test.cc tests/fake/fs/*.cc) \
	$(filter-out kernel/fs/root.cc,$(call find_sources,kernel/fs)) kernel/mm/page_queue.cc \
	$(filter-out mkfs/mkfs.cc mkfs/fsck.cc,$(call find_sources,mkfs)) $(PORTABLE_LIB)
fsobj = $(patsubst %,$(BUILD)/obj/fs-test/%.o,$1)
$(BUILD)/obj/fs-test/%.o: % $(BUILD)/flags/test | $(call needs,test)
	$(call say,TESTCXX,$<)
	$(Q)mkdir -p $(@D) && $(TESTCXX) -Itests/fake/fs $(for_tests) -c -o $@ $<
$(BUILD)/host/fs_tests: $(call fsobj,$(FS_SOURCES)) $(BUILD)/names/fs-test

VSOCKD_PLAYED  := $(wildcard tests/fake/vsockd/*.cc) $(addprefix tests/fuzz/,vsockd.cc must.cc) $(VSOCKD_PARTS)
VSOCKD_SOURCES := $(wildcard tests/unit/vsockd_*_test.cc) $(VSOCKD_PLAYED)
$(BUILD)/host/vsockd_tests: $(call tobj,$(VSOCKD_SOURCES)) $(BUILD)/names/vsockd

# The network stack as it runs in programs, with their platform instead of the fake one.
USTACK_SOURCES := $(wildcard tests/unit/ustack_*_test.cc tests/fake/ustack/*.cc) $(USTACK_NET) $(PORTABLE_LIB) \
	$(filter-out user/lib/ustack/program/% user/lib/ustack/system/%,$(call find_sources,user/lib/ustack)) tests/fake/packets.cc
uobj = $(patsubst %,$(BUILD)/obj/ustack-test/%.o,$1)
$(BUILD)/obj/ustack-test/%.o: % $(BUILD)/flags/test | $(call needs,test)
	$(call say,TESTCXX,$<)
	$(Q)mkdir -p $(@D) && $(TESTCXX) -DNX6_DEBUG $(ONE_THREAD) $(for_tests) $(QUICKLY) -c -o $@ $<
$(BUILD)/host/ustack_tests: $(call uobj,$(USTACK_SOURCES)) $(BUILD)/names/ustack

# The simulated network. `make sim` runs it without sanitizers, which takes a fifth of the time.
SIM_SOURCES := $(call find_sources,kernel/net) $(filter-out %/main.cc,$(wildcard tests/sim/*.cc)) $(PORTABLE_LIB) \
	$(addprefix tests/fake/,agenda.cc allocation_failure.cc line.cc net_platform.cc packets.cc tcp_sim.cc) \
	$(addprefix tools/capture/,link_type.cc writer.cc)
$(BUILD)/host/sim_tests: $(call tobj,$(wildcard tests/unit/sim_*_test.cc) tests/unit/main.cc $(SIM_SOURCES)) $(BUILD)/names/sim

# ThreadSanitizer excludes the other sanitizers. It ignores fences; that they are needed, tests/model shows.
THREAD_SOURCES := $(wildcard tests/unit/thread_*_test.cc)
$(BUILD)/host/thread_tests: SANITIZE := -fsanitize=thread
$(BUILD)/host/thread_tests: PRECOMPILED :=
$(BUILD)/host/thread_tests: $(call tobj,$(THREAD_SOURCES)) $(BUILD)/names/thread

# The filters beside libpcap, which only this program needs.
LIBPCAP_SOURCES := $(wildcard tests/unit/libpcap_*_test.cc tests/oracle/*.cc) tests/fake/filter_traffic.cc tests/fake/packets.cc \
	$(FILTER_SOURCES) $(call find_sources,kernel/net/wire) $(PORTABLE_LIB)
$(BUILD)/host/libpcap_tests: $(call tobj,$(LIBPCAP_SOURCES)) $(BUILD)/names/libpcap
$(BUILD)/host/libpcap_tests: TEST_LIBRARIES := -lpcap

WITH_PRECOMPILED := $(filter-out tests/unit/thread_%,$(wildcard tests/unit/*_test.cc))
$(call tobj,$(WITH_PRECOMPILED)) $(call fsobj,$(WITH_PRECOMPILED)) $(call uobj,$(WITH_PRECOMPILED)): $(PRECOMPILED).pch
# These contain the network core, of which tools/coverage counts the lines.
$(addprefix $(BUILD)/host/,unit_tests vsockd_tests libpcap_tests sim_tests fuzz fuzz_vsockd): PROFILE := -fprofile-instr-generate
$(UNIT_TESTS):
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D) && $(TESTCXX) $(SANITIZE) $(PROFILE) $(HOSTEXTRA) -o $@ $(filter %.o,$^) -lgtest_main -lgtest $(TEST_LIBRARIES) -latomic -lpthread

$(eval $(call remember,names/unit,$(UNIT_SOURCES)))
$(eval $(call remember,names/vsockd,$(VSOCKD_SOURCES)))
$(eval $(call remember,names/thread,$(THREAD_SOURCES)))
$(eval $(call remember,names/libpcap,$(LIBPCAP_SOURCES)))
$(eval $(call remember,names/fs-test,$(FS_SOURCES)))
$(eval $(call remember,names/ustack,$(USTACK_SOURCES)))
$(eval $(call remember,names/sim,$(SIM_SOURCES)))

# The unit tests with all mutants of `make mutate` in the network core. tests/mutate/run writes the changed files, which are
# found before the originals. The tests of kernel/net/wire and of the scoreboard see the changed headers, too: they call functions that are in headers only.
WOVEN := $(BUILD)/mutate/woven
MUTATED := $(filter kernel/net/% tests/unit/wire_% tests/unit/tcp_scoreboard_%,$(UNIT_SOURCES))
mobj = $(patsubst %,$(BUILD)/obj/mutate/%.o,$1)
MUTANT_FLAGS = -I$(WOVEN)/kernel -include tests/mutate/mutant.h -w -Wno-c++11-narrowing
$(BUILD)/host/mutants: $(call mobj,$(MUTATED)) $(call tobj,tests/mutate/runner.cc $(filter-out $(MUTATED) tests/unit/main.cc,$(UNIT_SOURCES)))
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D) && $(TESTCXX) $(SANITIZE) -o $@ $(filter %.o,$^) -lgtest -latomic -lpthread
# An object of the last run may depend on a changed file that is gone.
$(WOVEN)/kernel/%: ;
$(BUILD)/obj/mutate/%.o: % $(BUILD)/flags/test $(WOVEN)/list | $(call needs,test)
	$(call say,TESTCXX,$<)
	$(Q)mkdir -p $(@D) && $(TESTCXX) $(MUTANT_FLAGS) $(for_tests) -c -o $@ $(or $(wildcard $(WOVEN)/$<),$<)

# Parts of the kernel on the host, for `make bench`: the packet filter beside libpcap, and the table of flows.
FILTER_BENCH_SOURCES := $(filter-out tests/unit/% tests/fake/filter_traffic.cc,$(LIBPCAP_SOURCES)) tests/bench/filter_bench.cc
FLOWS_SOURCES := tests/bench/flows.cc tests/fake/net_platform.cc kernel/net/proto/endpoint.cc kernel/net/core/mbuf.cc \
	$(call find_sources,kernel/net/wire) $(PORTABLE_LIB)
SIM_PROGRAM := $(SIM_SOURCES) tests/sim/main.cc
bench_obj = $(patsubst %,$(BUILD)/obj/bench/%.o,$1)
$(BUILD)/host/filter_bench: $(call bench_obj,$(FILTER_BENCH_SOURCES))
$(BUILD)/host/flows: $(call bench_obj,$(FLOWS_SOURCES))
$(BUILD)/host/sim: $(call bench_obj,$(SIM_PROGRAM)) $(BUILD)/names/sim
$(BUILD)/host/filter_bench $(BUILD)/host/flows $(BUILD)/host/sim:
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D) && $(HOSTCXX) -o $@ $(filter %.o,$^) -lpcap -lgtest -lpthread
$(BUILD)/obj/bench/%.o: % $(BUILD)/flags/host | $(call needs,test)
	$(call say,BENCHCXX,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCXX) $(HOSTFLAGS) -O2 -c -o $@ $<

# nx6's stack beside lwIP, for `make bench-beside`, which fetches lwIP's source first (tests/bench/beside_lwip.py). The stack is
# compiled as for a program with one thread, and both with the same options.
LWIP            := $(BUILD)/lwip/src
LWIP_SOURCES    := $(wildcard $(LWIP)/core/*.c $(LWIP)/core/ipv4/*.c) $(LWIP)/netif/ethernet.c
CONTEST_SOURCES := $(wildcard tests/bench/lwip/*.cc) $(USTACK_NET) $(PORTABLE_LIB)
CONTEST_FLAGS   := -O2 -fno-exceptions -fno-rtti -fno-threadsafe-statics
cobj = $(patsubst %,$(BUILD)/obj/contest/%.o,$1)
$(BUILD)/host/contest: $(call cobj,$(CONTEST_SOURCES) tests/bench/lwip/lwip.c) $(LWIP_SOURCES:$(LWIP)/%=$(BUILD)/obj/contest/lwip/%.o)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D) && $(HOSTCXX) -o $@ $(filter %.o,$^)
$(BUILD)/obj/contest/%.cc.o: %.cc $(BUILD)/flags/host | $(call needs,run)
	$(call say,BENCHCXX,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCXX) $(ONE_THREAD) $(for_host) $(CONTEST_FLAGS) -c -o $@ $<
$(BUILD)/obj/contest/%.c.o: %.c tests/bench/lwip/port/lwipopts.h $(BUILD)/flags/host | $(call needs,run)
	$(call say,BENCHCC,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCXX) -x c $(CONLY) $(WARNINGS) -O2 -MMD -MP -Itests/bench/lwip/port -isystem $(LWIP)/include -c -o $@ $<
$(BUILD)/obj/contest/lwip/%.c.o: $(LWIP)/%.c tests/bench/lwip/port/lwipopts.h | $(call needs,run)
	$(call say,BENCHCC,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCXX) -x c $(CONLY) -w -O2 -MMD -MP -Itests/bench/lwip/port -I$(LWIP)/include -c -o $@ $<

# The fuzzers are libFuzzer, which is clang's, with the objects of the tests (GUIDED). None of the kernel is compiled for them.
FUZZERS := $(addprefix $(BUILD)/host/,fuzz fuzz_fs fuzz_vsockd)
fuzz_sources = $(addprefix tests/fuzz/,main.cc must.cc $1)
FUZZ_SOURCES := $(filter-out tests/unit/% tests/fuzz/%,$(UNIT_SOURCES)) \
	$(call fuzz_sources,net_targets.cc wire.cc dump.cc capture.cc filter.cc frames.cc sockets.cc host.cc dhcp.cc dns.cc http.cc shell.cc) \
	user/bin/httpd/request.cc user/lib/posix/dns_message.cc $(addprefix user/bin/sh/,lexer.cc parser.cc compound.cc dollar.cc word.cc memory.cc arithmetic.cc)
$(BUILD)/host/fuzz: $(call tobj,$(FUZZ_SOURCES)) $(BUILD)/names/fuzz
FUZZ_FS_SOURCES := $(filter-out tests/unit/%,$(FS_SOURCES)) $(call fuzz_sources,fs_targets.cc disk.cc fsck.cc mkfs.cc damage.cc)
$(BUILD)/host/fuzz_fs: $(call fsobj,$(FUZZ_FS_SOURCES)) $(BUILD)/names/fuzz-fs
FUZZ_VSOCKD_SOURCES := $(call fuzz_sources,vsockd_targets.cc) $(VSOCKD_PLAYED)
$(BUILD)/host/fuzz_vsockd: $(call tobj,$(sort $(FUZZ_VSOCKD_SOURCES))) $(BUILD)/names/fuzz-vsockd
$(FUZZERS): | $(call needs,lint)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D) && $(TESTCXX) $(SANITIZE) $(PROFILE) -fsanitize=fuzzer -o $@ $(filter %.o,$^) -lgtest -latomic -lpthread
$(eval $(call remember,names/fuzz,$(FUZZ_SOURCES)))
$(eval $(call remember,names/fuzz-fs,$(FUZZ_FS_SOURCES)))
$(eval $(call remember,names/fuzz-vsockd,$(FUZZ_VSOCKD_SOURCES)))

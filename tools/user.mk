# The programs of the guest, and the library that all of them are linked with.

UOBJ         := $(BUILD)/obj/user
USER_LIBRARY := $(filter-out user/lib/ustack/%,$(call find_sources,user/lib)) $(call find_sources,kernel/net/filter) \
	$(addprefix kernel/lib/,format.cc string.cc errno.cc) $(addprefix kernel/net/wire/,addr.cc checksum.cc)

# A program is a file, NAME.c or NAME.cc, or a folder NAME with any number of them, also in folders below it. The file
# NAME/flags, if there is one, has more flags for its compiler and its linker. A NAME.c comes before our NAME.cc or NAME/: so
# xv6's own usertests.c can be put in.
IN_PROGRAMS := $(call find_sources,user/bin tests/programs)
sources_of   = $(or $(filter $1.c,$(IN_PROGRAMS)),$(filter $1.cc,$(IN_PROGRAMS)),$(filter $1/%,$(IN_PROGRAMS)))
objects_of   = $(patsubst %,$(UOBJ)/%.o,$(call sources_of,$1))
programs_in  = $(sort $(foreach s,$(patsubst $1/%,%,$(filter $1/%,$(IN_PROGRAMS))),$1/$(basename $(firstword $(subst /, ,$s)))))
PROGRAM_PATHS   := $(call programs_in,user/bin)
PROGRAM_SOURCES := $(foreach p,$(PROGRAM_PATHS),$(call sources_of,$p))
PROGRAMS        := $(addprefix $(BUILD)/user/,$(notdir $(PROGRAM_PATHS)))
# Programs that only tests run; they are on a separate disk.
TEST_PATHS      := $(call programs_in,tests/programs)
TEST_PROGRAMS   := $(addprefix $(BUILD)/user/,$(notdir $(TEST_PATHS)))

# Programs that include none of our own headers were written for POSIX or for xv6: warnings do not stop their build.
OURS      := $(shell grep -rlE '"(user|manners|nx6|suite/[a-z]+)\.h"' user/bin tests/programs | xargs grep -LE '"(kernel/)?types\.h"')
in_folder  = $(filter $1/%,$(call sources_of,$1))
file_text  = $(if $(wildcard $1),$(strip $(file < $1)))
flags_of   = $(strip $(if $(filter $(call sources_of,$1) $(if $(in_folder),$1/%),$(OURS)),,-Wno-extra -Wno-shadow -Wno-error) \
	$(if $(in_folder),-iquote $1 $(call file_text,$1/flags)))

$(UOBJ)/%.cc.o: %.cc $(BUILD)/flags/user
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D) && $(TOOLS)g++ $(USERFLAGS) $(CXXHEADERS) $(CXXONLY) $(PROGRAM_FLAGS) -c -o $@ $<
$(UOBJ)/%.c.o: %.c $(BUILD)/flags/user
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(TOOLS)gcc $(USERFLAGS) $(HEADERS) $(CONLY) $(PROGRAM_FLAGS) -c -o $@ $<
$(UOBJ)/%.S.o: %.S $(BUILD)/flags/user
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D) && $(TOOLS)gcc $(USERFLAGS) $(HEADERS) $(PROGRAM_FLAGS) -c -o $@ $<
$(USER_LIBRARY:%=$(UOBJ)/%.o): private PROGRAM_FLAGS := -DNX6_LIBRARY
$(BUILD)/user/libuser.a: $(USER_LIBRARY:%=$(UOBJ)/%.o) $(BUILD)/names/library tools/library
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D) && tools/library $@ $(TOOLS) $(filter %.o,$^)

# The image gets a copy without debug information; gdb reads NAME.elf.
LINK_PROGRAM = $(TOOLS)g++ $(USERTARGET) $(LINK) -Wl,-T,user/user.ld $(PROGRAM_FLAGS)
define program  # its path, without .c or .cc
$(call objects_of,$1) $(BUILD)/user/$(notdir $1): private PROGRAM_FLAGS := $(call flags_of,$1)
$(call objects_of,$1): $(BUILD)/flags/program-$(notdir $1)
$(BUILD)/user/$(notdir $1): $(call objects_of,$1) $(BUILD)/user/libuser.a user/user.ld $(BUILD)/names/program-$(notdir $1)
	$$(call say,LINK,$$@)
	$$(Q)$$(LINK_PROGRAM) -o $$@.elf $$(filter %.o %.a,$$^) -lgcc
	$$(Q)$$(TOOLS)objcopy --strip-all $$@.elf $$@
$(call remember,flags/program-$(notdir $1),$(notdir $1): $(call flags_of,$1))
$(call remember,names/program-$(notdir $1),$(call sources_of,$1))
endef
$(foreach p,$(PROGRAM_PATHS) $(TEST_PATHS),$(eval $(call program,$p)))

# kvmtop: make help lists the targets.
VERSION := 0.1.0

CC ?= cc
PREFIX ?= /usr/local
BUILD ?= build
V ?= 0
Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),@:,@printf '  %-5s %s\n')

PKGS := ncursesw libvirt libtraceevent libtracefs libxml-2.0 jansson
TEST_PKGS := cmocka vterm
# BPF=0 leaves out the BPF programs, which need libbpf 1.0 and clang. A release has them compiled (make dist), beside their sources.
comma := ,
BPF ?= 1
BPF_CLANG ?= clang
BPF_SRC := $(wildcard src/bpf/*.bpf.c)
BPF_COMPILED := $(wildcard $(BPF_SRC:.c=.o))
bpf_lacks := $(if $(filter 0,$(BPF)),BPF=0,$(if $(shell pkg-config --exists 'libbpf >= 1.0' || echo no),no libbpf 1.0,$(if \
	$(BPF_COMPILED)$(shell command -v $(BPF_CLANG)),,no $(BPF_CLANG))))
BPF_OBJECTS := $(if $(bpf_lacks),,$(BPF_SRC:src/bpf/%.c=$(BUILD)/bpf/%.o))
# Packed recordings need the first two; without one, --read says which. Names of QEMU's functions need the third; without it
# they are files and offsets.
has = $(shell pkg-config --exists '$(1)' 2>/dev/null && echo $(2))
OPTIONAL_PKGS := $(foreach p,libzstd zlib libdw,$(call has,$(p),$(p))) $(if $(BPF_OBJECTS),libbpf)
OPTIONAL_FLAGS := $(if $(filter libzstd,$(OPTIONAL_PKGS)),-DHAVE_ZSTD) $(if $(filter zlib,$(OPTIONAL_PKGS)),-DHAVE_ZLIB) \
	$(if $(filter libdw,$(OPTIONAL_PKGS)),-DHAVE_LIBDW) $(if $(BPF_OBJECTS),-DHAVE_BPF -DBPF_OBJECTS='"$(BUILD)/bpf"') \
	$(call has,libtraceevent >= 1.3,-DHAVE_TEP_LOGLEVEL) $(call has,libtracefs >= 1.2,-DHAVE_TRACEFS_LOGLEVEL) \
	$(call has,libtracefs >= 1.5,-DHAVE_TRACEFS_SET_TRACING_DIR)
# Their headers are compiled with; the libraries themselves are loaded at run time where they are installed.
LOADED_PKGS := libvirt libdw
pkg = $(shell pkg-config $(1) $(PKGS) $(OPTIONAL_PKGS) 2>/dev/null)
pkg_linked := $(shell pkg-config --libs $(filter-out $(LOADED_PKGS),$(PKGS) $(OPTIONAL_PKGS)) 2>/dev/null)
TEST_LIBVIRT = -Wl,--push-state,--as-needed $(shell pkg-config --libs libvirt 2>/dev/null) -Wl,--pop-state
test_pkg = $(shell pkg-config $(1) $(TEST_PKGS) 2>/dev/null)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wcast-qual -Wwrite-strings -Wformat=2 -Wvla
CFLAGS ?= -O2 -g
KV_CPPFLAGS := -Iinclude -Isrc -D_GNU_SOURCE -DKVMTOP_VERSION='"$(VERSION)"' $(OPTIONAL_FLAGS) $(call pkg,--cflags) $(CPPFLAGS)
KV_CFLAGS := -std=gnu11 -pthread $(WARNINGS) $(if $(CI),-Werror) $(CFLAGS) $(EXTRA_CFLAGS)
KV_LDFLAGS := -pthread $(EXTRA_CFLAGS) $(LDFLAGS)
LIBS := $(pkg_linked) -ldl -lm

SRC := $(filter-out $(BPF_SRC),$(wildcard src/*/*.c src/*/*/*.c))
OBJ := $(SRC:%.c=$(BUILD)/%.o)
LIB_OBJ := $(filter-out $(BUILD)/src/app/main.o,$(OBJ))
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
GOLDEN_SRC := $(filter-out tests/golden/screenshot.c,$(wildcard tests/golden/*.c))
SCREENSHOT_SRC := $(patsubst %,tests/golden/%.c,screenshot screen screen_svg terminal_open)
GOLDEN := $(if $(GOLDEN_SRC),$(BUILD)/golden)
BENCH := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c))
TOOLS := $(patsubst tests/tools/%.c,$(BUILD)/tools/%,$(wildcard tests/tools/*.c))
FIELD_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/field/*.c))
FUZZ := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_TESTS := $(FUZZ:%=$(BUILD)/tests/%)
# How long a test program may run, in seconds.
TEST_SECONDS ?= 600
FUZZ_SECONDS ?= 30
E2E := $(wildcard tests/e2e/test_*.sh)
export KVMTOP_TESTS ?= tests
export KVMTOP := $(BUILD)/kvmtop

ROOT := $(if $(filter 0,$(shell id -u)),,$(shell command -v sudo))

.DEFAULT_GOAL := all
.PHONY: all run test check field test-distros test-lab lab-programs-all lab-programs check-lab test-kernels test-newest check-kernels test-lab-arm64 check-lab-arm64 test-lab-vmx check-long record-demo debug asan asan-lab fuzz bench coverage lint format golden docs screenshots \
	deps deps-test deps-distros deps-lab deps-lab-arm64 deps-lab-vmx deps-bench deps-lint deps-fuzz install uninstall dist clean help

all: $(BUILD)/kvmtop $(BUILD)/demo.jsonl.zst ## build kvmtop
	$(if $(bpf_lacks),@echo "  built without BPF programs ($(bpf_lacks)): exits are recorded one by one$(comma) which costs the guests more")

run: deps ## install what is missing, build, open kvmtop (as root where sudo is there); where no VM runs with its demo
	@$(MAKE) --no-print-directory all
	$(Q)demo=; [ -n "$(ARGS)" ] || $(ROOT) find /proc/[0-9]*/fd -lname anon_inode:kvm-vm 2>/dev/null | grep -q . || demo=--demo; \
		$(ROOT) $(BUILD)/kvmtop $$demo $(ARGS)

test: deps deps-test ## install what is missing, build, run all tests that need no lab
	@$(MAKE) --no-print-directory check

check: $(BUILD)/kvmtop $(UNIT) $(FUZZ_TESTS) $(GOLDEN) $(BUILD)/screenshot $(TOOLS)
	$(Q)tests/run -t $(TEST_SECONDS) $(UNIT) $(FUZZ_TESTS) $(GOLDEN) tests/check-includes tests/check-libraries tests/check-docs tests/check-screenshots tests/test_run.sh tests/test_install.sh $(E2E)

field: $(BUILD)/tests/test_field $(BUILD)/tools/judge ## judge the field cases (tests/field)
	$(Q)tests/run -t $(TEST_SECONDS) $(BUILD)/tests/test_field

test-distros: deps-distros ## run README's commands in fresh Debian trees (root; DISTROS="trixie ..." and LOGINS="root user" choose)
	$(Q)tests/run -v -t 14400 tests/distros/run

test-lab: deps deps-test deps-lab ## test in a real KVM host under emulation (root; a few minutes)
	@$(MAKE) --no-print-directory lab-programs-all
	@$(MAKE) --no-print-directory check-lab

lab-programs-all:
	@$(MAKE) --no-print-directory lab-programs
	@$(ASAN_MAKE) lab-programs

lab-programs: $(BUILD)/kvmtop $(BUILD)/tests/test_trace_live $(BUILD)/tests/test_threads_bpf $(BUILD)/tools/race $(BUILD)/tools/fakevm

# What lab-programs-all has built, and nothing else: other targets may be made at the same time.
check-lab:
	$(Q)KVMTOP_SANITIZED=build/asan/kvmtop tests/run -v -t 2800 tests/lab/test.sh

# Series of tests/lab/kernels.
KERNELS ?= 5.10 6.1 6.12
test-kernels: deps deps-test deps-lab ## count exits on other kernels in the lab: KERNELS (5.10 6.1 6.12), pinned (root; a minute each)
	@$(MAKE) --no-print-directory lab-programs
	@$(MAKE) --no-print-directory check-kernels

test-newest: ## the same on the newest kernel in Debian sid
	@$(MAKE) --no-print-directory test-kernels KERNELS=sid

check-kernels:
	$(Q)KERNELS='$(KERNELS)' tests/run -v -t 2400 tests/lab/kernels.sh

# Series of tests/lab/kernels.
KERNELS_ARM64 ?= 6.1 6.12
test-lab-arm64: deps deps-test deps-lab deps-lab-arm64 ## test in an emulated arm64 KVM host, with kvmtop cross-compiled (three minutes; 200 MB to download, once)
	@$(MAKE) --no-print-directory check-lab-arm64

check-lab-arm64:
	$(Q)KERNELS='$(KERNELS_ARM64)' tests/run -v -t 2400 tests/lab/arm64/kernels.sh

test-lab-vmx: KERNELS = 6.1
test-lab-vmx: deps deps-test deps-lab deps-lab-vmx ## the same on Intel: its host, with VMX and EPT, is emulated by Bochs (three minutes for each of KERNELS, 6.1)
	@$(MAKE) --no-print-directory all
	$(Q)KERNELS='$(KERNELS)' tests/run -v -t 7200 tests/lab/vmx/kernels.sh

# What takes too long for each change.
CHECK_LONG := test-newest test-lab-vmx test-distros fuzz asan-lab
check-long: ## all that takes too long for CI: the newest kernel, Intel, other Debian releases, fuzzing, the lab under the sanitizers (root; hours)
	$(Q)failed=; for target in $(CHECK_LONG); do $(MAKE) --no-print-directory $$target || failed="$$failed $$target"; done; \
		[ -z "$$failed" ] || { echo "check-long: failed:$$failed"; exit 1; }

record-demo: deps deps-test deps-lab ## record the case that kvmtop shows without a host, anew, in the lab (root; ten minutes)
	@$(MAKE) --no-print-directory lab-programs
	$(Q)tests/run -v -t 2800 tests/lab/demo.sh
	@mkdir -p share
	cp build/lab/case.jsonl.zst share/demo.jsonl.zst

debug: ## build without optimisation into build/debug
	@$(MAKE) --no-print-directory BUILD=build/debug CFLAGS='-O0 -g3' all

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
# The sanitizers replace libtirpc's functions, which libvirt calls, and find them only where they are loaded at the start.
SANITIZE_LIBS := -Wl,--push-state,--no-as-needed -l:libtirpc.so.3 -Wl,--pop-state
ASAN_MAKE = $(MAKE) --no-print-directory BUILD=build/asan EXTRA_CFLAGS='$(SANITIZE)' CFLAGS='-O1 -g' \
	LDFLAGS='$(SANITIZE_LIBS)' TEST_SECONDS=900
asan: deps deps-test ## all tests again under the address and undefined-behaviour sanitizers
	@$(ASAN_MAKE) check

asan-lab: deps deps-test deps-lab ## all of the lab's tests under these sanitizers
	@$(ASAN_MAKE) lab-programs
	$(Q)KVMTOP= KVMTOP_SANITIZED=build/asan/kvmtop LAB_CHECKS=all LAB_OPTIONS='-t 7200' tests/run -v -t 7300 tests/lab/test.sh

FUZZ_MAKE = $(MAKE) --no-print-directory BUILD=build/fuzz CC=clang CFLAGS='-O1 -g' \
	EXTRA_CFLAGS='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer'
fuzz: deps deps-fuzz ## feed the readers of pages and formats with garbage, each for FUZZ_SECONDS (30)
	@$(FUZZ_MAKE) $(FUZZ:%=build/fuzz/%) $(FUZZ:%=build/fuzz/tests/%)
	$(Q)FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run $(FUZZ:%=build/fuzz/%)

bench: deps deps-test deps-bench ## measure: ns per event, own CPU, memory, beside perf and top; in the lab what guests feel (BENCH_LAB=no leaves it out)
	@$(MAKE) --no-print-directory all $(BENCH) $(TOOLS)
	$(Q)tests/bench/run $(BENCH) tests/bench/first_frame.sh tests/bench/hundred.sh tests/bench/lab.sh

coverage: deps deps-test ## line coverage of the tests, into build/coverage
	@$(MAKE) --no-print-directory BUILD=build/coverage EXTRA_CFLAGS=--coverage CFLAGS='-O0 -g' check
	@cd build/coverage && gcov -n -r $$(find src -name '*.gcno') 2>/dev/null | \
		awk '/^File .src/ { f = $$2 } /^Lines executed/ && f { print f, $$2, $$3, $$4; f = "" }'

lint: deps-lint ## format, static checks, include directions, manual page
	$(Q)clang-format --dry-run -Werror $$(git ls-files '*.c' '*.h')
	$(Q)cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr \
		--enable=warning,performance,portability -Iinclude -Isrc $(SRC)
	$(Q)clang-tidy --quiet --warnings-as-errors='*' $(SRC) -- -std=gnu11 $(KV_CPPFLAGS) 2>/dev/null
	$(Q)tests/check-includes
	$(Q)mandoc -T lint -W warning man/kvmtop.8
	$(Q)shellcheck -x $$(git ls-files '*.sh' | grep -v '\.c$$') tests/run tests/check-includes tests/check-libraries tests/check-docs tests/check-screenshots tests/e2e/validate tests/fuzz/run tests/lab/lab tests/lab/kernel tests/lab/arm64/lab tests/lab/arm64/sysroot tests/lab/arm64/check tests/lab/vmx/lab tests/lab/vmx/check tests/install-packages tests/distros/run tests/distros/enter .ci/run

format: ## put all C files into the house's form
	$(Q)clang-format -i $$(git ls-files '*.c' '*.h')

golden: $(GOLDEN) ## write the golden screens anew; look at the difference before you commit it
	$(Q)KVMTOP_GOLDEN=update $(GOLDEN)

docs: $(BUILD)/tools/tables ## write the tables of README and manual anew from the program's
	$(Q)tests/check-docs --update

screenshots: $(BUILD)/screenshot ## draw README's pictures anew from the demo's recording
	$(Q)tests/check-screenshots --update

# -- what the machine needs --------------------------------------------------------------------

DEB_BUILD := gcc libc6-dev make pkg-config libncurses-dev libvirt-dev libtraceevent-dev libtracefs-dev libbpf-dev libxml2-dev libjansson-dev \
	libzstd-dev zlib1g-dev libdw-dev
DEB_BPF := clang
DEB_TEST := libcmocka-dev libvterm-dev ncurses-term tmux screen jq patch procps util-linux trace-cmd python3-jsonschema libvirt-clients
DEB_LINT := clang clang-format clang-tidy cppcheck mandoc shellcheck
DEB_FUZZ := clang
DEB_BENCH := qemu-system-x86 sysstat
DEB_DISTROS := debootstrap tmux git util-linux procps
DEB_LAB := qemu-system-x86 libvirt-daemon-system libvirt-clients kmod busybox-static cpio iproute2 linux-perf xz-utils zstd debian-archive-keyring
DEB_LAB_ARM64 := qemu-system-arm gcc-aarch64-linux-gnu libc6-dev-arm64-cross
DEB_LAB_VMX := bochs bochsbios vgabios bochs-term isolinux syslinux-common xorriso

# Each of these programs is there; some are in sbin, which is not in everybody's PATH.
have = (PATH=$$PATH:/usr/sbin:/sbin; $(foreach p,$(1),command -v $(p) >/dev/null &&) true)

deps: ## install the libraries kvmtop is built with, and clang for its BPF programs (BPF=0 does without)
	$(Q)$(call have,$(firstword $(CC)) pkg-config) && pkg-config --exists $(PKGS) libzstd zlib libdw libbpf || \
		tests/install-packages build $(DEB_BUILD)
ifneq ($(BPF),0)
	$(Q)! pkg-config --exists 'libbpf >= 1.0' || $(if $(BPF_COMPILED),:,$(call have,$(BPF_CLANG))) || \
		tests/install-packages bpf $(DEB_BPF)
endif

deps-test: ## install what the tests need besides
	$(Q)$(call have,tmux screen jq patch ps script trace-cmd virsh) && { tests/e2e/validate --there || [ $$? -eq 2 ]; } && pkg-config --exists $(TEST_PKGS) || \
		tests/install-packages test $(DEB_TEST)

deps-distros: ## install what building trees of other Debian releases needs
	$(Q)$(call have,debootstrap pgrep tmux git unshare setpriv) || tests/install-packages distros $(DEB_DISTROS)

deps-lab: ## install what the lab needs besides
	$(Q)$(call have,qemu-system-x86_64 libvirtd virsh busybox cpio ip ss perf depmod xz zstd) && \
		[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || \
		tests/install-packages lab $(DEB_LAB)

deps-lab-arm64: ## install what the lab on arm64 needs besides
	$(Q)$(call have,qemu-system-aarch64 aarch64-linux-gnu-gcc) || \
		tests/install-packages lab $(DEB_LAB_ARM64)

deps-lab-vmx: ## install what the lab on Intel needs besides
	$(Q)$(call have,bochs xorriso) && ls /usr/share/bochs/BIOS-bochs-latest /usr/share/vgabios/vgabios.bin /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 >/dev/null 2>&1 || \
		tests/install-packages lab $(DEB_LAB_VMX)

deps-bench: ## install what is measured beside kvmtop
	$(Q)$(call have,qemu-system-x86_64 pidstat) || tests/install-packages bench $(DEB_BENCH)

deps-lint: ## install clang and what make lint needs
	$(Q)$(call have,clang clang-format clang-tidy cppcheck mandoc shellcheck) || \
		tests/install-packages lint $(DEB_LINT)

deps-fuzz: ## install clang and its fuzzer
	$(Q)$(call have,clang) || tests/install-packages fuzz $(DEB_FUZZ)
	$(Q)[ -e "$$(clang -print-file-name=libclang_rt.fuzzer-$$(uname -m).a)" ] || { version=$$(clang -dumpversion | cut -d. -f1) && \
		tests/install-packages fuzz "libclang-rt-$$version-dev|libclang-common-$$version-dev"; }

# -- building ----------------------------------------------------------------------------------

$(BUILD)/kvmtop: $(OBJ) | $(BUILD)/demo.jsonl.zst
	$(say) LINK $@
	$(Q)$(CC) $(KV_LDFLAGS) -o $@ $(OBJ) $(LIBS)

# What is not installed finds its demo beside itself.
$(BUILD)/demo.jsonl.zst: share/demo.jsonl.zst
	@mkdir -p $(@D)
	$(Q)cp $< $@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(KV_CPPFLAGS) $(KV_CFLAGS) -MMD -MP -c -o $@ $<

# For any processor: the kernel's loader puts in where its types' members lie. Linux' own headers are those of this system.
BPF_CFLAGS := -target bpf -mcpu=v3 -O2 -g -ffreestanding -Wall -Wextra -Wno-unused-function $(if $(CI),-Werror) \
	-Iinclude -Isrc $(patsubst %,-idirafter %,$(wildcard /usr/include/*-linux-gnu))
$(BUILD)/bpf/%.o: src/bpf/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(say) BPF $<
	$(Q)$(if $(BPF_COMPILED),cp $(<:.c=.o) $@,$(BPF_CLANG) $(BPF_CFLAGS) -MMD -MP -c -o $@ $< && { llvm-strip -g $@ 2>/dev/null || :; })

$(BUILD)/src/bpf/objects.o: $(BPF_OBJECTS)

# Only tests that call more of libvirt than kvmtop does are linked with it.
$(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(LIB_OBJ)
	$(say) LINK $@
	$(Q)$(CC) $(KV_LDFLAGS) -o $@ $^ $(LIBS) $(call test_pkg,--libs) -lutil $(TEST_LIBVIRT)

$(BUILD)/tests/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/driver.o $(LIB_OBJ)
	$(say) LINK $@
	$(Q)$(CC) $(KV_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(LIB_OBJ)
	$(say) LINK $@
	$(Q)$(CC) -fsanitize=fuzzer $(KV_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/golden: $(GOLDEN_SRC:%.c=$(BUILD)/%.o) $(LIB_OBJ)
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) $(KV_LDFLAGS) -o $@ $^ $(LIBS) $(call test_pkg,--libs) -lutil

$(BUILD)/screenshot: $(SCREENSHOT_SRC:%.c=$(BUILD)/%.o) $(LIB_OBJ)
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) $(KV_LDFLAGS) -o $@ $^ $(LIBS) $(call test_pkg,--libs) -lutil

$(BUILD)/bench/%: $(BUILD)/tests/bench/%.o $(LIB_OBJ)
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) $(KV_LDFLAGS) -o $@ $< $(LIB_OBJ) $(LIBS) $(call test_pkg,--libs) -lutil

$(BUILD)/tools/%: $(BUILD)/tests/tools/%.o $(LIB_OBJ)
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) $(KV_LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBVIRT) $(call test_pkg,--libs) -lutil

# What judges field cases.
$(BUILD)/tests/test_field $(BUILD)/tools/judge: $(FIELD_OBJ)

# Objects depend on the flags they were built with, libraries found included.
FLAGS_TEXT := $(CC) $(KV_CPPFLAGS) $(KV_CFLAGS)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(FLAGS_TEXT))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(FLAGS_TEXT))' > $@
.PHONY: FORCE

.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# -- installing --------------------------------------------------------------------------------

install: all ## install program and manual (DESTDIR, PREFIX)
	install -D -m 755 $(BUILD)/kvmtop $(DESTDIR)$(PREFIX)/sbin/kvmtop
	install -D -m 644 man/kvmtop.8 $(DESTDIR)$(PREFIX)/share/man/man8/kvmtop.8
	install -D -m 644 share/kvmtop.schema.json $(DESTDIR)$(PREFIX)/share/kvmtop/kvmtop.schema.json
	install -D -m 644 share/demo.jsonl.zst $(DESTDIR)$(PREFIX)/share/kvmtop/demo.jsonl.zst

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/sbin/kvmtop $(DESTDIR)$(PREFIX)/share/man/man8/kvmtop.8
	rm -rf $(DESTDIR)$(PREFIX)/share/kvmtop

dist: $(BPF_OBJECTS) ## a source archive of what is committed, with the BPF programs compiled, into build/
	$(if $(bpf_lacks),$(error a release has the BPF programs: $(bpf_lacks)))
	@mkdir -p $(BUILD)
	git archive -o $(BUILD)/kvmtop-$(VERSION).tar.gz --prefix=kvmtop-$(VERSION)/src/bpf/ $(BPF_OBJECTS:%=--add-file=%) \
		--prefix=kvmtop-$(VERSION)/ HEAD

clean: ## remove what was built
	rm -rf $(BUILD)

help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

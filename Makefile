# lookalike: everything is built below build/<variant>/.
#
#   make                release build: build/release/lookalike, liblookalike.so, liblookalike.a
#   make demo           install what is missing, build, run the main job on real and simulated data
#   make check          everything that can be afforded on 2 cores; closes with "N passed, N failed"
#   make check-core     the release part of it alone
#   make check-long     check, then every fuzz target for a minute
#   make fuzz           each libFuzzer target, 60 s (FUZZ_SECONDS)
#   make bench-deps     the peers of the benchmarks, into build/bench-venv
#   make bench          every measurement beside its peers, and one table; make bench-scale: rows doubled three times
#   make bench-quality  hidden positives found by the families and by other tools, on public data
#   make docs man       docs/reference.md, docs/platforms.md, build/release/lookalike.1
#   make install        below PREFIX (/usr/local), under DESTDIR
#   make format tidy    clang-format, clang-tidy
#
# VARIANT is release, asan, tsan, cov or fuzz; CC is gcc or clang: `make VARIANT=asan CC=clang`. V=1 shows the commands.

VARIANT ?= release
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
VERSION := 0.1.0
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60

Q := $(if $(V),,@)
SILENT := $(findstring s,$(firstword -$(MAKEFLAGS)))
say = $(if $(V)$(SILENT),,@printf '  %-4s %s\n' $(1) $(2))

SUFFIX := $(if $(findstring clang,$(CC)),-clang,)
B := build/$(VARIANT)$(SUFFIX)

WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
OPTIMISE_release := -O3
OPTIMISE_asan := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
OPTIMISE_tsan := -O1 -fno-omit-frame-pointer -fsanitize=thread
OPTIMISE_cov := -O0 --coverage
OPTIMISE_fuzz := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
VARIANT_FLAGS := $(OPTIMISE_$(VARIANT))

# No contraction: a fused multiply-add would change bits from one CPU to the next.
# No traps: gcc makes no vector code of a loop with a comparison of numbers otherwise; values do not change.
CPPFLAGS := -Iinclude -Isrc -I. -I$(B)/generated -D_GNU_SOURCE -DLKA_VERSION='"$(VERSION)"'
CFLAGS := -std=c17 -g -fPIC -fvisibility=hidden -ffp-contract=off -fno-trapping-math $(WARNINGS) $(VARIANT_FLAGS)
# Where liblookalike-phone.so is looked for: beside what uses it, in a build and where it is installed.
LDFLAGS := $(VARIANT_FLAGS) -pthread -Wl,-rpath,'$$ORIGIN:$$ORIGIN/..:$$ORIGIN/../lib'
LDLIBS := -lgsl -lopenblas -lsvm -lcsv -lz -lzstd -lyaml -ljansson -lcrypto -lutf8proc -lsqlite3 -lm

# ISA-L, where it is: .gz is read in a third of the time. The bytes are the same.
ISAL_ROOT ?= /usr
ifneq ($(wildcard $(ISAL_ROOT)/include/isa-l/igzip_lib.h),)
CPPFLAGS += -DLKA_ISAL
LDLIBS += -lisal
endif

LIB_SOURCES := $(filter-out src/cli/%,$(wildcard src/*/*.c)) $(wildcard models/*.c models/*/*.c)
CLI_SOURCES := $(wildcard src/cli/*.c)
DATA := $(wildcard data/*.yaml data/platforms/*.yaml data/worlds/*.yaml)
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(B)/%.o) $(B)/generated/data.o
CLI_OBJECTS := $(CLI_SOURCES:%.c=$(B)/%.o)

UNIT_TESTS := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
CONTRACT_TEST := $(B)/tests/contract
TOUR_TEST := $(if $(shell grep -s "int main" include/lookalike/lookalike.h),$(B)/tests/tour)
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
C_FILES := $(wildcard include/lookalike/*.h src/*/*.[ch] models/*.[ch] models/*/*.[ch] tests/*.[ch] tests/*/*.[ch] bench/*.[ch])

# libphonenumber, where its headers and a C++ compiler are: phones of countries that src/identity/phone.c does not know.
PHONENUMBER_ROOT ?= /usr
PHONE_SHIM := $(if $(wildcard $(PHONENUMBER_ROOT)/include/phonenumbers/phonenumberutil.h),$(if $(shell command -v $(CXX)),$(B)/liblookalike-phone.so.0))
PHONENUMBER_FLAGS ?= -lphonenumber

.PHONY: all
all: $(B)/lookalike $(B)/liblookalike.a $(B)/liblookalike.so $(PHONE_SHIM)

$(B)/liblookalike-phone.so.0: src/identity/libphonenumber.cc
	@mkdir -p $(@D)
	$(call say,ld,$@)
	$(Q)$(CXX) -std=c++17 -O2 -fPIC -fvisibility=hidden -isystem $(PHONENUMBER_ROOT)/include -Wall -Wextra -Werror -shared \
		-Wl,-soname,liblookalike-phone.so.0 -o $@ $< $(PHONENUMBER_FLAGS)

$(B)/lookalike: $(CLI_OBJECTS) $(B)/liblookalike.a
	$(call say,ld,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/liblookalike.a: $(LIB_OBJECTS)
	$(call say,ar,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/liblookalike.so: $(LIB_OBJECTS)
	$(call say,ld,$@)
	$(Q)$(CC) -shared $(LDFLAGS) -Wl,-soname,liblookalike.so.0 -o $@ $^ $(LDLIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,cc,$@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# xxHash takes AVX2 where it may; whether the CPU has it is asked before.
ifeq ($(shell uname -m),x86_64)
$(B)/src/base/digest_wide.o: CFLAGS += -mavx2
endif

# The data files that the library carries inside: data/roles.yaml becomes lka_data_roles_yaml[].
$(B)/generated/data.c: $(DATA) tools/embed
	@mkdir -p $(@D)
	$(call say,gen,$@)
	$(Q)tools/embed $(DATA) > $@
$(B)/generated/data.o: $(B)/generated/data.c
	$(call say,cc,$@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# ---- tests --------------------------------------------------------------------------------------

TEST_LIBS := -lcheck_pic -lsubunit -lrt

$(B)/tests/%: tests/unit/%.c $(B)/liblookalike.a
	@mkdir -p $(@D)
	$(call say,ld,$@)
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(B)/liblookalike.a $(TEST_LIBS) $(LDLIBS)

$(CONTRACT_TEST): $(wildcard tests/contract/*.[ch]) $(B)/liblookalike.a
	@mkdir -p $(@D)
	$(call say,ld,$@)
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -o $@ $(wildcard tests/contract/*.c) $(B)/liblookalike.a $(TEST_LIBS) $(LDLIBS)

# The tour in lookalike.h's head comment is a program: it is taken out, compiled against the public headers and the
# shared library alone, and run.
$(B)/generated/tour.c: include/lookalike/lookalike.h tests/tour/extract
	@mkdir -p $(@D)
	$(call say,gen,$@)
	$(Q)tests/tour/extract $< > $@.new && mv $@.new $@
$(B)/tests/tour: $(B)/generated/tour.c $(B)/liblookalike.so
	@mkdir -p $(@D)
	@ln -sf liblookalike.so $(B)/liblookalike.so.0
	$(call say,ld,$@)
	$(Q)$(CC) -Iinclude -std=c17 -g $(WARNINGS) $(LDFLAGS) -o $@ $< -L$(B) -llookalike -Wl,-rpath,$(abspath $(B))

.PHONY: tests
tests: all $(UNIT_TESTS) $(CONTRACT_TEST) $(TOUR_TEST)

.PHONY: check check-core check-long
check:
	@tools/install-packages check
	@tools/check all
check-core:
	@tools/install-packages check
	@tools/check core
check-long:
	@tools/install-packages check
	@tools/check long

$(B)/fuzz/%: tests/fuzz/%.c $(B)/liblookalike.a
	@mkdir -p $(@D)
	$(call say,ld,$@)
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -fsanitize=fuzzer -o $@ $< $(B)/liblookalike.a $(LDLIBS)

.PHONY: fuzz fuzz-targets
fuzz-targets: $(FUZZ_TARGETS)
fuzz:
	@$(MAKE) --no-print-directory VARIANT=fuzz CC=clang fuzz-targets
	@tools/fuzz build/fuzz-clang/fuzz $(FUZZ_SECONDS)

# ---- documents, installation --------------------------------------------------------------------

.PHONY: docs man
docs: $(B)/lookalike
	$(B)/lookalike reference > docs/reference.md.new && mv docs/reference.md.new docs/reference.md
	$(B)/lookalike platforms > docs/platforms.md.new && mv docs/platforms.md.new docs/platforms.md
man: $(B)/lookalike.1
$(B)/lookalike.1: $(B)/lookalike
	$(B)/lookalike man > $@

SHARE := $(DESTDIR)$(PREFIX)/share
.PHONY: install
install: all $(B)/lookalike.1
	install -D -m 755 $(B)/lookalike $(DESTDIR)$(PREFIX)/bin/lookalike
	install -D -m 644 $(B)/liblookalike.a $(DESTDIR)$(PREFIX)/lib/liblookalike.a
	install -D -m 644 $(B)/liblookalike.so $(DESTDIR)$(PREFIX)/lib/liblookalike.so.$(VERSION)
	ln -sf liblookalike.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/liblookalike.so.0
	ln -sf liblookalike.so.0 $(DESTDIR)$(PREFIX)/lib/liblookalike.so
	$(if $(PHONE_SHIM),install -D -m 644 $(PHONE_SHIM) $(DESTDIR)$(PREFIX)/lib/liblookalike-phone.so.0)
	install -d $(DESTDIR)$(PREFIX)/include/lookalike $(DESTDIR)$(PREFIX)/lib/pkgconfig
	install -m 644 include/lookalike/*.h $(DESTDIR)$(PREFIX)/include/lookalike
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|; s|@LIBS@|$(LDLIBS)|' tools/lookalike.pc.in \
	    > $(DESTDIR)$(PREFIX)/lib/pkgconfig/lookalike.pc
	install -D -m 644 $(B)/lookalike.1 $(SHARE)/man/man1/lookalike.1
	install -d $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d
	$(B)/lookalike completion bash > $(SHARE)/bash-completion/completions/lookalike
	$(B)/lookalike completion zsh > $(SHARE)/zsh/site-functions/_lookalike
	$(B)/lookalike completion fish > $(SHARE)/fish/vendor_completions.d/lookalike.fish

# ---- showing and measuring ----------------------------------------------------------------------

.PHONY: demo
demo:
	@tools/install-packages demo
	@echo 'Building build/release/lookalike.'
	@$(MAKE) --no-print-directory -s -j$$(nproc) all
	@tools/demo $(B)/lookalike

# bench/logistic_fit.c -> build/release/bench/logistic_fit: a measurement of one part, linked with its insides.
BENCHES := $(patsubst bench/%.c,$(B)/bench/%,$(wildcard bench/*.c))
$(B)/bench/%: bench/%.c $(B)/liblookalike.a
	@mkdir -p $(@D)
	$(call say,ld,$@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(B)/liblookalike.a $(LDLIBS)

.PHONY: bench bench-deps bench-scale
bench-deps:
	@tools/install-packages check
	@tools/python-env build/bench-venv bench/requirements.txt
bench: all $(BENCHES)
	@bench/run $(B)
bench-scale: all $(BENCHES)
	@python3 bench/scale.py $(B)

# Hidden positives found by the families of auto and by other tools, on sets that a registry serves: the table of docs/choosing.md.
.PHONY: bench-quality
QUALITY_SETS = registry
QUALITY_DRAWS = 3
QUALITY_PEERS = xgboost,xgboost tuned,xgboost crossfit 5x5,lightgbm,logistic,random forest,centroid
bench-quality: all bench-deps
	@mkdir -p build/quality
	@build/bench-venv/bin/python bench/quality.py $(B)/lookalike --sets $(QUALITY_SETS) --draws $(QUALITY_DRAWS) --table \
	    --peers "$(QUALITY_PEERS)" --cache build/quality/figures.json --ours=auto \
	    $(foreach f,logistic forest blend centroid,--ours="--family $f")

# ---- housekeeping -------------------------------------------------------------------------------

.PHONY: format tidy clean
format:
	@$$(tools/clang-format) -i $(C_FILES)
tidy:
	clang-tidy --quiet $(filter %.c,$(filter src/% models/%,$(C_FILES))) -- $(CPPFLAGS) -std=c17

# What was downloaded stays: build/cache, build/venv, build/bench-venv.
clean:
	rm -rf $(wildcard build/release* build/asan* build/tsan* build/cov* build/fuzz* build/demo build/check)

-include $(LIB_OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(UNIT_TESTS:=.d) $(FUZZ_TARGETS:=.d) $(BENCHES:=.d)

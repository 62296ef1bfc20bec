# lookalike: everything is built below build/<variant>/.
#
#   make                release build: build/release/lookalike, liblookalike.so, liblookalike.a
#   make demo           install what is missing, build, run the main job on real and simulated data
#   make check          everything that can be afforded on 2 cores; closes with "N passed, N failed"
#   make check-core     the release part of it alone
#   make check-long fuzz bench bench-deps docs install
#
# VARIANT is release, asan, tsan, cov or fuzz; CC is gcc or clang: `make VARIANT=asan CC=clang`.

VARIANT ?= release
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
VERSION := 0.1.0

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
CPPFLAGS := -Iinclude -Isrc -I. -I$(B)/generated -D_GNU_SOURCE -DLKA_VERSION='"$(VERSION)"'
CFLAGS := -std=c17 -g -fPIC -fvisibility=hidden -ffp-contract=off $(WARNINGS) $(VARIANT_FLAGS)
LDFLAGS := $(VARIANT_FLAGS) -pthread
LDLIBS := -lgsl -lopenblas -lsvm -lcsv -lz -lzstd -lyaml -ljansson -lcrypto -lutf8proc -lm

LIB_SOURCES := $(filter-out src/cli/%,$(wildcard src/*/*.c)) $(wildcard models/*.c models/*/*.c)
CLI_SOURCES := $(wildcard src/cli/*.c)
DATA := $(wildcard data/*.yaml data/worlds/*.yaml)
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(B)/%.o) $(B)/generated/data.o
CLI_OBJECTS := $(CLI_SOURCES:%.c=$(B)/%.o)

UNIT_TESTS := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
CONTRACT_TEST := $(B)/tests/contract
TOUR_TEST := $(B)/tests/tour

.PHONY: all
all: $(B)/lookalike $(B)/liblookalike.a $(B)/liblookalike.so

$(B)/lookalike: $(CLI_OBJECTS) $(B)/liblookalike.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/liblookalike.a: $(LIB_OBJECTS)
	rm -f $@ && ar rcs $@ $^

$(B)/liblookalike.so: $(LIB_OBJECTS)
	$(CC) -shared $(LDFLAGS) -Wl,-soname,liblookalike.so.0 -o $@ $^ $(LDLIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The data files that the library carries inside: data/roles.yaml becomes lka_data_roles_yaml[].
$(B)/generated/data.c: $(DATA) tools/embed
	@mkdir -p $(@D)
	tools/embed $(DATA) > $@
$(B)/generated/data.o: $(B)/generated/data.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# ---- tests --------------------------------------------------------------------------------------

TEST_LIBS := -lcheck_pic -lsubunit -lrt

$(B)/tests/%: tests/unit/%.c $(B)/liblookalike.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(B)/liblookalike.a $(TEST_LIBS) $(LDLIBS)

$(CONTRACT_TEST): $(wildcard tests/contract/*.c) $(B)/liblookalike.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -o $@ $(wildcard tests/contract/*.c) $(B)/liblookalike.a $(TEST_LIBS) $(LDLIBS)

.PHONY: tests
tests: all $(UNIT_TESTS) $(CONTRACT_TEST)

-include $(LIB_OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(UNIT_TESTS:=.d)

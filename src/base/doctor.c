/* lka_doctor: what this build stands on, and what about it could be better. */
#include "base/cpu.h"
#include "base/json.h"
#include "base/optional.h"
#include "base/threads.h"

#include <csv.h>
#include <dlfcn.h>
#include <gsl/gsl_version.h>
#include <libsvm/svm.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>
#include <xxhash.h>
#include <yaml.h>
#include <zlib.h>
#include <zstd.h>

#ifdef LKA_ISAL
#include <isa-l.h>
#endif

/* Declared here, since cblas.h and GSL's headers cannot be included together. */
const char *openblas_get_config(void);
const char *openblas_get_corename(void);
int openblas_get_parallel(void);

#if defined(__clang__)
static const char compiler[] = "clang " __clang_version__;
#else
static const char compiler[] = "gcc " __VERSION__;
#endif

/* A list that could not take an item is gone: NULL, which the next one leaves alone and json_pack refuses. */
static void append(json_t **list, json_t *item)
{
    if (json_array_append_new(*list, item) != 0) {
        json_decref(*list);
        *list = NULL;
    }
}

static void add_library(json_t **libraries, const char *name, const char *version, const char *purpose)
{
    append(libraries, json_pack("{s:s, s:s, s:s}", "name", name, "version", version, "purpose", purpose));
}

/* The first two words of "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...", and the kernel that runs. */
static void add_openblas(json_t **libraries)
{
    char version[128];
    const char *config = openblas_get_config();
    const char *number = strchr(config, ' ') ? strchr(config, ' ') + 1 : config;
    static const char *const kinds[] = {"serial", "pthread", "openmp"};
    int parallel = openblas_get_parallel();
    snprintf(version, sizeof version, "%.*s %s %s", (int)strcspn(number, " "), number,
             kinds[parallel >= 0 && parallel < 3 ? parallel : 0], openblas_get_corename());
    add_library(libraries, "openblas", version, "products and factorisations of training, one thread a fit");
}

static void add_isal(json_t **libraries)
{
#ifdef LKA_ISAL
    char number[32];
    snprintf(number, sizeof number, "%d.%d.%d", ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION);
    add_library(libraries, "isa-l", number, ".gz files, faster");
#else
    (void)libraries;
#endif
}

/* The number that XGBoost tells; of others their file. */
static void optional_version(void *handle, const char *file, char *version, size_t size)
{
    void (*tell)(int *major, int *minor, int *patch) = NULL;
    void *symbol = dlsym(handle, "XGBoostVersion");
    int parts[3] = {0};
    memcpy(&tell, &symbol, sizeof symbol);
    if (tell) {
        tell(&parts[0], &parts[1], &parts[2]);
        snprintf(version, size, "%d.%d.%d", parts[0], parts[1], parts[2]);
    } else {
        snprintf(version, size, "%s", file);
    }
}

static void add_optional(json_t **libraries)
{
    for (int i = 0; i < LKA_OPTIONAL_COUNT; i++) {
        const struct lka_optional_library *library = &lka_optional_libraries[i];
        void *handle = lka_optional_open((enum lka_optional)i);
        char version[64];
        if (handle) {
            optional_version(handle, library->file, version, sizeof version);
            add_library(libraries, library->name, version, library->purpose);
        }
    }
}

static json_t *libraries_json(void)
{
    json_t *libraries = json_array();
    char number[32];
    snprintf(number, sizeof number, "%d.%d.%d", CSV_MAJOR, CSV_MINOR, CSV_RELEASE);
    add_library(&libraries, "libcsv", number, "the CSV reader");
    add_library(&libraries, "gsl", gsl_version, "special functions, minimisers, distributions");
    add_openblas(&libraries);
    snprintf(number, sizeof number, "%d.%02d", libsvm_version / 100, libsvm_version % 100);
    add_library(&libraries, "libsvm", number, "training of svm and one_class");
    add_library(&libraries, "jansson", jansson_version_str(), "JSON");
    add_library(&libraries, "libyaml", yaml_get_version_string(), "YAML with exact lines");
    add_library(&libraries, "libcrypto", OpenSSL_version(OPENSSL_VERSION_STRING), "SHA-256");
    add_library(&libraries, "utf8proc", utf8proc_version(), "Unicode normal form and lower case");
    add_library(&libraries, "sqlite", sqlite3_libversion(), "the workspace, rules of --where");
    add_library(&libraries, "zlib", zlibVersion(), ".gz files");
    add_isal(&libraries);
    add_library(&libraries, "zstd", ZSTD_versionString(), ".zst files");
    snprintf(number, sizeof number, "%d.%d.%d", XXH_VERSION_MAJOR, XXH_VERSION_MINOR, XXH_VERSION_RELEASE);
    add_library(&libraries, "xxhash", number, "keyed hashes of ids");
    add_optional(&libraries);
    return libraries;
}

/* What was looked for and is not as it should be, each with its remedy. */
static json_t *missing_json(void)
{
    json_t *missing = json_array();
    if (openblas_get_parallel() == 2) {
        append(&missing, json_pack("{s:s, s:s}", "problem",
                                   "OpenBLAS is its OpenMP build, whose threads cannot be switched off", "remedy",
                                   "apt-get install libopenblas0-pthread, then update-alternatives "
                                   "--config libopenblas.so.0-$(gcc -print-multiarch)"));
    }
#ifndef LKA_ISAL
    append(&missing, json_pack("{s:s, s:s}", "problem", "isa-l was not there when this was built: .gz files, faster",
                               "remedy", "apt-get install libisal-dev, then make clean all"));
#endif
    for (int i = 0; i < LKA_OPTIONAL_COUNT; i++) {
        const struct lka_optional_library *library = &lka_optional_libraries[i];
        if (!lka_optional_open((enum lka_optional)i)) {
            append(&missing, json_pack("{s:o, s:o}", "problem",
                                       json_sprintf("%s is not installed: %s", library->file, library->purpose),
                                       "remedy", json_sprintf("apt-get install %s", library->package)));
        }
    }
    return missing;
}

lka_status lka_doctor(char **json, struct lka_error *error)
{
    static const char *const forms[] = {
        [LKA_CPU_PLAIN] = "plain", [LKA_CPU_AVX2] = "AVX2", [LKA_CPU_AVX512] = "AVX-512"};
    json_t *document = json_pack("{s:i, s:s, s:s, s:{s:s, s:i, s:s}, s:o, s:o}", "schema", 1, "version", lka_version(),
                                 "compiler", compiler, "cpu", "level", lka_cpu_level(), "threads",
                                 (int)lka_thread_count(0), "scanner", forms[lka_cpu_scanner()], "libraries",
                                 libraries_json(), "missing", missing_json());
    lka_status status = lka_json_text(document, JSON_INDENT(2) | JSON_PRESERVE_ORDER, json, error);
    json_decref(document);
    return status;
}

/* tests/unit/files_by_hand.h: a folder of its own for every test, and files in it. */
#ifndef LKA_TESTS_FILES_BY_HAND_H
#define LKA_TESTS_FILES_BY_HAND_H

#include "base/text.h"
#include "source/temporary.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static inline void make_folder(void)
{
    /* In memory where that can be had: what is written is synced, and a busy disk makes that slow. */
    bool in_memory = access("/dev/shm", W_OK) == 0;
    strcpy(folder, in_memory ? "/dev/shm/lookalike-test-XXXXXX" : "/tmp/lookalike-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static inline void remove_folder(void)
{
    lka_remove_tree(folder);
}

/* A path in the folder; one of eight buffers in turn. */
static inline const char *path_of(const char *name)
{
    static char paths[8][256];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static inline const char *write_bytes(const char *name, const void *bytes, size_t length)
{
    const char *path = path_of(name);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    fclose(file);
    return path;
}

static inline const char *write_file(const char *name, const char *text)
{
    return write_bytes(name, text, strlen(text));
}

/* The whole file, terminated; one of two buffers in turn. */
static inline const char *read_file(const char *path)
{
    static char buffers[2][1 << 16];
    static unsigned next;
    char *buffer = buffers[next++ % 2];
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s is missing", path);
    size_t length = fread(buffer, 1, sizeof buffers[0] - 1, file);
    buffer[length] = '\0';
    fclose(file);
    return buffer;
}

static inline bool exists(const char *path)
{
    struct stat facts;
    return lstat(path, &facts) == 0;
}

static inline unsigned mode_of(const char *path)
{
    struct stat facts;
    ck_assert_int_eq(stat(path, &facts), 0);
    return facts.st_mode & 0777;
}

/* How many entries a directory has. */
static inline size_t entries_of(const char *path)
{
    DIR *directory = opendir(path);
    ck_assert_ptr_nonnull(directory);
    size_t count = 0;
    while (readdir(directory)) {
        count++;
    }
    closedir(directory);
    return count - 2;
}

#endif

/* Bytes as files that are nowhere on a disk, since the source opens files by name. */
#ifndef LKA_TESTS_MEMORY_FILE_H
#define LKA_TESTS_MEMORY_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MEMORY_FILES = 4 };

/* Until the next call for the same `which` of MEMORY_FILES. */
static inline const char *memory_file_at(size_t which, const void *bytes, size_t size)
{
    static struct {
        char path[64];
        int descriptor; /* 0: not made yet */
    } files[MEMORY_FILES];
    if (files[which].descriptor == 0) {
        files[which].descriptor = memfd_create("test", 0);
        snprintf(files[which].path, sizeof files[which].path, "/proc/self/fd/%d", files[which].descriptor);
    }
    if (ftruncate(files[which].descriptor, 0) != 0 ||
        pwrite(files[which].descriptor, bytes, size, 0) != (ssize_t)size) {
        abort();
    }
    return files[which].path;
}

/* A pipe that holds the bytes, at most 64 KiB; until the next call for the same `which`. */
static inline const char *pipe_file_at(size_t which, const void *bytes, size_t size)
{
    static struct {
        char path[64];
        int descriptor; /* 0: not made yet */
    } files[MEMORY_FILES];
    int ends[2];
    if (pipe(ends) != 0 || write(ends[1], bytes, size) != (ssize_t)size) {
        abort();
    }
    close(ends[1]);
    if (files[which].descriptor == 0) {
        files[which].descriptor = ends[0];
        snprintf(files[which].path, sizeof files[which].path, "/proc/self/fd/%d", ends[0]);
    } else if (dup2(ends[0], files[which].descriptor) < 0 || close(ends[0]) != 0) {
        abort();
    }
    return files[which].path;
}

static inline const char *memory_file(const void *bytes, size_t size)
{
    return memory_file_at(0, bytes, size);
}

#endif

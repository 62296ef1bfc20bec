/* Bytes as a file that is nowhere on a disk, since the source opens files by name. */
#ifndef LKA_TESTS_MEMORY_FILE_H
#define LKA_TESTS_MEMORY_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Until the next call. */
static inline const char *memory_file(const void *bytes, size_t size)
{
    static char path[64];
    static int file = -1;
    if (file < 0) {
        file = memfd_create("test", 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    if (ftruncate(file, 0) != 0 || pwrite(file, bytes, size, 0) != (ssize_t)size) {
        abort();
    }
    return path;
}

#endif

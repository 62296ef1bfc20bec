/* hash_floor FILE: the floor of hashing identities. Reads FILE, then hashes each of its lines with OpenSSL's SHA-256,
 * fetched once and in one context; the digests go to stdout as hexadecimal digits, a line each. stderr gets the CPU
 * seconds (user and system) of the hashing alone, and the number of lines: reading, digits and writing are not counted.
 */
#include "identity/encode.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int hash_lines(const char *at, const char *end, size_t lines, unsigned char (*digests)[32])
{
    EVP_MD *sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int good = sha256 && context;
    for (size_t i = 0; i < lines && good; i++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        good = EVP_DigestInit_ex2(context, sha256, NULL) && EVP_DigestUpdate(context, at, (size_t)(newline - at)) &&
               EVP_DigestFinal_ex(context, digests[i], NULL);
        at = newline + 1;
    }
    EVP_MD_CTX_free(context);
    EVP_MD_free(sha256);
    return good;
}

static char *read_all(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    if (file && fseek(file, 0, SEEK_END) == 0) {
        *length = (size_t)ftell(file);
        rewind(file);
        bytes = malloc(*length + 1);
        if (bytes && fread(bytes, 1, *length, file) != *length) {
            free(bytes);
            bytes = NULL;
        }
    }
    if (file) {
        fclose(file);
    }
    return bytes;
}

static size_t count_lines(const char *bytes, size_t length)
{
    size_t lines = 0;
    for (size_t i = 0; i < length; i++) {
        lines += bytes[i] == '\n';
    }
    return lines;
}

int main(int argc, char **argv)
{
    size_t length = 0;
    char *bytes = argc == 2 ? read_all(argv[1], &length) : NULL;
    if (!bytes) {
        fprintf(stderr, "usage: hash_floor FILE\n");
        return 2;
    }
    size_t lines = count_lines(bytes, length);
    unsigned char(*digests)[32] = calloc(lines + 1, sizeof *digests);
    double start = cpu_seconds();
    if (!digests || !hash_lines(bytes, bytes + length, lines, digests)) {
        return 1;
    }
    fprintf(stderr, "%.6f %zu\n", cpu_seconds() - start, lines);
    for (size_t i = 0; i < lines; i++) {
        char hex[66] = {[64] = '\n'};
        lka_encode_hex(digests[i], 32, hex);
        fputs(hex, stdout);
    }
    free(digests);
    free(bytes);
    return fflush(stdout) != 0;
}

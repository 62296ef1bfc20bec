/* eligibility/entries.h: what suppression.bin holds: 128 bits of the HMAC of each form of whoever objected, sorted; and
 * the making of a new file from the old one and what was imported.
 *
 *     "LKASUPP1" | count, 64 bits | entries of 16 bytes, ascending, each once          all little-endian
 */
#ifndef LKA_ELIGIBILITY_ENTRIES_H
#define LKA_ELIGIBILITY_ENTRIES_H

#include "base/session.h"

enum { LKA_ENTRY_BYTES = 16, LKA_ENTRIES_HEADER = 16 };
#define LKA_ENTRIES_MAGIC "LKASUPP1"

/* Entries to come, in any order, sorted outside of memory (source/sorter.h). */
struct lka_entries;

/* `directory` is where the spill goes; NULL: /tmp. */
lka_status lka_entries_new(const char *directory, struct lka_entries **entries, struct lka_error *error);
void lka_entries_free(struct lka_entries *entries); /* NULL is fine */
lka_status lka_entries_add(struct lka_entries *entries, const uint8_t entry[LKA_ENTRY_BYTES], struct lka_error *error);

/* Writes the union of `old` (a file as above, NULL for none) and what was added to `path` (0600), and brings it to the
 * disk. *count: entries of the new file; hex: XXH3-128 of its bytes. */
lka_status lka_entries_write(struct lka_entries *entries, const char *old, const char *path, uint64_t *count,
                             char hex[33], struct lka_error *error);

#endif

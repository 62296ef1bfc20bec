#include "score/row_store.h"

#include "base/memory.h"
#include "score/record.h"
#include "source/output.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WRITE_AT = 1 << 20 };

struct lka_row_store {
    int descriptor;
    size_t fields;
    char *pending; /* not in the file yet */
    size_t used;
    size_t room;
    uint64_t written;
    char *map; /* the whole file, once it is finished; it has no name, so that nobody cuts it short */
};

lka_status lka_row_store_new(const char *directory, size_t fields, struct lka_row_store **store,
                             struct lka_error *error)
{
    struct lka_row_store *made;
    *store = NULL;
    LKA_TRY(LKA_NEW(made, 1, error));
    *made = (struct lka_row_store){.descriptor = -1, .fields = fields};
    lka_status status = lka_temporary_file(directory, &made->descriptor, error);
    if (status != LKA_OK) {
        lka_row_store_free(made);
        return status;
    }
    *store = made;
    return LKA_OK;
}

void lka_row_store_free(struct lka_row_store *store)
{
    if (!store) {
        return;
    }
    if (store->map) {
        munmap(store->map, store->written);
    }
    if (store->descriptor >= 0) {
        close(store->descriptor);
    }
    lka_free(store->pending);
    lka_free(store);
}

static lka_status write_pending(struct lka_row_store *store, struct lka_error *error)
{
    for (size_t at = 0; at < store->used;) {
        ssize_t done = write(store->descriptor, store->pending + at, store->used - at);
        if (done < 0 && errno != EINTR) {
            return lka_fail_errno(error, LKA_IO, "write", "a temporary file", errno);
        }
        at += done > 0 ? (size_t)done : 0;
    }
    store->written += store->used;
    store->used = 0;
    return LKA_OK;
}

lka_status lka_row_store_add(struct lka_row_store *store, const struct lka_span *fields, uint64_t *place,
                             struct lka_error *error)
{
    size_t size = lka_record_size(fields, store->fields);
    LKA_TRY(lka_reserve(&store->pending, &store->room, store->used + size, 1, error));
    *place = store->written + store->used;
    lka_record_put(store->pending + store->used, 0, 0, fields, store->fields);
    store->used += size;
    return store->used >= WRITE_AT ? write_pending(store, error) : LKA_OK;
}

lka_status lka_row_store_finish(struct lka_row_store *store, struct lka_error *error)
{
    LKA_TRY(write_pending(store, error));
    if (store->written == 0) {
        return LKA_OK;
    }
    void *map = mmap(NULL, store->written, PROT_READ, MAP_SHARED, store->descriptor, 0);
    if (map == MAP_FAILED) {
        return lka_fail_errno(error, LKA_IO, "map", "a temporary file", errno);
    }
    store->map = map;
    return LKA_OK;
}

void lka_row_store_at(const struct lka_row_store *store, uint64_t place, struct lka_span *fields)
{
    lka_record_fields(store->map + place, fields, store->fields);
}

#include "score/model_list.h"

#include "base/error.h"
#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

/* ---- names ------------------------------------------------------------------------------------- */

static bool ends_as_model(const char *name)
{
    size_t length = strlen(name);
    size_t tail = strlen(LKA_MODEL_ENDING);
    return length > tail && strcmp(name + length - tail, LKA_MODEL_ENDING) == 0;
}

static char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;
    return lka_copy_text(file, strlen(file) - (ends_as_model(file) ? strlen(LKA_MODEL_ENDING) : 0));
}

static lka_status add_path(struct lka_model_list *list, const char *path, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&list->items, &list->capacity, list->count + 1, sizeof *list->items, error));
    struct lka_listed_model *item = &list->items[list->count++];
    *item = (struct lka_listed_model){.path = lka_copy_string(path), .name = name_of(path)};
    return item->path && item->name ? LKA_OK : lka_fail_memory(error, strlen(path));
}

static int is_model(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && ends_as_model(entry->d_name);
}

/* By bytes, whatever the locale. */
static int by_file_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static lka_status add_directory(struct lka_model_list *list, const char *directory, struct lka_error *error)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, is_model, by_file_name);
    if (count < 0) {
        return lka_fail_errno(error, LKA_USAGE, "open", directory, errno);
    }
    lka_status status = count > 0 ? LKA_OK
                                  : lka_fail_at(error, LKA_USAGE, directory, 0, 0,
                                                "has no model: --models takes the files of a directory whose names end "
                                                "in %s",
                                                LKA_MODEL_ENDING);
    for (int i = 0; i < count; i++) {
        struct lka_text path = {0};
        lka_text_format(&path, "%s/%s", directory, entries[i]->d_name);
        if (status == LKA_OK) {
            status = path.failed ? lka_fail_memory(error, path.capacity) : add_path(list, path.bytes, error);
        }
        lka_text_release(&path);
        free(entries[i]);
    }
    free(entries);
    return status;
}

/* ---- twice ------------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const struct lka_listed_model *const *x = a;
    const struct lka_listed_model *const *y = b;
    int order = strcmp((*x)->name, (*y)->name);
    return order ? order : strcmp((*x)->path, (*y)->path);
}

static int by_bytes(const void *a, const void *b)
{
    const struct lka_listed_model *const *x = a;
    const struct lka_listed_model *const *y = b;
    return strcmp((*x)->model->file_hash, (*y)->model->file_hash);
}

static lka_status check_names(const struct lka_listed_model *a, const struct lka_listed_model *b,
                              struct lka_error *error)
{
    if (strcmp(a->path, b->path) == 0) {
        return lka_fail(error, LKA_USAGE, "the model \"%.300s\" is given twice", a->path);
    }
    return strcmp(a->name, b->name) == 0
               ? lka_fail(
                     error, LKA_USAGE,
                     "the models \"%.300s\" and \"%.300s\" have the same name, after which their rankings would be "
                     "named; rename one",
                     a->path, b->path)
               : LKA_OK;
}

static lka_status check_bytes(const struct lka_listed_model *a, const struct lka_listed_model *b,
                              struct lka_error *error)
{
    return strcmp(a->model->file_hash, b->model->file_hash) == 0
               ? lka_fail(error, LKA_USAGE, "\"%.300s\" and \"%.300s\" are the same model, byte by byte; leave one out",
                          a->path, b->path)
               : LKA_OK;
}

typedef lka_status check_pair(const struct lka_listed_model *a, const struct lka_listed_model *b,
                              struct lka_error *error);

static lka_status check_neighbours(const struct lka_model_list *list, int (*order)(const void *, const void *),
                                   check_pair *check, struct lka_error *error)
{
    const struct lka_listed_model **sorted;
    LKA_TRY(LKA_NEW(sorted, list->count, error));
    for (size_t i = 0; i < list->count; i++) {
        sorted[i] = &list->items[i];
    }
    qsort(sorted, list->count, sizeof(struct lka_listed_model *), order);
    lka_status status = LKA_OK;
    for (size_t i = 1; i < list->count && status == LKA_OK; i++) {
        status = check(sorted[i - 1], sorted[i], error);
    }
    lka_free(sorted);
    return status;
}

/* ---- all of them ------------------------------------------------------------------------------- */

static lka_status open_all(struct lka_model_list *list, const struct lka_list *paths, const char *directory,
                           const struct lka_session *session, struct lka_error *error)
{
    for (size_t i = 0; i < paths->count; i++) {
        LKA_TRY(add_path(list, paths->items[i], error));
    }
    LKA_TRY(directory ? add_directory(list, directory, error) : LKA_OK);
    LKA_TRY(check_neighbours(list, by_name, check_names, error));
    for (size_t i = 0; i < list->count; i++) {
        LKA_TRY(lka_step(session, "open models", i, list->count, error));
        LKA_TRY(lka_model_open(list->items[i].path, &list->items[i].model, error));
    }
    return check_neighbours(list, by_bytes, check_bytes, error);
}

lka_status lka_model_list_open(struct lka_model_list *list, const struct lka_list *paths, const char *directory,
                               const struct lka_session *session, struct lka_error *error)
{
    *list = (struct lka_model_list){0};
    lka_status status = open_all(list, paths, directory, session, error);
    if (status != LKA_OK) {
        lka_model_list_close(list);
    }
    return status;
}

void lka_model_list_close(struct lka_model_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        lka_free(list->items[i].path);
        lka_free(list->items[i].name);
        lka_model_close(list->items[i].model);
    }
    lka_free(list->items);
    *list = (struct lka_model_list){0};
}

const char *lka_model_list_id(const struct lka_model_list *list, bool of_seeds, const struct lka_listed_model **one,
                              const struct lka_listed_model **other)
{
    const struct lka_model *first = list->items[0].model;
    const char *id = of_seeds ? first->seeds_id_column : first->id_column;
    for (size_t i = 1; i < list->count; i++) {
        const struct lka_model *model = list->items[i].model;
        if (strcmp(id, of_seeds ? model->seeds_id_column : model->id_column) != 0) {
            *one = &list->items[0];
            *other = &list->items[i];
            return NULL;
        }
    }
    return id;
}

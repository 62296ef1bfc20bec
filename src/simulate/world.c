#include "simulate/world.h"

#include "base/data.h"
#include "base/date.h"
#include "base/error.h"
#include "base/small_file.h"
#include "simulate/brand.h"
#include "simulate/response.h"
#include "simulate/world_reader.h"

static const size_t FILE_MAX = 1 << 20;

static void read_as_of(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    const char *text = node ? lka_document_text(&reader->document, node, "as_of", NULL) : NULL;
    int64_t seconds = 0;
    if (!text) {
        return;
    }
    if (!lka_parse_time(lka_span_of(text), &seconds) || strlen(text) != 10 || strcmp(text, "1900") < 0) {
        char shown[64];
        lka_complain(&reader->document.complaints, node, "as_of: %s is not allowed; allowed: a date such as 2025-06-30",
                     lka_show(lka_span_of(text), false, shown));
        return;
    }
    reader->world->as_of = seconds / 86400;
}

static void read_world(struct lka_world_reader *reader)
{
    enum { SCHEMA, NAME, AS_OF, PERSONAS, ATTRIBUTES, REGIONS, CONSENTS, RESPONSE, MISSING, BRAND };
    enum { KEYS = BRAND + LKA_BRAND_SECTIONS };
    static const char *const names[KEYS] = {"schema",      "name",         "as_of",     "personas",  "attributes",
                                            "regions",     "consents",     "response",  "missing",   "contacts",
                                            "engagement",  "mailings",     "machines",  "purchases", "surveys",
                                            "third_party", "reactivation", "prospects", "protected"};
    struct lka_document *document = &reader->document;
    const struct lka_yaml_node *values[KEYS];
    if (!lka_document_keys(document, lka_yaml_root(&document->yaml), "world", names, KEYS, MISSING, values)) {
        return;
    }
    double schema = 1;
    if (values[SCHEMA]) {
        lka_document_number(document, values[SCHEMA], "schema", NULL, 1, 1, &schema);
    }
    const char *name = values[NAME] ? lka_document_text(document, values[NAME], "name", NULL) : NULL;
    reader->world->name = lka_world_copy(reader, name ? name : "");
    read_as_of(reader, values[AS_OF]);
    if (values[PERSONAS]) {
        lka_world_read_personas(reader, values[PERSONAS]);
    }
    if (!values[ATTRIBUTES] || reader->world->persona_count == 0) {
        return;
    }
    lka_world_read_attributes(reader, values[ATTRIBUTES]);
    if (reader->short_of_memory) {
        return;
    }
    if (values[REGIONS]) {
        lka_world_read_regions(reader, values[REGIONS]);
    }
    if (values[CONSENTS]) {
        lka_world_read_consents(reader, values[CONSENTS]);
    }
    if (values[RESPONSE]) {
        lka_world_read_response(reader, values[RESPONSE]);
    }
    lka_world_read_missing(reader, values[MISSING]);
    lka_world_note_values(reader);
    lka_world_read_brand(reader, values + BRAND);
}

static void keep_file(struct lka_world_reader *reader, const char *bytes, size_t length)
{
    char *kept = lka_world_take(reader, length, 1);
    if (kept) {
        memcpy(kept, bytes, length);
        reader->world->yaml = kept;
        reader->world->yaml_length = length;
    }
}

static lka_status load_bytes(struct lka_world *world, const char *file, const char *bytes, size_t length,
                             struct lka_error *error)
{
    struct lka_world_reader *reader;
    LKA_TRY(LKA_NEW(reader, 1, error));
    reader->world = world;
    lka_status status = lka_document_open(&reader->document, file, bytes, length, error);
    if (status == LKA_OK) {
        read_world(reader);
        keep_file(reader, bytes, length);
        status = reader->short_of_memory ? lka_fail_memory(error, 0)
                                         : lka_complaints_status(&reader->document.complaints, error);
    }
    lka_document_close(&reader->document);
    lka_free(reader);
    LKA_TRY(status);
    return lka_response_calibrate(world, file, error);
}

static lka_status load_file(struct lka_world *world, const char *path, struct lka_error *error)
{
    struct lka_text text = {0};
    lka_status status = lka_small_file_read(path, "a world", FILE_MAX, &text, error);
    if (status == LKA_OK) {
        status = load_bytes(world, path, text.bytes ? text.bytes : "", text.length, error);
    }
    lka_text_release(&text);
    return status;
}

lka_status lka_world_load(const char *path, struct lka_world **world, struct lka_error *error)
{
    *world = NULL;
    struct lka_world *made;
    LKA_TRY(LKA_NEW(made, 1, error));
    lka_status status = path ? load_file(made, path, error)
                             : load_bytes(made, "data/worlds/default.yaml", lka_data_worlds_default_yaml,
                                          lka_data_worlds_default_yaml_size, error);
    if (status != LKA_OK) {
        lka_world_free(made);
        return status;
    }
    *world = made;
    return LKA_OK;
}

void lka_world_free(struct lka_world *world)
{
    if (world) {
        lka_arena_release(&world->memory);
        lka_free(world);
    }
}

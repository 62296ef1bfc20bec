#include "base/yaml.h"

#include "base/error.h"

#include <stdio.h>
#include <yaml.h>

/* ---- faults ----------------------------------------------------------------------------------- */

void lka_yaml_complain_fault(const struct lka_yaml_fault *fault, struct lka_complaints *complaints)
{
    switch (fault->kind) {
    case LKA_YAML_SOUND:
        return;
    case LKA_YAML_SYNTAX:
    case LKA_YAML_ENCODING:
        lka_complain(complaints, fault, "%s%s%s", fault->context ? fault->context : "", fault->context ? ", " : "",
                     fault->problem);
        return;
    case LKA_YAML_ANCHOR:
    case LKA_YAML_ALIAS:
    case LKA_YAML_TAG:
        lka_complain(complaints, fault, "anchors, aliases and tags are not allowed: write the value out");
        return;
    case LKA_YAML_SECOND:
        lka_complain(complaints, fault, "a second document starts here; one is allowed");
        return;
    case LKA_YAML_DEEP:
        lka_complain(complaints, fault, "nested too deeply; at most %d levels are allowed", (int)LKA_YAML_DEPTH);
        return;
    case LKA_YAML_LARGE:
        lka_complain(complaints, fault, "too large; at most %d values in %d bytes are allowed", (int)LKA_YAML_NODES,
                     (int)LKA_YAML_BYTES);
        return;
    }
}

static void set_fault(struct lka_yaml *yaml, enum lka_yaml_fault_kind kind, const yaml_event_t *event)
{
    yaml->fault = (struct lka_yaml_fault){
        .kind = kind, .line = event->start_mark.line + 1, .column = event->start_mark.column + 1};
}

/* Bytes that are no UTF-8 come with an offset only. */
static void find_bytes(struct lka_yaml_fault *fault, size_t offset, const char *bytes, size_t length)
{
    size_t end = offset < length ? offset : length;
    size_t start = 0;
    fault->line = 1;
    for (size_t i = 0; i < end; i++) {
        if (bytes[i] == '\n') {
            fault->line++;
            start = i + 1;
        }
    }
    fault->column = end - start + 1;
}

static lka_status parser_failed(struct lka_yaml *yaml, const yaml_parser_t *parser, const char *bytes, size_t length,
                                struct lka_error *error)
{
    if (parser->error == YAML_MEMORY_ERROR) {
        return lka_fail_memory(error, length);
    }
    yaml->fault = (struct lka_yaml_fault){.kind = LKA_YAML_SYNTAX,
                                          .line = parser->problem_mark.line + 1,
                                          .column = parser->problem_mark.column + 1,
                                          .problem = parser->problem ? parser->problem : "this is no YAML",
                                          .context = parser->context};
    if (parser->error == YAML_READER_ERROR) {
        yaml->fault.kind = LKA_YAML_ENCODING;
        yaml->fault.context = NULL;
        find_bytes(&yaml->fault, parser->problem_offset, bytes, length);
    }
    return LKA_OK;
}

/* ---- building --------------------------------------------------------------------------------- */

struct building {
    struct lka_yaml *yaml;
    uint32_t open[LKA_YAML_DEPTH]; /* the containers around the next node */
    size_t start[LKA_YAML_DEPTH];  /* and where the children of each begin in `pending` */
    size_t depth;
    uint32_t *pending; /* the children so far of all open containers */
    size_t pending_count;
    size_t pending_capacity;
    size_t documents;
};

static lka_status add_node(struct building *building, const yaml_event_t *event, enum lka_yaml_kind kind,
                           uint32_t *index, struct lka_error *error)
{
    struct lka_yaml *yaml = building->yaml;
    LKA_TRY(lka_reserve(&yaml->nodes, &yaml->capacity, yaml->count + 1, sizeof *yaml->nodes, error));
    LKA_TRY(lka_reserve(&building->pending, &building->pending_capacity, building->pending_count + 1,
                        sizeof *building->pending, error));
    *index = (uint32_t)yaml->count++;
    yaml->nodes[*index] = (struct lka_yaml_node){
        .kind = kind, .line = (uint32_t)event->start_mark.line + 1, .column = (uint32_t)event->start_mark.column + 1};
    building->pending[building->pending_count++] = *index;
    return LKA_OK;
}

static lka_status add_scalar(struct building *building, const yaml_event_t *event, struct lka_error *error)
{
    uint32_t index = 0;
    size_t length = event->data.scalar.length;
    LKA_TRY(add_node(building, event, LKA_YAML_SCALAR, &index, error));
    char *copy = lka_arena_take(&building->yaml->arena, length + 1);
    if (!copy) {
        return lka_fail_memory(error, length + 1);
    }
    memcpy(copy, event->data.scalar.value, length);
    copy[length] = '\0';
    building->yaml->nodes[index].text = (struct lka_span){copy, (uint32_t)length};
    return LKA_OK;
}

static lka_status open_container(struct building *building, const yaml_event_t *event, enum lka_yaml_kind kind,
                                 struct lka_error *error)
{
    uint32_t index = 0;
    if (building->depth == LKA_YAML_DEPTH) {
        set_fault(building->yaml, LKA_YAML_DEEP, event);
        return LKA_OK;
    }
    LKA_TRY(add_node(building, event, kind, &index, error));
    building->start[building->depth] = building->pending_count;
    building->open[building->depth++] = index;
    return LKA_OK;
}

/* Its children are complete: they move to where they stand side by side. */
static lka_status close_container(struct building *building, struct lka_error *error)
{
    struct lka_yaml *yaml = building->yaml;
    struct lka_yaml_node *node = &yaml->nodes[building->open[--building->depth]];
    size_t start = building->start[building->depth];
    size_t count = building->pending_count - start;
    LKA_TRY(
        lka_reserve(&yaml->children, &yaml->child_capacity, yaml->child_count + count, sizeof *yaml->children, error));
    node->first = (uint32_t)yaml->child_count;
    node->count = (uint32_t)(node->kind == LKA_YAML_MAPPING ? count / 2 : count);
    for (size_t i = 0; i < count; i++) {
        yaml->children[yaml->child_count++] = building->pending[start + i];
    }
    building->pending_count = start;
    return LKA_OK;
}

/* ---- parsing ---------------------------------------------------------------------------------- */

static enum lka_yaml_fault_kind decoration(const yaml_char_t *anchor, const yaml_char_t *tag)
{
    return anchor ? LKA_YAML_ANCHOR : tag ? LKA_YAML_TAG : LKA_YAML_SOUND;
}

static enum lka_yaml_fault_kind refused(const struct building *building, const yaml_event_t *event)
{
    enum lka_yaml_fault_kind kind = LKA_YAML_SOUND;
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return building->documents > 0 ? LKA_YAML_SECOND : LKA_YAML_SOUND;
    case YAML_ALIAS_EVENT:
        return LKA_YAML_ALIAS;
    case YAML_SCALAR_EVENT:
        kind = decoration(event->data.scalar.anchor, event->data.scalar.tag);
        break;
    case YAML_SEQUENCE_START_EVENT:
        kind = decoration(event->data.sequence_start.anchor, event->data.sequence_start.tag);
        break;
    case YAML_MAPPING_START_EVENT:
        kind = decoration(event->data.mapping_start.anchor, event->data.mapping_start.tag);
        break;
    default:
        return LKA_YAML_SOUND;
    }
    return kind == LKA_YAML_SOUND && building->yaml->count >= LKA_YAML_NODES ? LKA_YAML_LARGE : kind;
}

static lka_status take_event(struct building *building, const yaml_event_t *event, struct lka_error *error)
{
    enum lka_yaml_fault_kind kind = refused(building, event);
    if (kind != LKA_YAML_SOUND) {
        set_fault(building->yaml, kind, event);
        return LKA_OK;
    }
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        building->documents++;
        return LKA_OK;
    case YAML_SCALAR_EVENT:
        return add_scalar(building, event, error);
    case YAML_SEQUENCE_START_EVENT:
        return open_container(building, event, LKA_YAML_SEQUENCE, error);
    case YAML_MAPPING_START_EVENT:
        return open_container(building, event, LKA_YAML_MAPPING, error);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_container(building, error);
    default:
        return LKA_OK;
    }
}

static void find_next_line(yaml_parser_t *parser, struct lka_yaml_fault *fault)
{
    yaml_event_t event;
    fault->next_line = fault->line;
    if (yaml_parser_parse(parser, &event)) {
        fault->next_line = event.start_mark.line + 1;
        yaml_event_delete(&event);
    }
}

/* The first fault ends it: after one the tree has a hole. */
static lka_status take_events(struct building *building, yaml_parser_t *parser, const char *bytes, size_t length,
                              struct lka_error *error)
{
    struct lka_yaml_fault *fault = &building->yaml->fault;
    for (bool more = true; more && fault->kind == LKA_YAML_SOUND;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) {
            return parser_failed(building->yaml, parser, bytes, length, error);
        }
        more = event.type != YAML_STREAM_END_EVENT;
        lka_status status = take_event(building, &event, error);
        yaml_event_delete(&event);
        LKA_TRY(status);
    }
    if (fault->kind == LKA_YAML_SECOND) {
        find_next_line(parser, fault);
    }
    return LKA_OK;
}

lka_status lka_yaml_parse(struct lka_yaml *yaml, const char *bytes, size_t length, struct lka_error *error)
{
    struct building building = {.yaml = yaml};
    yaml_parser_t parser;
    if (length > LKA_YAML_BYTES) {
        yaml->fault = (struct lka_yaml_fault){.kind = LKA_YAML_LARGE};
        return LKA_OK;
    }
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3; /* libyaml counts a byte order mark as a column, and then finds the next line indented less */
        length -= 3;
    }
    if (!yaml_parser_initialize(&parser)) {
        return lka_fail_memory(error, sizeof parser);
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    lka_status status = take_events(&building, &parser, bytes, length, error);
    yaml_parser_delete(&parser);
    lka_free(building.pending);
    return status;
}

lka_status lka_yaml_load(struct lka_yaml *yaml, const char *bytes, size_t length, struct lka_complaints *complaints,
                         struct lka_error *error)
{
    LKA_TRY(lka_yaml_parse(yaml, bytes, length, error));
    lka_yaml_complain_fault(&yaml->fault, complaints);
    return LKA_OK;
}

void lka_yaml_release(struct lka_yaml *yaml)
{
    lka_free(yaml->nodes);
    lka_free(yaml->children);
    lka_arena_release(&yaml->arena);
    *yaml = (struct lka_yaml){0};
}

#include "simulate/document.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- problems --------------------------------------------------------------------------------- */

static bool stands_before(const struct lka_problem *a, const struct lka_problem *b)
{
    return a->line < b->line || (a->line == b->line && a->column < b->column);
}

/* Keeps the earliest problems of the file in order, whatever the order in which they are found. */
static void keep(struct lka_document *document, const struct lka_problem *problem)
{
    size_t kept = document->problem_count < LKA_PROBLEMS_KEPT ? document->problem_count : LKA_PROBLEMS_KEPT;
    document->problem_count++;
    size_t at = kept;
    while (at > 0 && stands_before(problem, &document->problems[at - 1])) {
        at--;
    }
    if (at == LKA_PROBLEMS_KEPT) {
        return;
    }
    size_t moved = (kept < LKA_PROBLEMS_KEPT ? kept : LKA_PROBLEMS_KEPT - 1) - at;
    memmove(&document->problems[at + 1], &document->problems[at], moved * sizeof *problem);
    document->problems[at] = *problem;
}

void lka_document_complain(struct lka_document *document, const yaml_node_t *node, const char *format, ...)
{
    struct lka_problem problem = {.line = node ? node->start_mark.line + 1 : 1,
                                  .column = node ? node->start_mark.column + 1 : 1};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem.text, sizeof problem.text, format, arguments);
    va_end(arguments);
    keep(document, &problem);
}

lka_status lka_document_verdict(const struct lka_document *document, struct lka_error *error)
{
    if (document->problem_count == 0) {
        return LKA_OK;
    }
    /* 900 of the message's 1,024 bytes, so that the closing line always fits. */
    char message[900];
    size_t kept = document->problem_count < LKA_PROBLEMS_KEPT ? document->problem_count : LKA_PROBLEMS_KEPT;
    size_t used = (size_t)snprintf(message, sizeof message, "%s", document->problems[0].text);
    size_t told = 1;
    for (; told < kept; told++) {
        const struct lka_problem *problem = &document->problems[told];
        char line[640];
        int length = snprintf(line, sizeof line, "\n%.200s:%llu:%llu: %s", document->file,
                              (unsigned long long)problem->line, (unsigned long long)problem->column, problem->text);
        if (length < 0 || (size_t)length >= sizeof line || used + (size_t)length >= sizeof message) {
            break;
        }
        memcpy(message + used, line, (size_t)length + 1);
        used += (size_t)length;
    }
    char more[64] = "";
    if (told < document->problem_count) {
        snprintf(more, sizeof more, "\nand %zu more", document->problem_count - told);
    }
    return lka_fail_at(error, LKA_USAGE, document->file, document->problems[0].line, document->problems[0].column,
                       "%s%s", message, more);
}

/* ---- opening ---------------------------------------------------------------------------------- */

static lka_status fail_syntax(const yaml_parser_t *parser, const char *file, struct lka_error *error)
{
    if (parser->error == YAML_MEMORY_ERROR) {
        return lka_fail_memory(error, 0);
    }
    bool encoding = parser->error == YAML_READER_ERROR;
    return lka_fail_at(error, LKA_USAGE, file, encoding ? 0 : parser->problem_mark.line + 1,
                       encoding ? 0 : parser->problem_mark.column + 1, "this is no YAML: %s%s%s",
                       parser->problem ? parser->problem : "unknown reason", parser->context ? ", " : "",
                       parser->context ? parser->context : "");
}

static bool same_scalar(const yaml_node_t *a, const yaml_node_t *b)
{
    return a && b && a->type == YAML_SCALAR_NODE && b->type == YAML_SCALAR_NODE &&
           a->data.scalar.length == b->data.scalar.length &&
           memcmp(a->data.scalar.value, b->data.scalar.value, a->data.scalar.length) == 0;
}

/* Every pair of keys is compared: nobody writes a world of more keys at one place than this. */
enum { KEYS_MAX = 2000 };

static void refuse_repeated_keys(struct lka_document *document, const yaml_node_t *node)
{
    size_t count = (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
    if (count > KEYS_MAX) {
        lka_document_complain(document, node, "a mapping of %zu keys; allowed: at most %d", count, (int)KEYS_MAX);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        yaml_node_t *key = lka_document_key(document, node, i);
        for (size_t j = 0; j < i; j++) {
            const yaml_node_t *first = lka_document_key(document, node, j);
            if (same_scalar(key, first)) {
                lka_document_complain(document, key, "the key \"%.60s\" is repeated; the first is in line %zu",
                                      (const char *)key->data.scalar.value, first->start_mark.line + 1);
                break;
            }
        }
    }
}

static void count_use(unsigned char *uses, int node)
{
    uses[node - 1] = (unsigned char)(uses[node - 1] < 2 ? uses[node - 1] + 1 : 2);
}

/* libyaml resolves an alias to the node itself: a node that is used twice was aliased. */
static lka_status refuse_aliases(struct lka_document *document, struct lka_error *error)
{
    yaml_node_t *first = document->yaml.nodes.start;
    size_t count = (size_t)(document->yaml.nodes.top - first);
    unsigned char *uses;
    LKA_TRY(LKA_NEW(uses, count, error));
    for (size_t n = 0; n < count; n++) {
        if (first[n].type == YAML_MAPPING_NODE) {
            for (yaml_node_pair_t *pair = first[n].data.mapping.pairs.start; pair < first[n].data.mapping.pairs.top;
                 pair++) {
                count_use(uses, pair->key);
                count_use(uses, pair->value);
            }
        } else if (first[n].type == YAML_SEQUENCE_NODE) {
            for (yaml_node_item_t *item = first[n].data.sequence.items.start; item < first[n].data.sequence.items.top;
                 item++) {
                count_use(uses, *item);
            }
        }
    }
    for (size_t n = 0; n < count; n++) {
        /* The root is used by nobody, unless an alias makes the document contain itself. */
        if (uses[n] > (n > 0)) {
            lka_document_complain(document, &first[n], "this node is used again by an alias; write it out instead");
        }
    }
    lka_free(uses);
    return LKA_OK;
}

static lka_status load(struct lka_document *document, yaml_parser_t *parser, struct lka_error *error)
{
    if (!yaml_parser_load(parser, &document->yaml)) {
        return fail_syntax(parser, document->file, error);
    }
    document->loaded = true;
    if (!lka_document_root(document)) {
        return lka_fail_at(error, LKA_USAGE, document->file, 0, 0, "the file is empty");
    }
    yaml_document_t second;
    if (!yaml_parser_load(parser, &second)) {
        return fail_syntax(parser, document->file, error);
    }
    const yaml_node_t *root = yaml_document_get_root_node(&second);
    size_t line = root ? root->start_mark.line + 1 : 0;
    yaml_document_delete(&second);
    if (line) {
        return lka_fail_at(error, LKA_USAGE, document->file, line, 1, "a second document begins; allowed: one a file");
    }
    return LKA_OK;
}

lka_status lka_document_open(struct lka_document *document, const char *file, const char *bytes, size_t length,
                             struct lka_error *error)
{
    *document = (struct lka_document){.file = file};
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        return lka_fail_memory(error, sizeof parser);
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    lka_status status = load(document, &parser, error);
    yaml_parser_delete(&parser);
    LKA_TRY(status);
    for (const yaml_node_t *node = document->yaml.nodes.start; node < document->yaml.nodes.top; node++) {
        if (node->type == YAML_MAPPING_NODE) {
            refuse_repeated_keys(document, node);
        }
    }
    return refuse_aliases(document, error);
}

void lka_document_close(struct lka_document *document)
{
    if (document->loaded) {
        yaml_document_delete(&document->yaml);
        document->loaded = false;
    }
}

/* ---- walking ---------------------------------------------------------------------------------- */

yaml_node_t *lka_document_root(struct lka_document *document)
{
    return yaml_document_get_root_node(&document->yaml);
}

static const char *kind_of(const yaml_node_t *node)
{
    return node->type == YAML_MAPPING_NODE ? "a mapping" : node->type == YAML_SEQUENCE_NODE ? "a list" : "a value";
}

static bool is_kind(struct lka_document *document, yaml_node_t *node, yaml_node_type_t wanted, const char *name,
                    const char *part, const char *detail)
{
    if (node && node->type == wanted) {
        return true;
    }
    lka_document_complain(document, node, "%s%s%s is %s; allowed: %s", part, detail ? "." : "", detail ? detail : "",
                          node ? kind_of(node) : "absent", name);
    return false;
}

size_t lka_document_pairs(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail)
{
    return is_kind(document, node, YAML_MAPPING_NODE, "a mapping (key: value)", part, detail)
               ? (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start)
               : 0;
}

size_t lka_document_items(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail)
{
    return is_kind(document, node, YAML_SEQUENCE_NODE, "a list", part, detail)
               ? (size_t)(node->data.sequence.items.top - node->data.sequence.items.start)
               : 0;
}

static size_t check_count(struct lka_document *document, const yaml_node_t *node, const char *part, const char *detail,
                          size_t count, size_t most)
{
    if (count >= 1 && count <= most) {
        return count;
    }
    lka_document_complain(document, node, "%s%s%s has %zu entries; allowed: 1 to %zu", part, detail ? "." : "",
                          detail ? detail : "", count, most);
    return 0;
}

size_t lka_document_some_pairs(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail,
                               size_t most)
{
    size_t count = lka_document_pairs(document, node, part, detail);
    bool told = !node || node->type != YAML_MAPPING_NODE;
    return told ? 0 : check_count(document, node, part, detail, count, most);
}

size_t lka_document_some_items(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail,
                               size_t most)
{
    size_t count = lka_document_items(document, node, part, detail);
    bool told = !node || node->type != YAML_SEQUENCE_NODE;
    return told ? 0 : check_count(document, node, part, detail, count, most);
}

yaml_node_t *lka_document_key(struct lka_document *document, const yaml_node_t *node, size_t index)
{
    return yaml_document_get_node(&document->yaml, node->data.mapping.pairs.start[index].key);
}

yaml_node_t *lka_document_value(struct lka_document *document, const yaml_node_t *node, size_t index)
{
    return yaml_document_get_node(&document->yaml, node->data.mapping.pairs.start[index].value);
}

yaml_node_t *lka_document_item(struct lka_document *document, const yaml_node_t *node, size_t index)
{
    return yaml_document_get_node(&document->yaml, node->data.sequence.items.start[index]);
}

/* ---- scalars ---------------------------------------------------------------------------------- */

const char *lka_document_text(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail)
{
    if (!is_kind(document, node, YAML_SCALAR_NODE, "one value", part, detail)) {
        return NULL;
    }
    const char *text = (const char *)node->data.scalar.value;
    if (strlen(text) != node->data.scalar.length) {
        lka_document_complain(document, node, "%s%s%s holds a NUL character", part, detail ? "." : "",
                              detail ? detail : "");
        return NULL;
    }
    return text;
}

bool lka_document_number(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail,
                         double minimum, double maximum, double *number)
{
    const char *text = lka_document_text(document, node, part, detail);
    double value = 0;
    if (text && lka_parse_number(lka_span_of(text), &value) && value >= minimum && value <= maximum) {
        *number = value;
        return true;
    }
    if (text) {
        char shown[64];
        lka_document_complain(document, node, "%s%s%s: %s is not allowed; allowed: numbers from %.10g to %.10g", part,
                              detail ? "." : "", detail ? detail : "", lka_show(lka_span_of(text), false, shown),
                              minimum, maximum);
    }
    return false;
}

bool lka_document_whole(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail,
                        int minimum, int maximum, int *number)
{
    double value = 0;
    if (!lka_document_number(document, node, part, detail, minimum, maximum, &value)) {
        return false;
    }
    if (value > (int)value || value < (int)value) {
        lka_document_complain(document, node, "%s%s%s: %.10g is not allowed; allowed: whole numbers from %d to %d",
                              part, detail ? "." : "", detail ? detail : "", value, minimum, maximum);
        return false;
    }
    *number = (int)value;
    return true;
}

/* "a, b, c" of as many names as fit. */
static const char *join(const char *const *names, size_t count, char *buffer, size_t size)
{
    size_t used = 0;
    buffer[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        int length = snprintf(buffer + used, size - used, "%s%s", i ? ", " : "", names[i][0] ? names[i] : "\"\"");
        if (length < 0 || used + (size_t)length + 5 >= size) {
            snprintf(buffer + used, size - used, ", ...");
            break;
        }
        used += (size_t)length;
    }
    return buffer;
}

ptrdiff_t lka_document_name(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail,
                            const char *what, const char *const *names, size_t count)
{
    const char *text = lka_document_text(document, node, part, detail);
    if (!text) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], text) == 0) {
            return (ptrdiff_t)i;
        }
    }
    char allowed[140];
    char shown[64];
    const char *nearest = lka_nearest(text, names, count);
    lka_document_complain(document, node, "%s%s%s: unknown %s %s%s%s%s; allowed: %s", part, detail ? "." : "",
                          detail ? detail : "", what, lka_show(lka_span_of(text), false, shown),
                          nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "",
                          count ? join(names, count, allowed, sizeof allowed) : "none here");
    return -1;
}

bool lka_document_keys(struct lka_document *document, yaml_node_t *node, const char *part, const char *const *names,
                       size_t count, size_t required, yaml_node_t **values)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = NULL;
    }
    size_t pairs = lka_document_pairs(document, node, part, NULL);
    if (!node || node->type != YAML_MAPPING_NODE) {
        return false;
    }
    for (size_t p = 0; p < pairs; p++) {
        ptrdiff_t name = lka_document_name(document, lka_document_key(document, node, p), part, NULL, "key", names,
                                           count);
        if (name >= 0) {
            values[name] = lka_document_value(document, node, p);
        }
    }
    for (size_t i = 0; i < required; i++) {
        if (!values[i]) {
            lka_document_complain(document, node, "%s: the key \"%s\" is missing", part, names[i]);
        }
    }
    return true;
}

#include "simulate/document.h"

#include "base/error.h"

#include <stdio.h>

/* ---- opening ---------------------------------------------------------------------------------- */

/* What a world file has its own words for. */
static void complain_fault(struct lka_complaints *complaints, const struct lka_yaml_fault *fault)
{
    switch (fault->kind) {
    case LKA_YAML_SYNTAX:
        lka_complain(complaints, fault, "this is no YAML: %s%s%s", fault->problem, fault->context ? ", " : "",
                     fault->context ? fault->context : "");
        return;
    case LKA_YAML_ENCODING:
        lka_complain_at(complaints, 0, 0, "this is no YAML: %s", fault->problem);
        return;
    case LKA_YAML_ANCHOR:
        lka_complain(complaints, fault, "this node is used again by an alias; write it out instead");
        return;
    case LKA_YAML_SECOND:
        lka_complain_at(complaints, fault->next_line, 1, "a second document begins; allowed: one a file");
        return;
    default:
        lka_yaml_complain_fault(fault, complaints);
    }
}

lka_status lka_document_open(struct lka_document *document, const char *file, const char *bytes, size_t length,
                             struct lka_error *error)
{
    *document = (struct lka_document){.complaints = {.file = file, .by_place = true}};
    LKA_TRY(lka_yaml_parse(&document->yaml, bytes, length, error));
    complain_fault(&document->complaints, &document->yaml.fault);
    LKA_TRY(lka_complaints_status(&document->complaints, error));
    if (!lka_yaml_root(&document->yaml)) {
        lka_complain_at(&document->complaints, 0, 0, "the file is empty");
        return lka_complaints_status(&document->complaints, error);
    }
    lka_yaml_refuse_repeats(&document->yaml, &document->complaints);
    return LKA_OK;
}

void lka_document_close(struct lka_document *document)
{
    lka_yaml_release(&document->yaml);
}

/* ---- kinds and counts ------------------------------------------------------------------------- */

static const char *kind_of(const struct lka_yaml_node *node)
{
    return node->kind == LKA_YAML_MAPPING ? "a mapping" : node->kind == LKA_YAML_SEQUENCE ? "a list" : "a value";
}

static bool is_kind(struct lka_document *document, const struct lka_yaml_node *node, enum lka_yaml_kind wanted,
                    const char *name, const char *part, const char *detail)
{
    if (node->kind == wanted) {
        return true;
    }
    lka_complain(&document->complaints, node, "%s%s%s is %s; allowed: %s", part, detail ? "." : "",
                 detail ? detail : "", kind_of(node), name);
    return false;
}

size_t lka_document_pairs(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                          const char *detail)
{
    return is_kind(document, node, LKA_YAML_MAPPING, "a mapping (key: value)", part, detail) ? node->count : 0;
}

size_t lka_document_items(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                          const char *detail)
{
    return is_kind(document, node, LKA_YAML_SEQUENCE, "a list", part, detail) ? node->count : 0;
}

static size_t check_count(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                          const char *detail, size_t count, size_t most)
{
    if (count >= 1 && count <= most) {
        return count;
    }
    lka_complain(&document->complaints, node, "%s%s%s has %zu entries; allowed: 1 to %zu", part, detail ? "." : "",
                 detail ? detail : "", count, most);
    return 0;
}

size_t lka_document_some_pairs(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                               const char *detail, size_t most)
{
    size_t count = lka_document_pairs(document, node, part, detail);
    return node->kind != LKA_YAML_MAPPING ? 0 : check_count(document, node, part, detail, count, most);
}

size_t lka_document_some_items(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                               const char *detail, size_t most)
{
    size_t count = lka_document_items(document, node, part, detail);
    return node->kind != LKA_YAML_SEQUENCE ? 0 : check_count(document, node, part, detail, count, most);
}

/* ---- scalars ---------------------------------------------------------------------------------- */

const char *lka_document_text(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                              const char *detail)
{
    if (!is_kind(document, node, LKA_YAML_SCALAR, "one value", part, detail)) {
        return NULL;
    }
    const char *text = node->text.text;
    if (strlen(text) != node->text.length) {
        lka_complain(&document->complaints, node, "%s%s%s holds a NUL character", part, detail ? "." : "",
                     detail ? detail : "");
        return NULL;
    }
    return text;
}

bool lka_document_number(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                         const char *detail, double minimum, double maximum, double *number)
{
    const char *text = lka_document_text(document, node, part, detail);
    double value = 0;
    if (text && lka_parse_number(lka_span_of(text), &value) && value >= minimum && value <= maximum) {
        *number = value;
        return true;
    }
    if (text) {
        char shown[64];
        lka_complain(&document->complaints, node, "%s%s%s: %s is not allowed; allowed: numbers from %.10g to %.10g",
                     part, detail ? "." : "", detail ? detail : "", lka_show(lka_span_of(text), false, shown), minimum,
                     maximum);
    }
    return false;
}

bool lka_document_whole(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                        const char *detail, int minimum, int maximum, int *number)
{
    double value = 0;
    if (!lka_document_number(document, node, part, detail, minimum, maximum, &value)) {
        return false;
    }
    if (value > (int)value || value < (int)value) {
        lka_complain(&document->complaints, node, "%s%s%s: %.10g is not allowed; allowed: whole numbers from %d to %d",
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

ptrdiff_t lka_document_name(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                            const char *detail, const char *what, const char *const *names, size_t count)
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
    lka_complain(&document->complaints, node, "%s%s%s: unknown %s %s%s%s%s; allowed: %s", part, detail ? "." : "",
                 detail ? detail : "", what, lka_show(lka_span_of(text), false, shown),
                 nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "",
                 count ? join(names, count, allowed, sizeof allowed) : "none here");
    return -1;
}

bool lka_document_keys(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                       const char *const *names, size_t count, size_t required, const struct lka_yaml_node **values)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = NULL;
    }
    size_t pairs = lka_document_pairs(document, node, part, NULL);
    if (node->kind != LKA_YAML_MAPPING) {
        return false;
    }
    for (size_t p = 0; p < pairs; p++) {
        ptrdiff_t name = lka_document_name(document, lka_yaml_key(&document->yaml, node, p), part, NULL, "key", names,
                                           count);
        if (name >= 0) {
            values[name] = lka_yaml_value(&document->yaml, node, p);
        }
    }
    for (size_t i = 0; i < required; i++) {
        if (!values[i]) {
            lka_complain(&document->complaints, node, "%s: the key \"%s\" is missing", part, names[i]);
        }
    }
    return true;
}

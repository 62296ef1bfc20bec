/* Scalars of a project file: texts, and paths of files. */
#include "project/reading.h"

#include "base/error.h"
#include "base/memory.h"
#include "source/inputs.h"

#include <sys/stat.h>

const char *lka_reading_text(struct lka_reading *reader, const struct lka_yaml_node *node, const char *what)
{
    if (!lka_yaml_is(node, LKA_YAML_SCALAR, what, &reader->complaints)) {
        return NULL;
    }
    if (node->text.length == 0 || strlen(node->text.text) != node->text.length) {
        lka_complain(&reader->complaints, node, "%s is %s", what,
                     node->text.length == 0 ? "empty; give it a value, or leave the key out" : "no text");
        return NULL;
    }
    return node->text.text;
}

const char *lka_reading_key(struct lka_reading *reader, const struct lka_yaml_node *mapping, size_t pair)
{
    return lka_reading_text(reader, lka_yaml_key(&reader->yaml, mapping, pair), "a name");
}

/* ---- paths ------------------------------------------------------------------------------------ */

static void append(struct lka_reading *reader, struct lka_list *list, char *taken)
{
    char **grown = taken ? lka_resize(list->items, list->count + 1, sizeof *grown) : NULL;
    if (!grown) {
        lka_free(taken);
        reader->short_of_memory = true;
        return;
    }
    list->items = grown;
    list->items[list->count++] = taken;
}

void lka_reading_path(struct lka_reading *reader, const struct lka_yaml_node *node, const char *what,
                      struct lka_list *paths)
{
    const char *path = lka_reading_text(reader, node, what);
    if (path && strcmp(path, "-") == 0) {
        lka_complain(&reader->complaints, node, "%s: \"-\" (stdin) is not allowed in a project; give a file", what);
    } else if (path) {
        append(reader, paths, lka_project_path(reader->project, path));
    }
}

/* What is read once only, and then gone, cannot be compared with what it was. */
static void check_regular(struct lka_reading *reader, const struct lka_yaml_node *node, const char *what,
                          const struct lka_inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++) {
        struct stat facts;
        if (stat(inputs->items[i].path, &facts) == 0 && !S_ISREG(facts.st_mode)) {
            lka_complain(&reader->complaints, node,
                         "%s: \"%.200s\" is no regular file; a project reads files and "
                         "directories",
                         what, inputs->items[i].path);
        }
    }
}

static void check_file(struct lka_reading *reader, const struct lka_yaml_node *node, const char *what, const char *path)
{
    struct lka_inputs inputs = {0};
    struct lka_error error = {0};
    struct stat facts;
    if (stat(path, &facts) == 0 && S_ISDIR(facts.st_mode)) {
        return;
    }
    lka_status status = lka_inputs_init(&inputs, &path, 1, false, &error);
    if (status == LKA_MEMORY) {
        reader->short_of_memory = true;
    } else if (status != LKA_OK) {
        char text[1400];
        lka_complain(&reader->complaints, node, "%s: %.600s", what, lka_error_format(&error, text, sizeof text));
    } else {
        check_regular(reader, node, what, &inputs);
    }
    lka_inputs_release(&inputs);
}

void lka_reading_check_files(struct lka_reading *reader, const struct lka_yaml_node *node, const char *what,
                             const struct lka_list *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        check_file(reader, node, what, paths->items[i]);
    }
}

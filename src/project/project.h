/* project/project.h: a project file, read and checked: every stage that it names with its options complete but for the
 * roles of columns, which depend on the tables that a stage finds (project/columns.h).
 */
#ifndef LKA_PROJECT_PROJECT_H
#define LKA_PROJECT_PROJECT_H

#include "base/complaints.h"
#include "base/parameters.h"
#include "project/stages.h"

/* Where something stands in the project file. */
struct lka_spot {
    uint64_t line;
    uint64_t column;
};

/* sources: a name, and the files behind it. */
struct lka_project_source {
    char *name;
    struct lka_list paths; /* as the process can open them: relative ones begin at the project file */
    struct lka_spot spot;
    bool used;
};

/* rules: a condition in SQL under a name. */
struct lka_project_rule {
    char *name;
    char *text;
};

/* columns: a role, a type, or both, as --role and --type take them: "NAME=ROLE". */
struct lka_project_column {
    char *name;
    char *role; /* NULL: none given */
    char *type;
    struct lka_spot spot;
};

/* A block. */
struct lka_project_stage {
    const struct lka_stage *stage;
    struct lka_options *options;
    const char *out; /* what it writes; of the options */
    struct lka_spot spot;
    bool *produced; /* by parameter: its value is the output of an earlier stage */
    bool *named;    /* by parameter: the block names that stage: `value: value` */
};

struct lka_project {
    char *file;
    char *directory; /* "" or "some/where/" */
    char *out;
    char *workspace; /* NULL: none */
    char *as_of;
    char *seed;
    struct lka_project_source *sources;
    size_t source_count;
    size_t source_capacity;
    struct lka_project_rule *rules;
    size_t rule_count;
    size_t rule_capacity;
    struct lka_project_column *columns;
    size_t column_count;
    size_t column_capacity;
    struct lka_project_stage *stages; /* in the order in which they run */
    size_t stage_count;
};

/* Reads the file. LKA_USAGE with everything that is wrong, a line each: file:line:column, what, the value, what is
 * allowed, the nearest key. Sources that are used by no stage are a warning. */
lka_status lka_project_open(const char *file, const struct lka_session *session, struct lka_project **project,
                            struct lka_error *error);
void lka_project_close(struct lka_project *project); /* NULL is fine */

/* The path as the process can open it: a relative one begins at the project file. Free with lka_free; NULL when memory
 * is short. */
char *lka_project_path(const struct lka_project *project, const char *path);

/* NULL if there is none of that name. */
struct lka_project_source *lka_project_find_source(const struct lka_project *project, const char *name);
struct lka_project_stage *lka_project_find_stage(const struct lka_project *project, const char *name);

/* A parameter whose values are files or directories to read. */
bool lka_stage_reads(const struct lka_stage *stage, const struct lka_param *param);
/* ... or to write. */
bool lka_stage_writes(const struct lka_stage *stage, const struct lka_param *param);

/* ---- wiring.c --------------------------------------------------------------------------------- */

/* Gives every stage what its block does not say. Complains about what is missing, and about two stages that write to
 * one place. LKA_MEMORY only. */
lka_status lka_project_wire(struct lka_project *project, struct lka_complaints *complaints, struct lka_error *error);

#endif

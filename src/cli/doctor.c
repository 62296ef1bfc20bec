/* What `lookalike doctor` shows, and its public function in the table's form. */
#include "cli/document.h"

lka_status cli_doctor(const struct lka_options *options, const struct lka_session *session, char **document,
                      struct lka_error *error)
{
    (void)options;
    (void)session;
    return lka_doctor(document, error);
}

static void show_library(FILE *out, const json_t *library)
{
    fprintf(out, "    %-14s %-22s %s\n", cli_text(library, "name"), cli_text(library, "version"),
            cli_text(library, "purpose"));
}

static void show_problem(FILE *out, const json_t *problem)
{
    fprintf(out, "  ! %s\n    %s\n", cli_text(problem, "problem"), cli_text(problem, "remedy"));
}

void cli_show_doctor(FILE *out, const json_t *document)
{
    fprintf(out, "lookalike %s, built by %s\n", cli_text(document, "version"), cli_text(document, "compiler"));
    fprintf(out, "  cpu     %s, %.0f threads; CSV is scanned by its %s form\n", cli_text(document, "cpu.level"),
            cli_number(document, "cpu.threads"), cli_text(document, "cpu.scanner"));
    fprintf(out, "          training follows the CPU level in its last bits; scoring is the same bytes everywhere\n");
    fputs("  libraries\n", out);
    const json_t *libraries = cli_at(document, "libraries");
    for (size_t i = 0; i < json_array_size(libraries); i++) {
        show_library(out, json_array_get(libraries, i));
    }
    const json_t *missing = cli_at(document, "missing");
    fprintf(out, "  missing%s\n", json_array_size(missing) ? "" : " nothing");
    for (size_t i = 0; i < json_array_size(missing); i++) {
        show_problem(out, json_array_get(missing, i));
    }
}

/* What `lookalike run` shows at its end; its lines were shown as they came. */
#include "cli/document.h"

#include <string.h>

static size_t count_status(const json_t *stages, const char *status)
{
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(stages); i++) {
        count += strcmp(cli_text(json_array_get(stages, i), "status"), status) == 0;
    }
    return count;
}

static void show_warnings(FILE *out, const json_t *stages)
{
    for (size_t i = 0; i < json_array_size(stages); i++) {
        const json_t *stage = json_array_get(stages, i);
        const json_t *warnings = cli_at(stage, "warnings");
        for (size_t w = 0; w < json_array_size(warnings); w++) {
            fprintf(out, "    - %s: %s\n", cli_text(stage, "stage"), json_string_value(json_array_get(warnings, w)));
        }
    }
}

void cli_show_run(FILE *out, const json_t *document)
{
    const json_t *stages = cli_at(document, "stages");
    show_warnings(out, stages);
    if (json_is_true(cli_at(document, "dry_run"))) {
        fprintf(out, "  dry run: %zu to run, %zu unchanged; nothing was written\n", count_status(stages, "would run"),
                count_status(stages, "unchanged"));
        return;
    }
    fprintf(out, "  %zu run, %zu unchanged: %s in %.1f s\n", count_status(stages, "ran"),
            count_status(stages, "unchanged"), cli_text(document, "out"), cli_number(document, "seconds"));
}

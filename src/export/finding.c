#include "export/finding.h"

#include "base/error.h"

lka_status lka_check_say(struct lka_checking *checking, struct lka_checked_place place, const char *field,
                         const char *outcome, const char *problem, struct lka_error *error)
{
    checking->problems++;
    checking->bad_rows += checking->in_row && checking->reported_row != checking->row_count;
    checking->reported_row = checking->in_row ? checking->row_count : checking->reported_row;
    lka_text_clear(&checking->line);
    lka_text_format(&checking->line, "%llu,%llu,", (unsigned long long)place.first, (unsigned long long)place.second);
    lka_text_csv_for_people(&checking->line, lka_span_of(field), ',');
    lka_text_format(&checking->line, ",%s,", outcome);
    lka_text_csv_field(&checking->line, lka_span_of(problem), ',');
    lka_text_string(&checking->line, "\n");
    return checking->line.failed
               ? lka_fail_memory(error, checking->line.length)
               : lka_output_write(checking->output, checking->line.bytes, checking->line.length, error);
}

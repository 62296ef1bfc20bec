/* The files of the directory. */
#include "base/cpu.h"
#include "base/date.h"
#include "base/error.h"
#include "value/result.h"

#include <time.h>

static json_t *run_json(double seconds)
{
    int64_t started = (int64_t)time(NULL) - (int64_t)seconds;
    int second = (int)(started % 86400);
    char date[16];
    lka_format_date(started / 86400, date);
    return json_pack("{s:i, s:s, s:s, s:o, s:f, s:s, s:s}", "schema", 1, "stage", "value", "version", lka_version(),
                     "started", json_sprintf("%sT%02d:%02d:%02dZ", date, second / 3600, second / 60 % 60, second % 60),
                     "seconds", seconds, "cpu_level", lka_cpu_level(), "compiler", __VERSION__);
}

static lka_status put_table(const struct lka_value_result *result, struct lka_directory *directory,
                            struct lka_error *error)
{
    char *path = NULL;
    LKA_TRY(lka_directory_path(directory, "value.csv", &path, error));
    lka_status status = lka_value_write(result, path, error);
    lka_free(path);
    return status;
}

lka_status lka_value_put_files(const struct lka_value_result *result, const json_t *document, double seconds,
                               struct lka_directory *directory, struct lka_error *error)
{
    LKA_TRY(put_table(result, directory, error));
    LKA_TRY(lka_directory_json(directory, "value.json", document, error));
    json_t *run = run_json(seconds);
    lka_status status = lka_directory_json(directory, "value.run.json", run, error);
    json_decref(run);
    return status;
}

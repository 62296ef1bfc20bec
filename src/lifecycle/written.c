#include "lifecycle/written.h"

#include "base/date.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <sys/stat.h>

lka_status lka_written_file(const char *path, const char *name, char **file, struct lka_error *error)
{
    struct stat facts;
    struct lka_text text = {0};
    bool directory = stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
    lka_text_format(&text, "%s%s%s", path, directory ? "/" : "", directory ? name : "");
    return lka_text_take(&text, file, error);
}

lka_status lka_written_document(const char *path, const char *name, json_t **document, struct lka_error *error)
{
    char *file;
    LKA_TRY(lka_written_file(path, name, &file, error));
    lka_status status = lka_json_read_file(file, document, NULL, error);
    lka_free(file);
    return status;
}

lka_status lka_written_as_of(const char *path, const char *name, int64_t *seconds, bool *known, struct lka_error *error)
{
    json_t *document;
    LKA_TRY(lka_written_document(path, name, &document, error));
    const char *text = json_string_value(json_object_get(json_object_get(document, "parameters"), "as-of"));
    *known = text && lka_parse_time(lka_span_of(text), seconds);
    json_decref(document);
    return LKA_OK;
}

lka_status lka_written_warn_later(const char *flag, const char *path, const char *name, int64_t as_of,
                                  const struct lka_session *session, struct lka_error *error)
{
    int64_t seconds = 0;
    bool known = false;
    char then[16];
    char now[16];
    LKA_TRY(lka_written_as_of(path, name, &seconds, &known, error));
    if (known && seconds > as_of) {
        lka_format_date(seconds / 86400, then);
        lka_format_date(as_of / 86400, now);
        lka_warn(session, "--%s is as of %s, after --as-of %s: it may follow from what was not known on that day", flag,
                 then, now);
    }
    return LKA_OK;
}

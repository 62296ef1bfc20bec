/* Columns that seem to identify a person by their names, and are taken for features: an address that nobody is asked
 * by, hashed by or left out by. */
#include "base/session.h"
#include "table/schema.h"

static const char *const identifying[] = {"email",  "emailaddress", "phone", "telephone", "phonenumber", "mobile",
                                          "msisdn", "idfa",         "gaid",  "maid",      "mail"};
/* What is told about an identifier, and is none: has_phone, days_since_email. */
static const char *const telling[] = {"has",   "is",  "no",    "n",     "num",     "nb",    "count",  "days",
                                      "since", "opt", "opted", "wants", "accepts", "sent",  "opened", "clicked",
                                      "via",   "by",  "last",  "first", "valid",   "direct"};

static bool is_one_of(const char *word, size_t length, const char *const *words, size_t count)
{
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        found = found || lka_span_equal_ignoring_case((struct lka_span){word, (uint32_t)length}, lka_span_of(words[i]));
    }
    return found;
}

static bool is_separator(char c)
{
    return c == '_' || c == '-' || c == ' ' || c == '.';
}

/* The last word, without a number behind it: "work_email", "Email 4". */
static bool identifies(const char *name)
{
    size_t end = strlen(name);
    while (end > 0 && ((name[end - 1] >= '0' && name[end - 1] <= '9') || is_separator(name[end - 1]))) {
        end--;
    }
    size_t start = end;
    while (start > 0 && !is_separator(name[start - 1])) {
        start--;
    }
    bool told = false;
    for (size_t at = 0; at < start;) {
        size_t length = strcspn(name + at, "_-. ");
        told = told || is_one_of(name + at, length, telling, sizeof telling / sizeof *telling);
        at += length + 1;
    }
    return !told && is_one_of(name + start, end - start, identifying, sizeof identifying / sizeof *identifying);
}

void lka_schema_warn_unclaimed(const struct lka_schema *schema, const char *file, const struct lka_session *session)
{
    for (size_t c = 0; c < schema->count; c++) {
        const struct lka_column *column = &schema->columns[c];
        if (column->role == LKA_ROLE_FEATURE && !column->role_given && !column->type_given &&
            identifies(column->name)) {
            lka_warn(
                session,
                "%.100s: the name of column \"%.60s\" is that of an e-mail, a phone or an advertising id, and it is "
                "taken for none: nobody is known, asked or left out by it; --role \"%.60s=email\" (phone, maid) "
                "says what it is, --role \"%.60s=feature\" that it is none",
                file, column->name, column->name, column->name);
        }
    }
}

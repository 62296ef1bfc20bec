/* What stands in the way of one row, question by question. */
#include "eligibility/eligibility.h"

#include "base/error.h"
#include "table/profile.h"

static bool grants(const struct lka_eligibility *eligibility, size_t consent, const struct lka_rows *rows, size_t row)
{
    return lka_consent_granted_at(&eligibility->consents[consent], rows, eligibility->consent_cells[consent], row);
}

/* What no column grants is not granted. */
static bool lacks_signals(const struct lka_eligibility *eligibility, const struct lka_rows *rows, size_t row)
{
    if (!eligibility->platform || !eligibility->platform->needs_signals) {
        return false;
    }
    if (!lka_person_may_be_in_eea(&eligibility->person, rows, row)) {
        return false;
    }
    bool told = eligibility->consents[2].count > 0 && eligibility->consents[3].count > 0;
    return !told || !grants(eligibility, 2, rows, row) || !grants(eligibility, 3, rows, row);
}

/* "yes", but also the day on which somebody unsubscribed, or a word that nobody knows. */
static bool wants_no_contact(const struct lka_eligibility *eligibility, const struct lka_rows *rows, size_t row)
{
    for (size_t i = 0; i < eligibility->refusal_count; i++) {
        struct lka_span value = lka_cell(rows, eligibility->refusal_cells[i], row);
        bool refuses = true;
        if (value.length > 0 && (!lka_parse_boolean(value, &refuses) || refuses)) {
            return true;
        }
    }
    return false;
}

/* An unknown word may be a yes. */
static bool is_minor(struct lka_span value)
{
    bool minor = true;
    return value.length > 0 && (!lka_parse_boolean(value, &minor) || minor);
}

static bool is_under_age(const struct lka_eligibility *eligibility, const struct lka_rows *rows, size_t row)
{
    double age = 0;
    if (eligibility->min_age == 0) {
        return false;
    }
    if (eligibility->age != LKA_NO_COLUMN && lka_parse_number(lka_cell(rows, eligibility->age_cell, row), &age) &&
        age < (double)eligibility->min_age) {
        return true;
    }
    return eligibility->minor != LKA_NO_COLUMN && is_minor(lka_cell(rows, eligibility->minor_cell, row));
}

/* Whose the row is, found out once. */
struct asked {
    const struct lka_eligibility *eligibility;
    const struct lka_rows *rows;
    size_t row;
    struct lka_form forms[LKA_PERSON_FORMS];
    size_t count;
};

static lka_status was_erased(const struct asked *asked, bool *erased, struct lka_error *error)
{
    const struct lka_person_columns *person = &asked->eligibility->person;
    const char *numbering = lka_id_numbering(person->schema->columns[person->id].name);
    return lka_erased_holds(&asked->eligibility->erased, asked->forms, asked->count, numbering,
                            lka_cell(asked->rows, person->id_cell, asked->row), erased, error);
}

static lka_status is_customer(const struct asked *asked, bool *stands, struct lka_error *error)
{
    const struct lka_eligibility *eligibility = asked->eligibility;
    struct lka_span id = {"", 0};
    if (eligibility->ids_tell) {
        id = lka_cell(asked->rows, eligibility->person.id_cell, asked->row);
    }
    return lka_known_holds(&eligibility->known, asked->forms, asked->count, id, stands, error);
}

static lka_status ask(const struct asked *asked, enum lka_bar bar, bool *stands, struct lka_error *error)
{
    const struct lka_eligibility *eligibility = asked->eligibility;
    const struct lka_rows *rows = asked->rows;
    size_t row = asked->row;
    *stands = false;
    switch (bar) {
    case LKA_BAR_ERASED:
        return was_erased(asked, stands, error);
    case LKA_BAR_OBJECTED:
        return lka_suppression_holds_forms(eligibility->suppression, asked->forms, (int)asked->count, stands, error);
    case LKA_BAR_CUSTOMER:
        return is_customer(asked, stands, error);
    case LKA_BAR_CONTACT:
        *stands = wants_no_contact(eligibility, rows, row);
        break;
    case LKA_BAR_PROFILING:
        *stands = !grants(eligibility, 0, rows, row);
        break;
    case LKA_BAR_ADVERTISING:
        *stands = !grants(eligibility, 1, rows, row);
        break;
    case LKA_BAR_SIGNALS:
        *stands = lacks_signals(eligibility, rows, row);
        break;
    case LKA_BAR_AGE:
        *stands = is_under_age(eligibility, rows, row);
        break;
    case LKA_BAR_FREQUENCY: {
        struct lka_span none = {"", 0};
        return lka_known_holds(&eligibility->frequent, asked->forms, asked->count, none, stands, error);
    }
    default:
        break;
    }
    return LKA_OK;
}

lka_status lka_eligibility_bars(const struct lka_eligibility *eligibility, const struct lka_rows *rows, size_t row,
                                bool all, bool stands[LKA_BARS], struct lka_error *error)
{
    struct asked asked = {.eligibility = eligibility, .rows = rows, .row = row};
    bool found = false;
    memset(stands, 0, LKA_BARS * sizeof *stands);
    LKA_TRY(lka_person_forms(&eligibility->person, rows, row, asked.forms, &asked.count, error));
    for (enum lka_bar bar = LKA_BAR_NONE + 1; bar < LKA_BARS && (all || !found); bar++) {
        LKA_TRY(ask(&asked, bar, &stands[bar], error));
        found = stands[bar];
    }
    return LKA_OK;
}

lka_status lka_eligibility_of(const struct lka_eligibility *eligibility, const struct lka_rows *rows, size_t row,
                              enum lka_bar *bar, struct lka_error *error)
{
    bool stands[LKA_BARS];
    *bar = LKA_BAR_NONE;
    LKA_TRY(lka_eligibility_bars(eligibility, rows, row, false, stands, error));
    for (enum lka_bar b = LKA_BAR_NONE + 1; b < LKA_BARS && *bar == LKA_BAR_NONE; b++) {
        *bar = stands[b] ? b : LKA_BAR_NONE;
    }
    return LKA_OK;
}

#include "campaign/exposed.h"

#include "base/date.h"
#include "base/error.h"

#define LKA_EXPOSURE_TEXT_(name, text) text,
const char *const lka_exposure_names[LKA_EXPOSURE_COUNT] = {LKA_EXPOSURES_X(LKA_EXPOSURE_TEXT_)};

enum { CONTACT_ID, PROSPECT_ID, ID_TYPE, ID, TIMESTAMP, FIELDS };
static const char *const fields[FIELDS] = {"contact_id", "prospect_id", "id_type", "id", "timestamp"};

lka_status lka_exposed_open(const struct lka_list *paths, const struct lka_options *options, struct lka_sheet *sheet,
                            struct lka_error *error)
{
    LKA_TRY(lka_sheet_open(paths, options, "exposures", fields, FIELDS, sheet, error));
    LKA_TRY(lka_sheet_need(sheet, 1u << TIMESTAMP, error));
    return lka_sheet_need(sheet, 1u << CONTACT_ID | 1u << PROSPECT_ID | 1u << ID, error);
}

/* What is wrong with the row; `field` names the place. NULL: nothing. */
static const char *find_fault(const struct lka_sheet *sheet, size_t row, int64_t *time, enum lka_identity_type *type,
                              size_t *field)
{
    bool by_id = lka_sheet_value(sheet, ID, row).length > 0;
    *field = TIMESTAMP;
    if (!lka_parse_time(lka_sheet_value(sheet, TIMESTAMP, row), time)) {
        return "is no time; allowed: such as 2025-06-30T08:15:00Z";
    }
    *field = ID_TYPE;
    *type = lka_identity_type_of(lka_sheet_value(sheet, ID_TYPE, row));
    if (by_id && *type == LKA_IDENTITY_TYPES) {
        return "is not allowed; allowed: email, phone, cookie, maid, platform";
    }
    *field = CONTACT_ID;
    bool named = by_id || lka_sheet_value(sheet, CONTACT_ID, row).length > 0 ||
                 lka_sheet_value(sheet, PROSPECT_ID, row).length > 0;
    return named ? NULL : "is empty, and so are prospect_id and id: the exposure names nobody";
}

/* Whose exposure it is: *person, where it is an inactive contact's. */
static lka_status find_person(const struct lka_sheet *sheet, size_t row, enum lka_identity_type type,
                              struct lka_owners *owners, const struct lka_population *population, uint32_t *person,
                              enum lka_exposure *what, struct lka_error *error)
{
    struct lka_span id = lka_sheet_value(sheet, CONTACT_ID, row);
    struct lka_owner owner = {0};
    *person = id.length ? lka_population_find(population, id) : LKA_NOBODY;
    *what = LKA_EXPOSURE_USED;
    if (*person != LKA_NOBODY) {
        return LKA_OK;
    }
    lka_owners_forget(owners);
    if (id.length > 0) {
        LKA_TRY(lka_owners_by_id(owners, id, &owner, error));
    } else if (lka_sheet_value(sheet, ID, row).length > 0) {
        LKA_TRY(lka_owners_by_identity(owners, type, lka_sheet_value(sheet, ID, row), &owner, error));
    }
    if (owner.contacts != 1) {
        bool prospect = lka_sheet_value(sheet, PROSPECT_ID, row).length > 0;
        *what = owner.contacts > 1 ? LKA_EXPOSURE_SHARED : prospect ? LKA_EXPOSURE_PROSPECT : LKA_EXPOSURE_UNKNOWN;
        return LKA_OK;
    }
    *person = lka_population_find(population, owners->found[owner.contact].id);
    *what = *person == LKA_NOBODY ? LKA_EXPOSURE_ACTIVE : LKA_EXPOSURE_USED;
    return LKA_OK;
}

static lka_status take_row(struct lka_sheet *sheet, size_t row, struct lka_owners *owners,
                           struct lka_population *population, int64_t as_of, struct lka_exposed *exposed,
                           struct lka_error *error)
{
    int64_t time;
    enum lka_identity_type type;
    size_t field;
    uint32_t person;
    enum lka_exposure what;
    const char *fault = find_fault(sheet, row, &time, &type, &field);
    if (fault) {
        return lka_sheet_reject(sheet, row, field, field == CONTACT_ID, fault, error);
    }
    LKA_TRY(find_person(sheet, row, type, owners, population, &person, &what, error));
    if (what == LKA_EXPOSURE_USED && time > as_of) {
        what = LKA_EXPOSURE_AFTER;
    }
    exposed->rows[what]++;
    if (what == LKA_EXPOSURE_USED) {
        lka_population_expose(population, person, time);
        exposed->latest = time > exposed->latest ? time : exposed->latest;
    }
    return LKA_OK;
}

lka_status lka_exposed_read(struct lka_sheet *sheet, struct lka_owners *owners, struct lka_population *population,
                            int64_t as_of, const struct lka_session *session, struct lka_exposed *exposed,
                            struct lka_error *error)
{
    *exposed = (struct lka_exposed){.latest = LKA_NO_TIME};
    do {
        LKA_TRY(lka_sheet_next(sheet, session, "read exposures", error));
        for (size_t row = 0; row < sheet->rows.count; row++) {
            LKA_TRY(take_row(sheet, row, owners, population, as_of, exposed, error));
        }
    } while (sheet->rows.count > 0);
    return lka_source_finish(sheet->source, error);
}

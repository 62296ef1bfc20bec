#include "store/acquaintance.h"

#include "base/error.h"

enum { TELLING = 10 };

static const char any_contact[] = "SELECT EXISTS (SELECT 1 FROM history WHERE name = 'segment') OR "
                                  "EXISTS (SELECT 1 FROM campaign_contacts)";
static const char any_customer[] = "SELECT EXISTS (SELECT 1 FROM history WHERE name = 'cluster')";
static const char find_person[] = "SELECT 1 FROM history WHERE name IN ('segment', 'cluster') AND person = ?1 "
                                  "UNION ALL SELECT 1 FROM campaign_contacts WHERE contact = ?1 LIMIT 1";

lka_status lka_acquaintance_init(struct lka_acquaintance *acquaintance, struct lka_workspace *workspace,
                                 struct lka_error *error)
{
    int64_t contacts = 0;
    int64_t customers = 0;
    *acquaintance = (struct lka_acquaintance){.workspace = workspace};
    if (!workspace) {
        return LKA_OK;
    }
    LKA_TRY(lka_statement_number(workspace, any_contact, &contacts, error));
    LKA_TRY(lka_statement_number(workspace, any_customer, &customers, error));
    acquaintance->lists_contacts = contacts > 0;
    return contacts > 0 || customers > 0 ? lka_statement_new(workspace, find_person, &acquaintance->find, error)
                                         : LKA_OK;
}

void lka_acquaintance_release(struct lka_acquaintance *acquaintance)
{
    lka_statement_free(acquaintance->find);
    *acquaintance = (struct lka_acquaintance){0};
}

lka_status lka_acquaintance_meet(struct lka_acquaintance *acquaintance, struct lka_span person, struct lka_error *error)
{
    if (!acquaintance->find) {
        return LKA_OK;
    }
    lka_bind_text(acquaintance->find, 1, person);
    LKA_TRY(lka_statement_step(acquaintance->find, &acquaintance->met, error));
    if (acquaintance->met) {
        lka_statement_free(acquaintance->find);
        acquaintance->find = NULL;
    } else {
        acquaintance->strangers++;
    }
    return LKA_OK;
}

lka_status lka_acquaintance_check(const struct lka_acquaintance *acquaintance, const char *whose, bool partial,
                                  const struct lka_session *session, struct lka_error *error)
{
    unsigned long long strangers = acquaintance->strangers;
    if (acquaintance->met || strangers == 0) {
        return LKA_OK;
    }
    const char *path = lka_workspace_path(acquaintance->workspace);
    if (partial && (strangers < TELLING || !acquaintance->lists_contacts)) {
        lka_warn(session, "--workspace %.200s: it knew none of the %llu %s before: is it another brand's?", path,
                 strangers, whose);
        return LKA_OK;
    }
    return lka_fail(error, LKA_USAGE, "--workspace %.200s: it knows none of the %llu %s: is it another brand's?", path,
                    strangers, whose);
}

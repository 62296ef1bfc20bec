#include "lifecycle/told.h"

#include "base/error.h"
#include "base/session.h"

enum { WORDS_LIMIT = 1 << 30 };

/* ---- which columns ---------------------------------------------------------------------------- */

static bool describes(enum lka_role role)
{
    return role == LKA_ROLE_FEATURE || role == LKA_ROLE_PROTECTED || role == LKA_ROLE_VALUE || role == LKA_ROLE_KEEP;
}

static bool is_known(const char *name, const char *const *known, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(known[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_wanted(const struct lka_column *column, const struct lka_schema *contacts,
                      const struct lka_session *session)
{
    if (column->role == LKA_ROLE_ID || column->role == LKA_ROLE_IGNORE) {
        return false;
    }
    if (!describes(column->role)) {
        lka_warn(session, "column \"%.60s\" of --append is left out: its role is %s", column->name,
                 lka_role_name(column->role));
        return false;
    }
    if (lka_schema_find(contacts, lka_span_of(column->name)) != LKA_NO_COLUMN) {
        lka_warn(session, "column \"%.60s\" of --append is left out: the contacts have one of that name; rename it",
                 column->name);
        return false;
    }
    return true;
}

lka_status lka_told_init(struct lka_told *told, const struct lka_schema *schema, const struct lka_schema *contacts,
                         const char *const *known, size_t known_count, size_t members,
                         const struct lka_session *session, struct lka_error *error)
{
    *told = (struct lka_told){.members = members, .words = {.limit = WORDS_LIMIT}};
    LKA_TRY(LKA_NEW(told->columns, schema->count, error));
    for (size_t c = 0; c < schema->count; c++) {
        const struct lka_column *column = &schema->columns[c];
        if (!is_known(column->name, known, known_count) && is_wanted(column, contacts, session)) {
            told->columns[told->count++] = c;
        }
    }
    return LKA_NEW(told->heads, told->count * members, error);
}

void lka_told_release(struct lka_told *told)
{
    lka_free(told->columns);
    lka_free(told->heads);
    lka_free(told->texts);
    lka_words_release(&told->words);
    *told = (struct lka_told){0};
}

/* ---- who says what ---------------------------------------------------------------------------- */

lka_status lka_told_add(struct lka_told *told, size_t column, size_t member, struct lka_span text, int64_t weight,
                        struct lka_error *error)
{
    uint32_t *head = &told->heads[column * told->members + member];
    uint32_t word;
    if (text.length == 0) {
        return LKA_OK;
    }
    LKA_TRY(lka_words_add(&told->words, text, &word, error));
    if (word == LKA_NO_WORD || told->text_count == UINT32_MAX - 1) {
        return lka_fail(error, LKA_DATA, "is longer than %d bytes, or there are too many different ones",
                        (int)LKA_WORD_LONGEST);
    }
    for (uint32_t at = *head; at; at = told->texts[at - 1].next) {
        if (told->texts[at - 1].word == word) {
            told->texts[at - 1].weight += weight;
            return LKA_OK;
        }
    }
    LKA_TRY(lka_reserve(&told->texts, &told->text_capacity, told->text_count + 1, sizeof *told->texts, error));
    told->texts[told->text_count] = (struct lka_told_text){.word = word, .next = *head, .weight = weight};
    *head = (uint32_t)++told->text_count;
    return LKA_OK;
}

/* The word and 1; 0 where two are as strong. */
static uint32_t strongest(const struct lka_told *told, uint32_t head)
{
    uint32_t best = head;
    bool tied = false;
    for (uint32_t at = told->texts[head - 1].next; at; at = told->texts[at - 1].next) {
        int64_t weight = told->texts[at - 1].weight;
        int64_t greatest = told->texts[best - 1].weight;
        tied = weight == greatest || (tied && weight < greatest);
        best = weight > greatest ? at : best;
    }
    return tied ? 0 : told->texts[best - 1].word + 1;
}

uint64_t lka_told_settle(struct lka_told *told)
{
    uint64_t contradictions = 0;
    for (size_t member = 0; member < told->members; member++) {
        bool contradicted = false;
        for (size_t column = 0; column < told->count; column++) {
            uint32_t *head = &told->heads[column * told->members + member];
            contradicted |= *head && told->texts[*head - 1].next;
            *head = *head ? strongest(told, *head) : 0;
        }
        contradictions += contradicted;
    }
    lka_free(told->texts);
    told->texts = NULL;
    return contradictions;
}

struct lka_span lka_told_of(const struct lka_told *told, size_t column, size_t member)
{
    uint32_t word = told->heads[column * told->members + member];
    return word ? lka_word(&told->words, word - 1) : LKA_SPAN("");
}

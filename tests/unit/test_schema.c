/* Schemas: names, roles by flag, by stage and by name, types, and which column is the id. */
#include "table/roles.h"
#include "table/schema.h"

#include "by_hand.h"
#include "run_suite.h"

static struct lka_error error;
static struct lka_schema schema;

/* "a,b,c" */
static lka_status make(const char *names)
{
    struct lka_span spans[64];
    size_t count = 0;
    while (names) {
        const char *comma = strchr(names, ',');
        spans[count++] = (struct lka_span){names, comma ? (uint32_t)(comma - names) : (uint32_t)strlen(names)};
        names = comma ? comma + 1 : NULL;
    }
    return lka_schema_init(&schema, spans, count, "t.csv", &error);
}

/* Flags separated by spaces; "" for none. */
static lka_status assign(const char *id, const char *roles, const char *types, const char *stage)
{
    static char buffers[2][256];
    static char *items[2][8];
    const char *texts[2] = {roles, types};
    struct lka_list lists[2];
    for (int l = 0; l < 2; l++) {
        lists[l] = (struct lka_list){items[l], 0};
        snprintf(buffers[l], sizeof buffers[l], "%s", texts[l]);
        for (char *item = strtok(buffers[l], " "); item; item = strtok(NULL, " ")) {
            items[l][lists[l].count++] = item;
        }
    }
    json_t *object = stage ? json_loads(stage, 0, NULL) : NULL;
    error = (struct lka_error){0};
    lka_status status = lka_schema_assign(&schema, id, &lists[0], &lists[1], object, "t.csv", &error);
    json_decref(object);
    return status;
}

/* The roles of all columns, as <stage>.json has them. */
static void check_roles(const char *expected)
{
    json_t *roles = lka_schema_roles_json(&schema);
    json_t *wanted = json_loads(expected, 0, NULL);
    char *seen = json_dumps(roles, 0);
    ck_assert_ptr_nonnull(wanted);
    ck_assert_msg(json_equal(roles, wanted), "%s", seen);
    json_decref(roles);
    json_decref(wanted);
    lka_free(seen);
}

static void release(void)
{
    lka_schema_release(&schema);
}

/* ---- names ------------------------------------------------------------------------------------ */

START_TEST(columns_are_found_by_their_exact_name)
{
    ck_assert_int_eq(make("id,Id,id2"), LKA_OK);
    ck_assert_int_eq(lka_schema_find(&schema, LKA_SPAN("Id")), 1);
    ck_assert_int_eq(lka_schema_find(&schema, LKA_SPAN("id2")), 2);
    ck_assert_int_eq(lka_schema_find(&schema, LKA_SPAN("i")), LKA_NO_COLUMN);
    ck_assert_int_eq(lka_schema_find(&schema, LKA_SPAN("id22")), LKA_NO_COLUMN);
    ck_assert_int_eq(lka_schema_find(&schema, LKA_SPAN("")), LKA_NO_COLUMN);
    ck_assert_int_eq(lka_schema_role(&schema, LKA_ROLE_EMAIL), LKA_NO_COLUMN);
    ck_assert_int_eq(schema.columns[0].role, LKA_ROLE_FEATURE);
    ck_assert_int_eq(schema.columns[0].type, LKA_TYPE_UNKNOWN);
}
END_TEST

START_TEST(every_column_needs_a_name_of_its_own)
{
    ck_assert_int_eq(make("a,,b"), LKA_DATA);
    ck_assert_uint_eq(error.column, 2);
    ck_assert_int_eq(make("a,b,c,c,b"), LKA_DATA);
    ck_assert_uint_eq(error.column, 4);
    ck_assert_str_eq(error.file, "t.csv");
    ck_assert_str_eq(error.message,
                     "the header names column \"c\" twice, first as field 3; every column needs a name of its own");
}
END_TEST

START_TEST(a_copy_stands_alone)
{
    ck_assert_int_eq(make("id,c"), LKA_OK);
    ck_assert_int_eq(assign(NULL, "c=consent(profiling,meta)", "", NULL), LKA_OK);
    struct lka_schema copy;
    ck_assert_int_eq(lka_schema_copy(&copy, &schema, &error), LKA_OK);
    lka_schema_release(&schema);
    schema = copy;
    check_roles("{\"id\": \"id\", \"c\": \"consent(profiling,meta)\"}");
}
END_TEST

/* ---- roles ------------------------------------------------------------------------------------ */

START_TEST(names_are_recognised)
{
    ck_assert_int_eq(make("Contact_ID,E-Mail,Postal Code,IDFA,consents,consent_profiling,opt_in,religion,segment,"
                          "previous_cluster,features_as_of,protected_group,ltv,age,emailing,scored"),
                     LKA_OK);
    ck_assert_int_eq(assign(NULL, "", "", NULL), LKA_OK);
    check_roles("{\"Contact_ID\": \"id\", \"E-Mail\": \"email\", \"Postal Code\": \"postcode\", \"IDFA\": \"maid\","
                "\"consents\": \"consent\", \"consent_profiling\": \"consent(profiling)\", \"opt_in\": \"keep\","
                "\"religion\": \"sensitive\", \"segment\": \"ignore\", \"previous_cluster\": \"ignore\","
                "\"features_as_of\": \"time\", \"protected_group\": \"protected\", \"ltv\": \"value\","
                "\"age\": \"feature\", \"emailing\": \"feature\", \"scored\": \"feature\"}");
    ck_assert(!schema.columns[1].role_given);
}
END_TEST

START_TEST(the_user_goes_before_the_stage_and_the_stage_before_the_name)
{
    ck_assert_int_eq(make("id,email,phone,segment,note"), LKA_OK);
    ck_assert_int_eq(assign(NULL, "email=keep", "",
                            "{\"email\": \"ignore\", \"phone\": \"feature\", \"note\": \"of a later version\","
                            " \"segment\": 3, \"gone\": \"email\"}"),
                     LKA_OK);
    check_roles("{\"id\": \"id\", \"email\": \"keep\", \"phone\": \"feature\", \"segment\": \"ignore\","
                "\"note\": \"feature\"}");
    ck_assert(schema.columns[1].role_given);
    ck_assert(!schema.columns[2].role_given);
}
END_TEST

START_TEST(consents_name_a_purpose)
{
    ck_assert_int_eq(make("id,a,b,c=d"), LKA_OK);
    ck_assert_int_eq(assign(NULL, "a=consent(profiling) b=consent(advertising,meta) c=d=consent", "", NULL), LKA_OK);
    ck_assert_str_eq(schema.columns[1].role_argument, "profiling");
    ck_assert_str_eq(schema.columns[2].role_argument, "advertising,meta");
    ck_assert_ptr_null(schema.columns[3].role_argument);
    ck_assert_int_eq(schema.columns[3].role, LKA_ROLE_CONSENT);
}
END_TEST

static const struct {
    const char *id;
    const char *roles;
    const char *types;
    const char *message;
} wrong[] = {
    {NULL, "agee=keep", "", "has no column \"agee\", which --role names; did you mean \"age\"?"},
    {NULL, "", "elephant=number", "has no column \"elephant\", which --type names"},
    {"ids", "", "", "has no column \"ids\", which --id names; did you mean \"id\"?"},
    {NULL, "age", "", "--role \"age\"; NAME=ROLE is needed"},
    {NULL, "age=", "", "--role \"age=\"; NAME=ROLE is needed"},
    {NULL, "", "=number", "--type \"=number\"; NAME=TYPE is needed"},
    {NULL, "age=emial", "",
     "--role: column \"age\": \"emial\" is no role; allowed: feature, id, email, phone, maid, cookie, first_name, "
     "last_name, postcode, "
     "country, "
     "consent, time, label, group, weight, exposure, protected, sensitive, value, keep, ignore; did you mean "
     "\"email\"?"},
    {NULL, "", "age=float",
     "--type: column \"age\": \"float\" is no type; allowed: number, category, list, date, boolean"},
    {NULL, "age=consent()", "",
     "--role: column \"age\": consent(...) with \"\"; allowed: consent(PURPOSE) and consent(PURPOSE,PLATFORM), "
     "as in consent(profiling)"},
    {NULL, "age=consent(profile)", "",
     "--role: column \"age\": \"profile\" is no purpose of a consent; allowed: profiling, advertising, ad_user_data, "
     "ad_personalization, tcf; did you mean "
     "\"profiling\"?"},
    {NULL, "age=consent(a,b,c)", "",
     "--role: column \"age\": consent(...) with \"a,b,c\"; allowed: consent(PURPOSE) and consent(PURPOSE,PLATFORM), "
     "as in consent(profiling)"},
    {NULL, "age=keep age=email", "", "--role gives column \"age\" two roles; one is allowed"},
    {NULL, "", "age=date age=number", "--type gives column \"age\" two types; one is allowed"},
    {NULL, "age=id mail=id", "", "columns \"age\" and \"mail\" both have the role id; one is allowed"},
    {"age", "mail=id", "", "--id age and --role mail=id name two id columns; one is allowed"},
};

START_TEST(wrong_flags_say_what_is_allowed)
{
    ck_assert_int_eq(make("id,age,mail"), LKA_OK);
    ck_assert_int_eq(assign(wrong[_i].id, wrong[_i].roles, wrong[_i].types, NULL), LKA_USAGE);
    ck_assert_str_eq(error.message, wrong[_i].message);
}
END_TEST

START_TEST(types_are_given)
{
    ck_assert_int_eq(make("id,age"), LKA_OK);
    ck_assert_int_eq(assign(NULL, "", "age=category age=category", NULL), LKA_OK);
    ck_assert_int_eq(schema.columns[1].type, LKA_TYPE_CATEGORY);
    ck_assert(schema.columns[1].type_given);
    ck_assert(!schema.columns[0].type_given);
}
END_TEST

/* ---- the id ----------------------------------------------------------------------------------- */

static const struct {
    const char *names;
    const char *id;
    const char *roles;
    const char *stage;
    const char *expected;
} ids[] = {
    {"customer_id,prospect_id,id", NULL, "", NULL,
     "{\"customer_id\": \"ignore\", \"prospect_id\": \"ignore\", \"id\": \"id\"}"},
    {"prospect_id,CONTACT_ID", NULL, "", NULL, "{\"prospect_id\": \"ignore\", \"CONTACT_ID\": \"id\"}"},
    {"id,email", "email", "", NULL, "{\"id\": \"ignore\", \"email\": \"id\"}"},
    {"id,key", NULL, "key=id", NULL, "{\"id\": \"ignore\", \"key\": \"id\"}"},
    {"id,customer_id", NULL, "id=keep", NULL, "{\"id\": \"keep\", \"customer_id\": \"id\"}"},
    {"id,key", NULL, "", "{\"key\": \"id\"}", "{\"id\": \"ignore\", \"key\": \"id\"}"},
    {"id,key", "id", "", "{\"key\": \"id\"}", "{\"id\": \"id\", \"key\": \"ignore\"}"},
};

START_TEST(one_column_is_the_id)
{
    ck_assert_int_eq(make(ids[_i].names), LKA_OK);
    ck_assert_int_eq(assign(ids[_i].id, ids[_i].roles, "", ids[_i].stage), LKA_OK);
    check_roles(ids[_i].expected);
}
END_TEST

START_TEST(a_table_without_an_id_is_refused)
{
    ck_assert_int_eq(make("a,b"), LKA_OK);
    ck_assert_int_eq(assign(NULL, "", "", NULL), LKA_USAGE);
    ck_assert_str_eq(error.file, "t.csv");
    ck_assert_str_eq(error.message, "has no id column; name it with --id (recognised: id, contact_id, prospect_id, "
                                    "customer_id; the columns are \"a\", \"b\")");
}
END_TEST

/* ---- the table of names, memory --------------------------------------------------------------- */

START_TEST(no_name_is_recognised_twice)
{
    struct lka_role_names names;
    ck_assert_int_eq(lka_role_names_init(&names, &error), LKA_OK);
    ck_assert_uint_gt(names.count, 50);
    for (size_t i = 0; i < names.count; i++) {
        const struct lka_role_name *found = lka_role_names_find(&names, names.items[i].pattern);
        ck_assert_msg(found == &names.items[i], "%s", names.items[i].pattern);
    }
    lka_role_names_release(&names);
}
END_TEST

START_TEST(roles_and_types_have_names)
{
    for (unsigned role = 0; role < LKA_ROLE_COUNT; role++) {
        enum lka_role parsed;
        char *argument;
        ck_assert_int_eq(lka_role_parse(lka_span_of(lka_role_name((enum lka_role)role)), &parsed, &argument, NULL),
                         LKA_OK);
        ck_assert_uint_eq(parsed, role);
        ck_assert_ptr_null(argument);
    }
    ck_assert(lka_role_is_identifier(LKA_ROLE_EMAIL));
    ck_assert(lka_role_is_identifier(LKA_ROLE_COUNTRY));
    ck_assert(!lka_role_is_identifier(LKA_ROLE_ID));
    ck_assert(!lka_role_is_identifier(LKA_ROLE_CONSENT));
    ck_assert_str_eq(lka_type_name(LKA_TYPE_DATE), "date");
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    struct ledger ledger;
    ledger_install(&ledger);
    bool done = false;
    for (size_t k = 1; !done; k++) {
        ledger_fail(&ledger, k);
        lka_status status = make("id,email,consent_profiling,x");
        if (status == LKA_OK) {
            status = assign(NULL, "x=consent(profiling,b)", "x=list", NULL);
        }
        lka_schema_release(&schema);
        ck_assert(status == LKA_OK || status == LKA_MEMORY);
        ck_assert_uint_eq(ledger.alive, 0);
        done = status == LKA_OK;
    }
    lka_set_allocator(NULL);
}
END_TEST

static Suite *suite(void)
{
    Suite *schemas = suite_create("schema");
    TCase *tests = tcase_create("schema");
    tcase_add_checked_fixture(tests, NULL, release);
    tcase_add_test(tests, columns_are_found_by_their_exact_name);
    tcase_add_test(tests, every_column_needs_a_name_of_its_own);
    tcase_add_test(tests, a_copy_stands_alone);
    tcase_add_test(tests, names_are_recognised);
    tcase_add_test(tests, the_user_goes_before_the_stage_and_the_stage_before_the_name);
    tcase_add_test(tests, consents_name_a_purpose);
    tcase_add_loop_test(tests, wrong_flags_say_what_is_allowed, 0, sizeof wrong / sizeof *wrong);
    tcase_add_test(tests, types_are_given);
    tcase_add_loop_test(tests, one_column_is_the_id, 0, sizeof ids / sizeof *ids);
    tcase_add_test(tests, a_table_without_an_id_is_refused);
    tcase_add_test(tests, no_name_is_recognised_twice);
    tcase_add_test(tests, roles_and_types_have_names);
    tcase_add_test(tests, every_allocation_may_fail);
    suite_add_tcase(schemas, tests);
    return schemas;
}

int main(void)
{
    lka_init();
    return run_suite(suite());
}

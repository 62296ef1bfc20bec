/* value.json, and what it warns of. */
#include "base/error.h"
#include "base/json.h"
#include "value/result.h"

#include <math.h>

/* json_pack takes over every part that it is given, and gives NULL if one of them is NULL. */

static json_t *number_json(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

/* ---- fits ------------------------------------------------------------------------------------- */

/* {"r": {"estimate", "standard_error", "at_bound"}, ...} */
static json_t *estimates_json(const struct lka_fit *fit, const char *const *names, size_t count)
{
    json_t *estimates = json_object();
    for (size_t k = 0; k < count && estimates; k++) {
        json_t *estimate = json_pack("{s:f, s:o, s:b}", "estimate", fit->parameters[k], "standard_error",
                                     number_json(fit->errors[k]), "at_bound", fit->at_bound[k]);
        if (json_object_set_new(estimates, names[k], estimate) != 0) {
            json_decref(estimates);
            return NULL;
        }
    }
    return estimates;
}

static json_t *model_json(const struct lka_value_result *result)
{
    return json_pack("{s:s, s:s, s:o, s:f, s:b, s:I, s:I}", "name", result->model->name, "source",
                     result->model->source, "parameters",
                     estimates_json(&result->fit, result->model->parameters, LKA_FIT_PARAMETERS), "log_likelihood",
                     result->fit.log_likelihood, "converged", result->fit.converged, "patterns",
                     (json_int_t)result->patterns.count, "evaluations", (json_int_t)result->fit.evaluations);
}

static json_t *spend_json(const struct lka_value_result *result)
{
    const struct lka_spend *spend = &result->spend;
    if (spend->customers == 0) {
        return json_null();
    }
    return json_pack("{s:s, s:o, s:f, s:b, s:I, s:I, s:s?, s:f}", "name", "gamma_gamma", "parameters",
                     estimates_json(&spend->fit, lka_spend_parameters, LKA_SPEND_PARAMETERS), "log_likelihood",
                     spend->fit.log_likelihood, "converged", spend->fit.converged, "customers",
                     (json_int_t)spend->customers, "unusable", (json_int_t)spend->unusable, "currency",
                     result->currency.length > 0 ? result->currency.bytes : NULL, "expected_of_a_new_customer",
                     lka_spend_expected(spend, &(struct lka_customer){0}));
}

static void warn_of_fit(const struct lka_session *session, const char *what, const struct lka_fit *fit,
                        const char *const *names, size_t count)
{
    char bounds[128] = "";
    bool unknown = false;
    for (size_t k = 0; k < count; k++) {
        size_t used = strlen(bounds);
        if (fit->at_bound[k]) {
            snprintf(bounds + used, sizeof bounds - used, "%s%s", used ? ", " : "", names[k]);
        }
        unknown = unknown || isnan(fit->errors[k]);
    }
    if (bounds[0]) {
        lka_warn(session, "the fit of %s ended at its bounds (%s): the data do not tell these parameters", what,
                 bounds);
    } else if (!fit->converged) {
        lka_warn(session, "the fit of %s did not converge: read its parameters with care", what);
    } else if (unknown) {
        lka_warn(session, "the fit of %s has no standard errors: the likelihood is flat there", what);
    }
}

void lka_value_warn(const struct lka_value_result *result)
{
    const struct lka_session *session = &result->warnings.session;
    warn_of_fit(session, result->model->name, &result->fit, result->model->parameters, LKA_FIT_PARAMETERS);
    if (result->spend.customers > 0) {
        warn_of_fit(session, "gamma_gamma", &result->spend.fit, lka_spend_parameters, LKA_SPEND_PARAMETERS);
    }
    if (result->spend.unusable > 0) {
        lka_warn(
            session,
            "%zu customers have repeat purchases of an amount of 0 or less in the mean: they are not used to learn "
            "the spend, and are expected to spend what others do",
            result->spend.unusable);
    }
}

/* ---- the document ----------------------------------------------------------------------------- */

static json_t *counts_json(const struct lka_value_result *result)
{
    const struct lka_value_counts *counts = &result->counts;
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "rows", (json_int_t)counts->rows, "rejected",
                     (json_int_t)counts->rejected, "customers", (json_int_t)counts->customers, "repeat",
                     (json_int_t)counts->repeat, "not_in_contacts", (json_int_t)counts->unknown, "not_profiled",
                     (json_int_t)counts->unprofiled, "refunds", (json_int_t)counts->refunds, "refunds_unmatched",
                     (json_int_t)counts->unmatched, "other_currencies", (json_int_t)counts->other_money,
                     "without_amount", (json_int_t)counts->no_amount);
}

static json_t *clusters_json(const struct lka_value_result *result)
{
    json_t *clusters = json_object();
    for (size_t c = 0; c < LKA_CLUSTERS && clusters; c++) {
        double purchases = 0;
        double value = 0;
        for (size_t i = 0; i < result->customers.count; i++) {
            bool in = result->prospects[i].cluster == (enum lka_cluster)c;
            purchases += in ? result->prospects[i].purchases : 0;
            value += in ? result->prospects[i].value : 0;
        }
        json_t *cluster = json_pack("{s:I, s:f, s:o}", "customers", (json_int_t)result->clusters[c],
                                    "expected_purchases", purchases, "value",
                                    result->spend.customers > 0 ? number_json(value) : json_null());
        if (json_object_set_new(clusters, lka_cluster_names[c], cluster) != 0) {
            json_decref(clusters);
            return NULL;
        }
    }
    return clusters;
}

static json_t *expected_json(const struct lka_value_result *result)
{
    double alive = 0;
    double purchases = 0;
    double value = 0;
    for (size_t i = 0; i < result->customers.count; i++) {
        alive += result->prospects[i].alive;
        purchases += result->prospects[i].purchases;
        value += result->prospects[i].value;
    }
    return json_pack("{s:f, s:f, s:f, s:o}", "horizon", result->outlook.horizon, "alive", alive, "purchases", purchases,
                     "value", number_json(value));
}

lka_status lka_value_document(const struct lka_value_result *result, json_t **document, struct lka_error *error)
{
    json_t *roles = result->roles ? json_incref(result->roles) : json_object();
    *document = json_pack("{s:i, s:s, s:o, s:o, s:O, s:o, s:o, s:o, s:o, s:o, s:O}", "schema", 1, "stage", "value",
                          "parameters", lka_options_echo(result->all), "roles", roles, "inputs", result->inputs,
                          "counts", counts_json(result), "model", model_json(result), "spend", spend_json(result),
                          "expected", expected_json(result), "clusters", clusters_json(result), "warnings",
                          result->warnings.list);
    if (!*document) {
        return lka_fail_memory(error, sizeof(json_t));
    }
    json_t *changed = result->previous ? json_integer((json_int_t)result->changed) : json_null();
    return json_object_set_new(*document, "cluster_changed", changed) == 0 ? LKA_OK
                                                                           : lka_fail_memory(error, sizeof(json_t));
}

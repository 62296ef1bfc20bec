/* The CPU seconds that fitting a model of repeat purchases takes: value_fit MODEL FILE
 *
 * FILE: frequency, recency and T of each customer, as raw doubles. Printed: seconds (from the customers in memory to
 * the standard errors), distinct histories, log-likelihood, and the four parameters. */
#include "value/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool read_customers(const char *path, struct lka_customers *customers)
{
    double row[3];
    FILE *file = fopen(path, "rb");
    bool good = file != NULL;
    while (good && fread(row, sizeof row, 1, file) == 1) {
        struct lka_customer customer = {
            .id = LKA_SPAN("C"), .frequency = (uint32_t)row[0], .recency = row[1], .age = row[2], .spend = NAN};
        good = lka_customers_add(customers, &customer, NULL) == LKA_OK;
    }
    if (file) {
        fclose(file);
    }
    return good;
}

int main(int count, char **words)
{
    static const struct lka_purchase_model *const models[] = {&lka_mbg_nbd, &lka_bg_nbd, &lka_pareto_nbd};
    struct lka_customers customers = {0};
    struct lka_patterns patterns = {0};
    struct lka_fit fit;
    size_t m = 0;
    lka_init();
    while (count == 3 && m < 3 && strcmp(models[m]->name, words[1]) != 0) {
        m++;
    }
    if (count != 3 || m == 3 || !read_customers(words[2], &customers)) {
        fprintf(stderr, "value_fit MODEL FILE\n");
        return 2;
    }
    double start = cpu_seconds();
    if (lka_patterns_init(&patterns, &customers, NULL) != LKA_OK ||
        lka_purchase_model_fit(models[m], &patterns, &fit, NULL) != LKA_OK) {
        return 1;
    }
    double seconds = cpu_seconds() - start;
    printf("%.17g %zu %.17g", seconds, patterns.count, fit.log_likelihood);
    for (size_t k = 0; k < LKA_FIT_PARAMETERS; k++) {
        printf(" %.17g", fit.parameters[k]);
    }
    printf("\n");
    lka_value_patterns_release(&patterns);
    lka_customers_release(&customers);
    return fit.converged ? 0 : 1;
}

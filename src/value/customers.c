#include "value/customers.h"

#include "base/error.h"

lka_status lka_customers_add(struct lka_customers *customers, const struct lka_customer *customer,
                             struct lka_error *error)
{
    char *id = lka_arena_take(&customers->ids, customer->id.length + 1);
    if (!id) {
        return lka_fail_memory(error, customer->id.length + 1);
    }
    LKA_TRY(
        lka_reserve(&customers->items, &customers->capacity, customers->count + 1, sizeof *customers->items, error));
    memcpy(id, customer->id.text, customer->id.length);
    struct lka_customer *kept = &customers->items[customers->count++];
    *kept = *customer;
    kept->id.text = id;
    return LKA_OK;
}

void lka_customers_release(struct lka_customers *customers)
{
    lka_free(customers->items);
    lka_arena_release(&customers->ids);
    *customers = (struct lka_customers){0};
}

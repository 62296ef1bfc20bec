#include "simulate/choices.h"

void lka_choices_make(const double *weights, size_t count, struct lka_choice *choices)
{
    double scaled[LKA_VALUES_MAX];
    uint32_t small[LKA_VALUES_MAX];
    uint32_t large[LKA_VALUES_MAX];
    size_t small_count = 0;
    size_t large_count = 0;
    double total = 0;
    for (size_t i = 0; i < count; i++) {
        total += weights[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        /* Until it is paired, a cell keeps what it draws. */
        choices[i] = (struct lka_choice){UINT32_MAX, i};
        scaled[i] = weights[i] / total * (double)count;
        if (scaled[i] < 1) {
            small[small_count++] = i;
        } else {
            large[large_count++] = i;
        }
    }
    while (small_count > 0 && large_count > 0) {
        uint32_t poor = small[--small_count];
        uint32_t rich = large[large_count - 1];
        choices[poor] = (struct lka_choice){(uint32_t)(scaled[poor] * 0x1p32), rich};
        scaled[rich] -= 1 - scaled[poor];
        if (scaled[rich] < 1) {
            large_count--;
            small[small_count++] = rich;
        }
    }
}

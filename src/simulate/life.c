#include "simulate/life.h"

const char *const lka_state_names[LKA_STATES] = {"never", "active", "fading", "quiet"};

int64_t lka_life_last_touch(const struct lka_life *life, int64_t before)
{
    for (size_t e = life->event_count; e-- > 0;) {
        if (life->events[e].time < before && lka_event_is_touch(&life->events[e])) {
            return life->events[e].time;
        }
    }
    return INT64_MIN;
}

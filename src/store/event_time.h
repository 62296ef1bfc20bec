/* store/event_time.h: the times of a log. It stays on one day for long, so that mostly the clock alone is read. */
#ifndef LKA_STORE_EVENT_TIME_H
#define LKA_STORE_EVENT_TIME_H

#include "base/date.h"
#include "base/short_text.h"

/* The last day that was read. {0}: none. */
struct lka_event_day {
    struct lka_short_text text;
    int64_t start; /* seconds */
};

/* "HH:MM:SS" as eight bytes: two digits, a bar, ... What differs from zeros with bars between them is the digits. */
static inline bool lka_event_clock(const char *text, int64_t *seconds)
{
    const uint64_t high_halves = UINT64_C(0xF0F0F0F0F0F0F0F0);
    const uint64_t bars = UINT64_C(0x0000FF0000FF0000);
    uint64_t digits = lka_eight_bytes(text) ^ lka_eight_bytes("00:00:00");
    if (((digits | (digits + UINT64_C(0x0606060606060606))) & high_halves) | (digits & bars)) {
        return false;
    }
    uint64_t pairs = (digits & UINT64_C(0x0F00000F00000F)) * 10 + (digits >> 8 & UINT64_C(0x0F00000F00000F));
    unsigned hour = pairs & 0xFF;
    unsigned minute = pairs >> 24 & 0xFF;
    unsigned second = pairs >> 48 & 0xFF;
    *seconds = (int64_t)hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

/* "2024-02-29T13:05:00Z" on the day of the last one. Reads 20 bytes whatever the length. */
static inline bool lka_event_time_today(const struct lka_event_day *day, struct lka_span text, int64_t *time)
{
    enum { DAY_LENGTH = 10, WHOLE = 20 };
    int64_t seconds;
    bool usual = text.length == WHOLE && text.text[DAY_LENGTH] == 'T' && text.text[WHOLE - 1] == 'Z';
    struct lka_span date = {text.text, DAY_LENGTH};
    if (!usual || !lka_short_equal(lka_short_padded(date), day->text) ||
        !lka_event_clock(text.text + DAY_LENGTH + 1, &seconds)) {
        return false;
    }
    *time = day->start + seconds;
    return true;
}

/* The same, or whatever else is a time of the years 1 to 9999. */
bool lka_event_time(struct lka_event_day *day, struct lka_span text, int64_t *time);

#endif

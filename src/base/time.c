/* SPDX-License-Identifier: Apache-2.0 */
/* Times as text, without locale or time zone database.
 *
 * Days are counted in years that begin on 1 March, so that a leap day is the last of its year: the months from March on begin at
 * day (153*m + 2)/5 of such a year, and a year y begins 365*y + y/4 - y/100 + y/400 days after year 0 (proleptic Gregorian).
 * 1970-01-01 is day 719468 of that count. */
#include <string.h>

#include "base/text.h"

enum { SECONDS_A_DAY = 86400, EPOCH = 719468, LAST_YEAR = 9999 };

static int64_t year_begins(int64_t year) {
    return 365 * year + year / 4 - year / 100 + year / 400;
}

static int64_t day_of(int year, int month, int day) {
    int64_t y = month > 2 ? year : year - 1;
    int m = month > 2 ? month - 3 : month + 9;
    return year_begins(y) + (153 * m + 2) / 5 + day - 1 - EPOCH;
}

static int days_in(int year, int month) {
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool rr_time_read(int64_t *seconds, rr_text text) {
    static const char form[] = "YYYY-MM-DDThh:mm:ssZ";
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (text.len != RR_TIME_SIZE) return false;
    for (int i = 0; i < RR_TIME_SIZE; i++) {
        char c = text.start[i];
        int *field = form[i] == 'Y'   ? &year
                     : form[i] == 'M' ? &month
                     : form[i] == 'D' ? &day
                     : form[i] == 'h' ? &hour
                     : form[i] == 'm' ? &minute
                     : form[i] == 's' ? &second
                                      : NULL;
        if (field == NULL ? c != form[i] : c < '0' || c > '9') return false;
        if (field != NULL) *field = 10 * *field + (c - '0');
    }
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_in(year, month)) return false;
    if (hour > 23 || minute > 59 || second > 59) return false;
    *seconds = day_of(year, month, day) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
    return true;
}

static void digits(char *out, int count, int value) {
    for (int i = count - 1; i >= 0; i--, value /= 10) out[i] = (char)('0' + value % 10);
}

rr_status rr_time_write(char text[RR_TIME_SIZE + 1], int64_t seconds) {
    if (seconds < 0 || seconds >= day_of(LAST_YEAR + 1, 1, 1) * SECONDS_A_DAY) return RR_ARGUMENT;
    int64_t days = seconds / SECONDS_A_DAY;
    int rest = (int)(seconds % SECONDS_A_DAY);
    int year = (int)(1970 + days / 366); /* never too late, and early by a year for each 366 at most */
    while (day_of(year + 1, 1, 1) <= days) year++;
    int day = (int)(days - day_of(year, 1, 1)) + 1, month = 1;
    for (; day > days_in(year, month); month++) day -= days_in(year, month);
    memcpy(text, "0000-00-00T00:00:00Z", RR_TIME_SIZE + 1);
    digits(text, 4, year);
    digits(text + 5, 2, month);
    digits(text + 8, 2, day);
    digits(text + 11, 2, rest / 3600);
    digits(text + 14, 2, rest / 60 % 60);
    digits(text + 17, 2, rest % 60);
    return RR_OK;
}

#include <sqlite3.h>

/* Swift cannot call functions with any number of arguments. */
static inline int perimeter_sqlite3_set(sqlite3 *database, int option, int value) {
    return sqlite3_db_config(database, option, value, (int *)0);
}

/* Of SQLite's optimizations, by the numbers that its own sources have for them: those that are not to be used. */
static inline int perimeter_sqlite3_forgo(sqlite3 *database, unsigned optimizations) {
    return sqlite3_test_control(SQLITE_TESTCTRL_OPTIMIZATIONS, database, optimizations);
}

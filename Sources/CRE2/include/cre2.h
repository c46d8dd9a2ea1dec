#ifndef CRE2_H
#define CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// RE2 (linear-time regular expressions) as four C functions. A compiled expression may be searched from many threads at once.

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cre2_regex cre2_regex;

typedef struct {
    bool ignores_case;
    /// `^` and `$` also match at line breaks.
    bool multiline;
    /// `.` also matches a line break.
    bool dot_matches_newline;
    /// Bound on the memory of one compiled expression and of its caches, in bytes.
    int64_t max_memory;
} cre2_options;

/// Compiles `length` bytes of UTF-8. Never null unless memory is exhausted; ask `cre2_error` whether the result is usable.
cre2_regex *cre2_compile(const char *pattern, size_t length, cre2_options options);

/// Null when the expression compiled; else why not, owned by `regex`. `argument` receives the offending part of the
/// expression (not zero-terminated), also owned by `regex`.
const char *cre2_error(const cre2_regex *regex, const char **argument, size_t *argument_length);

/// Whether the expression matches anywhere in the text. Text that is not UTF-8 is searched byte by byte as well.
bool cre2_search(const cre2_regex *regex, const char *text, size_t length);

void cre2_free(cre2_regex *regex);

#ifdef __cplusplus
}
#endif

#endif

#include "cre2.h"

#include <memory>
#include <mutex>
#include <new>
#include <string>

#include <re2/re2.h>

struct cre2_regex {
    std::string pattern;
    RE2::Options options;
    std::unique_ptr<RE2> utf8;
    // Compiled when the first text that is not UTF-8 comes: most expressions never meet one.
    mutable std::once_flag latin1_once;
    mutable std::unique_ptr<RE2> latin1;
};

namespace {

// The table of well-formed sequences of the Unicode Standard, section 3.9, table 3-7.
bool is_utf8(const unsigned char *text, size_t length) {
    size_t i = 0;
    while (i < length) {
        unsigned char lead = text[i];
        if (lead < 0x80) {
            i += 1;
            continue;
        }
        size_t extra;
        unsigned char low = 0x80, high = 0xbf;
        if (lead >= 0xc2 && lead <= 0xdf) {
            extra = 1;
        } else if (lead >= 0xe0 && lead <= 0xef) {
            extra = 2;
            if (lead == 0xe0) low = 0xa0;
            if (lead == 0xed) high = 0x9f;
        } else if (lead >= 0xf0 && lead <= 0xf4) {
            extra = 3;
            if (lead == 0xf0) low = 0x90;
            if (lead == 0xf4) high = 0x8f;
        } else {
            return false;
        }
        if (length - i <= extra) return false;
        if (text[i + 1] < low || text[i + 1] > high) return false;
        for (size_t k = 2; k <= extra; k++) {
            if ((text[i + k] & 0xc0) != 0x80) return false;
        }
        i += extra + 1;
    }
    return true;
}

}  // namespace

extern "C" {

cre2_regex *cre2_compile(const char *pattern, size_t length, cre2_options options) {
    auto *regex = new (std::nothrow) cre2_regex;
    if (regex == nullptr) return nullptr;
    // RE2 honours `one_line` only in POSIX syntax; in Perl's, the flag says the same.
    if (options.multiline) regex->pattern = "(?m)";
    regex->pattern.append(pattern, length);
    regex->options.set_log_errors(false);
    regex->options.set_case_sensitive(!options.ignores_case);
    regex->options.set_dot_nl(options.dot_matches_newline);
    regex->options.set_max_mem(options.max_memory);
    regex->utf8 = std::make_unique<RE2>(regex->pattern, regex->options);
    return regex;
}

const char *cre2_error(const cre2_regex *regex, const char **argument, size_t *argument_length) {
    if (regex->utf8->ok()) return nullptr;
    *argument = regex->utf8->error_arg().data();
    *argument_length = regex->utf8->error_arg().size();
    return regex->utf8->error().c_str();
}

bool cre2_search(const cre2_regex *regex, const char *text, size_t length) {
    if (RE2::PartialMatch(re2::StringPiece(text, length), *regex->utf8)) return true;
    if (is_utf8(reinterpret_cast<const unsigned char *>(text), length)) return false;
    std::call_once(regex->latin1_once, [regex] {
        RE2::Options options;
        options.Copy(regex->options);
        options.set_encoding(RE2::Options::EncodingLatin1);
        regex->latin1 = std::make_unique<RE2>(regex->pattern, options);
    });
    return regex->latin1->ok() && RE2::PartialMatch(re2::StringPiece(text, length), *regex->latin1);
}

void cre2_free(cre2_regex *regex) { delete regex; }

}  // extern "C"

#include "cscan.h"

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2")))
static const uint8_t *find_special_avx2(const uint8_t *p, const uint8_t *end) {
    const __m256i quote = _mm256_set1_epi8('"');
    const __m256i backslash = _mm256_set1_epi8('\\');
    const __m256i blank = _mm256_set1_epi8(0x20);
    while (p < end) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)p);
        __m256i special = _mm256_or_si256(
            _mm256_or_si256(_mm256_cmpeq_epi8(bytes, quote), _mm256_cmpeq_epi8(bytes, backslash)),
            _mm256_cmpgt_epi8(blank, bytes));
        unsigned mask = (unsigned)_mm256_movemask_epi8(special);
        if (mask != 0) return p + __builtin_ctz(mask);
        p += 32;
    }
    return p;
}
#endif

static bool is_special(uint8_t byte) {
    return byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\';
}

const uint8_t *cscan_find_special_long(const uint8_t *p, const uint8_t *end) {
#if defined(__x86_64__)
    // Reads a word that the C runtime filled in at start-up; no cpuid here.
    if (__builtin_cpu_supports("avx2")) return find_special_avx2(p, end);
#endif
    while (p < end && !is_special(*p)) p++;
    return p;
}

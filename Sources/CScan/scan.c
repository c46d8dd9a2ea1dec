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

/// What is set in a byte before it is compared with one of a folded word: capitals become small letters, other bytes stay.
static uint8_t case_bit(uint8_t byte) { return byte >= 'a' && byte <= 'z' ? 0x20 : 0; }

static bool equals_folded(const uint8_t *text, const uint8_t *word, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint8_t byte = text[i];
        if (byte >= 'A' && byte <= 'Z') byte |= 0x20;
        if (byte != word[i]) return false;
    }
    return true;
}

const uint8_t *cscan_find_folded(
    const uint8_t *p, const uint8_t *end, const uint8_t *word, size_t count, size_t one, size_t two) {
    if ((size_t)(end - p) < count) return NULL;
    const uint8_t *last = end - count;
#if defined(__SSE2__)
    const __m128i first_byte = _mm_set1_epi8((char)word[one]), first_case = _mm_set1_epi8((char)case_bit(word[one]));
    const __m128i second_byte = _mm_set1_epi8((char)word[two]), second_case = _mm_set1_epi8((char)case_bit(word[two]));
    while (p <= last) {
        unsigned mask = 0;
        // Two steps at once, so that the branch is taken half as often.
        for (int step = 0; step < 2; step++) {
            __m128i first = _mm_loadu_si128((const __m128i *)(p + one + 16 * step));
            __m128i second = _mm_loadu_si128((const __m128i *)(p + two + 16 * step));
            __m128i both = _mm_and_si128(
                _mm_cmpeq_epi8(_mm_or_si128(first, first_case), first_byte),
                _mm_cmpeq_epi8(_mm_or_si128(second, second_case), second_byte));
            mask |= (unsigned)_mm_movemask_epi8(both) << (16 * step);
        }
        while (mask != 0) {
            const uint8_t *hit = p + __builtin_ctz(mask);
            if (hit > last) return NULL;
            if (equals_folded(hit, word, count)) return hit;
            mask &= mask - 1;
        }
        p += 32;
    }
    return NULL;
#else
    for (; p <= last; p++) {
        if ((p[one] | case_bit(word[one])) == word[one] && (p[two] | case_bit(word[two])) == word[two]
            && equals_folded(p, word, count)) return p;
    }
    return NULL;
#endif
}

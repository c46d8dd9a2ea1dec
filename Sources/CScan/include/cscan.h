// Vector helpers of the JSON scanner and of searches in text. SSE2 is part of x86-64 and inlined; AVX2 is chosen at run time, for
// long runs only, since it cannot be inlined into code compiled for the baseline. Other processors take the plain loops.
//
// All functions may read up to 64 bytes past the `end` they are given: the caller's memory must be that long (Arena.slack).

#ifndef CSCAN_H
#define CSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// The first byte at or after `p` that is not plain inside a JSON string: a quote, a backslash, a control character, or a byte
/// outside ASCII; a pointer at or after `end` if there is none before it. Out of line, in steps of 32 bytes.
const uint8_t *cscan_find_special_long(const uint8_t *p, const uint8_t *end);

#if defined(__SSE2__)
/// A bit for each of 16 bytes that is special.
///
/// Flipping bit 1 turns the quote, 0x22, into 0x20, next to the control characters, and keeps both those and the bytes outside
/// ASCII in their ranges; so one signed comparison, `(byte ^ 2) < 0x21`, finds all three. It is written here for the complement,
/// `~(byte ^ 2) > ~0x21`, which is one instruction less.
static inline uint32_t cscan_special16(const uint8_t *p) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)p);
    __m128i below = _mm_cmpgt_epi8(_mm_xor_si128(bytes, _mm_set1_epi8((char)0xfd)), _mm_set1_epi8((char)0xde));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(below, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
}
#endif

/// The same as `cscan_find_special_long`, for a run that is most likely short.
static inline const uint8_t *cscan_find_special(const uint8_t *p, const uint8_t *end) {
#if defined(__SSE2__)
    // 32 bytes at once: whether a string has more than 16 is a coin toss that branch prediction would lose.
    for (int step = 0; step < 2; step++) {
        uint32_t mask = cscan_special16(p) | cscan_special16(p + 16) << 16;
        if (mask != 0) return p + __builtin_ctz(mask);
        p += 32;
        if (p >= end) return p;
    }
#endif
    return cscan_find_special_long(p, end);
}

/// The first byte at or after `p` that is not JSON white space; `end` or after it if there is none before it.
static inline const uint8_t *cscan_skip_space(const uint8_t *p, const uint8_t *end) {
#if defined(__SSE2__)
    while (p < end) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)p);
        __m128i space = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'))),
            _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t'))));
        unsigned others = (unsigned)_mm_movemask_epi8(space) ^ 0xffffu;
        if (others != 0) return p + __builtin_ctz(others);
        p += 16;
    }
    return p;
#else
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) p++;
    return p;
#endif
}

/// Whether the bytes at `p` equal those at `key` wherever `mask` has a bit: bit 0 for the first of 32 bytes.
static inline bool cscan_equal32(const void *p, const void *key, uint32_t mask) {
#if defined(__SSE2__)
    const __m128i *a = (const __m128i *)p;
    const __m128i *b = (const __m128i *)key;
    uint32_t low = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(a), _mm_loadu_si128(b)));
    uint32_t high = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(a + 1), _mm_loadu_si128(b + 1)));
    return (~(low | high << 16) & mask) == 0;
#else
    // Masks are runs of ones from bit 0, so they say a length.
    return memcmp(p, key, mask == 0xffffffffu ? 32 : (size_t)__builtin_ctz(~mask)) == 0;
#endif
}

/// The first place at or after `p` where `word` stands, ASCII letters of either case alike; NULL if there is none before `end`.
///
/// `word` has `count` bytes, at least two, its letters lower case; `one` and `two` are the places of two of its bytes that text
/// seldom has: only where both are is the rest compared.
const uint8_t *cscan_find_folded(
    const uint8_t *p, const uint8_t *end, const uint8_t *word, size_t count, size_t one, size_t two);

#endif

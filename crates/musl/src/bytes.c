/* memcpy, memmove, memset, memcmp and bcmp for x86-64, in place of those of musl.
 *
 * Most of what is copied here is a name or a number: up to 128 bytes are read before any is written,
 * with loads that overlap in the middle, so that a length needs no loop. Longer ones take a loop of
 * 64 bytes, and long ones the instruction with which processors since 2013 copy by themselves.
 */
#include <emmintrin.h>
#include <stddef.h>
#include <stdint.h>

#define LONG 2048

typedef unsigned char byte;

/* A load or a store at any address, of a type that may be another type's memory. */
typedef uint64_t __attribute__((may_alias, aligned(1))) eight;
typedef uint32_t __attribute__((may_alias, aligned(1))) four;
typedef uint16_t __attribute__((may_alias, aligned(1))) two;

static inline __m128i load(const byte *from) { return _mm_loadu_si128((const __m128i *)from); }
static inline void store(byte *to, __m128i value) { _mm_storeu_si128((__m128i *)to, value); }

/* Up to 16 bytes. */
static inline void copy_few(byte *to, const byte *from, size_t n)
{
    if (n >= 8) {
        eight a = *(const eight *)from, b = *(const eight *)(from + n - 8);
        *(eight *)to = a;
        *(eight *)(to + n - 8) = b;
    } else if (n >= 4) {
        four a = *(const four *)from, b = *(const four *)(from + n - 4);
        *(four *)to = a;
        *(four *)(to + n - 4) = b;
    } else if (n >= 2) {
        two a = *(const two *)from, b = *(const two *)(from + n - 2);
        *(two *)to = a;
        *(two *)(to + n - 2) = b;
    } else if (n) {
        *to = *from;
    }
}

/* 17 to 128 bytes. */
static inline void copy_some(byte *to, const byte *from, size_t n)
{
    byte *end = to + n;
    const byte *last = from + n;
    __m128i a = load(from), z = load(last - 16);
    if (n > 32) {
        __m128i b = load(from + 16), y = load(last - 32);
        if (n > 64) {
            __m128i c = load(from + 32), d = load(from + 48);
            __m128i w = load(last - 64), x = load(last - 48);
            store(to + 32, c);
            store(to + 48, d);
            store(end - 64, w);
            store(end - 48, x);
        }
        store(to + 16, b);
        store(end - 32, y);
    }
    store(to, a);
    store(end - 16, z);
}

/* Up to 128 bytes, which may overlap: whether it was so few. */
static inline int copy_short(byte *to, const byte *from, size_t n)
{
    if (n <= 16)
        copy_few(to, from, n);
    else if (n <= 128)
        copy_some(to, from, n);
    return n <= 128;
}

/* More than 128 bytes, from the start: `to` is not within what is still to be read. */
static inline void copy_forward(byte *to, const byte *from, size_t n)
{
    byte *end = to + n;
    /* Read before it may be written over. */
    __m128i first = load(from);
    __m128i w = load(from + n - 64), x = load(from + n - 48), y = load(from + n - 32), z = load(from + n - 16);
    byte *start = to;
    size_t skip = 16 - ((uintptr_t)to & 15);
    to += skip;
    from += skip;
    while (end - to > 64) {
        __m128i a = load(from), b = load(from + 16), c = load(from + 32), d = load(from + 48);
        _mm_store_si128((__m128i *)to, a);
        _mm_store_si128((__m128i *)(to + 16), b);
        _mm_store_si128((__m128i *)(to + 32), c);
        _mm_store_si128((__m128i *)(to + 48), d);
        to += 64;
        from += 64;
    }
    store(end - 64, w);
    store(end - 48, x);
    store(end - 32, y);
    store(end - 16, z);
    store(start, first);
}

/* More than 128 bytes, from the end. */
static inline void copy_backward(byte *to, const byte *from, size_t n)
{
    byte *end = to + n;
    const byte *last = from + n;
    __m128i a = load(from), b = load(from + 16), c = load(from + 32), d = load(from + 48);
    __m128i final = load(last - 16);
    byte *stop = end;
    size_t skip = (uintptr_t)end & 15;
    end -= skip;
    last -= skip;
    while (end - to > 64) {
        __m128i w = load(last - 64), x = load(last - 48), y = load(last - 32), z = load(last - 16);
        _mm_store_si128((__m128i *)(end - 64), w);
        _mm_store_si128((__m128i *)(end - 48), x);
        _mm_store_si128((__m128i *)(end - 32), y);
        _mm_store_si128((__m128i *)(end - 16), z);
        end -= 64;
        last -= 64;
    }
    store(to, a);
    store(to + 16, b);
    store(to + 32, c);
    store(to + 48, d);
    store(stop - 16, final);
}

void *memcpy(void *restrict target, const void *restrict source, size_t n)
{
    byte *to = target;
    const byte *from = source;
    if (copy_short(to, from, n))
        return target;
    if (n < LONG)
        copy_forward(to, from, n);
    else
        __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
    return target;
}

void *memmove(void *target, const void *source, size_t n)
{
    byte *to = target;
    const byte *from = source;
    if (copy_short(to, from, n))
        return target;
    if ((uintptr_t)to - (uintptr_t)from < n)
        copy_backward(to, from, n);
    else
        copy_forward(to, from, n);
    return target;
}

void *memset(void *target, int value, size_t n)
{
    byte *to = target;
    if (n < 16) {
        eight many = 0x0101010101010101u * (byte)value;
        if (n >= 8) {
            *(eight *)to = many;
            *(eight *)(to + n - 8) = many;
        } else if (n >= 4) {
            *(four *)to = (uint32_t)many;
            *(four *)(to + n - 4) = (uint32_t)many;
        } else if (n) {
            to[0] = (byte)value;
            to[n / 2] = (byte)value;
            to[n - 1] = (byte)value;
        }
    } else if (n < LONG) {
        __m128i many = _mm_set1_epi8((char)value);
        for (size_t at = 0; at < n - 16; at += 16)
            store(to + at, many);
        store(to + n - 16, many);
    } else {
        __asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(value) : "memory");
    }
    return target;
}

static inline int order_of_eight(uint64_t a, uint64_t b)
{
    a = __builtin_bswap64(a);
    b = __builtin_bswap64(b);
    return a < b ? -1 : a > b;
}

/* Where 16 bytes are not the same: the order of the first that differ. */
static inline int order_of_sixteen(const byte *a, const byte *b, unsigned same)
{
    unsigned at = (unsigned)__builtin_ctz(~same);
    return a[at] - b[at];
}

int memcmp(const void *one, const void *other, size_t n)
{
    const byte *a = one, *b = other;
    if (n >= 16) {
        size_t at = 0;
        for (;;) {
            unsigned same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(load(a + at), load(b + at)));
            if (same != 0xffff)
                return order_of_sixteen(a + at, b + at, same);
            if (at == n - 16)
                return 0;
            at += 16;
            /* The last 16, some of which are already known to be the same. */
            if (at > n - 16)
                at = n - 16;
        }
    }
    if (n >= 8) {
        int first = order_of_eight(*(const eight *)a, *(const eight *)b);
        if (first)
            return first;
        return order_of_eight(*(const eight *)(a + n - 8), *(const eight *)(b + n - 8));
    }
    if (n >= 4) {
        uint64_t first = *(const four *)a, second = *(const four *)b;
        uint64_t more = *(const four *)(a + n - 4), others = *(const four *)(b + n - 4);
        /* The first four become the high half when the bytes are turned round. */
        return order_of_eight(first | more << 32, second | others << 32);
    }
    for (size_t at = 0; at < n; at++)
        if (a[at] != b[at])
            return a[at] - b[at];
    return 0;
}

int bcmp(const void *one, const void *other, size_t n) { return memcmp(one, other, n); }

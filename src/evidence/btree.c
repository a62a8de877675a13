/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/btree.h"

#include <string.h>

#include "base/bytes.h"

enum {
    LEAF = 0x0d,
    INTERIOR = 0x05,
    OVERFLOW_DATA = RR_BTREE_PAGE - 4,
    LOCAL_MAX = RR_BTREE_PAGE - 35,                   /* a payload of up to so many bytes is on its page */
    LOCAL_MIN = (RR_BTREE_PAGE - 12) * 32 / 255 - 23, /* else so many at the least */
    CELLS_MAX = (RR_BTREE_PAGE - 8) / 6
};

/* A page and the places in it. */
typedef struct page {
    const uint8_t *bytes;  /* all 4096 */
    const uint8_t *header; /* behind the database header, on page 1 */
    bool leaf;
    unsigned cells;
} page;

static unsigned load16(const uint8_t *at) {
    return (unsigned)at[0] << 8 | at[1];
}

static page page_of(const rr_btree_file *file, uint32_t number) {
    const uint8_t *bytes = file->bytes + (size_t)(number - 1) * RR_BTREE_PAGE,
                  *header = bytes + (number == 1 ? RR_BTREE_HEADER : 0);
    return (page){bytes, header, header[0] == LEAF, load16(header + 3)};
}

static const uint8_t *cell_pointers(const page *p) {
    return p->header + (p->leaf ? 8 : 12);
}

static const uint8_t *cell_at(const page *p, unsigned cell) {
    return p->bytes + load16(cell_pointers(p) + 2 * (size_t)cell);
}

/* At most 9 bytes: seven bits each, the ninth eight.  Answers how many; 0: it does not end within `room`. */
static size_t read_varint(uint64_t *value, const uint8_t *at, size_t room) {
    *value = 0;
    for (size_t i = 0; i < 9 && i < room; i++) {
        if (i == 8) {
            *value = *value << 8 | at[i];
            return 9;
        }
        *value = *value << 7 | (at[i] & 0x7f);
        if (!(at[i] & 0x80)) return i + 1;
    }
    return 0;
}

static size_t local_size(uint64_t payload) {
    if (payload <= LOCAL_MAX) return (size_t)payload;
    size_t local = LOCAL_MIN + (size_t)((payload - LOCAL_MIN) % OVERFLOW_DATA);
    return local <= LOCAL_MAX ? local : LOCAL_MIN;
}

/* Reads a leaf's cell; answers its size on the page, 0 if it does not fit there. */
static size_t read_leaf_cell(rr_btree_row *row, const uint8_t *at, size_t room) {
    uint64_t payload, number;
    size_t a = read_varint(&payload, at, room), b = a ? read_varint(&number, at + a, room - a) : 0;
    if (!b || payload > INT32_MAX) return 0;
    size_t local = local_size(payload), tail = local < payload ? 4 : 0;
    if (room - a - b < local + tail) return 0;
    *row = (rr_btree_row){(int64_t)number, (size_t)payload, at + a + b, local, tail ? rr_load32_be(at + a + b + local) : 0};
    /* SQLite gives no cell fewer than four bytes. */
    return a + b + local + tail < 4 ? 4 : a + b + local + tail;
}

/* ---- checking ------------------------------------------------------------------------------------------------------- */

/* Each page serves once; what SQLite never uses serves nothing. */
static bool take_page(rr_btree_file *file, uint32_t number) {
    if (number == 0 || number > file->pages || number == RR_BTREE_LOCK_PAGE || file->used[number - 1]) return false;
    file->used[number - 1] = 1;
    return true;
}

static bool check_overflow(rr_btree_file *file, const rr_btree_row *row) {
    size_t left = row->len - row->local_len;
    uint32_t next = row->overflow;
    for (; left > 0; left -= left < OVERFLOW_DATA ? left : OVERFLOW_DATA) {
        if (!take_page(file, next)) return false;
        next = rr_load32_be(file->bytes + (size_t)(next - 1) * RR_BTREE_PAGE);
    }
    return next == 0;
}

/* Marks bytes of a page; false if one of them is marked already. */
static bool cover(uint8_t covered[RR_BTREE_PAGE], size_t from, size_t len) {
    for (size_t i = from; i < from + len; i++) {
        if (covered[i]) return false;
        covered[i] = 1;
    }
    return true;
}

/* Free blocks ascend and do not touch: each says the next one and its own size. */
static bool cover_free_blocks(uint8_t covered[RR_BTREE_PAGE], const page *p, unsigned content) {
    for (unsigned at = load16(p->header + 1), next; at != 0; at = next) {
        if (at < content || at > RR_BTREE_PAGE - 4) return false;
        unsigned size = load16(p->bytes + at + 2);
        next = load16(p->bytes + at);
        if (at + size > RR_BTREE_PAGE || (next != 0 && next <= at + size + 3) || !cover(covered, at, size)) return false;
    }
    return true;
}

typedef struct check {
    rr_btree_file *file;
    uint32_t leaf_depth; /* of all leaves; 0: none was seen yet */
} check;

static bool check_page(check *c, uint32_t number, uint32_t depth, int64_t after, int64_t most);

/* The cells of a page in order, with row numbers above `after` and at most `most`. */
static bool check_cells(check *c, const page *p, uint8_t covered[RR_BTREE_PAGE], unsigned content, uint32_t depth,
                        int64_t after, int64_t most) {
    for (unsigned i = 0; i < p->cells; i++) {
        size_t at = load16(cell_pointers(p) + 2 * (size_t)i), size;
        rr_btree_row row;
        if (at < content || at > RR_BTREE_PAGE - 4) return false;
        if (p->leaf) {
            size = read_leaf_cell(&row, p->bytes + at, RR_BTREE_PAGE - at);
            if (!size || at + size > RR_BTREE_PAGE || row.number <= after || row.number > most ||
                !check_overflow(c->file, &row))
                return false;
            after = row.number;
        } else {
            uint64_t key;
            size = read_varint(&key, p->bytes + at + 4, RR_BTREE_PAGE - at - 4);
            if (!size || (int64_t)key <= after || (int64_t)key > most) return false;
            if (!check_page(c, rr_load32_be(p->bytes + at), depth + 1, after, (int64_t)key)) return false;
            size += 4;
            after = (int64_t)key;
        }
        if (!cover(covered, at, size)) return false;
    }
    return p->leaf || check_page(c, rr_load32_be(p->header + 8), depth + 1, after, most);
}

static bool check_page(check *c, uint32_t number, uint32_t depth, int64_t after, int64_t most) {
    uint8_t covered[RR_BTREE_PAGE] = {0};
    if (depth >= RR_BTREE_DEPTH || !take_page(c->file, number)) return false;
    page p = page_of(c->file, number);
    if (p.header[0] != LEAF && p.header[0] != INTERIOR) return false;
    /* Only a table without rows has a page without cells. */
    if (p.cells == 0 && (depth > 0 || !p.leaf)) return false;
    if (p.leaf && c->leaf_depth == 0) c->leaf_depth = depth + 1;
    if (p.leaf && c->leaf_depth != depth + 1) return false;
    /* Before the content stand the headers and the places of the cells; in it every byte is of a cell, of a free block, or counted as a fragment. */
    size_t first = (size_t)(cell_pointers(&p) - p.bytes) + 2 * (size_t)p.cells, content = load16(p.header + 5), fragments = 0;
    if (content == 0) content = 65536;
    if (p.cells > CELLS_MAX || content < first || content > RR_BTREE_PAGE) return false;
    if (!check_cells(c, &p, covered, (unsigned)content, depth, after, most) ||
        !cover_free_blocks(covered, &p, (unsigned)content))
        return false;
    for (size_t i = content; i < RR_BTREE_PAGE; i++) fragments += !covered[i];
    return fragments == p.header[7];
}

bool rr_btree_check(rr_btree_file *file, uint32_t root) {
    check c = {file, 0};
    return check_page(&c, root, 0, INT64_MIN, INT64_MAX);
}

/* ---- walking -------------------------------------------------------------------------------------------------------- */

static uint32_t child(const page *p, unsigned cell) {
    return rr_load32_be(cell < p->cells ? cell_at(p, cell) : p->header + 8);
}

/* The cell's own size is known to fit. */
static void read_row(rr_btree_row *row, const page *p, unsigned cell) {
    const uint8_t *at = cell_at(p, cell);
    (void)read_leaf_cell(row, at, RR_BTREE_PAGE - (size_t)(at - p->bytes));
}

void rr_btree_first(rr_btree_cursor *cursor, const rr_btree_file *file, uint32_t root) {
    *cursor = (rr_btree_cursor){.file = file, .depth = 1};
    cursor->level[0].page = root;
}

bool rr_btree_next(rr_btree_row *row, rr_btree_cursor *c) {
    while (c->depth > 0) {
        uint32_t number = c->level[c->depth - 1].page;
        unsigned cell = c->level[c->depth - 1].cell++;
        page p = page_of(c->file, number);
        if (p.leaf && cell < p.cells) {
            read_row(row, &p, cell);
            return true;
        }
        if (p.leaf || cell > p.cells) {
            c->depth--;
            continue;
        }
        c->level[c->depth].page = child(&p, cell);
        c->level[c->depth++].cell = 0;
    }
    return false;
}

bool rr_btree_find(rr_btree_row *row, const rr_btree_file *file, uint32_t root, int64_t number) {
    for (uint32_t at = root;;) {
        page p = page_of(file, at);
        /* The first cell whose number is not below the wanted one. */
        unsigned low = 0, high = p.cells;
        while (low < high) {
            unsigned middle = low + (high - low) / 2;
            uint64_t key;
            if (p.leaf) {
                read_row(row, &p, middle);
                key = (uint64_t)row->number;
            } else {
                (void)read_varint(&key, cell_at(&p, middle) + 4, 9);
            }
            if ((int64_t)key < number)
                low = middle + 1;
            else
                high = middle;
        }
        if (!p.leaf) {
            at = child(&p, low);
            continue;
        }
        if (low == p.cells) return false;
        read_row(row, &p, low);
        return row->number == number;
    }
}

void rr_btree_payload(uint8_t *out, const rr_btree_file *file, const rr_btree_row *row) {
    memcpy(out, row->local, row->local_len);
    size_t done = row->local_len;
    for (uint32_t next = row->overflow; done < row->len;) {
        const uint8_t *bytes = file->bytes + (size_t)(next - 1) * RR_BTREE_PAGE;
        size_t part = row->len - done < OVERFLOW_DATA ? row->len - done : OVERFLOW_DATA;
        memcpy(out + done, bytes + 4, part);
        done += part;
        next = rr_load32_be(bytes);
    }
}

/* ---- records -------------------------------------------------------------------------------------------------------- */

static size_t size_of_type(uint64_t type) {
    static const uint8_t sizes[12] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
    return type < 12 ? sizes[type] : (size_t)((type - 12) / 2);
}

static int64_t read_integer(const uint8_t *bytes, size_t len) {
    uint64_t value = len > 0 && bytes[0] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < len; i++) value = value << 8 | bytes[i];
    return (int64_t)value;
}

/* All bits of the exponent, and one of the rest. */
static bool is_nan(const uint8_t bytes[8]) {
    return (rr_load64_be(bytes) & INT64_MAX) > 0x7ff0000000000000;
}

/* `bytes` NULL: the value is not here. */
static rr_value read_value(uint64_t type, const uint8_t *bytes, size_t len) {
    /* 10 and 11 are not given out; SQLite reads them, and what is no number, as NULL. */
    if (type == 0 || type == 10 || type == 11 || (type == 7 && bytes && is_nan(bytes)))
        return (rr_value){.type = RR_VALUE_NULL};
    if (type == 7) return (rr_value){.type = RR_VALUE_REAL};
    if (type == 8 || type == 9) return (rr_value){.type = RR_VALUE_INTEGER, .number = (int64_t)type - 8};
    if (type < 7) return (rr_value){.type = RR_VALUE_INTEGER, .number = bytes ? read_integer(bytes, len) : 0};
    return (rr_value){.type = type % 2 ? RR_VALUE_TEXT : RR_VALUE_BLOB, .bytes = bytes, .len = len};
}

bool rr_btree_record(rr_value *values, unsigned count, const uint8_t *bytes, size_t have, size_t len) {
    uint64_t header, type;
    size_t at = read_varint(&header, bytes, have), value;
    if (!at || header > have || header < at) return false;
    value = (size_t)header;
    for (unsigned i = 0; i < count; i++) {
        size_t n = read_varint(&type, bytes + at, (size_t)header - at);
        if (!n || type > 2 * (uint64_t)INT32_MAX) return false;
        size_t size = size_of_type(type);
        if (size > len - value) return false;
        values[i] = read_value(type, value + size <= have ? bytes + value : NULL, size);
        at += n;
        value += size;
    }
    return at == header && value == len;
}

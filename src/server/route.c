/* SPDX-License-Identifier: Apache-2.0 */
#include "server/route.h"

#include <string.h>

#include "base/bytes.h"
#include "base/text.h"

enum { ENROLMENT_MAX = 32768, PUBLISH_MAX = 512 << 20, TRUSTEE_MAX = 256 << 20, CEREMONY_MAX = 4 << 20 };

const rr_route rr_routes[] = {
    {"/", true, 0, rr_end_page, NULL},
    {"/check", true, 0, rr_end_page, NULL},
    {"/verify", true, 0, rr_end_browser, NULL},
    {"/offline.html", false, 0, rr_end_offline, NULL},
    {"/server", true, 0, rr_end_page, NULL},
    {"/p/{pid}/", true, 0, rr_end_page, NULL},
    {"/p/{pid}/roll", true, 0, rr_end_page, NULL},
    {"/p/{pid}/log", true, 0, rr_end_page, NULL},
    {"/p/{pid}/sheet", true, 0, rr_end_page, NULL},
    {"/p/{pid}/round-robin.svg", true, 0, rr_end_picture, NULL},
    {"/p/{pid}/badge.svg", true, 0, rr_end_picture, NULL},
    {"/style.css", false, 0, rr_end_static, NULL},
    {"/favicon.svg", false, 0, rr_end_static, NULL},
    {"/p/{pid}/petition.txt", false, 0, rr_end_document, NULL},
    {"/p/{pid}/roll.txt", false, 0, rr_end_document, NULL},
    {"/p/{pid}/roll.note", false, 0, rr_end_document, NULL},
    {"/p/{pid}/assignment.note", false, 0, rr_end_document, NULL},
    {"/p/{pid}/names.txt", false, 0, rr_end_document, NULL},
    {"/p/{pid}/proofs.bin", false, 0, rr_end_document, NULL},
    {"/p/{pid}/certificate.bin", false, 0, rr_end_document, NULL},
    {"/p/{pid}/trustees.bin", false, 0, rr_end_document, NULL},
    {"/p/{pid}/trustee", false, TRUSTEE_MAX, rr_end_trustee, rr_end_trustee_admit},
    {"/p/{pid}/openings", false, 0, rr_end_openings, NULL},
    {"/p/{pid}/openings/{rest}", false, 0, rr_end_opening, NULL},
    {"/p/{pid}/rings/{rest}", false, 0, rr_end_ring, NULL},
    {"/p/{pid}/status", false, 0, rr_end_status, NULL},
    {"/p/{pid}/evidence", false, 0, rr_end_evidence, NULL},
    {"/p/{pid}/answer", true, 0, rr_end_browser, NULL},
    {"/p/{pid}/answer", false, RR_ANSWER_SIZE, rr_end_answer, NULL},
    {"/p/{pid}/log/{rest}", false, 0, rr_end_log, NULL},
    {"/directory/{rest}", false, 0, rr_end_directory, NULL},
    {"/petitions.json", false, 0, rr_end_petitions_json, NULL},
    {"/server.json", false, 0, rr_end_server_json, NULL},
    {"/editions.json", false, 0, rr_end_editions_json, NULL},
    {"/publish/{rest}", false, PUBLISH_MAX, rr_end_publish, rr_end_publish_admit},
    {"/ceremony/{rest}", false, 0, rr_end_ceremony, NULL},
    {"/ceremony/{rest}", false, CEREMONY_MAX, rr_end_ceremony_note, NULL},
    {"/e/{edition}/", true, 0, rr_end_edition, NULL},
    {"/e/{edition}/about", true, 0, rr_end_edition_about, NULL},
    {"/e/{edition}/edition.txt", false, 0, rr_end_edition_file, NULL},
    {"/e/{edition}/receipts/{rest}", false, 0, rr_end_receipt, NULL},
    {"/e/{edition}/enrolment", false, ENROLMENT_MAX, rr_end_enrolment, NULL},
};

const size_t rr_route_count = sizeof rr_routes / sizeof *rr_routes;

/* 64 lowercase hex digits, which *path moves behind. */
static bool take_hash(uint8_t hash[32], const char **path) {
    if (strnlen(*path, 64) < 64 || !rr_unhex(hash, 32, *path, 64)) return false;
    *path += 64;
    return true;
}

static bool take_edition(rr_store_edition_key *key, const char **path) {
    if (!take_hash(key->roll_id.bytes, path) || **path != '/') return false;
    rr_text number = {*path + 1, strspn(*path + 1, "0123456789")};
    *path = number.start + number.len;
    return rr_text_number(&key->edition, number);
}

static bool follows(rr_match *match, const char *pattern, const char *path) {
    match->has_pid = false;
    match->rest = "";
    for (;; pattern++, path++) {
        if (strncmp(pattern, "{pid}", 5) == 0) {
            if (!take_hash(match->pid.bytes, &path)) return false;
            match->has_pid = true;
            pattern += 5;
        } else if (strncmp(pattern, "{edition}", 9) == 0) {
            if (!take_edition(&match->edition, &path)) return false;
            pattern += 9;
        } else if (strcmp(pattern, "{rest}") == 0) {
            match->rest = path;
            return *path != 0;
        }
        if (*pattern != *path) return false;
        if (*pattern == 0) return true;
    }
}

static const char *skip_language(const char **language, const char *path) {
    static const char *const languages[] = {"en", "ru"};
    *language = NULL;
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        if (path[0] != '/' || strncmp(path + 1, languages[i], 2) != 0 || path[3] != '/') continue;
        *language = languages[i];
        return path + 3;
    }
    return path;
}

void rr_route_match(rr_match *match, bool *other, const char *path, bool post) {
    const char *language, *bare = skip_language(&language, path);
    bool found = false;
    *other = false;
    for (size_t i = 0; i < rr_route_count; i++) {
        const rr_route *route = &rr_routes[i];
        if (language && !route->page) continue;
        match->route = route;
        match->language = language;
        if (!follows(match, route->pattern, bare)) continue;
        if ((route->post_limit != 0) == post) return;
        found = true;
    }
    match->route = NULL;
    *other = found;
}

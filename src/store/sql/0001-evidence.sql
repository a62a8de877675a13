-- SPDX-License-Identifier: Apache-2.0
-- The evidence file, version 2.  Documented in docs/spec/evidence.md; a verifier compares the statements below byte for byte, so
-- that a change of one character is a new version.

CREATE TABLE document (
    id INTEGER PRIMARY KEY, -- 1 petition, 2 roll, 3 roll note, 4 assignment, 5 names, 6 enrolment proofs, 7 ceremony, 8 trustees, 9 directory, 10 cosigned
    name TEXT NOT NULL,
    bytes BLOB NOT NULL
);

CREATE TABLE member (
    place INTEGER PRIMARY KEY, -- from 0, as in the roll
    member TEXT NOT NULL,
    class TEXT NOT NULL,
    counted_as TEXT NOT NULL, -- the class for counting: its own, 'other', or '' if the petition does not count by class
    basis TEXT NOT NULL,
    ring INTEGER NOT NULL,
    name TEXT -- NULL: not published
);

CREATE TABLE leaf (
    leaf INTEGER PRIMARY KEY, -- from 0
    kind INTEGER, -- 0 first, 1 anonymous, 2 sealed, 3 named, 4 step-forward, 5 withdraw, 6 notice, 7 opening, 8 close
    number INTEGER, -- ring of kinds 1 and 2, place of kinds 3 and 4
    nullifier BLOB, -- T of kinds 1 to 5
    bytes BLOB NOT NULL
);

CREATE TABLE tile (
    id INTEGER PRIMARY KEY, -- from 0, in the order in which they become complete; then those that are not, by level
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL
);

CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    note BLOB NOT NULL
);

CREATE TABLE opening (
    id INTEGER PRIMARY KEY, -- from 0, ascending by hash
    hash BLOB NOT NULL, -- SHA-256 of the file
    bytes BLOB NOT NULL
);

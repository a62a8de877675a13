-- SPDX-License-Identifier: Apache-2.0
-- What a server keeps, version 1 (src/store/store.h).  No times and no order of arrival.
--
-- A log has a number: 0 is the directory log, petitions' logs count from 1 in the order in which they were published, which is public.
-- Where a table's id names a log too, it is number * 2^40 + what the comment says, so that one log's rows lie together.

CREATE TABLE log (
    number INTEGER PRIMARY KEY,
    vkey TEXT NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL
);
CREATE UNIQUE INDEX log_vkey ON log (vkey);

CREATE TABLE entry (
    id INTEGER PRIMARY KEY, -- leaf
    bytes BLOB NOT NULL
);

CREATE TABLE tile (
    id INTEGER PRIMARY KEY, -- level * 2^36 + tile number
    hashes BLOB NOT NULL -- 32 bytes each; the last of its level may have fewer than 256
);

CREATE TABLE checkpoint (
    id INTEGER PRIMARY KEY, -- size
    note BLOB NOT NULL
);

CREATE TABLE roll_document (
    roll BLOB NOT NULL, -- its digest
    document INTEGER NOT NULL, -- 2 roll, 3 roll note, 5 names, 6 enrolment proofs: as in the evidence file
    bytes BLOB NOT NULL,
    PRIMARY KEY (roll, document)
) WITHOUT ROWID;

CREATE TABLE petition (
    pid BLOB PRIMARY KEY,
    number INTEGER NOT NULL REFERENCES log (number),
    roll BLOB NOT NULL,
    batch BLOB NOT NULL, -- the id of the batch key of what waits
    closed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX petition_number ON petition (number);
CREATE UNIQUE INDEX petition_roll ON petition (roll);
CREATE UNIQUE INDEX petition_batch ON petition (batch);

CREATE TABLE petition_document (
    pid BLOB NOT NULL REFERENCES petition (pid),
    document INTEGER NOT NULL, -- 1 petition, 4 assignment
    bytes BLOB NOT NULL,
    PRIMARY KEY (pid, document)
) WITHOUT ROWID;

-- Places for records that wait, all of one width in a petition: 00 and zeros, or 01, row key (16), tag (32), sealed record.  A place is drawn at random
-- among the free ones and written in place, so that neither the keys nor the layout of the pages tells in which order records came.
CREATE TABLE waiting (
    id INTEGER PRIMARY KEY, -- place
    bytes BLOB NOT NULL
);

CREATE TABLE edition (
    roll_id BLOB NOT NULL,
    edition INTEGER NOT NULL,
    open INTEGER NOT NULL,
    text BLOB NOT NULL,
    PRIMARY KEY (roll_id, edition)
) WITHOUT ROWID;

CREATE TABLE code (
    roll_id BLOB NOT NULL,
    edition INTEGER NOT NULL,
    member TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (roll_id, edition, member, hash)
) WITHOUT ROWID;

CREATE TABLE ssh (
    roll_id BLOB NOT NULL,
    edition INTEGER NOT NULL,
    member TEXT NOT NULL,
    key BLOB NOT NULL,
    PRIMARY KEY (roll_id, edition, member)
) WITHOUT ROWID;

CREATE TABLE enrolment (
    roll_id BLOB NOT NULL,
    edition INTEGER NOT NULL,
    member TEXT NOT NULL,
    digest BLOB NOT NULL, -- SHA-512 of the book
    sealed BLOB NOT NULL,
    PRIMARY KEY (roll_id, edition, member)
) WITHOUT ROWID;
CREATE UNIQUE INDEX enrolment_digest ON enrolment (roll_id, edition, digest);

CREATE TABLE point (
    roll_id BLOB NOT NULL,
    edition INTEGER NOT NULL,
    point BLOB NOT NULL,
    PRIMARY KEY (roll_id, edition, point)
) WITHOUT ROWID;

CREATE TABLE receipt (
    roll_id BLOB NOT NULL,
    edition INTEGER NOT NULL,
    digest BLOB NOT NULL,
    note BLOB NOT NULL,
    PRIMARY KEY (roll_id, edition, digest)
) WITHOUT ROWID;

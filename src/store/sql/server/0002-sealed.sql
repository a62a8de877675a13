-- SPDX-License-Identifier: Apache-2.0
-- What a server keeps of sealed signatures, version 2: documents 7 (certificate) and 8 (trustees' notes) in petition_document, and this.

-- What openings in a petition's log name by its hash.
CREATE TABLE opening (
    pid BLOB NOT NULL REFERENCES petition (pid),
    hash BLOB NOT NULL, -- SHA-256
    bytes BLOB NOT NULL,
    PRIMARY KEY (pid, hash)
) WITHOUT ROWID;

-- What trustees have given until enough have: deleted when it is in the log.
CREATE TABLE part (
    pid BLOB NOT NULL REFERENCES petition (pid),
    kind INTEGER NOT NULL, -- 6 of a notice, 7 of an opening
    trustee INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (pid, kind, trustee)
) WITHOUT ROWID;

-- Ceremonies that are handed around here; any number of files by trustees, each once.
CREATE TABLE ceremony (
    session BLOB PRIMARY KEY,
    text BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE ceremony_file (
    session BLOB NOT NULL REFERENCES ceremony (session),
    name TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (session, name)
) WITHOUT ROWID;

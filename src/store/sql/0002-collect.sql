-- SPDX-License-Identifier: Apache-2.0
-- The local file of `robin collect`, version 2 (docs/adr/0003-collect.md).  No times, no order of arrival.

CREATE TABLE document (
    id INTEGER PRIMARY KEY, -- as in the evidence file
    name TEXT NOT NULL,
    bytes BLOB NOT NULL
);

CREATE TABLE leaf (
    leaf INTEGER PRIMARY KEY, -- from 0
    bytes BLOB NOT NULL
);

CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    note BLOB NOT NULL
);

-- What openings name by its hash.
CREATE TABLE opening (
    leaf INTEGER PRIMARY KEY, -- the opening
    bytes BLOB NOT NULL
);

-- Records that wait for a batch, numbered in the order in which they would be appended.  Each run writes all of them anew.
CREATE TABLE waiting (
    id INTEGER PRIMARY KEY, -- from 0
    record BLOB NOT NULL
);

-- SPDX-License-Identifier: Apache-2.0
-- What a server keeps of witnesses, version 3.

-- Checkpoints of the directory log with what witnesses have signed of them: what proves time bounds is kept for good.
CREATE TABLE cosigned (
    size INTEGER PRIMARY KEY,
    note BLOB NOT NULL
);

// SPDX-License-Identifier: Apache-2.0
// What PROTOCOL.md section 7 wants of entries: how records are batched, and the lines of the directory log.

// ---- petition logs ------------------------------------------------------------------------------------------------------

const KIND = { begin: 0, opens: [1, 2, 3], notice: 6, close: 8 };
const ALONE = new Set([0, 6, 7, 8]);
const AFTER_CLOSE = new Set([4, 6, 7]);

// By the 32 bytes behind version, kind and number, then kind, then everything.
function compareRecords(a, b) {
    return a.subarray(6, 38).compare(b.subarray(6, 38)) || a[1] - b[1] || a.compare(b);
}

function checkBatch(report, path, first, entries) {
    const kinds = entries.map((entry) => entry[1]);
    const alone = entries.length === 1 || !kinds.some((kind) => ALONE.has(kind));
    report.check(alone, `${path}: leaves ${first} to ${first + entries.length - 1}: a kind ${kinds} that must be alone`);
    const wrong = entries.findIndex((entry, i) => i > 0 && compareRecords(entries[i - 1], entry) >= 0);
    report.check(wrong < 0, `${path}: leaf ${first + wrong} is out of order in its batch`);
}

export function checkRecords(report, pid, log) {
    const { entries, all, path } = log;
    const formed = entries.findIndex((entry) => entry.length < 38 || entry[0] !== 1 || entry[1] > 8);
    if (!report.check(formed < 0, `${path}: leaf ${formed} is no record`)) return;
    const begin = Buffer.concat([Buffer.of(1, KIND.begin, 0, 0, 0, 0), Buffer.from(pid, "hex")]);
    report.check(entries[0]?.equals(begin), `${path}: leaf 0 is not this petition's`);
    report.check(all[0]?.size === 1, `${path}: the first checkpoint is not of leaf 0 alone`);
    let size = 0;
    for (const checkpoint of all) {
        checkBatch(report, path, size, entries.slice(size, checkpoint.size));
        size = checkpoint.size;
    }
    const again = entries.findIndex((entry, i) => i > 0 && entry[1] === KIND.begin);
    report.check(again < 0, `${path}: leaf ${again} begins the log once more`);
    const close = entries.findIndex((entry) => entry[1] === KIND.close);
    if (close >= 0) {
        const closing = Buffer.from(begin);
        closing[1] = KIND.close;
        report.check(entries[close].equals(closing), `${path}: leaf ${close} is not this petition's close`);
        const late = entries.findIndex((entry, i) => i > close && !AFTER_CLOSE.has(entry[1]));
        report.check(late < 0, `${path}: leaf ${late} came after the close`);
    }
    const signed = new Map();
    for (const [i, entry] of entries.entries()) {
        if (!KIND.opens.includes(entry[1])) continue;
        const nullifier = entry.toString("hex", 6, 38);
        report.check(!signed.has(nullifier), `${path}: leaf ${i} counts leaf ${signed.get(nullifier)}'s T once more`);
        signed.set(nullifier, i);
    }
}

// ---- the directory log --------------------------------------------------------------------------------------------------

const HASH = "[0-9a-f]{64}";
const NUMBER = "(?:0|[1-9][0-9]{0,9})";
const GRAMMAR = {
    roll: new RegExp(`^roll (${HASH})$`),
    petition: new RegExp(`^petition (${HASH})$`),
    assignment: new RegExp(`^assignment (${HASH}) (${HASH})$`),
    trustee: new RegExp(`^trustee (${HASH}) (${NUMBER}) (${HASH})$`),
    checkpoint: new RegExp(`^checkpoint (${HASH}) (0|[1-9][0-9]*) (${HASH})$`),
    page: new RegExp(`^page (${HASH})$`),
};

// What one petition has in the directory, in the order in which it came.
const nothing = () => ({ announced: false, roll: undefined, checkpoints: [] });

class Directory {
    rolls = new Set();
    assigned = new Map(); // roll digest to pid
    petitions = new Map();

    constructor(report, path) {
        Object.assign(this, { report, path });
    }

    of(pid) {
        if (!this.petitions.has(pid)) this.petitions.set(pid, nothing());
        return this.petitions.get(pid);
    }

    read(index, line) {
        const word = line.split(" ")[0];
        const what = `${this.path}: leaf ${index} (${line.slice(0, 90)})`;
        this.report.check(/^[\x20-\x7e]+$/.test(line), `${what}: not ASCII`);
        // A server may not write what it does not know, though clients ignore such lines.
        if (!this.report.check(Object.hasOwn(GRAMMAR, word), `${what}: unknown`)) return;
        const match = GRAMMAR[word].exec(line);
        if (this.report.check(match, `${what}: malformed`)) this[word](what, ...match.slice(1));
    }

    roll(what, digest) {
        this.report.check(!this.rolls.has(digest), `${what}: repeated`);
        this.rolls.add(digest);
    }

    petition(what, pid) {
        this.report.check(!this.of(pid).announced, `${what}: repeated`);
        this.of(pid).announced = true;
    }

    assignment(what, digest, pid) {
        const petition = this.of(pid);
        this.report.check(this.rolls.has(digest), `${what}: before its roll`);
        this.report.check(petition.announced, `${what}: before its petition`);
        this.report.check(!this.assigned.has(digest), `${what}: this roll was assigned before`);
        this.report.check(petition.roll === undefined, `${what}: this petition has a roll`);
        this.assigned.set(digest, pid);
        petition.roll = digest;
    }

    trustee(what, pid) {
        const petition = this.of(pid);
        this.report.check(petition.roll !== undefined, `${what}: before its assignment`);
        this.report.check(petition.checkpoints.length === 0, `${what}: after a checkpoint`);
    }

    checkpoint(what, pid, size, root) {
        const petition = this.of(pid);
        this.report.check(petition.roll !== undefined, `${what}: before its assignment`);
        const last = petition.checkpoints.at(-1);
        if (last) this.report.check(Number(size) > last.size, `${what}: does not ascend`);
        else this.report.check(size === "1", `${what}: the first is not of size 1`);
        petition.checkpoints.push({ size: Number(size), root });
    }

    page() {
        // Any page may be announced, and announced again.
    }
}

export function checkDirectory(report, log, petitions, listed) {
    const directory = new Directory(report, log.path);
    for (const [index, entry] of log.entries.entries()) directory.read(index, entry.toString("latin1"));
    for (const pid of listed) {
        const announced = directory.petitions.get(pid)?.announced;
        report.check(announced, `${log.path}: does not hold petition ${pid}, which the server lists`);
    }
    for (const { pid, log: own, roll } of petitions) {
        const known = directory.of(pid);
        report.check(known.roll === roll, `${log.path}: petition ${pid} has roll ${roll}, assigned is ${known.roll}`);
        const sizes = known.checkpoints.map((one) => one.size).join();
        const wanted = own.all.map((one) => one.size).join();
        report.check(sizes === wanted, `${log.path}: checkpoints of ${pid} at ${sizes}, its log's at ${wanted}`);
        for (const { size, root } of known.checkpoints) {
            const there = size <= own.last.size && own.tree.root(size).toString("hex") === root;
            report.check(there, `${log.path}: the root of ${pid} at ${size} is not its log's`);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// The checker is checked: examples of the specifications, a server whose logs are right, and servers each of which does
// one thing wrong, which the checker must name.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { check } from "./check.mjs";
import { batch, framed, record, Signer, Site } from "./site.mjs";
import * as tlog from "./tlog.mjs";
import { disconnect, Report } from "./web.mjs";

const report = new Report();
const throws = (work) => {
    try {
        work();
        return false;
    } catch {
        return true;
    }
};

// ---- examples -----------------------------------------------------------------------------------------------------------

// C2SP signed-note, tlog-checkpoint, tlog-cosignature and tlog-tiles (github.com/C2SP/C2SP).
const FOO_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const FOO_NOTE = `This is an example message.

\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;
const SOFA = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
const COSIGNED = `${SOFA}
\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

function notes() {
    const vkey = tlog.parseVkey(FOO_KEY);
    report.check(vkey.name === "example.com/foo" && vkey.id === "530d903a" && vkey.type === 1, "the example's vkey");
    const note = tlog.parseNote(Buffer.from(FOO_NOTE));
    report.check(note.text === "This is an example message.\n", "the example's text");
    report.check(!throws(() => tlog.verifyNote(note, vkey)), "the example's signature");
    const other = tlog.parseNote(Buffer.from(FOO_NOTE.replace("an example", "no example")));
    report.check(throws(() => tlog.verifyNote(other, vkey)), "another text under the example's signature");
    report.check(throws(() => tlog.parseVkey(FOO_KEY.replace("530d903a", "530d903b"))), "a vkey with another key ID");
    report.check(throws(() => tlog.verifyNote(tlog.parseNote(Buffer.from(COSIGNED)), vkey)), "a note by nobody known");

    const cosigned = tlog.parseNote(Buffer.from(COSIGNED));
    const point = tlog.parseCheckpoint(cosigned.text);
    report.check(point.origin === "example.com/behind-the-sofa" && point.size === 20852163, "the example checkpoint");
    report.check(cosigned.signatures.map((one) => one.id).join() === "033de0ae,8d66cf3f", "its key IDs");
    const witness = cosigned.signatures[1];
    report.check(witness.bytes.length === 72 && witness.bytes.readBigUInt64BE(0) === 1679315147n, "its cosignature's time");
    report.check(tlog.cosigned(1679315147, SOFA) === `cosignature/v1\ntime 1679315147\n${SOFA}`, "what is cosigned");

    for (const wrong of ["", "text", "text\n", "text\n\n", FOO_NOTE.slice(0, -1), FOO_NOTE.replace("\u2014", "-"),
        FOO_NOTE.replace("an", "a\tn"), FOO_NOTE.replace("/foo ", "/f+oo "), FOO_NOTE.replace("QM=", "QN="),
        FOO_NOTE.replace("\n\n", "\n"), `${FOO_NOTE}\n`])
        report.check(throws(() => tlog.parseNote(Buffer.from(wrong))), `a note that is none: ${JSON.stringify(wrong)}`);
    for (const wrong of [SOFA.slice(0, -1), SOFA.replace("2085", "02085"), SOFA.replace("CsUY", "CsU"), `${SOFA}\n`,
        SOFA.replace("20852163", "-1"), `\n${SOFA}`, SOFA.replace("q2I=", "q2J=")])
        report.check(throws(() => tlog.parseCheckpoint(wrong)), `a checkpoint that is none: ${JSON.stringify(wrong)}`);
    const many = new Signer("many.example");
    const text = "o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    const lines = Array.from({ length: 15 }, (_, i) => new Signer(`k${i}`).note(text).toString().split("\n\n")[1]);
    const crowded = tlog.parseNote(Buffer.from(many.note(text) + lines.join("")));
    report.check(tlog.verifyNote(crowded, tlog.parseVkey(many.vkey)).length === 1, "one of 16 signatures");
    report.check(tlog.parseCheckpoint(crowded.text).root.equals(tlog.emptyRoot()), "the root of the empty tree");
}

function tiles() {
    report.check(tlog.tilePath(0, 1234067) === "tile/0/x001/x234/067", "the example's path");
    report.check(tlog.tilePath("entries", 273, 112) === "tile/entries/273.p/112", "a partial bundle's path");
    const of = (size, level, whole) =>
        tlog.tilesOf(size).filter((tile) => tile.level === level && (tile.width === tlog.WIDTH) === whole);
    const widths = [0, 1, 2].map((level) => of(70000, level, false).map((tile) => tile.width).join());
    report.check(widths.join(" ") === "112 17 1" && of(70000, 0, true).length === 273, "the tiles of 70,000 entries");
    report.check(of(70000, 1, true).length === 1 && tlog.tilesOf(70000).length === 277, "no other tiles of 70,000 entries");
    report.check(JSON.stringify(tlog.tilesOf(256).map((tile) => tile.width)) === "[256,1]", "the tiles of 256 entries");
    report.check(tlog.parseBundle(framed([Buffer.alloc(258), Buffer.alloc(0)])).length === 2, "a bundle of two");
    for (const wrong of [[0], [0, 1], [0, 2, 1], [0, 0, 0]])
        report.check(throws(() => tlog.parseBundle(Buffer.from(wrong))), `a bundle that is none: ${wrong}`);
}

// Leaves and roots that implementations of RFC 6962 share (certificate-transparency, merkletree/merkle_tree_test).
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS = { 1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" };

function trees() {
    const leaves = LEAVES.map((hex) => tlog.leafHash(Buffer.from(hex, "hex")));
    const roots = leaves.map((_, i) => tlog.treeHash(leaves.slice(0, i + 1)));
    for (const [size, root] of Object.entries(ROOTS))
        report.check(roots[size - 1].toString("hex") === root, `the root of ${size} leaves`);
    const tree = new tlog.TileTree([leaves]);
    for (let size = 1; size <= leaves.length; size++) {
        const root = roots[size - 1];
        report.check(tree.root(size).equals(root), `the tiles' root of ${size} leaves`);
        for (let i = 0; i < size; i++) {
            const proof = tree.inclusion(i, size);
            report.check(tlog.inclusionHolds(root, size, leaves[i], i, proof), `leaf ${i} is in ${size}`);
            report.check(!tlog.inclusionHolds(root, size, leaves[i], i, [...proof, root]), "a proof too long");
            report.check(size === 1 || !tlog.inclusionHolds(root, size, leaves[i], i, proof.slice(1)), "a proof too short");
            report.check(size === 1 || !tlog.inclusionHolds(root, size, leaves[i], (i + 1) % size, proof), "another index");
            const old = roots[i];
            const steps = tree.consistency(i + 1, size);
            report.check(tlog.consistencyHolds(old, i + 1, root, size, steps), `${size} leaves continue ${i + 1}`);
            report.check(!tlog.consistencyHolds(old, i + 1, old, size + 1, steps), "another tree continues");
            report.check(!tlog.consistencyHolds(tlog.emptyRoot(), i + 1, root, size, steps), "another tree is continued");
        }
    }
}

// ---- servers ------------------------------------------------------------------------------------------------------------

// Runs the checker on such a site; what it found, as one text.
async function found(sizes, spoil) {
    const site = new Site(sizes, spoil);
    const base = await site.start();
    const result = await check(base, [], false);
    await site.stop();
    return { text: result.failures.join("\n"), passed: result.passed };
}

function flipped(bytes, at = 0) {
    const other = Buffer.from(bytes);
    other[at < 0 ? other.length + at : at] ^= 1;
    return other;
}

// Answers whose path ends in `end` (of petitions only) are changed by `change`.
const answers = (end, change) => ({
    answer: (path, answer) => (path.startsWith("/p/") && path.endsWith(end) ? { ...answer, ...change(answer) } : answer),
});
const records = (change) => ({
    records: (batches, pid) => {
        change(batches, pid);
        return batches;
    },
});
const directory = (change) => ({
    directory: (lines, pids) => {
        change(lines, pids);
        return lines;
    },
});
const index = (lines, word) => lines.findIndex((line) => line.startsWith(word));
const swap = (lines, a, b) => ([lines[a], lines[b]] = [lines[b], lines[a]]);
const foreign = new Signer("log0.example");
const none = (path, answer, wanted) => (path.endsWith(wanted) ? { ...answer, status: 200 } : answer);
const bundleWithout = (which) => ({ body }) => {
    const all = tlog.parseBundle(body);
    all.splice(which, 1);
    return { body: framed(all) };
};

// What is wrong, what the checker must say, and how it is made wrong.
const WRONGS = [
    ["a signature", "does not verify|canonical base64", answers("/checkpoint", ({ body }) => ({ body: flipped(body, -12) }))],
    ["a text under the signature", "does not verify", answers("/checkpoint", ({ body }) => ({ body: Buffer.from(body.toString().replace("log0", "logo")) }))],
    ["another key", "no signature of log0.example",
        answers("/checkpoint", ({ body }) => ({ body: foreign.note(tlog.parseNote(body).text) }))],
    ["an origin", "origin elsewhere.example", { sign: (text) => text.replace("log0.example", "elsewhere.example") }],
    ["an extension line", "extension lines", { sign: (text, name) => (name === "log0.example" ? `${text}more\n` : text) }],
    ["a signed root", "root is not the checkpoint's", { sign: (text) => text.replace(/\n.{4}(.*=)\n$/, "\nAAAA$1\n") }],
    ["a signed size", "status 404|root is not", { sign: (text) => text.replace("\n289\n", "\n290\n") }],
    ["an earlier root", "is not that of the tiles",
        { sign: (text, name, size) => (name === "log0.example" && size === 13 ? text.replace(/\n.{4}(.*=)\n$/, "\nAAAA$1\n") : text) }],
    ["no consistency", "no consistency proof",
        { sign: (text, name, size) => (name === "log0.example" && size === 13 ? text.replace(/\n.{4}(.*=)\n$/, "\nAAAA$1\n") : text) }],
    ["the last checkpoint is missing", "is not the log's checkpoint", answers("/checkpoints", bundleWithout(-1))],
    ["a checkpoint is missing", "checkpoints of .* at 1,13", answers("/checkpoints", bundleWithout(1))],
    ["the first checkpoint is missing", "not of leaf 0 alone", answers("/checkpoints", bundleWithout(0))],
    ["checkpoints out of order", "do not ascend",
        answers("/checkpoints", ({ body }) => {
            const all = tlog.parseBundle(body);
            swap(all, 0, 1);
            return { body: framed(all) };
        })],
    ["a hash of level 0", "does not hash to", answers("tile/0/000", ({ body }) => ({ body: flipped(body, 77) }))],
    ["a hash of a partial tile", "does not hash to", answers("tile/0/001.p/33", ({ body }) => ({ body: flipped(body, 77) }))],
    ["a hash of level 1", "is not its full tile's root", answers("tile/1/000.p/1", ({ body }) => ({ body: flipped(body) }))],
    ["a tile that is too long", "1088 bytes, not 1056",
        answers("tile/0/001.p/33", ({ body }) => ({ body: Buffer.concat([body, Buffer.alloc(32)]) }))],
    ["a tile that is too short", "8191 bytes, not 8192", answers("tile/0/000", ({ body }) => ({ body: body.subarray(1) }))],
    ["an earlier partial tile", "not the tile's first 13", answers("tile/0/000.p/13", ({ body }) => ({ body: flipped(body) }))],
    ["an earlier partial bundle", "not the tile's first 13", answers("tile/entries/000.p/13", ({ body }) => ({ body: flipped(body) }))],
    ["a signed partial tile is missing", "tile/0/001.p/32: status 404", answers("tile/0/001.p/32", () => ({ status: 404 }))],
    ["an entry", "does not hash to", answers("tile/entries/000", ({ body }) => ({ body: flipped(body, 5) }))],
    ["a bundle with more behind it", "257 entries, not 256",
        answers("tile/entries/000", ({ body }) => ({ body: Buffer.concat([body, Buffer.alloc(2)]) }))],
    ["a bundle that ends within an entry", "ends within an entry",
        answers("tile/entries/000", ({ body }) => ({ body: body.subarray(0, body.length - 1) }))],
    ["a full tile that is not there", "tile/0/001: status 200, not 404", { answer: (p, a) => none(p, a, "tile/0/001") }],
    ["an empty tile", "tile/7/000: status 200", { answer: (p, a) => none(p, a, "/tile/7/000") }],
    ["a tile beyond the log", "x001/x234/067: status 200", { answer: (p, a) => none(p, a, "tile/entries/x001/x234/067") }],
    ["a level with a zero before it", "tile/00/000.p/1: status 200", { answer: (p, a) => none(p, a, "tile/00/000.p/1") }],
    ["a group of x1", "x1/000.p/1: status 200", { answer: (p, a) => none(p, a, "log/x1/000.p/1") }],
    ["a width with a zero before it", "p/01: status 200", { answer: (p, a) => none(p, a, "tile/0/000.p/01") }],
    ["a zero byte in a path", "1%00x: status 200", { answer: (p, a) => none(p, a, "1%00x") }],
    ["an error for what is not there", "status 500, not 404", { answer: (p, a) => (a.status === 404 ? { ...a, status: 500 } : a) }],
    ["a checkpoint's type", "Content-Type text/html", answers("/checkpoint", () => ({ type: "text/html" }))],
    ["a tile's type", "Content-Type text/plain", answers("tile/0/000", () => ({ type: "text/plain" }))],
    ["caching", "Cache-Control: max-age", answers("tile/0/000", () => ({ headers: { "Cache-Control": "max-age=60" } }))],
    ["the petition's file", "is petition", answers("petition.txt", ({ body }) => ({ body: flipped(body, 30) }))],
    ["the directory's key", "another directory", { answer: (path, answer) => (path === "/server.json"
        ? { ...answer, body: Buffer.from(JSON.stringify({ directory: foreign.vkey })) } : answer) }],
    ["order in a batch", "out of order", records((batches) => swap(batches[1], 3, 4))],
    ["a record twice", "out of order", records((batches) => (batches[1][4] = batches[1][3]))],
    ["a T twice", "once more", records((batches) => {
        batches[2].push(record(1, batches[1][0].subarray(6, 38)));
        batches[2].sort((a, b) => a.subarray(6, 38).compare(b.subarray(6, 38)));
    })],
    ["a close in a batch", "must be alone", records((batches, pid) => {
        batches[1].push(record(8, Buffer.from(pid, "hex"), Buffer.alloc(0)));
        batches[1].sort((a, b) => a.subarray(6, 38).compare(b.subarray(6, 38)));
        batches.pop();
    })],
    ["a record after the close", "came after the close", records((batches) => batches.push(batch(1)))],
    ["another petition's begin", "leaf 0 is not", records((batches) => (batches[0][0] = flipped(batches[0][0], 20)))],
    ["another petition's close", "not this petition's close", records((batches) => batches.push([flipped(batches.pop()[0], 20)]))],
    ["two begins", "begins the log once more", records((batches) => batches.splice(1, 0, [batches[0][0]]))],
    ["leaf 0 in a batch", "not of leaf 0 alone", records((batches) => batches[0].push(...batches.splice(1, 1)[0]))],
    ["no record", "is no record", records((batches) => (batches[1][0] = Buffer.alloc(3)))],
    ["the directory's order: roll", "before its roll", directory((lines) => swap(lines, 0, 2))],
    ["the directory's order: petition", "before its petition", directory((lines) => swap(lines, 1, 2))],
    ["the directory's order: assignment", "before its assignment", directory((lines) => swap(lines, 2, 3))],
    ["a checkpoint that does not ascend", "does not ascend", directory((lines) => swap(lines, 4, 5))],
    ["no first checkpoint", "not of size 1", directory((lines) => lines.splice(3, 1))],
    ["no checkpoint for an append", "checkpoints of .* at 1,288,289", directory((lines) => lines.splice(4, 1))],
    ["no petition in the directory", "which the server lists", directory((lines) => lines.splice(1, 1))],
    ["a root in the directory", "is not its log's", directory((lines) => {
        const at = index(lines, "checkpoint");
        lines[at] = lines[at].replace(/.{8}$/, "00000000");
    })],
    ["a roll that is assigned twice", "was assigned before", directory((lines, pids) => {
        lines.push(lines[2].replace(pids[0], "0".repeat(64)));
    })],
    ["another roll", "has roll", directory((lines) => {
        for (const at of [0, 2]) lines[at] = lines[at].replace(/(roll|assignment) .{8}/, "$1 00000000");
    })],
    ["capital hex", "malformed", directory((lines) => lines.push(`page ${"A".repeat(64)}`))],
    ["two spaces", "malformed", directory((lines) => lines.push(`page  ${"a".repeat(64)}`))],
    ["an unknown line", "unknown", directory((lines) => lines.push("hello world"))],
    ["a line that is not ASCII", "not ASCII", directory((lines) => lines.push(`page ${"a".repeat(64)}\u00e9`))],
    ["a trustee after a checkpoint", "after a checkpoint", directory((lines, pids) => {
        lines.push(`trustee ${pids[0]} 1 ${"a".repeat(64)}`);
    })],
];

const SMALL = [[12, 275, "close"]];

async function servers() {
    const large = await found([[9, 246, 44, 65300, 700, "close", -4], [], [40, "close"]], {});
    report.check(large.text === "", `a server that is right: ${large.text.slice(0, 2000)}`);
    report.check(large.passed > 800, `only ${large.passed} checks of a server that is right`);
    const small = await found(SMALL, {});
    report.check(small.text === "", `a small server that is right: ${small.text.slice(0, 2000)}`);
    for (const [what, says, spoil] of WRONGS) {
        const { text } = await found(SMALL, spoil);
        report.check(new RegExp(says).test(text), `${what}: the checker does not say "${says}", but: ${text.slice(0, 400)}`);
    }
}

// The program itself, as a test runs it: its last line and its exit status.
async function program(args) {
    const child = spawn(process.execPath, [fileURLToPath(new URL("check.mjs", import.meta.url)), ...args]);
    let out = "";
    child.stdout.on("data", (part) => (out += part));
    const limit = setTimeout(() => child.kill("SIGKILL"), 60000);
    const status = await new Promise((resolve) => child.on("close", resolve));
    clearTimeout(limit);
    return { out, status };
}

async function programs() {
    const right = new Site(SMALL);
    const base = await right.start();
    const good = await program([base, right.pids[0]]);
    report.check(good.status === 0 && /^[0-9]+ passed, 0 failed\n$/.test(good.out), `the program: ${good.out}`);
    const unknown = await program([base, "0".repeat(64)]);
    report.check(unknown.status === 1 && / failed\n$/.test(unknown.out), "the program: a petition that is not there");
    await right.stop();
    const gone = await program([base]);
    report.check(gone.status === 1, "the program: no server");
    report.check((await program([])).status === 2, "the program: no argument");
    const wrong = new Site(SMALL, answers("tile/0/000", ({ body }) => ({ body: flipped(body) })));
    const bad = await program([await wrong.start()]);
    report.check(bad.status === 1 && / [1-9][0-9]* failed\n$/.test(bad.out), `the program on a wrong log: ${bad.out}`);
    await wrong.stop();
}

notes();
tiles();
trees();
await servers();
await programs();
disconnect();
report.finish();

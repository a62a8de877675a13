// SPDX-License-Identifier: Apache-2.0
// A reader of transparency logs, written from RFC 6962 and the C2SP specifications signed-note, tlog-checkpoint and
// tlog-tiles alone.  It shares nothing with the programs that write the logs, which is what it is for.
import { createHash, createPublicKey, verify } from "node:crypto";

export const WIDTH = 256;

export function sha256(...parts) {
    const hash = createHash("sha256");
    for (const part of parts) hash.update(part);
    return hash.digest();
}

export const leafHash = (entry) => sha256(Buffer.of(0), entry);
export const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);
export const emptyRoot = () => sha256();

// ---- base64, vkeys, notes -----------------------------------------------------------------------------------------------

// Buffer.from takes anything; only what it would write itself is base64 here.
export function base64(text) {
    const bytes = Buffer.from(text, "base64");
    if (text === "" || bytes.toString("base64") !== text) throw new Error(`not canonical base64: ${text.slice(0, 80)}`);
    return bytes;
}

const badName = (name) => name === "" || name.includes("+") || /[\s\p{White_Space}]/u.test(name);

// Only type 1 (Ed25519) and 4 (cosignature, Ed25519).
export function parseVkey(text) {
    const match = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/u.exec(text);
    if (!match || badName(match[1])) throw new Error(`not a verifier key: ${text.slice(0, 120)}`);
    const [, name, id, encoded] = match;
    const bytes = base64(encoded);
    const type = bytes[0];
    if (bytes.length !== 33 || (type !== 1 && type !== 4)) throw new Error(`vkey of ${name}: neither type 1 nor type 4`);
    const computed = sha256(`${name}\n`, bytes).subarray(0, 4).toString("hex");
    if (computed !== id) throw new Error(`vkey of ${name}: key ID ${id}, computed ${computed}`);
    const raw = bytes.subarray(1);
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: raw.toString("base64url") }, format: "jwk" });
    return { name, id, type, raw, key };
}

// { text, signatures: [{ name, id, bytes }] } of a whole note.
export function parseNote(bytes) {
    const note = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new Error("note: a control character");
    if (!note.endsWith("\n")) throw new Error("note: does not end in a newline");
    const split = note.lastIndexOf("\n\n");
    if (split < 0) throw new Error("note: no empty line before the signatures");
    const text = note.slice(0, split + 1);
    const lines = note.slice(split + 2).split("\n").slice(0, -1);
    if (lines.length === 0) throw new Error("note: no signature");
    const signatures = lines.map((line) => {
        const match = /^\u2014 ([^ ]+) ([^ ]+)$/u.exec(line);
        if (!match || badName(match[1])) throw new Error(`note: not a signature line: ${line.slice(0, 120)}`);
        const signature = base64(match[2]);
        if (signature.length < 5) throw new Error("note: a signature without bytes");
        return { name: match[1], id: signature.subarray(0, 4).toString("hex"), bytes: signature.subarray(4) };
    });
    return { text, signatures };
}

// What a type 4 signature signs.
export const cosigned = (time, text) => `cosignature/v1\ntime ${time}\n${text}`;

// The valid signatures by this key; throws where one of its name and ID does not verify, or there is none.
export function verifyNote(note, vkey) {
    const found = note.signatures.filter((s) => s.name === vkey.name && s.id === vkey.id);
    for (const signature of found) {
        let message = note.text;
        let bytes = signature.bytes;
        if (vkey.type === 4) {
            if (bytes.length !== 72) throw new Error(`note: a cosignature of ${bytes.length} bytes`);
            signature.time = bytes.readBigUInt64BE(0);
            if (signature.time >> 63n !== 0n) throw new Error("note: a time above 2^63 - 1");
            message = cosigned(signature.time, note.text);
            bytes = bytes.subarray(8);
        }
        if (bytes.length !== 64 || !verify(null, Buffer.from(message), vkey.key, bytes))
            throw new Error(`note: the signature of ${vkey.name} does not verify`);
    }
    if (found.length === 0) throw new Error(`note: no signature of ${vkey.name}+${vkey.id}`);
    return found;
}

export function parseCheckpoint(text) {
    const lines = text.split("\n");
    if (lines.pop() !== "" || lines.length < 3) throw new Error("checkpoint: fewer than three lines");
    const [origin, size, root, ...extensions] = lines;
    if (origin === "") throw new Error("checkpoint: no origin");
    if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)))
        throw new Error(`checkpoint: not a size: ${size}`);
    if (extensions.includes("")) throw new Error("checkpoint: an empty extension line");
    const hash = base64(root);
    if (hash.length !== 32) throw new Error(`checkpoint: a root of ${hash.length} bytes`);
    return { origin, size: Number(size), root: hash, extensions };
}

// ---- tiles --------------------------------------------------------------------------------------------------------------

export function tilePath(level, index, width = WIDTH) {
    let digits = String(index);
    digits = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
    const groups = digits.match(/.{3}/g);
    const last = groups.pop();
    return `tile/${level}/${groups.map((group) => `x${group}/`).join("")}${last}${width === WIDTH ? "" : `.p/${width}`}`;
}

// Hashes in all tiles of a level (entries: level 0).
export const levelCount = (level, size) => Math.floor(size / WIDTH ** level);

// Every hash tile of a log of this size: { level, index, width }.
export function tilesOf(size) {
    const tiles = [];
    for (let level = 0; levelCount(level, size) > 0; level++) {
        const count = levelCount(level, size);
        for (let index = 0; index * WIDTH < count; index++)
            tiles.push({ level, index, width: Math.min(WIDTH, count - index * WIDTH) });
    }
    return tiles;
}

export function parseBundle(bytes) {
    const entries = [];
    let offset = 0;
    while (offset < bytes.length) {
        if (bytes.length - offset < 2) throw new Error("bundle: ends within a length");
        const len = bytes.readUInt16BE(offset);
        offset += 2;
        if (bytes.length - offset < len) throw new Error("bundle: ends within an entry");
        entries.push(bytes.subarray(offset, offset + len));
        offset += len;
    }
    return entries;
}

// ---- trees --------------------------------------------------------------------------------------------------------------

// MTH of RFC 6962 section 2.1, straight from its definition: what tiles are compared with.
export function treeHash(leaves) {
    if (leaves.length === 0) return emptyRoot();
    if (leaves.length === 1) return leaves[0];
    const half = largestPower(leaves.length);
    return nodeHash(treeHash(leaves.slice(0, half)), treeHash(leaves.slice(half)));
}

// The largest power of two below n (n > 1).
function largestPower(n) {
    let power = 1;
    while (power * 2 < n) power *= 2;
    return power;
}

// The tree of a log as its tiles give it.  hashes[level] holds the hashes of all tiles of that level, one after another.
export class TileTree {
    constructor(hashes) {
        this.hashes = hashes;
        this.known = new Map();
    }

    // The hash of the perfect tree over leaves [index * 2^height, (index + 1) * 2^height).
    perfect(height, index) {
        if (height % 8 === 0) {
            const hash = this.hashes[height / 8]?.[index];
            if (!hash) throw new Error(`no tile holds node ${index} of height ${height}`);
            return hash;
        }
        const name = `${height}/${index}`;
        let hash = this.known.get(name);
        if (!hash) {
            hash = nodeHash(this.perfect(height - 1, 2 * index), this.perfect(height - 1, 2 * index + 1));
            this.known.set(name, hash);
        }
        return hash;
    }

    // MTH(D[start:end]); start is a multiple of the power of two at which the range splits, as it is in every proof.
    range(start, end) {
        const count = end - start;
        if (count === 0) return emptyRoot();
        const height = Math.log2(count);
        if (Number.isInteger(height) && start % count === 0) return this.perfect(height, start / count);
        const middle = start + largestPower(count);
        return nodeHash(this.range(start, middle), this.range(middle, end));
    }

    root(size) {
        return this.range(0, size);
    }

    // PATH(m, D[start:end]) of RFC 6962 section 2.1.1.
    inclusion(index, size, start = 0) {
        if (size - start === 1) return [];
        const middle = start + largestPower(size - start);
        if (index < middle) return [...this.inclusion(index, middle, start), this.range(middle, size)];
        return [...this.inclusion(index, size, middle), this.range(start, middle)];
    }

    // PROOF(m, D[n]) of RFC 6962 section 2.1.2.
    consistency(old, size) {
        if (old === 0 || old === size) return [];
        return this.#subproof(old, 0, size, true);
    }

    #subproof(old, start, end, whole) {
        if (old === end) return whole ? [] : [this.range(start, end)];
        const middle = start + largestPower(end - start);
        if (old <= middle) return [...this.#subproof(old, start, middle, whole), this.range(middle, end)];
        return [...this.#subproof(old, middle, end, false), this.range(start, middle)];
    }
}

// Verifying goes another way than proving: bit by bit, as in RFC 9162 sections 2.1.3.2 and 2.1.4.2.
const odd = (n) => n % 2 === 1;
const halve = (n) => Math.floor(n / 2);

export function inclusionHolds(root, size, leaf, index, proof) {
    if (index >= size) return false;
    let place = index;
    let last = size - 1;
    let hash = leaf;
    for (const step of proof) {
        if (last === 0) return false;
        if (odd(place) || place === last) {
            hash = nodeHash(step, hash);
            while (!odd(place) && place !== 0) [place, last] = [halve(place), halve(last)];
        } else {
            hash = nodeHash(hash, step);
        }
        [place, last] = [halve(place), halve(last)];
    }
    return last === 0 && hash.equals(root);
}

export function consistencyHolds(oldRoot, old, root, size, proof) {
    if (old > size) return false;
    if (old === size) return proof.length === 0 && oldRoot.equals(root);
    if (old === 0) return proof.length === 0 && oldRoot.equals(emptyRoot());
    const path = Number.isInteger(Math.log2(old)) ? [oldRoot, ...proof] : [...proof];
    if (path.length === 0) return false;
    let place = old - 1;
    let last = size - 1;
    while (odd(place)) [place, last] = [halve(place), halve(last)];
    let before = path.shift();
    let after = before;
    for (const step of path) {
        if (last === 0) return false;
        if (odd(place) || place === last) {
            before = nodeHash(step, before);
            after = nodeHash(step, after);
            while (!odd(place) && place !== 0) [place, last] = [halve(place), halve(last)];
        } else {
            after = nodeHash(after, step);
        }
        [place, last] = [halve(place), halve(last)];
    }
    return last === 0 && before.equals(oldRoot) && after.equals(root);
}

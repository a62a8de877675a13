// SPDX-License-Identifier: Apache-2.0
// What somebody who has all files of a server looks for.  Each function answers findings: sentences, none if nothing is found.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export function filesOf(folder) {
    return fs.readdirSync(folder, { recursive: false, withFileTypes: true }).flatMap((entry) => {
        const at = path.join(folder, entry.name);
        return entry.isDirectory() ? filesOf(at) : entry.isFile() ? [{ at, bytes: fs.readFileSync(at) }] : [];
    });
}

// Bytes as they are, in hex of both cases, and in base64 of both alphabets wherever they begin.
function forms(bytes) {
    const hex = bytes.toString('hex');
    const list = [bytes, Buffer.from(hex), Buffer.from(hex.toUpperCase())];
    for (let shift = 0; shift < 3; shift++) {
        // Characters that depend on these bytes only.
        const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '');
        const inner = text.slice(Math.ceil((shift * 4) / 3), -1);
        list.push(Buffer.from(inner), Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_')));
    }
    return list;
}

export function count(bytes, part) {
    let times = 0;
    for (let at = bytes.indexOf(part); at >= 0; at = bytes.indexOf(part, at + 1)) times++;
    return times;
}

// secrets: { what, bytes }
export function searchBytes(files, secrets) {
    const found = [];
    for (const { what, bytes } of secrets) {
        for (const form of forms(bytes)) {
            for (const file of files) if (file.bytes.includes(form)) found.push(`${what} in ${path.basename(file.at)}`);
        }
    }
    return found;
}

export function searchText(files, texts) {
    const found = [];
    for (const { what, text } of texts) {
        for (const form of new Set([text, text.toLowerCase(), text.toUpperCase()])) {
            for (const file of files) {
                if (file.bytes.includes(form) || file.bytes.includes(Buffer.from(form, 'utf16le'))) found.push(`${what} in ${path.basename(file.at)}`);
            }
        }
    }
    return [...found, ...searchBytes(files, texts.filter(({ text }) => text.length >= 12).map(({ what, text }) => ({ what, bytes: Buffer.from(text) })))];
}

// Moments between two times (milliseconds): as text, as numbers of 8 bytes in seconds to nanoseconds, and as more numbers of 4 bytes than chance explains.
export function searchMoments(files, from, to) {
    const found = [];
    for (const file of files) {
        const name = path.basename(file.at);
        for (let ms = from - (from % 1000); ms <= to; ms += 1000) {
            const iso = new Date(ms).toISOString().slice(0, 19);
            for (const text of [iso, iso.replace('T', ' '), `${ms / 1000}`]) if (file.bytes.includes(text)) found.push(`the moment ${text} in ${name}`);
        }
        if (name.startsWith('server-output')) continue;
        let seconds = 0;
        const { bytes } = file;
        for (let at = 0; at + 8 <= bytes.length; at++) {
            for (const value of [bytes.readUInt32BE(at), bytes.readUInt32LE(at)]) seconds += value >= from / 1000 && value <= to / 1000;
            if (bytes[at] > 0x18 && bytes[at + 7] > 0x18) continue;
            for (const value of [bytes.readBigUInt64BE(at), bytes.readBigUInt64LE(at)]) {
                for (const unit of [1000n, 1000000n]) {
                    // Milliseconds make chance hits in no database of this size; so do finer units.
                    if (value >= BigInt(from) * unit && value <= BigInt(to) * unit) found.push(`a moment in 8 bytes in ${name}`);
                }
                if (value >= BigInt(from) && value <= BigInt(to)) found.push(`a moment in 8 bytes in ${name}`);
            }
        }
        if (seconds > 6) found.push(`${seconds} numbers of 4 bytes in ${name} are moments of the run`);
    }
    return [...new Set(found)];
}

function rows(db) {
    return execFileSync('sqlite3', ['-readonly', db, "SELECT id & 0xffffffff, lower(hex(bytes)) FROM waiting WHERE substr(bytes, 1, 1) = x'01'"],
        { maxBuffer: 1 << 28 }).toString().replaceAll('|', ' ');
}

// What waits in a copy: the rows, and what the copy's own keys open of them.
export function waiting(opener, db, keys) {
    const text = rows(db);
    const opened = execFileSync(opener, [keys], { input: text, maxBuffer: 1 << 28 }).toString().trim();
    return {
        sealed: text.trim().split('\n').filter(Boolean).map((line) => Buffer.from(line.split(' ')[1], 'hex')),
        opened: opened.split('\n').filter(Boolean).map((line) => {
            const [place, key, T, kind] = line.split(' ');
            return { place: Number(place), key, T, kind: Number(kind) };
        }),
    };
}

// How much an order agrees with that of the groups in which records came, from -1 to 1 (Kendall, over pairs of different groups).
export function agreement(list) {
    let sum = 0;
    let pairs = 0;
    for (let i = 0; i < list.length; i++) {
        for (let j = 0; j < i; j++) {
            if (list[i].group === list[j].group) continue;
            pairs++;
            sum += Math.sign(list[i].group - list[j].group) * (list[i].value > list[j].value ? 1 : -1);
        }
    }
    return pairs === 0 ? 1 : sum / pairs;
}

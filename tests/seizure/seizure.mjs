// SPDX-License-Identifier: Apache-2.0
// seizure.mjs ROBIN LOAD ROBIN_LEAKY SEIZURE_OPEN FOLDER [MEASURE]
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { Server, ask, demand, get, pause, randomFrom, readLog, recordOf } from '../scenario/served.mjs';
import { agreement, count, filesOf, searchBytes, searchMoments, searchText, waiting } from './search.mjs';

const [robin, load, leaky, opener, root, only] = process.argv.slice(2);
const INTERVAL = 10;
const TICK = 500;
const AGENT = 'Seized-Agent/77.1 (a device that only one member has)';
const FORWARDED = '203.0.113.77';
const ADDRESS = '127.0.0.77';
// Each measure, and what has to be found without it.
const MEASURES = {
    'sealed records': /a nullifier in server\.db/,
    'keyed tags': /a nullifier in server\.db/,
    'random keys': /the order by key is that of arrival/,
    'random places': /the order by place is that of arrival/,
    ticks: /were acknowledged in \d+ moments/,
    'announced times': /before its announced time/,
    'batch minimum': /3 records were published/,
    'sorted batches': /a batch is not sorted/,
    'destroyed keys': /2 batch keys/,
    'overwritten keys': /was not overwritten/,
    'overwritten rows': /a row that was deleted in server\.db/,
    'emptied write-ahead log': /-wal has \d+ bytes/,
    'sealed enrolments': /anna's code in server\.db/,
    silence: /the client address in server-output/,
};

// The machine was too slow: the story ran into the next announced time and says nothing.
class TooLate extends Error {}

// Two members enrol with invitation codes.
async function enrol(server, folder) {
    const run = (...args) => execFileSync(robin, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    fs.copyFileSync(path.join(server.root, 'rehearsal', 'registrar.key'), path.join(folder, 'registrar.key'));
    fs.writeFileSync(path.join(folder, 'pass'), 'a passphrase\n');
    run('roll', 'new', 'body', '--key', 'registrar.key', '--body', 'Staff', '--source', 'the staff list', '--slots', '2');
    fs.writeFileSync(path.join(folder, 'people.tsv'), 'anna\t\tAnna Undisclosed-Name\nboris\t\tBoris Undisclosed-Name\ncarla\t\tCarla Undisclosed-Name\n');
    run('roll', 'import', 'body', '--format', 'people', 'people.tsv');
    run('roll', 'open', 'body', '--key', 'registrar.key', '--to', server.url);
    const secrets = [];
    for (const member of ['anna', 'boris', 'carla']) {
        const invitation = fs.readFileSync(path.join(folder, 'body', 'invitations', member), 'utf8');
        const code = /^Code: (.*)$/m.exec(invitation)[1];
        secrets.push({ what: `${member}'s code`, text: code }, { what: `${member}'s code without hyphens`, text: code.replaceAll('-', '') });
        secrets.push({ what: `${member}'s name`, text: /^Name: (.*)$/m.exec(invitation)?.[1] ?? `${member} undisclosed-name` });
        if (member !== 'carla') run('enrol', `body/invitations/${member}`, '--card', `${member}.card`, '--submit', server.url, '--passphrase-file', 'pass');
    }
    return secrets;
}

class Run {
    constructor(measure, folder) {
        this.measure = measure;
        this.root = folder;
        this.data = path.join(folder, 'data');
        this.aside = path.join(folder, 'aside');
        this.findings = [];
        for (const at of [folder, this.data, this.aside]) fs.mkdirSync(at, { recursive: true });
        this.server = new Server({
            robin: measure ? leaky : robin, load, root: folder, data: this.data,
            settings: { 'batch-interval': INTERVAL, tick: TICK / 1000 }, env: measure ? { RR_LEAK: measure } : {},
        });
        this.server.output = path.join(this.data, 'server-output');
    }

    find(list) {
        this.findings.push(...list);
    }

    async post(number) {
        const headers = { 'User-Agent': AGENT, 'X-Forwarded-For': FORWARDED, Forwarded: `for=${FORWARDED}`, Referer: 'https://intranet.example/seized-page' };
        const url = new URL(`${this.server.url}/p/${this.pid}/answer`);
        const reply = await new Promise((done, failed) => {
            const request = http.request({
                host: url.hostname, port: url.port, path: url.pathname, method: 'POST', localAddress: ADDRESS, agent: false,
                headers: { ...headers, 'Content-Length': this.answers[number].length },
            }, (got) => {
                const parts = [];
                got.on('data', (part) => parts.push(part));
                got.on('end', () => done({ status: got.statusCode, body: Buffer.concat(parts).toString(), at: Date.now() }));
            });
            request.on('error', failed);
            request.end(this.answers[number]);
        });
        demand(reply.status === 202 && reply.body === 'ok\n', `answer ${number} got ${reply.status} ${reply.body}`);
        return reply.at;
    }

    copy(name) {
        const to = path.join(this.root, name);
        fs.cpSync(this.data, to, { recursive: true });
        return to;
    }

    async size() {
        return Number((await get(`${this.server.url}/p/${this.pid}/log/checkpoint`)).toString().split('\n')[1]);
    }

    // Seconds into the interval.
    static phase() {
        return (Date.now() / 1000) % INTERVAL;
    }

    async prepare() {
        await this.server.start();
        const more = ['--named', '6', '--withdraw', '3', '--decline', '5', '--conflict', '3', '--jobs', '1'];
        const rehearsal = await this.server.rehearse({ members: 128, answers: 43, more });
        this.pid = rehearsal.pid;
        this.answers = rehearsal.answers;
        const folder = path.join(this.root, 'registrar');
        fs.mkdirSync(folder);
        this.codes = await enrol(this.server, folder);
    }

    // Three answers are too few for a batch; 46 in five groups follow in the next interval, then those that need others to be there.
    async story() {
        const hidden = 43;
        const named = 6;
        const signed = Array.from({ length: hidden + named }, (_, i) => i);
        const [withdrawn, declined, conflicts] = [signed.length, signed.length + 3, signed.length + 8].map((from, i) => Array.from({ length: [3, 5, 3][i] }, (_, k) => from + k));
        const random = randomFrom(1);
        const rest = signed.slice(3).sort(() => random(3) - 1);
        this.began = Date.now();
        if (Run.phase() > INTERVAL - 2.2) await pause(2500);
        await Promise.all(signed.slice(0, 3).map((n) => this.post(n)));
        const before = await get(`${this.server.url}/p/${this.pid}/status`);
        await pause(1000 * (INTERVAL - Run.phase() + 0.2) + TICK);
        if (await this.size() !== 1) this.find(['3 records were published as a batch']);
        this.groupOf = new Map();
        this.deadline = Date.now() + 1000 * (INTERVAL - Run.phase() - 0.3);
        for (let group = 0; group < 5; group++) {
            const part = rest.slice(Math.floor((group * rest.length) / 5), Math.floor(((group + 1) * rest.length) / 5));
            part.forEach((n) => this.groupOf.set(recordOf(this.answers[n]).toString('hex', 6, 38), group));
            await Promise.all([...part, declined[group]].map((n) => this.post(n)));
        }
        // One after the other within less than a tick: the acknowledgements come together.
        const times = await Promise.all([...withdrawn, ...conflicts, signed[0], rest[0]].map((n, i) => pause(i * 60).then(() => this.post(n))));
        times.sort((a, b) => a - b);
        const bunches = 1 + times.filter((at, i) => i > 0 && at - times[i - 1] > 35).length;
        if (bunches > 3) this.find([`answers of half a second were acknowledged in ${bunches} moments`]);
        if (!(await get(`${this.server.url}/p/${this.pid}/status`)).equals(before)) this.find(['what is public changed while records waited']);
        this.ended = Date.now();
    }

    searchAll(files) {
        this.find(searchText(files, this.codes));
        this.find(searchText(files, [
            { what: 'the user agent', text: AGENT }, { what: 'the user agent', text: 'Seized-Agent' }, { what: 'the forwarded address', text: FORWARDED },
            { what: 'the client address', text: ADDRESS }, { what: 'the referring page', text: 'intranet.example' },
        ]));
        for (const [what, bytes] of [['client', [127, 0, 0, 77]], ['forwarded', [203, 0, 113, 77]]]) {
            for (const file of files) if (count(file.bytes, Buffer.from(bytes)) > 1) this.find([`the ${what} address in ${path.basename(file.at)}`]);
        }
        this.find(searchMoments(files, this.began, this.ended));
        const declines = this.answers.filter((answer) => answer.readUInt16LE(0) === 0);
        this.find(searchBytes(files, declines.map((answer) => ({ what: 'a decline', bytes: answer.subarray(100, 124) }))));
        const filler = this.answers.map((answer) => ({ what: 'the filler of an answer', bytes: answer.subarray(2024) }));
        this.find(searchBytes(files, filler));
        for (const file of files.filter(({ at }) => /-(wal|journal)$/.test(at))) {
            if (file.bytes.length > 0) this.find([`${path.basename(file.at)} has ${file.bytes.length} bytes`]);
        }
    }

    seizeWaiting() {
        const copy = this.copy('copy-waiting');
        if (Date.now() > this.deadline) throw new TooLate();
        const files = filesOf(copy);
        this.searchAll(files);
        this.find(searchBytes(files, this.answers.flatMap((answer) => {
            const record = recordOf(answer);
            return record.length === 0 ? [] : [{ what: 'a nullifier', bytes: record.subarray(6, 30) }, { what: 'a record', bytes: record.subarray(record.length - 40, record.length - 16) }];
        })));
        // Whoever has the keys too reads the records, and still not in which order they came.
        this.waiting = waiting(opener, path.join(copy, 'server.db'), path.join(copy, 'keys'));
        if (this.waiting.sealed.length !== 52) this.find([`${this.waiting.sealed.length} records wait instead of 52`]);
        if (this.waiting.opened.length !== this.waiting.sealed.length) this.find(['records that wait are not sealed to the batch key']);
        for (const by of ['place', 'key']) {
            const list = this.waiting.opened.filter(({ T, kind }) => this.groupOf.has(T) && kind < 4).map((row) => ({ group: this.groupOf.get(row.T), value: row[by] }));
            const much = agreement(list);
            if (Math.abs(much) > 0.6) this.find([`the order by ${by} is that of arrival (${much.toFixed(2)})`]);
        }
        for (const name of fs.readdirSync(path.join(this.data, 'keys')).filter((key) => key.startsWith('batch-'))) {
            fs.linkSync(path.join(this.data, 'keys', name), path.join(this.aside, name));
        }
    }

    async seizePublished() {
        const log = await readLog(`${this.server.url}/p/${this.pid}/log`);
        if (log.entries.length !== 53) this.find([`the log has ${log.entries.length} entries instead of 53`]);
        let first = 1;
        for (const { size } of log.checkpoints.slice(1)) {
            if (size - first < 8) this.find([`a batch has ${size - first} records`]);
            const key = (entry) => Buffer.concat([entry.subarray(6, 38), entry.subarray(1, 2), entry]);
            for (let i = first + 1; i < size; i++) if (Buffer.compare(key(log.entries[i - 1]), key(log.entries[i])) >= 0) this.find(['a batch is not sorted']);
            first = size;
        }
        const copy = this.copy('copy-published');
        const files = filesOf(copy);
        this.searchAll(files);
        // Each record is where it was published, and nowhere else.
        const times = new Map();
        for (const answer of this.answers.map(recordOf).filter((record) => record.length > 0)) times.set(answer.toString('latin1', 6, 38), 0);
        for (const entry of log.entries.slice(1)) times.set(entry.toString('latin1', 6, 38), times.get(entry.toString('latin1', 6, 38)) + 1);
        for (const [T, wanted] of times) {
            const here = files.reduce((sum, file) => sum + count(file.bytes, Buffer.from(T, 'latin1')), 0);
            if (here !== wanted) this.find([`a nullifier is ${here} times in the files and ${wanted} times in the log`]);
        }
        this.find(searchBytes(files, this.waiting.sealed.map((row) => ({ what: 'a row that was deleted', bytes: row.subarray(400, 424) }))));
        this.find(searchBytes(files, this.waiting.sealed.map((row) => ({ what: 'the key of a row that was deleted', bytes: row.subarray(1, 17) }))));
        this.find(searchBytes(files, this.waiting.sealed.map((row) => ({ what: 'the tag of a row that was deleted', bytes: row.subarray(17, 49) }))));
        const keys = fs.readdirSync(path.join(copy, 'keys')).filter((name) => name.startsWith('batch-'));
        if (keys.length !== 1) this.find([`${keys.length} batch keys`]);
        for (const { at, bytes } of filesOf(this.aside)) if (bytes.some((byte) => byte !== 0)) this.find([`the old key ${path.basename(at)} was not overwritten`]);
    }

    async go() {
        try {
            await this.prepare();
            await this.story();
            this.seizeWaiting();
            const end = Date.now() + 1000 * (INTERVAL + 4);
            let phase = null;
            while (await this.size() < 10 && Date.now() < end) {
                await pause(20);
                phase = Run.phase();
            }
            if (phase === null) this.find(['a batch was published before its announced time']);
            else if (phase > 3) this.find([`a batch was published ${phase.toFixed(1)} seconds after an announced time`]);
            await pause(500);
            await this.seizePublished();
            await this.server.stop();
            const files = filesOf(this.data);
            this.searchAll(files);
        } finally {
            await this.server.kill();
        }
        return [...new Set(this.findings)];
    }
}

async function check(measure) {
    const folder = path.join(root, measure ? measure.replaceAll(' ', '-') : 'as-it-is');
    let findings = null;
    for (let attempt = 0; findings === null; attempt++) {
        demand(attempt < 4, 'this machine is too slow for this test');
        fs.rmSync(folder, { recursive: true, force: true });
        findings = await new Run(measure, folder).go().catch((error) => {
            if (!(error instanceof TooLate)) throw error;
            return null;
        });
    }
    if (measure) {
        const seen = findings.find((finding) => MEASURES[measure].test(finding));
        demand(seen, `without ${measure} this is not found: the test does not see it; but: ${findings.slice(0, 10).join('; ')}`);
        console.log(`without ${measure}: ${seen}`);
    } else {
        demand(findings.length === 0, `found:\n${findings.slice(0, 40).join('\n')}`);
        console.log('nothing is found');
    }
    fs.rmSync(folder, { recursive: true, force: true });
}

demand(crypto.getHashes().includes('sha256'), 'this node has no SHA-256');
if (only !== undefined) {
    await check(only === '' ? null : only);
} else {
    await check(null);
    // Four at a time: each waits most of the time.
    const left = Object.keys(MEASURES);
    await Promise.all(Array.from({ length: 4 }, async () => {
        for (let measure = left.shift(); measure !== undefined; measure = left.shift()) await check(measure);
    }));
    console.log(`with each of ${Object.keys(MEASURES).length} measures switched off something is found`);
}

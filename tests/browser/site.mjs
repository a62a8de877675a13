// SPDX-License-Identifier: Apache-2.0
// A server with everything on it that a visitor can meet: an edition that takes enrolments, a petition counted by class, and one with a larger roll.
//
//     const site = await Site.open({ robin, load });   a server, and the larger petition (site.larger)
//     await site.openEdition();                          an edition: invented people, who have enrolled, and `invited` ones (site.edition)
//     site.invitations.anna                              { link, code, member, name, file }
//     await site.takeIn();                               the registrar takes in who enrolled; receipts are there
//     await site.publish();                              the roll; a petition on it, which opens (site.petition: { pid, url, folder })
//     await site.publishBatch();                         what was answered before is published, among eight invented answers
//     await site.end();
//
// openEdition and publish can be repeated: the next edition of the same roll, and the next petition on an edition.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Server, ask, demand, get, pause, readCheckpoint } from '../scenario/served.mjs';

const INVENTED = 64;
const CLASSES = ['District 1', 'District 2'];
const INVITED = { anna: 'Anna Example', boris: 'Борис Пример', clara: 'Clara Example', dora: 'Dora Example' };
const BATCH = 8;
const SLOTS = 2;
const HOUR = 3600 * 1000;

const timeText = (moment) => new Date(moment).toISOString().replace(/\.\d+Z$/, 'Z');

export class Site extends Server {
    // larger: members and ring of the petition whose roll is larger.  settings: of the server.
    static async open({ robin, load, settings = {}, larger = { members: 2000, ring: 1024 } }) {
        const site = new Site({ robin, load, root: fs.mkdtempSync(path.join(os.tmpdir(), 'robin-browser.')), settings });
        process.on('exit', () => fs.rmSync(site.root, { recursive: true, force: true }));
        site.editions = 0;
        await site.start();
        const { pid } = await site.rehearse({ ...larger, answers: 1 });
        site.larger = { pid, url: `${site.url}/p/${pid}/` };
        site.registrarKey = site.at('rehearsal', 'registrar.key');
        fs.writeFileSync(site.at('pass'), 'a passphrase\n');
        return site;
    }

    at(...names) {
        return path.join(this.root, ...names);
    }

    // What `robin` prints.
    async run(...words) {
        const { stdout } = await promisify(execFile)(this.robin, words, { cwd: this.root });
        return stdout;
    }

    async asRegistrar(...words) {
        return this.run(...words, '--key', this.registrarKey);
    }

    // ---- enrolling ----

    async openEdition(invited = INVITED) {
        const number = ++this.editions;
        const roll = this.roll = `roll-${number}`;
        if (number === 1) {
            await this.asRegistrar('roll', 'new', roll, '--body', 'Rehearsal: deputies of two districts', '--source', 'nowhere: they are invented',
                '--body-size', `${INVENTED + 10}`, '--slots', `${SLOTS}`);
            const people = Array.from({ length: INVENTED }, (_, i) => `person-${i + 1}\t${CLASSES[i % CLASSES.length]}\tInvented Person ${i + 1}\n`);
            await this.import(roll, people);
        } else {
            await this.asRegistrar('roll', 'new', roll, '--after', `roll-${number - 1}`);
        }
        await this.run('rehearse', 'enrol', roll, '--keys', `keys-${number}`, '--to', `inbox-${number}`);
        await this.asRegistrar('roll', 'enrolments', roll, `inbox-${number}`);
        // A new edition keeps the members of the one before, who are all invented now; so those that it invites are others.
        const memberOf = (who) => (number === 1 ? who : `${who}-${number}`);
        await this.import(roll, Object.entries(invited).map(([who, name], i) => `${memberOf(who)}\t${CLASSES[i % CLASSES.length]}\t${name}\n`));
        await this.asRegistrar('roll', 'open', roll, '--to', this.url);
        const table = `invitations-${number}.tsv`;
        await this.run('roll', 'invite', roll, '--to', this.url, '--tsv', table);
        const lines = fs.readFileSync(this.at(table), 'utf8').trim().split('\n').slice(1).map((line) => line.split('\t'));
        this.invitations = Object.fromEntries(Object.keys(invited).map((who) => {
            const [member, name, link, code] = lines.find((line) => line[0] === memberOf(who));
            return [who, { member, name, link, code, file: this.at(roll, 'invitations', member) }];
        }));
        const url = lines[0][2].split('#')[0];
        const [, rollId, edition] = /\/e\/([0-9a-f]{64})\/(\d+)\/$/.exec(url);
        this.edition = { url, rollId, edition: Number(edition), folder: this.at(roll) };
    }

    async import(roll, lines) {
        fs.writeFileSync(this.at('people.tsv'), lines.join(''));
        await this.run('roll', 'import', roll, '--format', 'people', 'people.tsv');
    }

    // What the registrar's command says, such as "1 enrolment taken, 0 refused."
    async takeIn() {
        return this.asRegistrar('roll', 'enrolments', this.roll, '--from', this.url);
    }

    // Enrols with the program: the card's path.  Its passphrase is "a passphrase".
    async enrol(who) {
        const card = this.at(`${who}-${this.editions}.card`);
        await this.run('enrol', this.invitations[who].file, '--card', card, '--submit', this.url, '--passphrase-file', 'pass');
        await this.takeIn();
        return card;
    }

    // ---- sealing ----

    // What `robin petition new` is told of the key that so many trustees make.  Two of them open, when two have sealed.
    async ceremony(trustees, roll, closes) {
        const keys = [];
        for (let i = 1; i <= trustees; i++)
            keys.push('--trustee', (await this.run('key', 'new', `trustee${i}.example`, '--out', `trustee${i}.key`)).trim());
        await this.run('trustee', 'new', 'ceremony', '--roll', roll, '--threshold', '2', ...keys);
        for (const step of ['join', 'round1', 'round2']) await this.asTrustees(step, trustees, 'ceremony');
        await this.run('trustee', 'certify', 'ceremony');
        return ['--ceremony', 'ceremony', '--seal-threshold', '2', '--seal-expires', timeText(closes + HOUR)];
    }

    // The first so many trustees, one after the other.
    async asTrustees(step, trustees, ...words) {
        for (let i = 1; i <= trustees; i++)
            await this.run('trustee', step, ...words, '--share', `share${i}`, '--key', `trustee${i}.key`, '--passphrase-file', 'pass');
    }

    // ---- answering ----

    // The slot is one that has no petition yet; options go to `robin petition new`.
    async publish({ slot = 0, title = 'Open the sessions of the council', modes = ['anonymous', 'named'], trustees = 0, options = [], closes = Date.now() + 12 * HOUR } = {}) {
        const name = `petition-${this.editions}-${slot}`;
        fs.writeFileSync(this.at('text.md'), 'We ask that the council\'s sessions be **public** again, and that the minutes be printed.\n');
        await this.asRegistrar('roll', 'publish', this.roll, '--to', this.url);
        const sealing = trustees > 0 ? await this.ceremony(trustees, `${this.roll}/published/slot-${slot}/roll.txt`, closes) : [];
        await this.run('petition', 'new', 'text.md', '--out', `${name}.txt`, '--title', title, '--to', 'The council', '--from', 'Deputies of two districts',
            '--roll', `${this.roll}/published/slot-${slot}/roll.txt`, ...modes.flatMap((mode) => ['--mode', mode]), '--count-by', 'class', '--ring', '128',
            '--ring-minimum', '8', '--goal', '20', '--closes', timeText(closes), '--server', this.url, ...sealing, ...options);
        if (trustees > 0) await this.asTrustees('accept', trustees, 'ceremony', '--petition', `${name}.txt`);
        await this.asRegistrar('petition', 'assign', this.roll, '--petition', `${name}.txt`, '--to', name);
        if (trustees > 0) await this.run('trustee', 'certify', 'ceremony', '--petition', name);
        const said = await this.asRegistrar('petition', 'publish', name, '--to', this.url);
        const [url, pid] = /http:\S*\/p\/([0-9a-f]{64})\//.exec(said);
        this.petition = { pid, url, folder: this.at(name) };
        const answers = `answers-${this.editions}-${slot}`;
        const named = Math.floor(INVENTED / 4);
        await this.run('rehearse', 'answer', name, '--keys', `keys-${this.editions}`, '--to', answers, '--anonymous', `${INVENTED - 2 * named}`,
            '--named', `${named}`, '--decline', `${named}`);
        this.waiting = fs.readdirSync(this.at(answers)).map((file) => fs.readFileSync(this.at(answers, file)));
    }

    async logSize() {
        return readCheckpoint(await get(`${this.petition.url}log/checkpoint`)).size;
    }

    // A batch is all that waits, and at least eight: with eight more, whatever was acknowledged before is published.
    async publishBatch() {
        const before = await this.logSize();
        const answers = this.waiting.splice(0, BATCH);
        demand(answers.length === BATCH, 'all invented people have answered');
        for (const body of answers) {
            const reply = await ask(undefined, `${this.petition.url}answer`, { method: 'POST', body });
            demand(reply.status === 202, `an invented answer: status ${reply.status}: ${reply.body}`);
        }
        const end = Date.now() + 60000;
        while (await this.logSize() < before + BATCH) {
            demand(Date.now() < end, 'no batch within a minute');
            await pause(100);
        }
    }

    async evidence(file = this.at('evidence.db')) {
        fs.writeFileSync(file, await get(`${this.petition.url}evidence`));
        return file;
    }

    async end() {
        await this.stop();
    }
}

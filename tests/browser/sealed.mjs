// SPDX-License-Identifier: Apache-2.0
// sealed.mjs ROBIN LOAD: in the page members seal, keep a key, step forward and withdraw; it goes on only with what the user's own witnesses confirm; and it
// shows what trustees have opened.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { demand, pause } from '../scenario/served.mjs';
import { Browser } from './browser.mjs';
import { Member, readCard } from './member.mjs';
import { Site } from './site.mjs';
import { tell } from './stories.mjs';
import { wordsOf } from './words.mjs';

const [robin, load] = process.argv.slice(2);
const words = wordsOf('en');
const run = (folder, ...args) => execFileSync(robin, args, { cwd: folder, encoding: 'utf8' });
const freePort = () => new Promise((done) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        server.close(() => done(port));
    });
});

// The server is told its witness before the witness knows the server.
const port = await freePort(), folder = fs.mkdtempSync('/tmp/robin-witness.');
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
const witness = run(folder, 'witness', 'new', 'witness', '--name', 'witness.example').trim();
const stranger = run(folder, 'witness', 'new', 'stranger', '--name', 'stranger.example').trim();
const site = await Site.open({ robin, load, settings: { witness: `${witness} http://127.0.0.1:${port}` } });
const { directory } = await (await fetch(`${site.url}/server.json`)).json();
fs.appendFileSync(`${folder}/witness/logs`, `${directory}\n`);
const process_ = spawn(robin, ['witness', 'serve', `${folder}/witness`, '--listen', `127.0.0.1:${port}`], { stdio: 'ignore' });
process.on('exit', () => process_.kill('SIGKILL'));
const browser = await Browser.open();
const cards = {};

async function at(who, story, options) {
    const visit = await browser.visit(site.url, options), member = new Member(visit);
    await story(visit, member);
    visit.check(who);
    const found = await visit.axe();
    demand(found.length === 0, `${who}: axe:\n  ${found.join('\n  ')}`);
    await visit.close();
}

/** Answers in the page: the record's kind and nullifier. */
async function answer(who, choice, { keep, after = async () => {} }) {
    let made;
    await at(who, async (visit, member) => {
        await member.open(site.petition.url, cards[who], words);
        await after(visit);
        visit.wire.forget();
        await member.answer(choice, words, { keep });
        const [{ body }] = visit.wire.requests;
        demand(visit.wire.requests.length === 1 && body.length === 2048, `${who}: not one request of 2048 bytes`);
        made = { kind: body[3], nullifier: body.subarray(8, 40).toString('hex') };
        const { k } = (await readCard(cards[who])).slots[0];
        if (keep) demand(await visit.page.getByText(words('done.kept')).isVisible(), `${who}: the page does not say that the key is kept`);
        else cards[who] = await member.newCard(words);
        demand(keep || (await readCard(cards[who])).slots[0].used, `${who}: the key is not gone from the new card`);
        demand((await visit.residue({ k })).length === 0, `${who}: the key stays behind`);
    });
    return made;
}

const report = async () => JSON.parse(run(site.root, 'verify', '--json', await site.evidence()));

async function until(what, holds) {
    for (const end = Date.now() + 60000; !await holds(); await pause(200)) demand(Date.now() < end, `not within a minute: ${what}`);
}

await tell([
    ['Three trustees make a key, and a petition that seals with it', async () => {
        await site.openEdition();
        for (const who of ['anna', 'boris', 'clara', 'dora']) cards[who] = fs.readFileSync(await site.enrol(who), 'utf8');
        await site.publish({ modes: ['anonymous', 'named', 'sealed'], trustees: 3, options: ['--witness', witness, '--witnesses', '1'] });
        await site.publishBatch();
    }],
    ['Anna and Clara seal; Boris and Dora sign without a name and keep their keys', async () => {
        const trustees = async (visit) => {
            const text = await visit.page.locator('#about-sealed').innerText();
            demand(/\b2\b.*\b3\b/.test(text) && text.includes('trustee1.example') && text.includes('trustee3.example'), `it says of sealing: ${text}`);
        };
        demand((await answer('anna', 'sealed', { keep: false, after: trustees })).kind === 2, 'Anna did not seal');
        demand((await answer('clara', 'sealed', { keep: true })).kind === 2, 'Clara did not seal');
        demand((await answer('boris', 'anonymous', { keep: true })).kind === 1, 'Boris did not sign');
        demand((await answer('dora', 'anonymous', { keep: true })).kind === 1, 'Dora did not sign');
        await site.publishBatch();
        const { rings } = await report();
        demand(rings.reduce((sum, { sealed }) => sum + sealed, 0) === 2, 'there are not two sealed signatures');
    }],
    ['The page goes on only if the witnesses of the user confirm', async () => {
        await until('the witness confirms', async () => (await report()).confirmed.listed === 1);
        await at('a visitor', async (visit, member) => {
            await visit.go(`${site.petition.url}answer`);
            const listed = words('confirmed.listed[one]').replace('{listed_of}', '1').replace('{listed}', '1');
            await visit.page.getByText(listed).waitFor({ timeout: 60000 });
            const trust = async (list) => {
                await visit.page.locator('summary', { hasText: words('witnesses.title') }).click();
                await visit.page.getByLabel(words('witnesses.label')).fill(list);
                await member.press(member.button(words('witnesses.use')));
            };
            await trust('no key\n');
            await visit.page.getByText(words('fault.witnesses')).waitFor();
            await trust(`${witness}\n${stranger}\n`);
            await visit.page.getByText(words('fault.not-confirmed')).waitFor({ timeout: 60000 });
            demand(await visit.page.locator('input[type=password]').count() === 0, 'it asks for the passphrase nevertheless');
            await trust(witness);
            await visit.page.getByText(words('confirmed.own[one]').replace('{own_of}', '1').replace('{own}', '1')).waitFor({ timeout: 60000 });
            await visit.page.locator('input[type=password]').waitFor();
        });
    }],
    ['Boris steps forward, and Dora withdraws', async () => {
        const kinds = async (visit) => demand((await visit.page.locator('input[name=choice]').evaluateAll((nodes) => nodes.map(({ value }) => value))).join() === 'step-forward,withdraw', 'other choices are there');
        demand((await answer('boris', 'step-forward', { keep: false, after: kinds })).kind === 4, 'Boris did not step forward');
        demand((await answer('dora', 'withdraw', { keep: false, after: kinds })).kind === 5, 'Dora did not withdraw');
        await site.publishBatch();
        const { withdrawn, named_list: named } = await report();
        demand(withdrawn === 1 && named.some(({ member }) => member === site.invitations.boris.member), 'the log does not say so');
        demand(!named.some(({ member }) => ['anna', 'clara', 'dora'].includes(member)), 'somebody else is named');
    }],
    ['The trustees open: the page shows who had sealed, and takes no more of it', async () => {
        await site.asTrustees('notice', 2, site.petition.url);
        await until('the notice', async () => (await report()).opening_announced);
        await at('Clara', async (visit, member) => {
            await member.open(site.petition.url, cards.clara, words);
            demand(await visit.page.locator('input[value=withdraw]').isDisabled(), 'a sealed signature can be withdrawn after the notice');
            demand(await visit.page.locator('input[value=step-forward]').isEnabled(), 'she cannot step forward');
        });
        await site.asTrustees('open', 2, site.petition.url);
        await until('the opening', async () => (await report()).opened === 2);
        await at('a journalist', async (visit) => {
            await visit.go('/verify');
            await visit.page.locator('input[type=file]').setInputFiles(await site.evidence());
            await visit.page.getByRole('button', { name: words('verify.go') }).click();
            await visit.page.getByText(words('verify.opened[other]')).waitFor({ timeout: 60000 });
            const opened = await visit.page.locator('.names li').filter({ hasText: words('verify.by-name.opened') }).allInnerTexts();
            demand(opened.length === 2 && opened.some((text) => text.includes('Anna Example')) && opened.some((text) => text.includes('Clara Example')), `opened: ${opened}`);
        }, { size: 'phone' });
    }],
], async () => {
    await browser.close();
    await site.end();
    process_.kill('SIGTERM');
});

// SPDX-License-Identifier: Apache-2.0
// answers.mjs ROBIN LOAD: members enrol by invitation and answer in the page, in each way: on a phone and on a desk, in both languages, by pointer and by
// keyboard alone.  The evidence counts them; one request of 2048 bytes an answer; nothing stays behind.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { demand } from '../scenario/served.mjs';
import { Browser } from './browser.mjs';
import { Member, PASSPHRASE, readCard } from './member.mjs';
import { Site } from './site.mjs';
import { tell } from './stories.mjs';
import { wordsOf } from './words.mjs';

const [robin, load] = process.argv.slice(2);
const site = await Site.open({ robin, load });
const browser = await Browser.open();
const cards = {}, screens = {}, nullifiers = {};

// The words of the four answers, as they stand on the page before the answer is given.
const CHOICES = ['named', 'sealed', 'anonymous', 'decline'];

async function accessible(visit, where) {
    const found = await visit.axe();
    demand(found.length === 0, `${visit.name}: ${where}: axe:\n  ${found.join('\n  ')}`);
    demand(await visit.overflow() <= 0, `${visit.name}: ${where}: wider than the window`);
}

async function enrol(who, { keyboard = false, ...options }) {
    const visit = await browser.visit(site.url, options), member = new Member(visit, { keyboard }), words = wordsOf(options.language);
    const { link, code } = site.invitations[who];
    cards[who] = await member.enrol(link, words);
    // The code: gone from the address before it was used, and sent once, in the request.
    demand(await visit.page.evaluate(() => location.hash === '' && history.length <= 2), `${who}: the address or the history has the code`);
    const posts = visit.wire.posts();
    demand(posts.length === 1 && posts[0].body.includes(code), `${who}: these were sent: ${posts.map(({ method, url, body }) => `${method} ${url} ${body.length}`)}`);
    demand(!visit.wire.requests.some(({ url, headers }) => `${url}${JSON.stringify(headers)}`.includes(code)), `${who}: an address or a header holds the code`);
    await accessible(visit, 'enrolled');
    demand(/^1 enrolment taken, 0 refused/m.test(await site.takeIn()), `${who}: the registrar does not take it`);
    const receipt = await member.save(visit.page.getByRole('link', { name: words('enrol.receipt.save') }));
    demand(receipt.toString().startsWith('round-robin enrolment v1\n'), `${who}: no receipt`);
    const { slots } = await readCard(cards[who]);
    const secrets = Object.fromEntries(slots.flatMap(({ k, r }, i) => [[`k of slot ${i}`, k], [`r of slot ${i}`, r]]));
    demand((await visit.residue({ ...secrets, code })).length === 0, `${who}: ${await visit.residue({ ...secrets, code })}`);
    demand(visit.sent(secrets).length === 0, `${who}: ${visit.sent(secrets)}`);
    visit.check('enrolling');
    await visit.close();
}

async function answer(who, choice, { keyboard = false, ...options }) {
    const visit = await browser.visit(site.url, options), member = new Member(visit, { keyboard }), words = wordsOf(options.language);
    await member.open(site.petition.url, cards[who], words);
    demand(await visit.page.locator('input[name=choice]:checked').count() === 0, 'an answer is chosen already');
    demand(await visit.page.locator('input[name=choice]').count() === 4, 'there are not four answers');
    demand(await visit.page.locator('input[value=sealed]').isDisabled(), 'sealed can be chosen where the petition does not take it');
    await accessible(visit, 'before the answer');
    const before = await visit.page.evaluate(() => ({ title: document.title, history: history.length, url: location.href }));
    visit.wire.forget();
    await member.answer(choice, words);
    const after = await visit.page.evaluate(() => ({ title: document.title, history: history.length, url: location.href }));
    demand(JSON.stringify(before) === JSON.stringify(after), `${who}: title, history or address tell of the answer`);
    await accessible(visit, 'after the answer');

    const { requests } = visit.wire;
    demand(requests.length === 1 && requests[0].method === 'POST' && requests[0].body.length === 2048, `${who}: not one request of 2048 bytes: ${requests.map(({ method, url }) => `${method} ${url}`)}`);
    demand(requests[0].url === `${site.petition.url}answer`, `${who}: it went to ${requests[0].url}`);
    const { body } = requests[0], length = body.readUInt16LE(0), kind = length === 0 ? 0 : body[3];
    demand(kind === { named: 3, sealed: 2, anonymous: 1, decline: 0 }[choice], `${who}: the answer is of kind ${kind}`);

    const text = await member.newCard(words), slot = (await readCard(cards[who])).slots[0], left = await readCard(text);
    demand(left.slots[0].used && !left.slots[1].used, `${who}: the key is not gone from the new card, or another one is`);
    demand(text.length === cards[who].length, `${who}: the length of the card tells how many keys are used`);
    const secrets = { k: slot.k, r: slot.r, record: body.subarray(2, 2 + Math.max(length, 32)) };
    if (length > 0) {
        secrets.nullifier = body.subarray(8, 40);
        nullifiers[who] = secrets.nullifier.toString('hex');
    }
    const stays = await visit.residue(secrets);
    demand(stays.length === 0, `${who}: ${stays}`);
    const screen = await visit.page.locator('main').innerText();
    for (const word of CHOICES) demand(!screen.includes(words(`choice.${word}`)) && !(await visit.page.content()).includes(`value="${word}"`), `${who}: the page still says ${word}`);
    // The same for every answer, in one language.
    screens[options.language] ??= screen;
    demand(screens[options.language] === screen, `${who}: the screen differs:\n${screen}\n---\n${screens[options.language]}`);
    visit.check('answering');
    await visit.close();
    cards[who] = text;
}

/** What robin says of the evidence, and its leaves as [kind, nullifier in hex]. */
async function counted() {
    const file = await site.evidence(), query = 'SELECT kind, lower(hex(nullifier)) FROM leaf WHERE nullifier IS NOT NULL';
    const report = JSON.parse(execFileSync(robin, ['verify', '--json', file], { encoding: 'utf8' }));
    return { report, leaves: execFileSync('sqlite3', ['-readonly', file, query], { encoding: 'utf8' }).trim().split('\n') };
}

await tell([
    ['An edition', () => site.openEdition()],
    ['Anna enrols on a phone, by keyboard alone', () => enrol('anna', { size: 'phone', language: 'en', keyboard: true })],
    ['Boris enrols at a desk, in Russian, in the dark', () => enrol('boris', { size: 'desktop', language: 'ru', scheme: 'dark' })],
    ['Clara enrols on a phone, in Russian', () => enrol('clara', { size: 'phone', language: 'ru' })],
    ['Dora enrols with robin', async () => { cards.dora = fs.readFileSync(await site.enrol('dora'), 'utf8'); }],
    ['A petition', async () => {
        await site.publish();
        for (let i = 0; i < 2; i++) await site.publishBatch();
    }],
    ['robin reads a card of the page', async () => {
        fs.writeFileSync(site.at('clara.card'), cards.clara, { mode: 0o600 });
        const out = execFileSync(robin, ['sign', site.petition.folder, '--key', site.at('clara.card'), '--passphrase-file', site.at('pass'), '--mode', 'anonymous', '--keep-key', '--out', site.at('unused')], { stdio: ['ignore', 'pipe', 'ignore'] });
        demand(out.length === 0 && fs.statSync(site.at('unused')).size === 2048, 'no answer was made');
    }],
    ['Three answers of all kinds, and one with a card of robin', async () => {
        await answer('anna', 'named', { size: 'phone', language: 'en', keyboard: true });
        await answer('boris', 'anonymous', { size: 'desktop', language: 'ru', scheme: 'dark', keyboard: true });
        await answer('clara', 'decline', { size: 'phone', language: 'ru', scheme: 'dark' });
        await answer('dora', 'anonymous', { size: 'desktop', language: 'en' });
        await site.publishBatch();
        const { report: after, leaves } = await counted();
        demand(after.verifies && after.total === leaves.length, `the evidence counts ${after.total} of ${leaves.length} signatures`);
        for (const [who, kind] of [['anna', 3], ['boris', 1], ['dora', 1]])
            demand(leaves.filter((leaf) => leaf === `${kind}|${nullifiers[who]}`).length === 1, `the signature of ${who} is not counted once`);
        demand(Object.keys(nullifiers).length === 3, 'somebody who declined has signed');
        demand(after.named_list.some(({ member }) => member === site.invitations.anna.member), 'Anna is not named');
        demand(!after.named_list.some(({ member }) => ['boris', 'clara', 'dora'].includes(member)), 'somebody else is named');
    }],
    ['A card whose key is used does not answer again', async () => {
        const visit = await browser.visit(site.url), member = new Member(visit), words = wordsOf('en');
        await visit.go(`${site.petition.url}answer`);
        await member.useCard(cards.anna, words, PASSPHRASE);
        await visit.page.getByText(words('fault.card-used')).waitFor();
        visit.check('again');
        await visit.close();
    }],
], async () => {
    await browser.close();
    await site.end();
});

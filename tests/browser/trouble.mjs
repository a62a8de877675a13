// SPDX-License-Identifier: Apache-2.0
// trouble.mjs ROBIN LOAD: what goes wrong at the page, and what a server that lies can do: nothing is sent, and no key is touched.
import fs from 'node:fs';
import { demand, get } from '../scenario/served.mjs';
import { Browser } from './browser.mjs';
import { Member, PASSPHRASE } from './member.mjs';
import { Site } from './site.mjs';
import { tell } from './stories.mjs';
import { wordsOf } from './words.mjs';

const [robin, load] = process.argv.slice(2);
const site = await Site.open({ robin, load });
const browser = await Browser.open();
const words = wordsOf('en');
const cards = {};

/** A visit whose server answers as `instead` says; the page must end with the words of `fault`, and without a field for a key. */
async function refusesToOpen(fault, instead) {
    const visit = await browser.visit(site.url);
    visit.wire.instead = instead;
    await visit.go(`${site.petition.url}answer`);
    await visit.page.getByText(words(fault)).waitFor({ timeout: 60000 });
    demand(await visit.page.locator('input').count() === 0, `${fault}: it asks for a key all the same`);
    demand(visit.wire.posts().length === 0, `${fault}: something was sent`);
    const found = await visit.axe();
    demand(found.length === 0, `axe: ${found.join('\n')}`);
    await visit.close();
}

const altered = (name, change) => async ({ url }) => {
    if (!url.startsWith(site.petition.url) || !url.endsWith(`/${name}`)) return null;
    return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: change(await get(url)) };
};
const flip = (at) => (body) => {
    body[at < 0 ? body.length + at : at] ^= 1;
    return body;
};

/** Opens the petition with this card, answers, and gives what `story` finds. */
async function answering(who, choice, instead, story) {
    const visit = await browser.visit(site.url), member = new Member(visit);
    await member.open(site.petition.url, cards[who], words);
    visit.wire.instead = instead;
    await member.choose(choice);
    await member.press(member.button(words('choice.go')));
    await member.press(member.button(words('confirm.go')));
    await story(visit, member);
    await visit.close();
}

await tell([
    ['An edition with members', async () => {
        await site.openEdition();
        for (const who of ['anna', 'boris']) cards[who] = fs.readFileSync(await site.enrol(who), 'utf8');
        await site.publish();
        await site.publishBatch();
    }],

    // ---- a server that lies ----
    ['Another petition under the same number', () => refusesToOpen('fault.fetch', altered('petition.txt', flip(-3)))],
    ['Another roll', () => refusesToOpen('fault.fetch', altered('roll.txt', flip(-3)))],
    ['A roll that the registrar did not sign', () => refusesToOpen('fault.verify', altered('roll.note', flip(-10)))],
    ['An assignment that the registrar did not sign', () => refusesToOpen('fault.verify', altered('assignment.note', flip(-10)))],
    ['An assignment of the roll to another petition', () => refusesToOpen('fault.verify', altered('assignment.note', flip(100)))],
    ['Names that are not the roll\'s', () => refusesToOpen('fault.verify', async (request) => {
        const reply = await altered('names.txt', flip(-3))(request).catch(() => null);
        return reply ?? (request.url.endsWith('/names.txt') ? { status: 200, headers: {}, body: 'round-robin names v1\n' } : null);
    })],
    ['A checkpoint that the log did not sign', () => refusesToOpen('fault.fetch', altered('checkpoint', flip(-10)))],
    ['A log with another entry', () => refusesToOpen('fault.fetch', async ({ url }) =>
        (url.includes('/log/tile/entries/') ? { status: 200, headers: {}, body: flip(-5)(await get(url)) } : null))],
    ['A directory that does not hold the petition', () => refusesToOpen('fault.fetch', async ({ url }) =>
        (url.includes('/directory/tile/entries/') ? { status: 200, headers: {}, body: flip(-5)(await get(url)) } : null))],
    ['An edition of another registrar', async () => {
        const visit = await browser.visit(site.url);
        visit.wire.instead = async ({ url }) => (url.endsWith('/edition.txt') ? { status: 200, headers: {}, body: (await get(url)).toString().replace(/^(Registrar: ).*$/m, `$1${JSON.parse(await get(`${site.url}/server.json`)).log}`) } : null);
        await visit.go(site.invitations.clara.link);
        await visit.page.getByText(words('fault.registrar')).waitFor();
        demand(visit.wire.posts().length === 0, 'something was sent');
        await visit.close();
    }],

    // ---- cards and passphrases ----
    ['A wrong passphrase, a damaged card, no card', async () => {
        const visit = await browser.visit(site.url), member = new Member(visit);
        await visit.go(`${site.petition.url}answer`);
        await member.useCard(cards.anna, words, 'not the passphrase');
        await visit.page.getByText(words('fault.passphrase-wrong')).waitFor();
        await member.useCard(cards.anna.replace(/.{4}\n$/, '\n'), words, PASSPHRASE);
        await visit.page.getByText(words('fault.card-form')).waitFor();
        await member.useCard('this is no card', words, PASSPHRASE);
        await visit.page.getByText(words('fault.card-form')).waitFor();
        await member.useCard(cards.anna, words, '');
        await visit.page.getByText(words('fault.passphrase-empty')).waitFor();
        await member.useCard(cards.anna, words, PASSPHRASE);
        await visit.page.locator('fieldset').waitFor();
        await member.press(member.button(words('choice.go')));
        await visit.page.getByText(words('fault.no-choice')).waitFor();
        await member.choose('anonymous');
        await member.press(member.button(words('choice.go')));
        await member.press(member.button(words('confirm.back')));
        await member.choose('named');
        demand(visit.wire.posts().length === 0, 'something was sent');
        visit.check('cards');
        await visit.close();
    }],
    ['Two passphrases that differ', async () => {
        const visit = await browser.visit(site.url), member = new Member(visit);
        await visit.go(site.invitations.clara.link);
        const fields = visit.page.locator('.field input');
        await fields.nth(0).fill('one');
        await member.press(member.button(words('enrol.make')));
        await fields.nth(1).fill('another');
        await member.press(member.button(words('enrol.make')));
        await visit.page.getByText(words('fault.passphrase-differs')).waitFor();
        // The one that is offered needs no second time, in any spelling.
        const offered = await visit.page.locator('.offered code').innerText();
        await fields.nth(0).fill(offered.toUpperCase().replaceAll('-', ' '));
        await member.press(member.button(words('enrol.make')));
        await visit.page.locator('a.save').waitFor();
        visit.check('passphrases');
        await visit.close();
    }],

    // ---- sending ----
    ['A server that takes no answer: the card stays as it was', () => answering('anna', 'anonymous', async ({ method }) =>
        (method === 'POST' ? { status: 422, headers: {}, body: 'the petition is closed\n' } : null), async (visit) => {
        await visit.page.getByText(words('fault.answer-refused')).waitFor({ timeout: 60000 });
        demand(await visit.page.getByText('the petition is closed').isVisible(), 'it does not say why');
        demand(await visit.page.locator('a.save').count() === 0, 'it hands out a card without the key');
    })],
    ['A connection that breaks: the same bytes again', async () => {
        let broken = 0;
        await answering('anna', 'named', async ({ method }) => (method === 'POST' && broken++ === 0 ? 'cut' : null), async (visit, member) => {
            await visit.page.getByText(words('fault.answer-unknown')).waitFor({ timeout: 60000 });
            await member.press(member.button(words('done.again')));
            await visit.page.getByRole('heading', { name: words('done.card.title') }).waitFor();
            const posts = visit.wire.posts();
            demand(posts.length === 2 && posts[0].body.equals(posts[1].body), 'the second answer is not the first one');
        });
    }],
    ['A server that is busy is asked again', async () => {
        let busy = 0;
        await answering('boris', 'decline', async ({ method }) => (method === 'POST' && busy++ === 0 ? { status: 503, headers: { 'Retry-After': '1' }, body: '' } : null), async (visit) => {
            await visit.page.getByRole('heading', { name: words('done.card.title') }).waitFor({ timeout: 60000 });
            demand(visit.wire.posts().length === 2, 'it was not asked again');
        });
    }],

    // ---- storage ----
    ['A card is kept in the browser only when that is asked for, and replaced after the answer', async () => {
        await site.openEdition();
        const visit = await browser.visit(site.url), member = new Member(visit), link = site.invitations.clara.link;
        const stored = () => visit.page.evaluate(() => Object.values(localStorage));
        const card = await member.enrol(link, words);
        demand((await stored()).length === 0, 'something is stored that nobody asked for');
        await visit.page.getByText(words('storage.title')).first().click();
        await member.press(member.button(words('storage.keep')));
        await visit.page.getByText(words('storage.kept')).waitFor();
        demand((await stored()).join() === card, 'what is stored is not the card');
        await site.takeIn();
        await site.publish();
        await visit.go(`${site.petition.url}answer`);
        await visit.page.getByText(words('card.stored')).waitFor({ timeout: 60000 });
        await member.type(visit.page.locator('input[type=password]'), PASSPHRASE);
        await member.press(member.button(words('card.open')));
        await visit.page.locator('fieldset').waitFor();
        await member.answer('decline', words);
        const fresh = await member.newCard(words);
        demand((await stored()).join() === fresh && fresh !== card, 'the old card is still stored');
        await visit.go(`${site.petition.url}answer`);
        await member.press(member.button(words('storage.forget')));
        await visit.page.getByText(words('storage.forgotten')).waitFor();
        demand((await stored()).length === 0, 'it was not removed');
        visit.check('storage');
        await visit.close();
    }],
    ['Without scripts the page says what to do', async () => {
        for (const where of [`${site.petition.url}answer`, site.edition.url, `${site.url}/verify`]) {
            const visit = await browser.visit(site.url, { scripts: false, size: 'phone' });
            await visit.go(where);
            const text = await visit.page.locator('main').innerText();
            demand(/robin enrol/.test(text) && /robin answer/.test(text) && /robin verify/.test(text) && /Без JavaScript/.test(text), `it says: ${text}`);
            await visit.close();
        }
    }],
], async () => {
    await browser.close();
    await site.end();
});

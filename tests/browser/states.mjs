// SPDX-License-Identifier: Apache-2.0
// Each screen that the page can show a member or a checker, reached as they reach it.
import fs from 'node:fs';
import path from 'node:path';
import { Member, PASSPHRASE } from './member.mjs';
import { wordsOf } from './words.mjs';

/** A petition that can be answered in each way, and an open edition; what `states` needs of them. */
export async function prepare(site, batches) {
    await site.openEdition();
    const card = await site.enrol('anna'), kept = await site.enrol('boris');
    await site.publish({ modes: ['named', 'sealed', 'anonymous'], trustees: 3 });
    await site.run('sign', site.petition.url, '--key', kept, '--passphrase-file', 'pass', '--mode', 'anonymous', '--keep-key');
    for (let i = 0; i < batches; i++) await site.publishBatch();
    await site.openEdition({ dora: 'Dora Example' });
    return { site, card: fs.readFileSync(card, 'utf8'), kept: fs.readFileSync(kept, 'utf8'), evidence: await site.evidence() };
}

/** [name, story] of screens: each story leaves `visit` at one. `card` is a text that can answer, `kept` one whose key has signed; nothing is sent. */
export function states({ site, card, kept, evidence, offline }) {
    const words = (visit) => wordsOf(visit.language), member = (visit) => new Member(visit);
    const { link } = site.invitations.dora;
    const press = (visit, key) => visit.page.getByRole('button', { name: words(visit)(key), exact: true }).click();

    async function open(visit) {
        await member(visit).open(site.petition.url, card, words(visit));
    }
    async function confirm(visit, choice) {
        await open(visit);
        await member(visit).choose(choice);
        await press(visit, 'choice.go');
        await visit.page.getByRole('heading', { name: words(visit)('confirm.title') }).waitFor();
    }
    async function keys(visit) {
        await visit.go(link);
        const fields = visit.page.locator('.field input');
        await fields.nth(0).fill(PASSPHRASE);
        await press(visit, 'enrol.make');
        await fields.nth(1).fill(PASSPHRASE);
        await press(visit, 'enrol.make');
        await visit.page.locator('a.save').waitFor();
        for (const summary of await visit.page.locator('summary').all()) await summary.click();
    }
    async function done(visit) {
        // In the place of the server, which is not to hear of it.
        visit.wire.instead = ({ method }) => (method === 'POST' ? { status: 202, headers: {}, body: 'ok\n' } : null);
        await open(visit);
        await member(visit).answer('decline', words(visit));
    }
    async function report(visit) {
        await visit.go('/verify');
        await visit.page.locator('input[type=file]').setInputFiles(evidence);
        await press(visit, 'verify.go');
        await visit.page.getByRole('heading', { name: words(visit)('verify.checks') }).waitFor({ timeout: 60000 });
    }
    return [
        ['enrol', async (visit) => {
            await visit.go(link);
            await visit.page.locator('.offered').waitFor();
        }],
        ['enrol-no-link', (visit) => visit.go(site.edition.url)],
        ['enrol-keys', keys],
        ['answer', async (visit) => {
            await visit.go(`${site.petition.url}answer`);
            await visit.page.getByLabel(words(visit)('card.paste')).waitFor({ timeout: 60000 });
        }],
        ['answer-wrong', async (visit) => {
            await visit.go(`${site.petition.url}answer`);
            await member(visit).useCard(card, words(visit), 'wrong');
            await visit.page.getByText(words(visit)('fault.passphrase-wrong')).waitFor();
        }],
        ['answer-choice', open],
        ['answer-confirm', (visit) => confirm(visit, 'anonymous')],
        ['answer-confirm-kept', async (visit) => {
            await confirm(visit, 'sealed');
            await visit.page.getByLabel(words(visit)('confirm.keep')).check();
        }],
        ['answer-later', async (visit) => {
            await member(visit).open(site.petition.url, kept, words(visit));
            await visit.page.locator('summary').click();
        }],
        ['answer-done', done],
        ['verify', (visit) => visit.go('/verify')],
        ['verify-report', report],
        ['offline', (visit) => visit.go(`file://${path.resolve(offline)}`)],
    ];
}

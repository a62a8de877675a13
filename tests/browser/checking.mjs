// SPDX-License-Identifier: Apache-2.0
// checking.mjs ROBIN LOAD BUILT: the verify page says of evidence what robin verify says, of good and of altered files; and the offline signer answers from
// disk without any connection.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ask, demand, randomFrom, readLog, recordOf } from '../scenario/served.mjs';
import { Browser } from './browser.mjs';
import { moduleOf } from './built.mjs';
import { Member, PASSPHRASE, readCard } from './member.mjs';
import { Site } from './site.mjs';
import { tell } from './stories.mjs';
import { wordsOf } from './words.mjs';
import { loadModule } from '../../web/page/wasm.mjs';

const [robin, load, built] = process.argv.slice(2);
const site = await Site.open({ robin, load });
const browser = await Browser.open();
const offline = path.join(built, 'offline.html');
const code = moduleOf(offline);
let evidence, card;

const fill = (bytes) => crypto.getRandomValues(bytes);

// What the page's module says of a file, and what robin says.
async function both(file) {
    const module = await loadModule(code, { random: fill, progress() {} });
    const { output } = module.call('verify', [fs.readFileSync(file)], false);
    return [JSON.parse(Buffer.from(output).toString()), JSON.parse(spawnSync(robin, ['verify', '--json', file], { encoding: 'utf8' }).stdout)];
}

async function checkInPage(file, language, story) {
    const visit = await browser.visit(site.url, { language, size: 'phone' }), words = wordsOf(language);
    await visit.go('/verify');
    await visit.page.locator('input[type=file]').setInputFiles(file);
    visit.wire.forget();
    await visit.page.getByRole('button', { name: words('verify.go') }).click();
    await visit.page.getByRole('heading', { name: words('verify.checks') }).waitFor({ timeout: 60000 });
    demand(visit.wire.requests.length === 0, `checking asked for ${visit.wire.requests.map(({ url }) => url)}`);
    const found = await visit.axe();
    demand(found.length === 0, `${language}: axe: ${found.join('\n')}`);
    await story(visit, words);
    visit.check('checking');
    await visit.close();
}

await tell([
    ['A petition with answers of all kinds', async () => {
        await site.openEdition();
        card = fs.readFileSync(await site.enrol('anna'), 'utf8');
        await site.publish();
        for (let i = 0; i < 3; i++) await site.publishBatch();
        evidence = await site.evidence();
    }],
    ['The same report as robin verify --json', async () => {
        const [page, program] = await both(evidence);
        demand(program.verifies && JSON.stringify(page) === JSON.stringify(program), `the page: ${JSON.stringify(page)}\nrobin: ${JSON.stringify(program)}`);
    }],
    ['The same verdict on altered files', async () => {
        const good = fs.readFileSync(evidence), below = randomFrom(4), altered = site.at('altered.db');
        let refused = 0;
        for (let i = 0; i < 60; i++) {
            const bytes = Buffer.from(good);
            bytes[below(bytes.length)] ^= 1 << below(8);
            fs.writeFileSync(altered, i % 10 === 9 ? bytes.subarray(0, below(bytes.length)) : bytes);
            const [page, program] = await both(altered);
            demand(page.verifies === program.verifies, `altered file ${i}: the page says ${page.verifies}, robin ${program.verifies}: ${page.error} / ${program.error}`);
            refused += !page.verifies;
        }
        demand(refused > 20, `only ${refused} of 60 altered files were refused`);
    }],
    ['The page shows it, in both languages', async () => {
        const [, program] = await both(evidence);
        for (const language of ['en', 'ru']) {
            await checkInPage(evidence, language, async (visit) => {
                const numbers = await visit.page.locator('.numbers dt').allInnerTexts();
                demand(numbers.slice(0, 3).join() === [program.total, program.hidden, program.named].join(), `it shows ${numbers}`);
            });
        }
        const bytes = fs.readFileSync(evidence);
        // A byte of a record: the first one's is somewhere in the middle of the file.
        bytes[bytes.length >> 1] ^= 1;
        fs.writeFileSync(site.at('altered.db'), bytes);
        await checkInPage(site.at('altered.db'), 'en', async (visit, words) => {
            demand(await visit.page.getByText(words('verify.fails')).isVisible(), 'it does not say that the file does not verify');
            demand(await visit.page.locator('.numbers').count() === 0, 'it shows numbers of a file that does not verify');
        });
    }],
    ['The offline signer is one file and asks for nothing', async () => {
        const written = site.at('offline.html');
        execFileSync(robin, ['offline-page', '--out', written], { stdio: 'ignore' });
        demand(fs.readFileSync(written).equals(fs.readFileSync(offline)), 'robin offline-page writes another file');
        demand(!/connect-src/.test(/Content-Security-Policy" content="([^"]*)"/.exec(fs.readFileSync(written, 'utf8'))[1]), 'its policy allows connections');
        const visit = await browser.visit(site.url, { size: 'phone' }), words = wordsOf('en'), member = new Member(visit);
        await visit.go(`file://${written}`);
        const folder = site.petition.folder, papers = ['petition.txt', 'roll.txt', 'roll.note', 'assignment.note'].map((name) => path.join(folder, name));
        await visit.page.locator('input[type=file]').setInputFiles(papers.slice(0, 3));
        await visit.page.getByRole('button', { name: words('offline.open') }).click();
        await visit.page.getByText(words('fault.missing')).waitFor();
        for (const files of [papers, [evidence]]) {
            await visit.go(`file://${written}`);
            await visit.page.locator('input[type=file]').setInputFiles(files);
            await visit.page.getByRole('button', { name: words('offline.open') }).click();
            await visit.page.locator('input[type=password]').waitFor();
            const found = await visit.axe();
            demand(found.length === 0, `axe: ${found.join('\n')}`);
        }
        await member.useCard(card, words, PASSPHRASE);
        await visit.page.locator('fieldset').waitFor();
        demand(await visit.page.locator('.numbers dt').count() === 3, 'the crowd is not counted from the evidence');
        await member.answer('anonymous', words);
        const answer = await member.save(visit.page.getByRole('link', { name: words('done.save-answer') }));
        const left = await readCard(await member.newCard(words));
        demand(answer.length === 2048 && answer[3] === 1 && left.slots[0].used, 'no answer, or the key is still there');
        demand(visit.wire.requests.length === 0, `it asked for ${visit.wire.requests.map(({ url }) => url)}`);
        visit.check('offline');
        await visit.close();
        const reply = await ask(undefined, `${site.petition.url}answer`, { method: 'POST', body: answer });
        demand(reply.status === 202, `the server does not take it: ${reply.body}`);
        // The batch may close before the last of the invented answers: what is looked for is this one.
        await site.publishBatch();
        const [page, program] = await both(await site.evidence()), record = recordOf(answer);
        const { entries } = await readLog(`${site.petition.url}log`);
        demand(page.verifies && program.verifies && program.total > 24, `page: ${page.error}, robin: ${program.error}, ${program.total}`);
        demand(entries.filter((entry) => entry.equals(record)).length === 1, 'the answer is not in the log');
    }],
], async () => {
    await browser.close();
    await site.end();
});

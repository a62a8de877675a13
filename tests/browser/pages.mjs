// SPDX-License-Identifier: Apache-2.0
// pages.mjs ROBIN LOAD: the pages that the server writes, in a browser.  Each in both languages, light and dark, on a phone and on a desk: nothing
// that axe finds, nothing that the policy forbids, nothing from elsewhere, nothing wider than its window; and readable without scripts.
import { demand } from '../scenario/served.mjs';
import { Browser, SIZES } from './browser.mjs';
import { serverPages } from './server_pages.mjs';
import { Site } from './site.mjs';
import { tell } from './stories.mjs';

const [robin, load] = process.argv.slice(2);
const site = await Site.open({ robin, load });
const browser = await Browser.open();

async function visits(options, story) {
    for (const language of ['en', 'ru']) {
        const visit = await browser.visit(site.url, { ...options, language });
        for (const [name, where, status] of serverPages(site, language)) {
            await visit.go(where, { status });
            await story(visit, `${language} ${name}`);
            visit.check(name);
        }
        demand(visit.wire.posts().length === 0, `a page sent something: ${JSON.stringify(visit.wire.posts())}`);
        await visit.close();
    }
}

async function accessible(visit, name) {
    const found = await visit.axe();
    demand(found.length === 0, `${visit.name}: ${name}: axe:\n  ${found.join('\n  ')}`);
}

async function fits(visit, name) {
    const overflow = await visit.overflow();
    demand(overflow <= 0, `${visit.name}: ${name}: ${overflow} pixels wider than the window`);
}

async function readable(visit, name) {
    const text = await visit.page.locator('main').innerText();
    demand(text.trim().length > 40, `${visit.name}: ${name}: without scripts it says: '${text}'`);
    demand(await visit.page.locator('h1').isVisible(), `${visit.name}: ${name}: no heading`);
}

const stories = [['A petition with answers of all kinds', async () => {
    await site.openEdition();
    await site.publish();
    for (let i = 0; i < 4; i++) await site.publishBatch();
}]];
for (const size of Object.keys(SIZES)) {
    for (const scheme of ['light', 'dark']) {
        stories.push([`Accessible: ${size}, ${scheme}`, () => visits({ size, scheme }, async (visit, name) => {
            await accessible(visit, name);
            await fits(visit, name);
        })]);
    }
    stories.push([`From right to left: ${size}`, () => visits({ size, direction: 'rtl' }, fits)]);
}
stories.push(['Without scripts', () => visits({ scripts: false }, readable)]);

await tell(stories, async () => {
    await browser.close();
    await site.end();
});

// SPDX-License-Identifier: Apache-2.0
// looks.mjs ROBIN LOAD BUILT: every screen of the page, in both languages, light and dark, on a phone and on a desk, from right to left, and at 320 pixels,
// which is a window of 1280 at four times the size: nothing that axe finds, nothing that the policy forbids, nothing wider than its window.
import path from 'node:path';
import { demand } from '../scenario/served.mjs';
import { Browser, SIZES } from './browser.mjs';
import { Site } from './site.mjs';
import { prepare, states } from './states.mjs';
import { tell } from './stories.mjs';

const [robin, load, built] = process.argv.slice(2);
const site = await Site.open({ robin, load });
const browser = await Browser.open();
let all;

async function look(options, only = () => true) {
    for (const [name, story] of all.filter(([name]) => only(name))) {
        const visit = await browser.visit(site.url, options);
        await story(visit);
        if (options.direction) await visit.page.evaluate(() => { document.documentElement.dir = 'rtl'; });
        const found = await visit.axe(), overflow = await visit.overflow();
        demand(found.length === 0, `${visit.name}: ${name}: axe:\n  ${found.join('\n  ')}`);
        demand(overflow <= 0, `${visit.name}: ${name}: ${overflow} pixels wider than the window`);
        visit.check(name);
        await visit.close();
    }
}

const stories = [['A petition, and a member', async () => {
    all = states({ ...await prepare(site, 3), offline: path.join(built, 'offline.html') });
}]];
for (const size of ['phone', 'desktop'])
    for (const scheme of ['light', 'dark']) stories.push([`${size}, ${scheme}`, async () => {
        for (const language of ['en', 'ru']) await look({ size, scheme, language });
    }]);
stories.push(['From right to left', () => look({ size: 'phone', language: 'en', direction: 'rtl' })]);
stories.push(['At 320 pixels', async () => {
    SIZES.narrow = { width: 320, height: 640 };
    await look({ size: 'narrow', language: 'ru' });
}]);

await tell(stories, async () => {
    await browser.close();
    await site.end();
});

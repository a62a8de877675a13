// SPDX-License-Identifier: Apache-2.0
// shots.mjs FOLDER [ROBIN LOAD]: pictures of every page, to be looked at: sizes, light and dark, both directions, both languages.
// By hand, with what `make test-dev` has built.
import fs from 'node:fs';
import path from 'node:path';
import { Browser, SIZES } from './browser.mjs';
import { serverPages } from './server_pages.mjs';
import { Site } from './site.mjs';
import { prepare, states } from './states.mjs';

const built = new URL('../../build/dev/', import.meta.url).pathname;
const [folder, robin = `${built}src/robin`, load = `${built}bench/load`] = process.argv.slice(2);
if (!folder) {
    console.error('usage: shots.mjs FOLDER [ROBIN LOAD]');
    process.exit(2);
}
fs.mkdirSync(folder, { recursive: true });
const site = await Site.open({ robin, load });
const screens = states({ ...await prepare(site, 4), offline: path.join(built, 'web', 'offline.html') });
const browser = await Browser.open();
for (const size of Object.keys(SIZES)) {
    for (const scheme of ['light', 'dark']) {
        for (const direction of ['ltr', 'rtl']) {
            for (const language of ['en', 'ru']) {
                const visit = await browser.visit(site.url, { size, scheme, direction, language });
                const shoot = (of, name) => of.page.screenshot({ path: path.join(folder, `${name}-${language}-${size}-${scheme}-${direction}.png`), fullPage: true });
                for (const [name, where, status] of serverPages(site, language)) {
                    await visit.go(where, { status });
                    await shoot(visit, name);
                }
                await visit.close();
                for (const [name, story] of screens) {
                    const other = await browser.visit(site.url, { size, scheme, language });
                    await story(other);
                    await other.page.evaluate((dir) => { document.documentElement.dir = dir; }, direction);
                    await shoot(other, name);
                    await other.close();
                }
            }
        }
    }
}
await browser.close();
await site.end();

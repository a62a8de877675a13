// SPDX-License-Identifier: Apache-2.0
// The texts of the page, read by the page's own reader, and what its catalogues owe each other.
import fs from 'node:fs';
import { readCatalogue } from '../../web/page/words.mjs';

const file = (language) => new URL(`../../web/strings/${language}.txt`, import.meta.url);
export const catalogue = (language) => readCatalogue(fs.readFileSync(file(language), 'utf8'));

/** key → text without values. */
export function wordsOf(language) {
    const words = catalogue(language);
    return (key) => {
        if (!words.has(key)) throw new Error(`there is no text ${key} in ${language}`);
        return words.get(key);
    };
}

// SPDX-License-Identifier: Apache-2.0
// The words of the page: one catalogue for each language (web/strings/CODE.txt), of the form that the server's pages have
// (src/server/language.h): `key = text with {value}`, and plural forms as `key[one] = ...`.

/** Without one of these texts a language does not sign: they say what cannot be undone, and who can see what. */
const NEEDED = /^(answer|choice|confirm|crowd|done|card|enrol|trust|storage)\./;

const catalogues = new Map();
let language, plural, number;

/** A Map of the texts of one catalogue. */
export function readCatalogue(text) {
    const words = new Map();
    for (const line of text.split("\n")) {
        const match = /^([a-z][a-z0-9.-]*(?:\[[a-z]+\])?) = (.+)$/.exec(line);
        if (match) words.set(match[1], match[2]);
    }
    return words;
}

/** The plural forms that whole numbers have. */
function formsOf(code) {
    const rules = new Intl.PluralRules(code);
    return [...new Set(Array.from({ length: 200 }, (_, number) => rules.select(number)))];
}

/** The keys of `words` that `other` must have too and lacks; those with plural forms in each form that its language has. */
export function missingIn(other, code, words) {
    const keys = new Set([...words.keys()].map((key) => key.replace(/\[.*/, "")));
    const has = (key) => other.has(key) || formsOf(code).every((form) => other.has(`${key}[${form}]`) || other.has(`${key}[other]`));
    return [...keys].filter((key) => !has(key));
}

export function addLanguage(code, text) {
    catalogues.set(code, readCatalogue(text));
}

export function languages() {
    return [...catalogues.keys()].map((code) => ({ code, name: catalogues.get(code).get("language.name") ?? code }));
}

export function useLanguage(code) {
    language = code;
    plural = new Intl.PluralRules(code);
    number = new Intl.NumberFormat(code);
}

export function languageNow() {
    return language;
}

/** Of the wanted ones, in order, the first that is there; else the first of all. */
export function chooseLanguage(wanted) {
    const codes = wanted.map((tag) => tag.slice(0, 2).toLowerCase());
    return codes.find((code) => catalogues.has(code)) ?? catalogues.keys().next().value;
}

/** The warnings that this language lacks: with any, nothing is signed in it. */
export function missingWarnings() {
    const first = catalogues.values().next().value;
    return missingIn(catalogues.get(language), language, first).filter((key) => NEEDED.test(key));
}

export function showNumber(value) {
    return number.format(value);
}

/** The text of a key with its values; `count` chooses the form. Numbers are shown as the language shows them. */
export function say(key, values = {}, count = undefined) {
    const words = catalogues.get(language), first = catalogues.values().next().value;
    const form = count === undefined ? "" : `[${plural.select(count)}]`;
    const text = words.get(key + form) ?? words.get(`${key}[other]`) ?? words.get(key) ?? first.get(key + form) ?? first.get(`${key}[other]`) ?? first.get(key);
    if (text === undefined) throw new Error(`there is no text ${key}`);
    return text.replace(/\{([a-z_]+)\}/g, (_, name) => (typeof values[name] === "number" ? showNumber(values[name]) : values[name]));
}

export function has(key) {
    return catalogues.values().next().value.has(key);
}

/** A time as the protocol writes it, as people read it; in UTC, and it says so. */
export function showTime(text) {
    const date = new Date(text);
    const format = { year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "UTC" };
    return `${new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, format).format(date)} UTC`;
}

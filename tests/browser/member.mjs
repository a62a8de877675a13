// SPDX-License-Identifier: Apache-2.0
// A member at the page: what one clicks and types, by pointer or by keyboard alone; and what the page hands over.
import fs from 'node:fs';
import { openCard } from '../../web/page/card.mjs';
import { demand } from '../scenario/served.mjs';

export const PASSPHRASE = 'a passphrase';
const SLOTS_AT = 408;

/** The card in the open: what docs/spec/keycard.md says of its bytes. */
export async function readCard(text, passphrase = PASSPHRASE) {
    const plain = Buffer.from(await openCard(text, new TextEncoder().encode(passphrase)));
    const slots = Array.from({ length: plain[17] }, (_, i) => plain.subarray(SLOTS_AT + 64 * i, SLOTS_AT + 64 * (i + 1)));
    return { plain, slots: slots.map((slot) => ({ k: slot.subarray(0, 32), r: slot.subarray(32), used: slot.every((byte) => byte === 0) })) };
}

export class Member {
    // visit: of browser.mjs.  keyboard: only keys are pressed.
    constructor(visit, { keyboard = false } = {}) {
        Object.assign(this, { visit, keyboard, page: visit.page });
    }

    // Tab until it has the focus, as one who has no pointer does.
    async reach(locator) {
        for (let presses = 0; presses < 200; presses++) {
            if (await locator.evaluate((node) => node === document.activeElement)) return;
            await this.page.keyboard.press('Tab');
        }
        throw new Error(`no key leads to ${locator}`);
    }

    async press(locator) {
        if (!this.keyboard) return locator.click();
        await this.reach(locator);
        return this.page.keyboard.press('Enter');
    }

    async type(locator, text) {
        if (!this.keyboard) return locator.fill(text);
        await this.reach(locator);
        return this.page.keyboard.insertText(text);
    }

    async choose(value) {
        const radio = this.page.locator(`input[name=choice][value=${value}]`);
        if (!this.keyboard) return radio.check();
        // Radio buttons are one stop for the Tab key; arrows go from one to the next.
        await this.reach(this.page.locator('input[name=choice]:enabled').first());
        await this.page.keyboard.press('Space');
        for (let presses = 0; presses < 4 && !await radio.isChecked(); presses++) await this.page.keyboard.press('ArrowDown');
        return demand(await radio.isChecked(), `no key chooses ${value}`);
    }

    async save(locator) {
        const waiting = this.page.waitForEvent('download');
        await this.press(locator);
        return fs.readFileSync(await (await waiting).path());
    }

    button(name) {
        return this.page.getByRole('button', { name, exact: true });
    }

    /** Answers the card's text as the page handed it over. */
    async enrol(link, words) {
        await this.visit.go(link);
        const fields = this.page.locator('.field input');
        await fields.first().waitFor();
        await this.type(fields.nth(0), PASSPHRASE);
        await this.press(this.button(words('enrol.make')));
        await this.type(fields.nth(1), PASSPHRASE);
        await this.press(this.button(words('enrol.make')));
        const card = this.page.locator('a.save');
        await card.waitFor();
        demand(await this.button(words('enrol.send')).isHidden(), 'the enrolment can be sent before the card is kept');
        const text = (await this.save(card)).toString();
        await this.press(this.button(words('enrol.send')));
        await this.page.getByText(words('enrol.sent'), { exact: true }).waitFor();
        return text;
    }

    /** Up to the four choices. */
    async open(url, card, words, passphrase = PASSPHRASE) {
        await this.visit.go(`${url}answer`);
        await this.page.locator('input[type=file]').waitFor({ timeout: 60000 });
        await this.useCard(card, words, passphrase);
        await this.page.locator('fieldset').waitFor();
    }

    async useCard(card, words, passphrase = PASSPHRASE) {
        await this.type(this.page.getByLabel(words('card.paste')), card);
        await this.type(this.page.locator('input[type=password]'), passphrase);
        await this.press(this.button(words('card.open')));
    }

    async answer(choice, words, { keep = false } = {}) {
        await this.choose(choice);
        await this.press(this.button(words('choice.go')));
        if (keep) await this.page.getByLabel(words('confirm.keep')).check();
        await this.press(this.button(words('confirm.go')));
        await this.page.getByText(words('done.close')).waitFor({ timeout: 60000 });
    }

    async newCard(words) {
        return (await this.save(this.page.getByRole('link', { name: words('card.save') }))).toString();
    }
}

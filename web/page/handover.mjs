// SPDX-License-Identifier: Apache-2.0
// What a member is handed: files to save, and a key card in each of the ways to keep one.
import { forgetCard, qrPicture, storeCard, storedCard } from "./files.mjs";
import { button, element, failure, paragraph } from "./parts.mjs";
import { say } from "./words.mjs";

/** A link that saves bytes or a text as a file; `then` is told when it is used. */
export function handOver(key, name, content, then = () => {}) {
    const address = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
    return element("p", {}, element("a", { class: "save", href: address, download: name, click: then }, say(key)));
}

/** Keeping it in this browser, when that is asked for. */
function storage(card, then) {
    const place = element("div", { "aria-live": "polite" });
    const keep = button("storage.keep", () => {
        const kept = storeCard(card);
        place.replaceChildren(kept ? paragraph("storage.kept") : failure({ what: "storage" }));
        if (kept) then();
    });
    return element("details", {}, element("summary", {}, say("storage.title")), paragraph("storage.text"), element("p", {}, keep), place);
}

/** The encrypted card as a file, as a QR code to print, and for this browser; `then` is told when one of these was used. */
export function handOverCard(card, code, then = () => {}) {
    const print = button("card.print", () => {
        then();
        print.ownerDocument.defaultView.print();
    });
    const picture = code && element("details", { class: "printed" }, element("summary", {}, say("card.qr")), paragraph("card.qr.text"), qrPicture(code, say("card.qr")),
        element("p", { class: "screen" }, print));
    return [handOver("card.save", "round-robin.card", card, then), picture, storage(card, then)].filter((part) => part);
}

/** After an answer: where this browser kept the card, the new one takes its place. */
export function replaceStored(card) {
    if (storedCard() === null) return null;
    if (storeCard(card)) return paragraph("storage.replaced");
    forgetCard();
    return failure({ what: "storage" });
}

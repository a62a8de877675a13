// SPDX-License-Identifier: Apache-2.0
// Enrolment: from the link of an invitation to a key card, and the request to the registrar.
import { handOver, handOverCard } from "./handover.mjs";
import { button, element, facts, failure, foreign, holdFast, paragraph, progressLine, section, show, startWorker, undone, wait } from "./parts.mjs";
import { say } from "./words.mjs";

/** What the link says after its #; it is gone from the address and from the history before anything else happens. */
export function takeFragment() {
    const fragment = location.hash;
    if (fragment) history.replaceState(null, "", location.pathname);
    return fragment;
}

function invitationFacts(invited) {
    return facts([["enrol.body", foreign("span", invited.body)], ["enrol.name", foreign("span", invited.name)],
        ["enrol.member", element("bdi", {}, invited.member)], ["enrol.edition", say("enrol.edition.text", invited)],
        ["enrol.slots", say("enrol.slots.text", { count: invited.slots }, invited.slots)], ["enrol.registrar", element("code", { class: "hex" }, invited.registrar)]]);
}

function secretInput(key) {
    const input = element("input", { type: "text", autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
    return { input, node: element("label", { class: "field" }, element("span", {}, say(key)), input) };
}

/** Asks for a passphrase: the one that is offered, once, or another one, twice. Calls `then` with it. */
function passphraseStep(worker, offered, then) {
    const first = secretInput("enrol.passphrase.type"), second = secretInput("enrol.passphrase.again"), fault = element("div");
    second.node.hidden = true;
    const go = button("enrol.make", async () => {
        fault.replaceChildren();
        const typed = first.input.value;
        if (typed === "") return fault.replaceChildren(failure({ what: "passphrase-empty" }));
        if (!await worker.ask("isOffered", typed, offered)) {
            if (second.node.hidden) {
                second.node.hidden = false;
                return second.input.focus();
            }
            if (second.input.value !== typed) return fault.replaceChildren(failure({ what: "passphrase-differs" }));
        }
        return then(typed);
    });
    return section("enrol.passphrase.title", paragraph("enrol.passphrase.text"), element("p", { class: "offered" }, element("code", {}, offered)),
        paragraph("enrol.passphrase.write"), first.node, second.node, fault, element("p", {}, go));
}

// ---- sending ----------------------------------------------------------------------------------------------------------

async function post(base, request) {
    const reply = await fetch(`${base}enrolment`, { method: "POST", body: request, cache: "no-store", credentials: "omit", redirect: "error" }).catch(() => null);
    if (reply?.status === 202) return null;
    return { what: reply?.status === 422 ? "enrolment" : "server", status: reply?.status, rule: reply?.status === 422 ? (await reply.text()).trim() : undefined };
}

/** Asks for the receipt now and then, as long as the page is open. */
async function awaitReceipt(worker, base, name, place) {
    for (let pause = 1; ; pause = Math.min(pause + 1, 15)) {
        try {
            const note = await worker.ask("receipt", `${base}receipts/${name}`);
            worker.end();
            return show(place, paragraph("enrol.receipt.here"), handOver("enrol.receipt.save", "round-robin-receipt.txt", note));
        } catch (fault) {
            if (fault.what === "receipt") return show(place, failure(fault));
        }
        await wait(pause);
    }
}

function sendStep(worker, base, made) {
    const place = element("div", { "aria-live": "polite" });
    const send = button("enrol.send", async () => {
        const fault = await post(base, made.request);
        if (fault) return show(place, failure(fault));
        send.remove();
        show(place, paragraph("enrol.sent"), paragraph("enrol.receipt.wait"));
        return void awaitReceipt(worker, base, made.receipt, place);
    });
    return section("enrol.send.title", paragraph("enrol.send.text"), element("p", {}, send), place);
}

// ---- the page ---------------------------------------------------------------------------------------------------------

async function enrolWith(main, link) {
    const base = link.slice(0, link.indexOf("#")), line = progressLine("enrol.reading");
    show(main, element("h1", { tabindex: "-1" }, say("enrol.title")), line.node);
    const worker = startWorker(line.tell);
    let invited, offered;
    try {
        invited = await worker.ask("invite", link);
        offered = await worker.ask("offer");
    } catch (fault) {
        worker.end();
        return show(main, element("h1", { tabindex: "-1" }, say("enrol.title")), failure(fault), linkStep(main));
    }
    const place = element("div");
    const make = async (typed) => {
        const making = progressLine("enrol.making");
        holdFast();
        show(place, making.node);
        const made = await worker.ask("enrol", typed).catch((fault) => show(place, failure(fault)));
        if (!made) return;
        const code = await worker.ask("qrCode", made.card).catch(() => null);
        const sending = sendStep(worker, base, made);
        sending.hidden = true;
        const card = section("enrol.card.title", paragraph("enrol.card.text"), undone("enrol.card.undone"),
            ...handOverCard(made.card, code, () => { sending.hidden = false; }));
        show(place, card, sending);
    };
    place.append(passphraseStep(worker, offered, make));
    return show(main, element("h1", { tabindex: "-1" }, say("enrol.title")), paragraph("enrol.what"), invitationFacts(invited), paragraph("enrol.compare"),
        element("p", { class: "warning" }, say("trust.page")), place);
}

/** A link that was pasted, where the address had none. */
function linkStep(main) {
    const input = element("input", { type: "url", autocomplete: "off", spellcheck: "false" });
    const fault = element("div");
    const go = button("enrol.link.go", () => {
        const link = input.value.trim();
        if (!link.startsWith(`${location.origin}/`) || !link.includes("#")) return fault.replaceChildren(failure({ what: "link" }));
        input.value = "";
        return enrolWith(main, link);
    });
    return section("enrol.link.title", paragraph("enrol.link.text"), element("label", { class: "field" }, element("span", {}, say("enrol.link.label")), input), fault,
        element("p", {}, go));
}

export function enrolPage(main, fragment) {
    if (fragment) return enrolWith(main, location.origin + location.pathname.replace(/^\/[a-z]{2}(?=\/)/, "") + fragment);
    return show(main, element("h1", { tabindex: "-1" }, say("enrol.title")), paragraph("enrol.what"), linkStep(main));
}

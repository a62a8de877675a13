// SPDX-License-Identifier: Apache-2.0
// Answering: the petition, the key card, what is chosen and confirmed, and afterwards the same words for every answer.
import { choiceStep, confirmStep, crowdStep, laterStep } from "./choices.mjs";
import { fileInput, forgetCard, readFiles, storedCard } from "./files.mjs";
import { handOver, handOverCard, replaceStored } from "./handover.mjs";
import { button, element, facts, failure, foreign, holdFast, paragraph, progressLine, section, show, startWorker, undone, wait } from "./parts.mjs";
import { confirmation, ownWitnesses, witnessesNode } from "./witnesses.mjs";
import { missingWarnings, say, showTime } from "./words.mjs";

const OPENING_TRIES = 5, SENDING_TRIES = 5;

// ---- the petition -----------------------------------------------------------------------------------------------------

function petitionStep(petition, offline) {
    const { roll } = petition, now = Date.now();
    const late = now >= Date.parse(petition.closes) || petition.closed, early = now < Date.parse(petition.opens);
    return element("section", { class: "step" },
        element("dl", { class: "parties" }, element("div", {}, element("dt", {}, say("party.to")), foreign("dd", petition.to)),
            element("div", {}, element("dt", {}, say("party.from")), foreign("dd", petition.from))),
        element("h2", { tabindex: "-1" }, foreign("bdi", petition.title)),
        foreign("div", petition.body, { class: "text plain" }),
        facts([["petition.open", say("petition.open.text", { opens: showTime(petition.opens), closes: showTime(petition.closes) })],
            ["petition.roll", element("span", {}, foreign("span", roll.body), ` – ${say("petition.roll.text", { edition: roll.edition, entries: roll.entries }, roll.entries)}`)],
            ["petition.registrar", element("code", { class: "hex" }, roll.registrar)],
            ["petition.pid", element("code", { class: "hex" }, petition.pid)]]),
        paragraph("petition.compare"),
        paragraph(petition.directory ? "petition.directory" : "petition.no-directory"), confirmation(petition.confirmed),
        roll.one_time ? null : element("p", { class: "imported" }, say("petition.imported")),
        late ? undone(petition.named ? "petition.closed.step" : "petition.closed") : early ? undone("petition.early") : null,
        element("p", { class: "warning" }, say(offline ? "trust.offline" : "trust.page")));
}

// ---- the key card -----------------------------------------------------------------------------------------------------

/** Asks for card and passphrase until one opens; `then` gets what the module says of it. */
function cardStep(worker, then) {
    const stored = storedCard(), { input, node } = fileInput("card.file");
    const text = element("textarea", { rows: "4", spellcheck: "false", autocomplete: "off" });
    const passphrase = element("input", { type: "password", autocomplete: "off" }), fault = element("div"), line = progressLine("card.opening");
    line.node.hidden = true;
    const read = async () => {
        if (input.files.length > 0) return new TextDecoder().decode((await readFiles(input))[0]);
        return text.value.trim() ? `${text.value.trim()}\n` : stored ?? "";
    };
    const go = button("card.open", async () => {
        fault.replaceChildren();
        line.node.hidden = false;
        try {
            const opened = await worker.ask("card", await read(), passphrase.value);
            passphrase.value = "";
            text.value = "";
            return then(opened);
        } catch (problem) {
            return fault.replaceChildren(failure(problem));
        } finally {
            line.node.hidden = true;
        }
    });
    const forget = stored && button("storage.forget", (self) => {
        forgetCard();
        self.replaceWith(paragraph("storage.forgotten"));
    });
    return section("card.title", paragraph("card.in"), stored && element("div", {}, paragraph("card.stored"), forget), node,
        element("label", { class: "field" }, element("span", {}, say("card.paste")), text),
        element("label", { class: "field" }, element("span", {}, say("card.passphrase")), passphrase), fault, line.node, element("p", {}, go));
}

// ---- sending ----------------------------------------------------------------------------------------------------------

/** Null when the server has it; else the fault. The same bytes may be sent again: that changes nothing. */
async function send(url, answer) {
    for (let tries = 1; ; tries++) {
        const reply = await fetch(url, { method: "POST", body: answer, headers: { "Content-Type": "application/octet-stream" }, cache: "no-store", credentials: "omit", redirect: "error" }).catch(() => null);
        if (reply?.status === 202) return null;
        if (reply?.status === 422) return { what: "answer-refused", rule: (await reply.text()).trim() };
        if (reply?.status !== 503 || tries === SENDING_TRIES) return { what: "answer-unknown", status: reply?.status };
        await wait(Math.min(Number(reply.headers.get("Retry-After")) || 2, 30));
    }
}

/** The same for every answer: nothing on this screen, in the history or in storage says which it was. */
async function doneStep(main, offline, made) {
    const files = offline ? [paragraph("done.offline"), handOver("done.save-answer", "answer.bin", made.answer)] : [paragraph("done.sent")];
    const title = element("h1", { tabindex: "-1" }, say("done.title"));
    if (!made.card) return show(main, title, ...files, paragraph("done.kept"), paragraph("done.close"));
    const worker = startWorker(), code = await worker.ask("qrCode", made.card).catch(() => null);
    worker.end();
    return show(main, title, ...files,
        section("done.card.title", paragraph("done.card"), undone("done.old"), replaceStored(made.card), ...handOverCard(made.card, code)),
        paragraph("done.close"));
}

async function giveAnswer(main, worker, url, kind, keep) {
    const line = progressLine("done.proving");
    holdFast();
    show(main, element("h1", { tabindex: "-1" }, say("answer.title")), line.node);
    let made;
    try {
        made = await worker.ask("answer", kind, keep);
    } catch (fault) {
        worker.end();
        return show(main, element("h1", { tabindex: "-1" }, say("answer.title")), failure(fault), paragraph("answer.again"));
    }
    worker.end();
    if (!url) return doneStep(main, true, made);
    const again = async () => {
        show(main, element("h1", { tabindex: "-1" }, say("answer.title")), progressLine("done.sending").node);
        const fault = await send(url, made.answer);
        if (!fault) return doneStep(main, false, made);
        const retry = fault.what === "answer-unknown" ? element("p", {}, button("done.again", again)) : null;
        return show(main, element("h1", { tabindex: "-1" }, say("answer.title")), failure(fault), retry);
    };
    return again();
}

// ---- the page ---------------------------------------------------------------------------------------------------------

/** Petition, then card, then crowd and choice, then the confirmation; each step stands below the one before it.  `again` begins anew. */
function answerWith(main, worker, petition, url, again) {
    const title = element("h1", { tabindex: "-1" }, say("answer.title")), about = [petitionStep(petition, !url), witnessesNode(() => {
        worker.end();
        again();
    })];
    // Whoever has signed hidden and kept the key can step forward after the close.
    if (petition.closed && !petition.named) return show(main, title, about);
    const place = element("div");
    const choose = (card) => {
        const later = card.state !== "none", confirmed = element("div");
        const choice = (later ? laterStep : choiceStep)(petition, card, (word, kind) => {
            choice.hidden = true;
            show(confirmed, confirmStep(word, () => {
                confirmed.replaceChildren();
                choice.hidden = false;
            }, (keep) => giveAnswer(main, worker, url, kind, keep)));
        });
        show(place, later ? null : crowdStep(petition, card), choice, confirmed);
    };
    place.append(petition.roll.one_time ? cardStep(worker, choose) : failure({ what: "card-kind" }));
    return show(main, title, about, place);
}

function refuseLanguage(main) {
    const missing = missingWarnings();
    if (missing.length === 0) return false;
    show(main, element("h1", { tabindex: "-1" }, say("answer.title")), failure({ what: "language", rule: missing.join(", ") }));
    return true;
}

/** `address` is that of the petition's page, ended by a slash. */
export async function answerPage(main, address) {
    if (refuseLanguage(main)) return;
    const line = progressLine("answer.reading"), title = () => element("h1", { tabindex: "-1" }, say("answer.title"));
    for (let tries = 1; ; tries++) {
        show(main, title(), paragraph("answer.reading.text"), line.node);
        const worker = startWorker(line.tell);
        try {
            await worker.ask("trust", ownWitnesses());
            return answerWith(main, worker, await worker.ask("openUrl", address), `${address}answer`, () => answerPage(main, address));
        } catch (fault) {
            worker.end();
            // A server that is busy, or whose directory does not have its last batch yet, is asked again.
            if (fault.what === "server" && tries < OPENING_TRIES) await wait(2 * tries);
            else return show(main, title(), failure(fault), paragraph("answer.nothing"), witnessesNode(() => answerPage(main, address)), element("p", {}, button("answer.retry", () => answerPage(main, address))));
        }
    }
}

export function offlinePage(main) {
    if (refuseLanguage(main)) return;
    const { input, node } = fileInput("offline.files", true), fault = element("div"), line = progressLine("answer.reading");
    line.node.hidden = true;
    const go = button("offline.open", async () => {
        fault.replaceChildren();
        line.node.hidden = false;
        const worker = startWorker(line.tell);
        try {
            await worker.ask("trust", ownWitnesses());
            return answerWith(main, worker, await worker.ask("openFiles", await readFiles(input)), null, () => offlinePage(main));
        } catch (problem) {
            worker.end();
            line.node.hidden = true;
            return fault.replaceChildren(failure(problem));
        }
    });
    show(main, element("h1", { tabindex: "-1" }, say("offline.title")), paragraph("offline.text"), paragraph("offline.what"), node, witnessesNode(() => {}), fault, line.node, element("p", {}, go));
}

// SPDX-License-Identifier: Apache-2.0
// Checking an evidence file: the report of robin verify, in words.
import { fileInput, readFiles } from "./files.mjs";
import { button, element, facts, failure, foreign, paragraph, progressLine, section, show, startWorker } from "./parts.mjs";
import { confirmation, ownWitnesses, witnessesNode } from "./witnesses.mjs";
import { say, showNumber, showTime } from "./words.mjs";

function verdict(report) {
    if (!report.verifies) return element("p", { class: "lead undone" }, say("verify.fails"));
    const closes = showTime(report.closes), until = say(report.closed ? "verify.until.closed" : "verify.until.open", { closes });
    const values = { leaves: report.leaves, closes, until, as_of: report.as_of && showTime(report.as_of), witnessed: report.witnessed_leaves };
    let key = report.result.replaceAll("_", "-");
    // With witnesses a result is of the time that they give; what came later nobody outside has seen.
    if (key === "as-of" && report.witnessed_leaves > 0) key = report.witnessed_leaves === report.leaves ? "as-of.time" : "as-of.part";
    else if (key === "as-of" && report.witnesses > 0) key = "as-of.unwitnessed";
    return [element("p", { class: "lead" }, say(`verify.${key}`, values, report.leaves)), confirmation(report.confirmed)];
}

/** Of the hidden ones: sealed, and not opened. */
function sealed(report) {
    const count = report.rings.reduce((sum, ring) => sum + (ring.sealed ?? 0), 0);
    if (count === 0) return [];
    return [element("dt", {}, showNumber(count)), element("dd", {}, say(report.opening_announced ? "verify.sealed.announced" : "verify.sealed", { threshold: report.seal_threshold }, count))];
}

function counts(report) {
    const row = (number, key) => [element("dt", {}, showNumber(number)), element("dd", {}, say(key, { entries: report.roll.entries, registrar: report.roll.registrar }, number))];
    return section("verify.signatures", element("dl", { class: "numbers" }, row(report.total, "verify.total"), row(report.hidden, "verify.hidden"), sealed(report), row(report.named, "verify.named"),
        report.opened > 0 ? row(report.opened, "verify.opened") : [],
        report.withdrawn > 0 ? row(report.withdrawn, "verify.withdrawn") : []),
    report.goal > 0 ? paragraph(report.goal_reached ? "verify.goal.reached" : "verify.goal.missed", { goal: report.goal }, report.goal) : null);
}

function classes(report) {
    if (report.classes.length === 0 || (report.classes.length === 1 && report.classes[0].class === "")) return null;
    const goals = report.classes.some((c) => c.goal > 0), head = ["class", "signed", "hidden", "named", "of", ...(goals ? ["goal"] : [])];
    const name = (text) => (text === "other" ? element("th", { scope: "row" }, say("verify.class.other")) : foreign("th", text || "–", { scope: "row" }));
    const cells = (c) => [c.hidden + c.named, c.hidden, c.named, c.entries].map(showNumber).concat(goals ? [c.goal > 0 ? showNumber(c.goal) : "–"] : [])
        .map((text) => element("td", { class: "number" }, text));
    return section("verify.classes", element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say("verify.classes") }, element("table", {},
        element("thead", {}, element("tr", {}, head.map((key, i) => element("th", { scope: "col", class: i > 0 && "number" }, say(`verify.class.${key}`))))),
        element("tbody", {}, report.classes.map((c) => element("tr", {}, name(c.class), cells(c)))))));
}

/** Of the rings with a hidden signature: among how many people its signer is. */
function crowd(report) {
    const sizes = report.rings.filter((ring) => ring.hidden > 0).map((ring) => ring.entries - ring.named);
    if (sizes.length === 0) return null;
    const least = Math.min(...sizes), most = Math.max(...sizes);
    return paragraph(least === most ? "verify.crowd.same" : "verify.crowd", { least, most }, most);
}

function roll(report) {
    const r = report.roll, admitted = ["invited", "ssh", "imported"].filter((basis) => r[basis] > 0).map((basis) => say(`verify.basis.${basis}`, { count: r[basis] }, r[basis]));
    return section("verify.roll", facts([["enrol.body", foreign("span", r.body)], ["verify.source", foreign("span", r.source)], ["verify.registrar", element("bdi", {}, r.registrar)],
        ["verify.admitted", admitted.join(", ")], ["verify.names", say("verify.names.text", { published: r.names_published, entries: r.entries })]]),
    r.people_were_not_asked ? element("p", { class: "imported" }, say("petition.imported")) : null, paragraph("verify.word"));
}

function named(report) {
    if (report.named_list.length === 0) return null;
    return section("verify.by-name", element("ul", { class: "names" }, report.named_list.map((person) => element("li", {}, foreign("span", person.name ?? person.member), person.opened ? ` – ${say("verify.by-name.opened")}` : null))));
}

function checks(report) {
    const rows = Object.entries(report.checks).map(([name, state]) => [element("dt", {}, say(`check.${name.replaceAll("_", "-")}`)), element("dd", { class: state === "failed" ? "undone" : "" }, say(`state.${state.replaceAll("_", "-")}`))]);
    return section("verify.checks", element("dl", { class: "facts" }, rows), report.error ? element("p", { class: "small", lang: "en", dir: "ltr" }, report.error) : null);
}

function faults(report) {
    if (report.faults.length === 0) return null;
    return section("verify.faults", element("ul", { lang: "en", dir: "ltr" }, report.faults.map((fault) => element("li", {}, `${fault.leaf}: ${fault.rule}`))));
}

function showReport(place, report) {
    const parts = report.title ? [element("h2", { tabindex: "-1" }, foreign("bdi", report.title)), facts([["party.to", foreign("span", report.to)], ["party.from", foreign("span", report.from)],
        ["petition.pid", element("code", { class: "hex" }, report.pid)]])] : [];
    show(place, verdict(report), ...parts, ...(report.verifies ? [counts(report), crowd(report), classes(report), named(report), roll(report), faults(report)] : []), checks(report));
}

export function verifyPage(main) {
    const { input, node } = fileInput("verify.file"), place = element("div", { "aria-live": "polite" });
    const go = button("verify.go", async () => {
        if (input.files.length === 0) return place.replaceChildren(failure({ what: "no-file" }));
        const line = progressLine("progress.checks");
        place.replaceChildren(line.node);
        const worker = startWorker(line.tell);
        try {
            await worker.ask("trust", ownWitnesses());
            return showReport(place, await worker.ask("verify", (await readFiles(input))[0]));
        } catch (fault) {
            return place.replaceChildren(failure(fault));
        } finally {
            worker.end();
        }
    });
    show(main, element("h1", { tabindex: "-1" }, say("verify.title")), paragraph("verify.text"), node, witnessesNode(() => place.replaceChildren()), element("p", {}, go), place);
}

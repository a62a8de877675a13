// SPDX-License-Identifier: Apache-2.0
// What a member chooses: the crowd first, then the choices, of which none is chosen, then one confirmation.
import { button, element, failure, paragraph, section, undone } from "./parts.mjs";
import { say, showNumber } from "./words.mjs";

// Kinds of records; 0 is a decline.  In this order on the page.
const ANSWERS = [["named", 3], ["sealed", 2], ["anonymous", 1], ["decline", 0]];
// For a key that was kept, and has signed.
const LATER = [["step-forward", 4], ["withdraw", 5]];

function classWords(crowd) {
    if (!crowd.by_class) return say("crowd.all");
    if (crowd.class === "other") return say("crowd.pool");
    return crowd.class ? say("crowd.class", { class: crowd.class }) : say("crowd.no-class");
}

export function crowdStep(petition, card) {
    const { crowd } = card, counted = crowd.members !== undefined;
    const row = (number, key) => [element("dt", {}, showNumber(number)), element("dd", {}, say(key, {}, number))];
    const almost = counted && crowd.members > 0 && crowd.hidden * 10 >= crowd.members * 8;
    return section("crowd.title", paragraph("crowd.ring", { ring: crowd.ring, class: classWords(crowd) }, crowd.ring),
        counted ? element("dl", { class: "numbers" }, row(crowd.members, "crowd.members"), row(crowd.hidden, "crowd.hidden"), row(crowd.members_if_opened, petition.sealed ? "crowd.opened" : "crowd.never-opened"))
            : paragraph("crowd.unknown"),
        counted ? paragraph("crowd.as-of") : null,
        almost ? undone("crowd.almost") : null,
        crowd.ring < 100 ? undone("crowd.small") : null,
        paragraph("crowd.key"));
}

function meaning(word, petition, card, fault) {
    const who = card.name_published ? card.name : card.member;
    if (fault) return say(`choice.not.${fault}`, { ring: card.crowd.ring, minimum: card.crowd.ring_minimum });
    if (word === "named" || word === "step-forward")
        return say(card.name_published ? `choice.${word}.text` : `choice.${word}.member`, { name: who, member: who });
    if (word === "sealed")
        return say("choice.sealed.text", { t: petition.trustee_threshold, n: petition.trustees.length, threshold: petition.threshold, names: petition.trustees.join(", ") });
    return say(`choice.${word}.text`, { class: classWords(card.crowd) });
}

/** `then` gets the word and the kind of what was chosen. */
function choiceNode(petition, card, choices, then) {
    const fault = element("div");
    const options = choices.map(([word]) => {
        const why = card.faults[word] ?? null, radio = element("input", { type: "radio", name: "choice", value: word, disabled: why !== null, "aria-describedby": `about-${word}` });
        return element("div", { class: "choice" }, element("label", {}, radio, element("span", {}, say(`choice.${word}`))),
            element("p", { id: `about-${word}` }, meaning(word, petition, card, why)));
    });
    const set = element("fieldset", {}, element("legend", {}, say("choice.legend")), options);
    const go = button("choice.go", () => {
        const chosen = set.querySelector("input:checked");
        if (!chosen) return fault.replaceChildren(failure({ what: "no-choice" }));
        return then(...choices.find(([word]) => word === chosen.value));
    });
    return [set, fault, element("p", {}, go)];
}

export function choiceStep(petition, card, then) {
    return section("choice.title", paragraph("choice.text"), choiceNode(petition, card, ANSWERS, then));
}

/** What a key that has signed can still do: nothing, perhaps. */
export function laterStep(petition, card, then) {
    const can = LATER.some(([word]) => !card.faults[word]);
    return section("later.title", paragraph(`later.${card.state}`), can ? choiceNode(petition, card, LATER, then) : null);
}

/** `then` is told whether the key is to stay on the card. */
export function confirmStep(word, back, then) {
    const keep = element("input", { type: "checkbox" }), consequence = element("p", { class: "undone", role: "status" }), after = element("p");
    const tell = () => {
        const key = word === "decline" || word === "withdraw" ? null : keep.checked ? "confirm.kept" : `confirm.burned.${word}`;
        consequence.hidden = key === null;
        consequence.textContent = key === null ? "" : say(key);
        after.textContent = `${say("confirm.text")}${keep.checked ? "" : ` ${say("confirm.card")}`}`;
    };
    keep.addEventListener("change", tell);
    tell();
    return section("confirm.title", element("p", { class: "lead" }, say("confirm.answer", { choice: say(`choice.${word}`) })), undone(`confirm.${word}`), consequence,
        word === "decline" || word === "withdraw" ? null : element("p", { class: "keep" }, element("label", {}, keep, element("span", {}, say("confirm.keep")))),
        after, element("p", { class: "actions" }, button("confirm.go", () => then(keep.checked)), button("confirm.back", back)));
}

// SPDX-License-Identifier: Apache-2.0
// JSON Schema as OpenAPI 3 files use it.  A keyword that is not known here is an error, not a thing to pass over.

const NOTES = new Set(["description", "title", "example", "examples", "default", "deprecated", "format", "$comment",
    "contentMediaType", "contentEncoding", "readOnly", "writeOnly", "externalDocs"]);

const typeOf = (value) => {
    if (value === null) return "null";
    if (Array.isArray(value)) return "array";
    if (Number.isInteger(value)) return "integer";
    return typeof value;
};
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const length = (text) => [...text].length;

// What each keyword says is wrong with a value, or nothing.
const KEYWORDS = {
    type(type, value, schema) {
        const types = [type].flat();
        const seen = typeOf(value);
        if (seen === "null" && schema.nullable === true) return undefined;
        return types.includes(seen) || (seen === "integer" && types.includes("number")) ? undefined : `is ${seen}, not ${types}`;
    },
    nullable: () => undefined,
    enum: (all, value) => (all.some((one) => same(one, value)) ? undefined : `is none of ${JSON.stringify(all)}`),
    const: (one, value) => (same(one, value) ? undefined : `is not ${JSON.stringify(one)}`),
    pattern: (pattern, value) =>
        typeof value !== "string" || new RegExp(pattern, "u").test(value) ? undefined : `does not match ${pattern}`,
    minLength: (least, value) => (typeof value === "string" && length(value) < least ? `is shorter than ${least}` : undefined),
    maxLength: (most, value) => (typeof value === "string" && length(value) > most ? `is longer than ${most}` : undefined),
    minimum: (least, value) => (typeof value === "number" && value < least ? `is below ${least}` : undefined),
    maximum: (most, value) => (typeof value === "number" && value > most ? `is above ${most}` : undefined),
    minItems: (least, value) => (Array.isArray(value) && value.length < least ? `has fewer than ${least}` : undefined),
    maxItems: (most, value) => (Array.isArray(value) && value.length > most ? `has more than ${most}` : undefined),
    uniqueItems(unique, value) {
        if (!unique || !Array.isArray(value)) return undefined;
        return new Set(value.map((one) => JSON.stringify(one))).size === value.length ? undefined : "repeats an item";
    },
    required(names, value) {
        if (typeOf(value) !== "object") return undefined;
        const missing = names.filter((name) => !Object.hasOwn(value, name));
        return missing.length === 0 ? undefined : `lacks ${missing}`;
    },
};

export class Schemas {
    constructor(document) {
        this.document = document;
    }

    resolve(part) {
        for (let i = 0; i < 20 && part && typeof part.$ref === "string"; i++) {
            const names = part.$ref.split("/");
            if (names.shift() !== "#") throw new Error(`${part.$ref}: only references within the file`);
            let found = this.document;
            for (const name of names) found = found?.[name.replace(/~1/g, "/").replace(/~0/g, "~")];
            if (found === undefined) throw new Error(`${part.$ref}: there is no such part`);
            part = found;
        }
        return part;
    }

    // Everything that is wrong with a value, as sentences.
    errors(given, value, where = "") {
        const schema = this.resolve(given);
        const found = [];
        for (const [keyword, argument] of Object.entries(schema)) {
            if (NOTES.has(keyword) || keyword.startsWith("x-")) continue;
            if (Object.hasOwn(KEYWORDS, keyword)) {
                const wrong = KEYWORDS[keyword](argument, value, schema);
                if (wrong) found.push(`${where || "the value"} ${wrong}`);
            } else if (!this.#below(schema, keyword, argument, value, where, found)) {
                throw new Error(`schema at ${where || "its top"}: the keyword ${keyword} is not known`);
            }
        }
        return found;
    }

    #below(schema, keyword, argument, value, where, found) {
        const object = typeOf(value) === "object";
        const into = (part, inner, name) => found.push(...this.errors(part, inner, `${where}.${name}`));
        const fits = () => argument.filter((one) => this.errors(one, value, where).length === 0).length;
        switch (keyword) {
            case "properties":
                if (object)
                    for (const [name, part] of Object.entries(argument))
                        if (Object.hasOwn(value, name)) into(part, value[name], name);
                return true;
            case "additionalProperties":
                if (object)
                    for (const name of Object.keys(value)) {
                        if (schema.properties && name in schema.properties) continue;
                        if (argument === false) found.push(`${where || "the value"} has ${name}, which is not described`);
                        else if (argument !== true) into(argument, value[name], name);
                    }
                return true;
            case "items":
                if (Array.isArray(value)) for (const [i, item] of value.entries()) into(argument, item, i);
                return true;
            case "allOf":
                for (const one of argument) found.push(...this.errors(one, value, where));
                return true;
            case "anyOf":
                if (fits() === 0) found.push(`${where || "the value"} fits none of anyOf`);
                return true;
            case "oneOf":
                if (fits() !== 1) found.push(`${where || "the value"} fits not exactly one of oneOf`);
                return true;
            default:
                return false;
        }
    }
}

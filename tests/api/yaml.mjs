// SPDX-License-Identifier: Apache-2.0
// The part of YAML that our OpenAPI file is written in: block mappings and sequences, flow ones of one line or more, plain
// and quoted scalars, block scalars, comments.  Anchors, tags, tabs, several documents and repeated keys are refused, with
// the number of the line.

class Parser {
    constructor(text) {
        this.lines = text.split(/\r?\n/);
        this.at = 0;
    }

    fail(why) {
        throw new Error(`line ${this.at + 1}: ${why}`);
    }

    // Moves to the next line that says something; its indent, or -1 at the end.
    peek() {
        for (; this.at < this.lines.length; this.at++) {
            const line = this.lines[this.at];
            if (/^\s*(#.*)?$/.test(line)) continue;
            if (/^ *\t/.test(line)) this.fail("a tab in the indentation");
            if (/^(---|\.\.\.)(\s|$)/.test(line)) this.fail("more than one document");
            return line.search(/\S/);
        }
        return -1;
    }

    // What begins at this line; `parent` is the indent of what holds it.
    node(indent, parent) {
        const text = this.lines[this.at].slice(indent);
        if (/^-(\s|$)/.test(text)) return this.sequence(indent);
        if (splitKey(text)) return this.mapping(indent);
        this.lines[this.at] = "";
        return this.scalar(text, parent);
    }

    sequence(indent) {
        const list = [];
        while (this.peek() === indent && /^-(\s|$)/.test(this.lines[this.at].slice(indent))) {
            const line = this.lines[this.at];
            this.lines[this.at] = `${" ".repeat(indent)} ${line.slice(indent + 1)}`;
            const inner = this.peek();
            list.push(inner > indent ? this.node(inner, indent) : null);
        }
        if (this.peek() > indent) this.fail("indented more than the list that it is in");
        return list;
    }

    mapping(indent) {
        const map = Object.create(null);
        while (this.peek() === indent) {
            const split = splitKey(this.lines[this.at].slice(indent));
            if (!split) this.fail("neither `key: value` nor a comment");
            const { key, rest } = split;
            if (key in map) this.fail(`${key} stands twice`);
            this.lines[this.at] = "";
            if (rest !== "") {
                map[key] = this.scalar(rest, indent);
                continue;
            }
            const inner = this.peek();
            const list = inner === indent && /^-(\s|$)/.test(this.lines[this.at].slice(indent));
            map[key] = inner > indent || list ? this.node(inner, indent) : null;
        }
        if (this.peek() > indent) this.fail("indented more than the mapping that it is in");
        return map;
    }

    // A value that begins with `text` on this line (which is blank by now) and may go on below, deeper than `parent`.
    scalar(text, parent) {
        if (/^[&*!%@`]/.test(text)) this.fail("anchors, aliases, tags and reserved characters are not understood");
        if (/^[|>]/.test(text)) return this.block(text, parent);
        if (/^[[{]/.test(text)) return this.flow(this.gather(text, parent, (all) => balanced(all)));
        if (/^["']/.test(text)) return this.quoted(this.gather(text, parent, (all) => endOfQuoted(all) >= 0));
        const parts = [withoutComment(text)];
        const more = this.gatherPlain(parent);
        return plain([...parts, ...more].join(" "));
    }

    gatherPlain(parent) {
        const parts = [];
        for (let next = this.at + 1; next < this.lines.length; next++) {
            const line = this.lines[next];
            const indent = line.search(/\S/);
            if (indent < 0 || indent <= parent || line[indent] === "#") break;
            if (splitKey(line.slice(indent))) {
                this.at = next;
                this.fail("a mapping within a plain text (quote the text)");
            }
            parts.push(withoutComment(line.slice(indent)));
            this.at = next;
            this.lines[next] = "";
        }
        return parts;
    }

    gather(text, parent, whole) {
        let all = text;
        while (!whole(all)) {
            this.at++;
            const line = this.lines[this.at];
            if (line === undefined || (line.trim() !== "" && line.search(/\S/) <= parent)) this.fail("does not end");
            all += ` ${line.trim()}`;
            this.lines[this.at] = "";
        }
        return all;
    }

    quoted(all) {
        const end = endOfQuoted(all);
        if (!/^\s*(#.*)?$/.test(all.slice(end + 1))) this.fail("something after a quoted text");
        return unquote(all.slice(0, end + 1));
    }

    block(head, parent) {
        const match = /^([|>])([+-]?)\s*(#.*)?$/.exec(head);
        if (!match) this.fail("a block scalar's head is | or >, then perhaps + or -");
        const lines = [];
        let indent = -1;
        for (let next = this.at + 1; next < this.lines.length; next++) {
            const line = this.lines[next];
            const own = line.search(/\S/);
            if (own >= 0 && own <= parent) break;
            if (own >= 0 && indent < 0) indent = own;
            if (own >= 0 && own < indent) break;
            lines.push(own < 0 ? "" : line.slice(indent));
            this.at = next;
            this.lines[next] = "";
        }
        while (lines.at(-1) === "") lines.pop();
        const body = match[1] === "|" ? lines.join("\n") : lines.join("\n").replace(/([^\n])\n(?=[^\n])/g, "$1 ").replace(/\n\n/g, "\n");
        return match[2] === "-" || body === "" ? body : `${body}\n`;
    }

    flow(all) {
        const reader = { text: all, at: 0, fail: (why) => this.fail(why) };
        const value = readFlow(reader);
        if (!/^\s*(#.*)?$/.test(all.slice(reader.at))) this.fail("something after a flow value");
        return value;
    }
}

function splitKey(text) {
    const match = /^(?:("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|([^\s"'[\]{}#&*!|>%@`,-][^#]*?))\s*:(?:\s+(.*))?$/.exec(text);
    if (!match) return undefined;
    // A key ends at the first colon before a space.
    const key = match[1] ? unquote(match[1]) : match[2];
    if (!match[1] && /:\s/.test(key)) {
        const cut = key.search(/:\s/);
        return { key: key.slice(0, cut), rest: withoutComment(text.slice(cut + 1).trim()) };
    }
    return { key, rest: /^["'[{]/.test(match[3] ?? "") ? match[3] : withoutComment((match[3] ?? "").trim()) };
}

const withoutComment = (text) => text.replace(/(^|\s)#.*$/, "").trimEnd();

function endOfQuoted(text) {
    const quote = text[0];
    for (let i = 1; i < text.length; i++) {
        if (quote === '"' && text[i] === "\\") i++;
        else if (text[i] === quote && quote === "'" && text[i + 1] === "'") i++;
        else if (text[i] === quote) return i;
    }
    return -1;
}

function unquote(text) {
    if (text[0] === "'") return text.slice(1, -1).replace(/''/g, "'");
    return JSON.parse(text.replace(/\\([/])/g, "$1"));
}

function balanced(text) {
    let depth = 0;
    for (let i = 0; i < text.length; i++) {
        if (/["']/.test(text[i]) && /[\s[{,:]/.test(text[i - 1] ?? " ")) {
            const end = endOfQuoted(text.slice(i));
            if (end < 0) return false;
            i += end;
        } else if (/[[{]/.test(text[i])) depth++;
        else if (/[\]}]/.test(text[i])) depth--;
    }
    return depth === 0;
}

function plain(text) {
    if (text === "" || text === "null" || text === "~") return null;
    if (text === "true" || text === "false") return text === "true";
    if (/^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(text)) return Number(text);
    if (/: |:$/.test(text)) throw new Error(`a colon in a plain text (quote it): ${text}`);
    return text;
}

function readFlow(reader) {
    const skip = () => {
        while (reader.text[reader.at] === " ") reader.at++;
    };
    const take = (pattern) => {
        const match = pattern.exec(reader.text.slice(reader.at));
        if (!match) reader.fail(`a flow value is wrong at: ${reader.text.slice(reader.at, reader.at + 40)}`);
        reader.at += match[0].length;
        return match[0];
    };
    skip();
    const first = reader.text[reader.at];
    if (first === "[" || first === "{") {
        const list = first === "[";
        const result = list ? [] : Object.create(null);
        reader.at++;
        for (skip(); reader.text[reader.at] !== (list ? "]" : "}"); skip()) {
            if (list) {
                result.push(readFlow(reader));
            } else {
                const key = readScalar(reader, take, /^[^:,[\]{}"']+/);
                skip();
                take(/^:\s*/);
                if (key in result) reader.fail(`${key} stands twice`);
                result[key] = readFlow(reader);
            }
            skip();
            if (reader.text[reader.at] === ",") reader.at++;
            else if (reader.text[reader.at] !== (list ? "]" : "}")) reader.fail("no comma in a flow value");
        }
        reader.at++;
        return result;
    }
    if (first === '"' || first === "'") return readScalar(reader, take);
    return plain(take(/^[^,[\]{}]+/).trim());
}

function readScalar(reader, take, pattern) {
    const rest = reader.text.slice(reader.at);
    if (rest[0] !== '"' && rest[0] !== "'") return take(pattern).trim();
    const end = endOfQuoted(rest);
    if (end < 0) reader.fail("a quoted text does not end");
    reader.at += end + 1;
    return unquote(rest.slice(0, end + 1));
}

export function parseYaml(text) {
    const parser = new Parser(text.replace(/^---\n/, ""));
    const indent = parser.peek();
    if (indent < 0) return null;
    const value = parser.node(indent, -1);
    if (parser.peek() >= 0) parser.fail("does not belong to anything above");
    return value;
}

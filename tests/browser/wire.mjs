// SPDX-License-Identifier: Apache-2.0
// Stands between browser and server as a proxy: whatever a page asks for comes past here, from its workers too, and for other hosts too.
import http from 'node:http';

export class Wire {
    // Only what goes to `origin` is passed on.
    constructor(origin) {
        // requests: { method, url, headers, body }, in the order in which they came.
        Object.assign(this, { origin, requests: [], instead: null });
        this.agent = new http.Agent({ keepAlive: true });
        this.server = http.createServer((question, response) => this.take(question, response));
        this.server.on('connect', (question, socket) => this.refuse(question, socket));
        this.server.on('upgrade', (question, socket) => this.refuse(question, socket));
    }

    async start() {
        await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
        this.address = `http://127.0.0.1:${this.server.address().port}`;
        return this;
    }

    async stop() {
        this.agent.destroy();
        this.server.closeAllConnections();
        await new Promise((done) => this.server.close(done));
    }

    async take(question, response) {
        const parts = [];
        question.on('error', () => response.destroy());
        for await (const part of question) parts.push(part);
        const request = { method: question.method, url: question.url, headers: question.headers, body: Buffer.concat(parts) };
        this.requests.push(request);
        // A test may answer in the server's place: { status, headers, body }, or 'cut' for a connection that breaks.
        const reply = await this.instead?.(request);
        if (reply === 'cut' || this.isStrange(request)) return response.destroy();
        if (reply) return response.writeHead(reply.status, reply.headers).end(reply.body);
        return this.pass(request, response);
    }

    pass({ method, url, headers, body }, response) {
        const { 'proxy-connection': _, ...others } = headers;
        const request = http.request(url, { agent: this.agent, method, headers: others }, (reply) => {
            response.writeHead(reply.statusCode, reply.rawHeaders);
            reply.pipe(response);
            reply.on('error', () => response.destroy());
        });
        request.on('error', () => response.destroy());
        response.on('close', () => request.destroy());
        request.end(body);
    }

    refuse(question, socket) {
        this.requests.push({ method: question.method, url: question.url, headers: question.headers, body: Buffer.alloc(0) });
        socket.destroy();
    }

    isStrange({ method, url }) {
        return method === 'CONNECT' || !url.startsWith(`${this.origin}/`);
    }

    strangers() {
        return this.requests.filter((request) => this.isStrange(request));
    }

    posts() {
        return this.requests.filter(({ method }) => !['GET', 'HEAD'].includes(method));
    }

    forget() {
        this.requests = [];
    }
}

// SPDX-License-Identifier: Apache-2.0
// smtp_sink.mjs FOLDER: a mail server for tests, on this machine only.  Writes its port to FOLDER/port and each mail to FOLDER/N.eml, with the
// envelope before it.  Addresses that begin with `no` are refused for good; at one that begins with `later` the server wants a pause.
import net from 'node:net';
import fs from 'node:fs';

const folder = process.argv[2];
let count = 0;

function serve(socket) {
  let rest = '', mail = null, envelope = [];
  const say = (line) => socket.write(line + '\r\n');
  const take = (line) => {
    if (mail !== null) {
      if (line !== '.') return void mail.push(line.startsWith('.') ? line.slice(1) : line);
      fs.writeFileSync(`${folder}/${++count}.eml`, envelope.join('\n') + '\n\n' + mail.join('\r\n') + '\r\n');
      mail = null;
      envelope = [];
      return say('250 taken');
    }
    const word = line.slice(0, 4).toUpperCase();
    if (word === 'EHLO' || word === 'HELO') return say('250-sink.example\r\n250 AUTH PLAIN');
    if (word === 'AUTH') {
      fs.appendFileSync(`${folder}/auth`, line + '\n');
      return line.startsWith('AUTH PLAIN ') ? say('235 welcome') : say('334 ');
    }
    if (/^[A-Za-z0-9+/=]+$/.test(line) && envelope.length === 0 && word !== 'QUIT' && word !== 'RSET') {
      fs.appendFileSync(`${folder}/auth`, line + '\n');
      return say('235 welcome');
    }
    if (word === 'RCPT' && /<no/.test(line)) return say('550 nobody here');
    if (word === 'RCPT' && /<later/.test(line)) return say('451 not now');
    if (word === 'MAIL') envelope = [];
    if (word === 'MAIL' || word === 'RCPT') envelope.push(line);
    if (word === 'DATA') {
      mail = [];
      return say('354 go on');
    }
    if (word === 'QUIT') return void socket.end('221 bye\r\n');
    say('250 ok');
  };
  say('220 sink.example');
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    rest += bytes.toString('latin1');
    for (let at; (at = rest.indexOf('\r\n')) >= 0;) {
      const line = rest.slice(0, at);
      rest = rest.slice(at + 2);
      take(line);
    }
  });
}

const server = net.createServer(serve);
server.listen(0, '127.0.0.1', () => {
  fs.writeFileSync(`${folder}/port.new`, String(server.address().port));
  fs.renameSync(`${folder}/port.new`, `${folder}/port`);
});
// A test that is killed leaves nothing behind.
setTimeout(() => process.exit(1), 300000).unref();

// A mail server for tests: npm's smtp-server, with recipients that misbehave. What was accepted is a JSON
// file in the folder. Arguments: its folder (with config.json), and where smtp-server is installed.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const [folder, modules] = process.argv.slice(2);
const require = createRequire(path.join(modules, 'package.json'));
const { SMTPServer } = await import(require.resolve('smtp-server').replace('/cjs/', '/esm/'));
const config = JSON.parse(fs.readFileSync(path.join(folder, 'config.json'), 'utf8'));

const tries = new Map(); // of each recipient
let accepted = 0;

function write(name, content) {
  fs.writeFileSync(path.join(folder, `.${name}`), content);
  fs.renameSync(path.join(folder, `.${name}`), path.join(folder, name));
}

function refusal(code, message) {
  const error = new Error(message);
  error.responseCode = code;
  return error;
}

function drop(session) {
  for (const connection of server.connections) {
    if (connection.id === session.id) connection._socket.destroy();
  }
}

function keep(session, to, raw) {
  accepted += 1;
  const name = `${String(accepted).padStart(6, '0')}.json`;
  write(name, JSON.stringify({
    connection: session.id,
    secure: session.secure,
    user: session.user || '',
    helo: session.hostNameAppearsAs,
    from: session.envelope.mailFrom.address,
    to,
    raw: raw.toString('latin1'),
  }));
}

const server = new SMTPServer({
  banner: 'souk test server',
  name: 'localhost',
  secure: config.secure,
  key: config.key && fs.readFileSync(config.key),
  cert: config.certificate && fs.readFileSync(config.certificate),
  disabledCommands: [...(config.starttls ? [] : ['STARTTLS']), ...(config.user ? [] : ['AUTH'])],
  authOptional: !config.user,
  hideENHANCEDSTATUSCODES: true, // ours say more than the code
  logger: false,
  closeTimeout: 500,
  disableReverseLookup: true,
  onAuth(auth, session, done) {
    const good = auth.username === config.user && auth.password === config.password;
    done(good ? null : refusal(535, '5.7.8 Authentication failed'), { user: auth.username });
  },
  onRcptTo(address, session, done) {
    const to = address.address;
    const count = (tries.get(to) || 0) + 1;
    tries.set(to, count);
    fs.appendFileSync(path.join(folder, 'rcpt.log'), `${to}\n`);
    if (to.startsWith('nobody')) return done(refusal(550, '5.1.1 No such mailbox here'));
    if (to.startsWith('blocked')) return done(refusal(550, '5.7.1 We do not take mail from you'));
    if (to.startsWith('busy') && count === 1) return done(refusal(450, '4.2.1 Try again later'));
    return done();
  },
  onData(stream, session, done) {
    const parts = [];
    stream.on('data', (part) => parts.push(part));
    stream.on('end', () => {
      const to = session.envelope.rcptTo[0].address;
      if (to.startsWith('spam')) return done(refusal(554, '5.6.0 Looks like spam'));
      keep(session, to, Buffer.concat(parts));
      if (to.startsWith('killed') && tries.get(to) === 1) return drop(session);
      return done();
    });
  },
});

server.on('error', () => {}); // clients that go away in the midst of something
server.listen(config.port, '127.0.0.1', () => write('ready', 'yes'));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0)); // whoever started it has gone

// A directory as a process of its own: people under ou=people,dc=example,dc=org, a service account, LDAP with
// STARTTLS on one port and LDAPS on another. Prints both. Arguments: files of a key and its certificate.
// Like most servers it lets everybody bind who gives no password, and answers what it is asked in its own spelling.

import { readFileSync } from 'node:fs';
import { TLSSocket } from 'node:tls';
import ldap from 'ldapjs';

const [keyFile, certificateFile] = process.argv.slice(2);
const tls = { key: readFileSync(keyFile), cert: readFileSync(certificateFile) };
const base = 'dc=example,dc=org';
const people = `ou=people,${base}`;
const searcher = { dn: `cn=attune,${base}`, password: 'password of the searcher' };
const startTls = '1.3.6.1.4.1.1466.20037';

const person = (uid, rest = {}) => ({
  dn: `uid=${escapeDn(uid)},${people}`,
  password: `password of ${uid}`,
  attributes: { uid: [uid], cn: [`Name of ${uid}`], mail: [`${uid}@example.org`], memberOf: [], ...rest },
});
const entries = [
  person('ada', { memberOf: [`CN=Engineers, OU=Groups,${base}`, `cn=admin,ou=groups,${base}`] }),
  person('grace'),
  person('a*b'),
  person('o, ma(lley) + "x"'),
  person('twin'),
  { ...person('twin'), dn: `uid=twin,ou=contractors,${people}` },
];

function escapeDn(value) {
  return value.replace(/[,\\+"<>;=]/g, (character) => `\\${character}`);
}

function keyOf(dn) {
  return ldap.parseDN(dn.toString()).toString().toLowerCase();
}

function found(dn) {
  return entries.find((entry) => keyOf(entry.dn) === keyOf(dn));
}

/** The library leaves values escaped as they would be in text (RFC 4515). */
function matches({ attribute, value }, attributes) {
  if (attribute === 'objectclass') return true;
  const wanted = value?.replace(/\\([\da-f]{2})/gi, (_, pair) =>
    String.fromCharCode(Number.parseInt(pair, 16)),
  );
  return attributes[attribute]?.includes(wanted) === true;
}

function serve(server) {
  server.bind('', (request, response, next) => {
    log(`bind ${request.dn.toString()}`, request.connection);
    const { credentials } = request;
    if (credentials === '') return end(response, next);
    const isSearcher = keyOf(request.dn) === keyOf(searcher.dn) && credentials === searcher.password;
    if (isSearcher || found(request.dn)?.password === credentials) return end(response, next);
    return next(new ldap.InvalidCredentialsError());
  });
  server.search('', (request, response, next) => {
    log(`search ${request.filter.toString()}`, request.connection);
    const isWithin = (entry) =>
      request.scope === 'base' || request.scope === 0
        ? keyOf(entry.dn) === keyOf(request.dn)
        : keyOf(entry.dn).endsWith(keyOf(request.dn));
    // All of them: the library compares the names that were asked for with case.
    response.attributes = [];
    for (const { dn, attributes } of entries.filter(isWithin)) {
      if (matches(request.filter, attributes)) response.send({ dn, attributes });
    }
    return end(response, next);
  });
  server.unbind((_request, _response, next) => next());
  server.exop(startTls, (request, response, next) => {
    const socket = request.connection;
    end(response, next);
    socket.removeAllListeners('data');
    const secured = new TLSSocket(socket, { isServer: true, ...tls });
    secured.on('error', () => socket.destroy());
    secured.once('secure', () => server.newConnection(secured));
  });
}

function end(response, next) {
  response.end();
  return next();
}

function log(what, connection) {
  process.stdout.write(`${connection.encrypted ? 'secure' : 'plain'} ${what}\n`);
}

const servers = [ldap.createServer(), ldap.createServer({ key: tls.key, certificate: tls.cert })];
servers.forEach(serve);
const ports = await Promise.all(
  servers.map(
    (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.port))),
  ),
);
process.stdout.write(`ldap ${ports[0]} ldaps ${ports[1]}\n`);

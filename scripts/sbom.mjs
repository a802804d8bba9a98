// Writes what an image is made of (a software bill of materials) as CycloneDX JSON, checked by CycloneDX' own schema.
//
//   node scripts/sbom.mjs --name souk/order-service --version 1.2.3 --packages FILE [--embedded FILE]
//                         [--npm-lock web-ui/package-lock.json]
//
// --packages has lines "package version architecture", as gather.sh writes them; --embedded names packages of this
// machine that are compiled in. The date is SOURCE_DATE_EPOCH's, so that the same image has the same list.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const require = createRequire(new URL('../tools/package.json', import.meta.url));
const Ajv = require('ajv');
const formats = require('ajv-formats');
const formats2019 = require('ajv-formats-draft2019');

const SPEC = '1.5';
const schemas = require
  .resolve('@cyclonedx/cyclonedx-library/package.json')
  .replace(/package\.json$/, 'res/schema/');
// Fonts and nothing else of the development dependencies go out with the pages.
const SHIPPED_DEVELOPMENT = /^@fontsource-variable\//;

const debian = (name, version, architecture) => ({
  type: 'library',
  'bom-ref': `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}`,
  name,
  version,
  purl: `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}&distro=debian-12`,
});

const linesOf = (file) =>
  fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));

const fromPackages = (file) => linesOf(file).map((line) => debian(...line.split(' ')));

function fromEmbedded(file) {
  const format = '${Package} ${Version} ${Architecture}\n';
  return execFileSync('dpkg-query', ['-W', '-f', format, ...linesOf(file)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => debian(...line.split(' ')));
}

function fromNpmLock(file) {
  const { packages } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return Object.entries(packages)
    .map(([path, entry]) => ({ name: path.split('node_modules/').at(-1), path, ...entry }))
    .filter(({ path, name, dev, devOptional }) => path && (!(dev || devOptional) || SHIPPED_DEVELOPMENT.test(name)))
    .map(({ path, name, version, license, integrity }) => {
      const [scope, bare] = name.startsWith('@') ? name.split('/') : ['', name];
      const full = scope ? `${encodeURIComponent(scope)}/${bare}` : bare;
      const [algorithm, digest] = (integrity ?? '').split('-');
      return {
        type: 'library',
        'bom-ref': `npm:${path}`,
        ...(scope && { group: scope }),
        name: bare,
        version,
        ...(license && { licenses: [{ license: { name: license } }] }),
        ...(algorithm === 'sha512' && {
          hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
        }),
        purl: `pkg:npm/${full}@${version}`,
      };
    });
}

/** A UUID that follows from the content, as version 5 does. */
function uuidOf(text) {
  const hex = createHash('sha1').update(text).digest('hex');
  const variant = ((parseInt(hex[16], 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function bomOf({ name, version, packages, embedded, npmLock, epoch }) {
  const all = [
    ...(packages ? fromPackages(packages) : []),
    ...(embedded ? fromEmbedded(embedded) : []),
    ...(npmLock ? fromNpmLock(npmLock) : []),
  ];
  const components = [...new Map(all.map((each) => [each['bom-ref'], each])).values()].sort(
    (one, other) => (one['bom-ref'] < other['bom-ref'] ? -1 : 1),
  );
  const image = { type: 'container', 'bom-ref': `image:${name}`, name, version };
  const body = {
    version: 1,
    metadata: {
      timestamp: new Date(epoch * 1000).toISOString(),
      component: image,
    },
    components,
    dependencies: [
      { ref: image['bom-ref'], dependsOn: components.map((each) => each['bom-ref']) },
      ...components.map((each) => ({ ref: each['bom-ref'] })),
    ],
  };
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify(body))}`;
  return { bomFormat: 'CycloneDX', specVersion: SPEC, serialNumber, ...body };
}

/** What CycloneDX' schema says against it, or null. The strict one: it knows every field. */
export function problemsOf(bom) {
  const schema = (name) =>
    JSON.parse(fs.readFileSync(`${schemas}${name}.SNAPSHOT.schema.json`, 'utf8'));
  const ajv = new Ajv.default({ strict: false });
  formats.default(ajv);
  formats2019(ajv, { formats: ['idn-email'] });
  // Formats of URLs in other alphabets: ours are none.
  for (const format of ['iri', 'iri-reference']) ajv.addFormat(format, true);
  for (const [id, name] of [
    ['spdx', 'spdx'],
    ['jsf-0.82', 'jsf-0.82'],
  ])
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${id}.SNAPSHOT.schema.json`);
  return ajv.validate(schema(`bom-${SPEC}`), bom) ? null : ajv.errors;
}

function main() {
  const text = { type: 'string' };
  const { values } = parseArgs({
    options: { name: text, version: text, packages: text, embedded: text, 'npm-lock': text },
  });
  const bom = bomOf({
    ...values,
    npmLock: values['npm-lock'],
    epoch: Number(process.env.SOURCE_DATE_EPOCH ?? 0),
  });
  const problems = problemsOf(bom);
  if (problems) throw new Error(`no CycloneDX ${SPEC}: ${JSON.stringify(problems, null, 1)}`);
  console.log(JSON.stringify(bom, null, 1));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main();

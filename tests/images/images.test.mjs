// What images are made of is told as CycloneDX, and what is no CycloneDX is noticed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { bomOf, problemsOf } from '../../scripts/sbom.mjs';

const root = new URL('../..', import.meta.url).pathname;
const npmLock = path.join(root, 'web-ui/package-lock.json');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'souk-sbom-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true }));
const packages = path.join(folder, 'packages.txt');
fs.writeFileSync(packages, 'libpq5 15.18-0+deb12u1 amd64\nlibstdc++6 12.2.0-14+deb12u1 amd64\n');

const image = { name: 'souk/order-service', version: '1.2.3', epoch: 1_700_000_000 };
const named = (bom, name) => bom.components.find((each) => each.name === name);
const packageOf = (bom, name) => bom.components.find((each) => each.purl.startsWith(`pkg:npm/${name}@`));

test('packages of Debian', () => {
  const bom = bomOf({ ...image, packages });
  assert.equal(problemsOf(bom), null);
  assert.deepEqual(
    bom.components.map((each) => each.purl),
    [
      'pkg:deb/debian/libpq5@15.18-0%2Bdeb12u1?arch=amd64&distro=debian-12',
      'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12',
    ],
  );
  assert.equal(bom.metadata.timestamp, '2023-11-14T22:13:20.000Z');
});

test('what the pages are made of, without what only builds them', () => {
  const bom = bomOf({ ...image, npmLock });
  assert.equal(problemsOf(bom), null);
  assert.match(packageOf(bom, 'react').version, /^19\./);
  assert.match(packageOf(bom, 'react').hashes[0].content, /^[0-9a-f]{128}$/);
  assert.ok(packageOf(bom, '%40fontsource-variable/inter'));
  for (const tool of ['vite', 'typescript', 'eslint'])
    assert.equal(packageOf(bom, tool), undefined, tool);
});

test('what is compiled in has the version of this machine', () => {
  const bom = bomOf({ ...image, packages, embedded: path.join(root, 'scripts/embedded.txt') });
  assert.equal(problemsOf(bom), null);
  assert.match(named(bom, 'libboost1.81-dev').version, /^1\.81/);
});

test('the same image has the same list', () => {
  assert.deepEqual(bomOf({ ...image, packages }), bomOf({ ...image, packages }));
  const other = bomOf({ ...image, version: '1.2.4', packages });
  assert.notEqual(other.serialNumber, bomOf({ ...image, packages }).serialNumber);
});

test('what does not fit the schema is noticed', () => {
  const bom = bomOf({ ...image, packages });
  for (const spoil of [
    (each) => delete each.components[0].name,
    (each) => (each.components[0].tpye = 'library'),
    (each) => (each.components[0].type = 'libary'),
    (each) => (each.serialNumber = 'urn:uuid:1'),
  ]) {
    const wrong = structuredClone(bom);
    spoil(wrong);
    assert.notEqual(problemsOf(wrong), null, String(spoil));
  }
});

test('each program has the Dockerfile that the template makes', () => {
  const done = spawnSync(path.join(root, 'scripts/dockerfiles.py'), ['--check'], {
    encoding: 'utf8',
  });
  assert.equal(done.status, 0, done.stderr);
});

test('the template is followed: another one makes other files', () => {
  const copy = path.join(folder, 'tree');
  for (const name of ['scripts', 'deployments/docker', 'services', 'api-gateway', 'apps'])
    fs.cpSync(path.join(root, name), path.join(copy, name), {
      recursive: true,
      filter: (file) =>
        fs.statSync(file).isDirectory() || /Dockerfile|_module\.cpp|\.py$/.test(file),
    });
  const check = () => spawnSync(path.join(copy, 'scripts/dockerfiles.py'), ['--check']);
  assert.equal(check().status, 0);
  fs.appendFileSync(path.join(copy, 'deployments/docker/Dockerfile.template'), '# changed\n');
  const done = check();
  assert.equal(done.status, 1);
  assert.equal(String(done.stderr).trim().split('\n').length, 9);
});

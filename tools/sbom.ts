// What this stands on, as a bill of materials (CycloneDX 1.6): every package that is installed to run it, with version, licence and digest, and what
// each needs. Read from package-lock.json alone, so the same lock makes the same bill. `node tools/sbom.ts` prints it; the build and the image keep it.
// (`npm sbom --omit dev` leaves out whatever a development tool needs as well: with npm 11.19 two packages of three.)

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Locked {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}
export interface Lock {
  readonly packages: Readonly<Record<string, Locked>>;
}

interface Component {
  readonly 'bom-ref': string;
  readonly [more: string]: unknown;
}
export interface Bill {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly [more: string]: unknown;
}

const MODULES = 'node_modules/';
/** `node_modules/a/node_modules/@b/c` is @b/c; a workspace is called what its manifest says. */
export const nameOf = (path: string, { name }: Locked): string =>
  name ?? path.slice(path.lastIndexOf(MODULES) + MODULES.length);
/** A package URL: the @ of a scope is written %40 there. */
const purlOf = (path: string, one: Locked): string => `pkg:npm/${nameOf(path, one).replace('@', '%40')}@${one.version}`;

/** @param lock package-lock.json, version 3 */
export function billOf({ packages }: Lock): Bill {
  const installed = Object.entries(packages).filter(([, one]) => !one.dev && !one.link);
  const components = installed.map(([path, one]) => component(path, one));
  const [own] = components;
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { ...own, type: 'application' } },
    // A package that is there twice, in two places, is one.
    components: [...new Map(components.slice(1).map((one) => [one['bom-ref'], one])).values()].sort(byRef),
    dependencies: [...needs(packages, installed)].map(([ref, on]) => ({ ref, dependsOn: [...on].sort() })),
  };
}

const byRef = (a: Component, b: Component): number => (a['bom-ref'] < b['bom-ref'] ? -1 : 1);

function component(path: string, one: Locked): Component {
  const [group, name] = nameOf(path, one).startsWith('@')
    ? nameOf(path, one).split('/')
    : [undefined, nameOf(path, one)];
  return {
    type: 'library',
    'bom-ref': purlOf(path, one),
    ...(group && { group }),
    name,
    version: one.version,
    scope: one.optional ? 'optional' : 'required',
    ...(one.integrity && { hashes: [digest(one.integrity)] }),
    ...(one.license && { licenses: [licence(one.license)] }),
    purl: purlOf(path, one),
  };
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  sha512: 'SHA-512',
  sha384: 'SHA-384',
  sha256: 'SHA-256',
  sha1: 'SHA-1',
};

/** `sha512-<base64>`, as npm checks it when it installs. */
function digest(integrity: string): object {
  const [algorithm = '', base64] = integrity.split(/-(.*)/s);
  return { alg: ALGORITHMS[algorithm], content: Buffer.from(base64 ?? '', 'base64').toString('hex') };
}

const licence = (spdx: string): object =>
  / (?:AND|OR|WITH) /.test(spdx) ? { expression: spdx } : { license: { id: spdx } };

/** Who needs whom, as Node finds packages: in the nearest folder above. What is not installed here (another system's) is left out. */
function needs(packages: Lock['packages'], installed: readonly [string, Locked][]): Map<string, Set<string>> {
  const found = (from: string, name: string): [string, Locked] | undefined => {
    for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf(`/${MODULES}`)))) {
      const path = `${place && `${place}/`}${MODULES}${name}`;
      const one = packages[path];
      if (one) return one.link ? [one.resolved ?? '', packages[one.resolved ?? ''] ?? one] : [path, one];
      if (place === '') return undefined;
    }
  };
  const all = new Map<string, Set<string>>();
  for (const [path, one] of installed) {
    const ref = purlOf(path, one);
    const on = all.get(ref) ?? new Set<string>();
    all.set(ref, on);
    // The root's workspaces stand in no list of its own.
    const workspaces =
      path === '' ? Object.values(packages).flatMap((other) => (other.link ? [other.resolved ?? ''] : [])) : [];
    for (const workspace of workspaces) on.add(purlOf(workspace, packages[workspace] ?? {}));
    for (const name of Object.keys({ ...one.dependencies, ...one.optionalDependencies, ...one.peerDependencies })) {
      const other = found(path, name);
      if (other && !other[1].dev) on.add(purlOf(...other));
    }
  }
  return all;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const readLock = (root = ROOT): Lock => JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8')) as Lock;

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.stdout.write(`${JSON.stringify(billOf(readLock()), null, 2)}\n`);

// Under which licences the packages stand that this needs, and which licences may be among them. `node --import tsx tools/licences.ts` writes
// docs/licences.md; a test holds that page to the lock file, and every licence to the lists here.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProgram } from './report.ts';
import { type Lock, type Locked, nameOf, readLock } from './sbom.ts';

/** What Nodrift may stand on when it runs: nobody need give away their own work for it. */
const TO_RUN: Readonly<Record<string, string>> = {
  '0BSD': '',
  'Apache-2.0': '',
  'Apache-2.0 AND MIT': '',
  'BSD-2-Clause': '',
  'BSD-3-Clause': '',
  'BlueOak-1.0.0': '',
  'CC-BY-4.0': 'data about browsers, unchanged; its author is named in the package',
  ISC: '',
  MIT: '',
  'MIT-0': '',
  'MPL-2.0': 'used unchanged: whoever changes its own files publishes those',
  Unlicense: '',
};
/** What may besides be used to build and test, and is never passed on. */
const TO_DEVELOP: Readonly<Record<string, string>> = {
  '(ISC AND CC-BY-3.0)': 'bank holidays that ours are compared with',
  '(MIT OR CC0-1.0)': '',
  'MIT OR Apache-2.0': '',
  'PSF-2.0': '',
};
/** Packages whose manifest names none, by the licence that comes with them. */
const READ_BY_HAND: Readonly<Record<string, string>> = { unionfs: 'Unlicense' };

const licenceOf = (path: string, one: Locked): string | undefined => one.license ?? READ_BY_HAND[nameOf(path, one)];

/** @returns what may not be used, or nobody has read, a line each */
export function unfitLicences({ packages }: Lock): string[] {
  return Object.entries(packages).flatMap(([path, one]) => {
    if (one.link) return [];
    const licence = licenceOf(path, one) ?? 'none that its manifest names';
    if (Object.hasOwn(TO_RUN, licence) || (one.dev && Object.hasOwn(TO_DEVELOP, licence))) return [];
    return [
      `${nameOf(path, one)}@${one.version} stands under ${licence}: see tools/licences.ts for those that may be used${one.dev ? '' : ' to run'}`,
    ];
  });
}

export function licencesPage({ packages }: Lock): string {
  const of = (dev: boolean) =>
    Object.entries(packages).filter(([path, one]) => path.includes('node_modules/') && !one.link && !!one.dev === dev);
  return `# Licences

Nodrift stands under the [Apache License 2.0](../LICENSE); [NOTICE](../NOTICE) has what it holds of others. What it needs is installed by npm and stands under these, read from
\`package-lock.json\` by \`node --import tsx tools/licences.ts\`, which writes this page. A licence that is not in the lists of that file fails the tests.

## To run

${table(of(false), TO_RUN)}

## To build and test

Never part of the package or an image.

${table(of(true), { ...TO_RUN, ...TO_DEVELOP })}
`;
}

function table(packages: readonly [string, Locked][], lists: Readonly<Record<string, string>>): string {
  const by = new Map<string, Set<string>>();
  for (const [path, one] of packages) {
    const licence = licenceOf(path, one) ?? 'none';
    by.set(licence, (by.get(licence) ?? new Set()).add(nameOf(path, one)));
  }
  const rows = [...by]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([licence, names]) => {
      const why = lists[licence];
      return `| ${licence}${why ? `: ${why}` : ''} | ${[...names].sort().join(', ')} |`;
    });
  return ['| licence | packages |', '|---|---|', ...rows].join('\n');
}

if (isProgram(import.meta.url))
  writeFileSync(join(fileURLToPath(new URL('..', import.meta.url)), 'docs', 'licences.md'), licencesPage(readLock()));

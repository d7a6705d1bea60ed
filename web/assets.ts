// The one style sheet of the pages: what GOV.UK Frontend and MOJ Frontend ship, without the font that is GOV.UK's alone, and our own on top.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
/** Where the components' templates are. */
export const GOVUK = join(dirname(require.resolve('govuk-frontend/package.json')), 'dist');
export const MOJ = dirname(require.resolve('@ministryofjustice/frontend/package.json'));

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';

/** GDS Transport and the pictures of the packages are not ours to serve. */
const unbranded = (css: string): string =>
  css
    .replace(/@font-face\{[^}]*\}/g, '')
    .replace(/GDS Transport,\s*arial,\s*sans-serif/gi, FONT)
    .replace(/url\((?!["']?data:)[^)]*\)/g, 'none')
    .replace(/\/\*# sourceMappingURL=.*?\*\//g, '');

const css = [
  join(GOVUK, 'govuk', 'govuk-frontend.min.css'),
  join(MOJ, 'moj', 'moj-frontend.min.css'),
  new URL('nodrift.css', import.meta.url),
]
  .map((file) => unbranded(readFileSync(file, 'utf8')))
  .join('\n')
  .replaceAll('@charset "UTF-8";', '');

export const STYLE = Buffer.from(`@charset "UTF-8";${css}`);
export const STYLE_GZIP = gzipSync(STYLE);
/** Its address holds its hash, so that a browser may keep it for ever. */
export const STYLE_PATH = `/assets/nodrift-${createHash('sha256').update(STYLE).digest('hex').slice(0, 12)}.css`;

// Every page behind a link, by its purpose. A new page is a file in this folder and a line here.

import type { Purpose } from '../../mail/link-token.ts';
import type { Page } from '../page.ts';
import { minutes } from './minutes.ts';
import { undo } from './undo.ts';

const ALL: readonly Page[] = [minutes, undo];

/** The page for a purpose; undefined where a link has one that this release has no page for. */
export const pageFor = (purpose: Purpose): Page | undefined => ALL.find((page) => page.purpose === purpose);

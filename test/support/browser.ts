// A real Chromium for tests of pages: one for the files of a process, a page with or without JavaScript, axe's verdict, and pictures to look at.
import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after } from 'node:test';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { PATIENCE_MS } from './waiting.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where Chromium is: `CHROMIUM` if set, else on the PATH; undefined where there is none. */
const program = process.env.CHROMIUM ?? NAMES.flatMap((name) => found(name))[0];

function found(name: string): string[] {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/bin']
    .map((folder) => join(folder, name))
    .filter((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** For a test's `skip`: the reason where there is no Chromium. In continuous integration nothing is skipped, so that it fails instead. */
export const noBrowser: string | false =
  program || process.env.CI ? false : 'no Chromium on the PATH: install it, or name it in CHROMIUM';

export interface View {
  /** Without it a page has to do all it does with links and forms. */
  readonly javaScript?: boolean;
  /** CSS pixels. A desktop's by default. At 200 % zoom a window has half as many, which is how 1280 become 640 (WCAG 1.4.4). */
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

/** The width of a small phone still in use; what fits here also fits a desktop at 400 % (WCAG 1.4.10). */
export const PHONE = { width: 320, height: 640 } as const;
/** A desktop's window of 1280 at 200 % zoom. */
export const ZOOMED = { width: 640, height: 480 } as const;

export interface Chromium {
  /** A new page with its own cookies. Whatever it asks of another host than this machine fails, and `complaints` tells. */
  page(view?: View): Promise<Page>;
}

const launch = (more: readonly string[]) =>
  chromium.launch({
    executablePath: program ?? NAMES[0]!,
    // Containers give no user namespaces, and too small a /dev/shm.
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...more],
    timeout: PATIENCE_MS,
  });

let shared: Promise<Browser> | undefined;
let users = 0;

/**
 * Starts Chromium at the first page that is asked for, and ends it after the file's tests. Call it at the top of a test file. Files that run
 * together share it.
 * @param rebound names that stand for this machine, as a stranger's own name server may say; then it is the file's own
 */
export function useBrowser(...rebound: string[]): Chromium {
  let own: Promise<Browser> | undefined;
  users++;
  after(async () => {
    users--;
    await (await own)?.close();
    if (users > 0) return;
    await (await shared)?.close();
    shared = undefined;
  });
  const start = () => {
    if (rebound.length === 0) shared ??= launch([]);
    else own ??= launch([`--host-resolver-rules=${rebound.map((name) => `MAP ${name} 127.0.0.1`).join()}`]);
    return own ?? shared!;
  };
  return {
    async page({ javaScript = true, width = 1280, height = 900, dark = false } = {}) {
      const context = await (await start()).newContext({
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
        locale: 'en-GB',
        timezoneId: 'Europe/London',
      });
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      const seen: string[] = [];
      troubles.set(page, seen);
      // Not by the context's option, which could not be lifted for axe.
      if (!javaScript) {
        const debug = await context.newCDPSession(page);
        switches.set(page, (off) => debug.send('Emulation.setScriptExecutionDisabled', { value: off }));
        await switches.get(page)!(true);
      }
      page.on('pageerror', (error) => seen.push(`script: ${error.message}`));
      // Says what the content security policy refused, too.
      page.on('console', (line) => line.type() === 'error' && seen.push(`console: ${line.text()}`));
      page.on('requestfailed', (request) => {
        const why = request.failure()?.errorText ?? '';
        // What the browser itself gives up, for it leaves the page or downloads the answer.
        if (why !== 'net::ERR_ABORTED') seen.push(`request: ${request.url()} ${why}`);
      });
      await context.route(
        ({ hostname }) => !['127.0.0.1', 'localhost', ...rebound].includes(hostname),
        (route) => route.abort(),
      );
      return page;
    },
  };
}

/** Looks at the page that is open in another way: what styles alone decide needs no other loading. */
export async function look(page: Page, { width = 1280, height = 900, dark = false }: View): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
}

/** For pages without JavaScript: switches it off or on. */
const switches = new WeakMap<Page, (off: boolean) => Promise<unknown>>();
const troubles = new WeakMap<Page, string[]>();
/** What the page's console, its scripts and its requests complained of so far. */
export const complaints = (page: Page): readonly string[] => troubles.get(page) ?? [];

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

/** Asserts that axe finds nothing (WCAG 2.2 A and AA, and axe's best practices) and that nothing is wider than the window. */
export async function assertAccessible(page: Page, where = page.url()): Promise<void> {
  // Seen before its styles are there, a page has the browser's own colours.
  await page.waitForLoadState('load');
  // Where JavaScript is off it is switched on for axe alone: what the page would have run at its loading stays not run.
  await switches.get(page)?.(false);
  // Through the debugger, so that the page's own policy stands; once for a page that is looked at in several ways.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const violations = (await page.evaluate(
    'axe.run(document, { iframes: false, resultTypes: ["violations"] }).then(({ violations }) => violations)',
  )) as Violation[];
  await switches.get(page)?.(true);
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} (${target.join(' ')}) ${failureSummary ?? ''}`),
  );
  assert.deepEqual(found, [], `axe on ${where}`);
  const [wide, window] = (await page.evaluate(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  )) as [number, number];
  assert.ok(wide <= window, `${where} is ${wide} pixels wide in a window of ${window}: people would scroll sideways`);
}

/** A picture of the whole page, when `NODRIFT_SCREENSHOTS` names a folder for them; otherwise nothing is done. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.NODRIFT_SCREENSHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

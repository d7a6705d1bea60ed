// The workflow bundle and its build id: the hash of the code that decides. Workers are pinned to it.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BundleOptions, bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { failureConverterPath } from '../codec/data-converter.ts';
import { buildIdFor } from './deployment.ts';

export const WORKFLOWS = join(dirname(fileURLToPath(import.meta.url)), '..', 'workflows');

type WebpackConfigHook = NonNullable<BundleOptions['webpackConfigHook']>;

export interface Bundle {
  readonly buildId: string;
  readonly code: string;
}

/** A bundle, and the files on disk that it was made of. */
export interface Bundled extends Bundle {
  readonly madeOf: readonly string[];
}

/** Bundles the workflows. The build id changes exactly when the code does. */
export async function bundleWorkflows(workflows = WORKFLOWS): Promise<Bundled> {
  // Compiled in the package.
  const ending = existsSync(join(workflows, 'index.ts')) ? 'ts' : 'js';
  const read = new Set<string>();
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(workflows, `index.${ending}`),
    preloadModules: [join(workflows, `preload.${ending}`)],
    failureConverterPath,
    logger: new DefaultLogger('WARN'),
    webpackConfigHook: (config) => noting(modern(config), read),
  });
  const madeOf = [...read].filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  return { ...bundleOf(code), madeOf: [...madeOf, ...tools()] };
}

/** Its version is the hash of what decides: the source map at the end holds this machine's paths, so it does not count. */
export function bundleOf(code: string): Bundle {
  const decides = code.replace(/\n?\/\/# sourceMappingURL=.*$/s, '');
  return { buildId: buildIdFor(createHash('sha256').update(decides).digest('hex').slice(0, 16)), code };
}

/** What makes a bundle: this file, and packages by the file that says their version. */
function tools(): string[] {
  const ours = createRequire(import.meta.url);
  const theirs = createRequire(ours.resolve('@temporalio/worker'));
  const packages = ['webpack', 'swc-loader', '@swc/core'].map((name) => theirs.resolve(`${name}/package.json`));
  return [fileURLToPath(import.meta.url), ours.resolve('@temporalio/worker/package.json'), ...packages];
}

/** Notes what webpack reads. Its entry is in memory only. */
function noting(config: Parameters<WebpackConfigHook>[0], read: Set<string>): typeof config {
  const plugin: NonNullable<typeof config.plugins>[number] = {
    apply: (compiler) =>
      compiler.hooks.done.tap('nodrift', ({ compilation }) => {
        for (const file of compilation.fileDependencies) read.add(file);
      }),
  };
  return { ...config, plugins: [...(config.plugins ?? []), plugin] };
}

/** The SDK compiles for 2017, where private fields become `WeakMap`s and spreads become loops. The sandbox is this Node, which has both. */
function modern(config: Parameters<WebpackConfigHook>[0]): typeof config {
  for (const rule of config.module?.rules ?? []) {
    const use = typeof rule === 'object' && rule ? rule.use : undefined;
    const options = typeof use === 'object' && use && 'options' in use ? use.options : undefined;
    if (typeof options === 'object' && 'jsc' in options) Object.assign(options.jsc, { target: 'es2022' });
  }
  return config;
}

/** Keeps the bundles of earlier versions as long as cases run on them. */
export class BundleStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  keep({ buildId, code }: Bundle): void {
    const file = join(this.#folder, `${buildId}.js`);
    writeFileSync(`${file}.part`, code);
    renameSync(`${file}.part`, file);
  }

  /** Every kept bundle except this one. */
  others(buildId: string): readonly Bundle[] {
    return readdirSync(this.#folder)
      .filter((name) => /^[0-9a-f]{16}\.js$/.test(name) && name !== `${buildId}.js`)
      .map((name) => ({ buildId: name.slice(0, 16), code: readFileSync(join(this.#folder, name), 'utf8') }));
  }

  drop(buildId: string): void {
    rmSync(join(this.#folder, `${buildId}.js`), { force: true });
  }
}

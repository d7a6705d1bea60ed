// The workflow bundle and its build id: the hash of the code that decides. Workers are pinned to it.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BundleOptions, bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { failureConverterPath } from '../codec/data-converter.ts';
import { buildIdFor } from './deployment.ts';

const WORKFLOWS = join(dirname(fileURLToPath(import.meta.url)), '..', 'workflows');

type WebpackConfigHook = NonNullable<BundleOptions['webpackConfigHook']>;

export interface Bundle {
  readonly buildId: string;
  readonly code: string;
}

/** Bundles the workflows. The build id changes exactly when the code does. */
export async function bundleWorkflows(workflows = WORKFLOWS): Promise<Bundle> {
  // Compiled in the package.
  const ending = existsSync(join(workflows, 'index.ts')) ? 'ts' : 'js';
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(workflows, `index.${ending}`),
    preloadModules: [join(workflows, `preload.${ending}`)],
    failureConverterPath,
    logger: new DefaultLogger('WARN'),
    webpackConfigHook: modern,
  });
  // The source map at the end holds this machine's paths, so it does not count.
  const decides = code.replace(/\n?\/\/# sourceMappingURL=.*$/s, '');
  return { buildId: buildIdFor(createHash('sha256').update(decides).digest('hex').slice(0, 16)), code };
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

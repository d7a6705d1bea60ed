// Reads YAML (and so JSON) files for the command line and knows on which line everything stands, so that errors can say it.

import { readFileSync } from 'node:fs';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { unreadable } from './files.ts';

/** A file that cannot be read: one sentence that names the file, the place and what is wrong there. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

export interface YamlFile {
  readonly data: unknown;
  /** `plan.yaml:12`: where that entry stands, or the nearest one round it. */
  readonly where: (keys: readonly PropertyKey[]) => string;
}

/** @throws ScenarioError when there is no such file or it is not YAML */
export function readYaml(path: string): YamlFile {
  const text = textOf(path);
  const lines = new LineCounter();
  // Dates stay text: YAML's own would be read in the machine's time zone.
  const document = parseDocument(text, { schema: 'core', lineCounter: lines });
  const wrong = document.errors[0];
  if (wrong) throw new ScenarioError(`${path}:${wrong.linePos?.[0].line ?? 1}: is not YAML: ${plain(wrong.message)}`);
  const where = (keys: readonly PropertyKey[]): string => {
    const node = document.getIn(keys, true);
    if (isNode(node) && node.range) return `${path}:${lines.linePos(node.range[0]).line}`;
    return keys.length > 0 ? where(keys.slice(0, -1)) : path;
  };
  return { data: document.toJS(), where };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ScenarioError(`${path}: ${unreadable(path) ?? 'cannot be read'}`);
  }
}

/** The first line of the parser's message, without the place it repeats. */
const plain = (message: string): string => message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');

// Fields of an event as people type them: `present=[amira, nina]`, `scaling=4`, `venue=Town hall`, `next.start=2027-03-02T10:00`.

import { InvalidArgumentError } from 'commander';
import { parse, YAMLParseError } from 'yaml';
import { BadInput } from '../client/errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Adds one field that was typed as KEY=VALUE. @throws InvalidArgumentError */
export function field(text: string, before: Fields = {}): Fields {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('Write KEY=VALUE, such as meeting=core-group-1');
  const key = text.slice(0, equals);
  if (Object.hasOwn(before, key)) throw new InvalidArgumentError(`${key} is there twice`);
  return { ...before, [key]: fieldValue(text.slice(equals + 1)) };
}

/** Lists, groups, numbers, true and false are read as YAML; anything else is text. */
function fieldValue(text: string): unknown {
  if (!/^(\s*[[{"].*|-?\d+(\.\d+)?|true|false)$/s.test(text)) return text;
  try {
    return parse(text, { schema: 'core' });
  } catch (error) {
    if (error instanceof YAMLParseError) throw new InvalidArgumentError(error.message.split('\n')[0] ?? '');
    throw error;
  }
}

/** Fields that were typed one after the other. @throws BadInput: each that is wrong, with why */
export function typedFields(all: readonly string[], before: Fields = {}): Fields {
  const faults: string[] = [];
  const fields = all.reduce((found, text) => {
    try {
      return field(text, found);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      faults.push(`${text}: ${error.message}`);
      return found;
    }
  }, before);
  if (faults.length > 0) throw new BadInput(faults.join('; '));
  return fields;
}

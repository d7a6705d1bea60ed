// Asking somebody at a terminal, question by question. What is asked is record-asked.ts's; how it looks is the library's.

import { BadInput } from '../client/errors.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string | undefined;
}

export interface Text {
  /** What is answered by pressing Enter. */
  readonly usual?: string | undefined;
  readonly example?: string | undefined;
  /** Why an answer cannot be, in a few words. */
  readonly fault?: (answer: string) => string | undefined;
}

export interface Asker {
  choose(question: string, choices: readonly Choice[]): Promise<string>;
  /** Any number of them. */
  pick(question: string, choices: readonly Choice[]): Promise<readonly string[]>;
  text(question: string, how?: Text): Promise<string>;
  yes(question: string): Promise<boolean>;
}

/** Asks on this process's terminal. @throws BadInput when somebody gives up: nothing is recorded then */
export async function terminalAsker(): Promise<Asker> {
  // Loaded only here: every other command does without.
  const prompts = await import('@clack/prompts');
  const answered = <T>(answer: T): Exclude<T, symbol> => {
    if (prompts.isCancel(answer)) throw new BadInput('given up: nothing was recorded');
    return answer as Exclude<T, symbol>;
  };
  const options = (choices: readonly Choice[]) =>
    choices.map(({ value, label, hint }) => ({ value, label, ...(hint === undefined ? {} : { hint }) }));
  return {
    choose: async (message, choices) =>
      answered(await prompts.autocomplete({ message, options: options(choices), maxItems: 10 })),
    pick: async (message, choices) =>
      answered(await prompts.multiselect({ message, options: options(choices), required: false, maxItems: 10 })),
    text: async (message, { usual, example, fault } = {}) => {
      const validate = (answer: string | undefined) => fault?.(answer ?? '');
      const more = {
        ...(usual === undefined ? {} : { initialValue: usual }),
        ...(example && { placeholder: example }),
      };
      return answered(await prompts.text({ message, ...more, validate })) ?? '';
    },
    yes: async (message) => answered(await prompts.confirm({ message })),
  };
}

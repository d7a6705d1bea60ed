// Mistakes and circumstances a person can put right: shown as their message alone, without a stack. Anything may import this.

/** What is wrong and what to do about it, in words; the command that catches it prints `message` and nothing else. */
export class UserError extends Error {
  override name = 'UserError';
}

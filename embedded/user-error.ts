// An error that a person can put right. Its message is shown without a stack. Any file here may import this.

/** Its message says what is wrong and what to do. Whoever catches it prints the message and nothing else. */
export class UserError extends Error {
  override name = 'UserError';
}

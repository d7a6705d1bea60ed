// What the checks share: a list of problems goes to the terminal, one a line, and decides the exit code.
import { pathToFileURL } from 'node:url';

/** Whether this module is the program that was started, not one that a test imports. */
export function isProgram(moduleUrl: string): boolean {
  return process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === moduleUrl;
}

/** Prints every problem on its own line and fails the process if there is one; otherwise says what was found good. */
export function report(problems: string[], good: string): void {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(good);
}

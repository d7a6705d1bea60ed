// The same asked of many cases, a few at a time.

const AT_ONCE = 6;

/** What a question gives for each, in their order. */
export async function each<T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = new Array(all.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < all.length; i = next++) answers[i] = await ask(all[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, worker));
  return answers;
}

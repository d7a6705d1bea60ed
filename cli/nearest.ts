// What somebody may have meant who mistyped a name.

/** `did you mean meeting-held?`, or all there are where none is near. */
export function nearest(typed: string, known: readonly string[]): string {
  const near = known
    .map((name) => ({ name, distance: distance(typed.toLowerCase(), name) }))
    .filter(({ name, distance: far }) => far <= Math.max(2, Math.floor(name.length / 4)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3);
  if (near.length > 0) return `did you mean ${near.map(({ name }) => name).join(' or ')}?`;
  return `there are ${known.join(', ')}`;
}

/** How many letters must be put in, taken out or changed. */
function distance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++)
      row.push(
        Math.min((before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    before = row;
  }
  return before.at(-1) ?? 0;
}

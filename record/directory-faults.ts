// What cannot be in any directory, whoever gives it: two of one id, a manager nobody is, a ring of managers.

/** One fault of a directory, in words an analyst understands. */
export interface DirectoryFault {
  /** The row of the sheet, as a spreadsheet counts it; absent where it is no row's. */
  readonly row?: number | undefined;
  /** Which of a list it is, from 0, where there are no rows. */
  readonly place?: number | undefined;
  readonly id?: string | undefined;
  readonly field?: string | undefined;
  readonly message: string;
}

interface Row {
  readonly id: string;
  readonly manager: string | null;
}

/** @param rowOf which row of a sheet somebody stands in, by their place in the list */
export function structuralFaults(
  all: readonly Row[],
  rowOf: (place: number) => number | undefined = () => undefined,
): readonly DirectoryFault[] {
  const places = new Map<string, number[]>();
  for (const [place, { id }] of all.entries()) places.set(id, [...(places.get(id) ?? []), place]);
  const at = (place: number, field: string, message: string): DirectoryFault => ({
    row: rowOf(place),
    id: all[place]!.id,
    field,
    message: `${all[place]!.id}: ${message}`,
  });
  const doubled = [...places.values()]
    .filter((list) => list.length > 1)
    .map((list) => {
      const rows = list.map(rowOf).filter((row) => row !== undefined);
      const where = rows.length > 0 ? `, in the rows ${rows.join(', ')}` : '';
      return at(list[1]!, 'id', `is there ${list.length === 2 ? 'twice' : `${list.length} times`}${where}`);
    });
  const lost = all.flatMap(({ manager }, place) => {
    if (manager === null || places.has(manager)) return [];
    return [at(place, 'manager', `manager: ${manager} is not in this list, or has left`)];
  });
  return [...doubled, ...lost, ...rings(all, at)];
}

/** Each ring once: told of the one who stands first in the list. */
function rings(
  all: readonly Row[],
  at: (place: number, field: string, message: string) => DirectoryFault,
): readonly DirectoryFault[] {
  const above = new Map(all.map(({ id, manager }) => [id, manager]));
  const seen = new Set<string>();
  const found: DirectoryFault[] = [];
  for (const [place, { id }] of all.entries()) {
    const way: string[] = [];
    let next: string | null | undefined = id;
    while (next && !seen.has(next) && !way.includes(next)) {
      way.push(next);
      next = above.get(next);
    }
    for (const one of way) seen.add(one);
    if (!next || !way.includes(next)) continue;
    const ring = way.slice(way.indexOf(next));
    const place2 = ring[0] === id ? place : all.findIndex((one) => one.id === ring[0]);
    const words =
      ring.length === 1 ? 'manager: nobody manages themselves' : `manager: ${[...ring, ring[0]].join(' → ')} is a ring`;
    found.push(at(place2, 'manager', words));
  }
  return found;
}

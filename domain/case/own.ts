// Looking things up by a name that came from outside.

/** What stands under a name. Names that every object has, such as `constructor`, stand for nothing of ours. */
export const own = <T>(things: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  things !== undefined && Object.hasOwn(things, name) ? things[name] : undefined;

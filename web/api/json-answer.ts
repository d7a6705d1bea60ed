// How the API's document says that something is JSON.

/** A body or an answer of a route. */
export const json = <T>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

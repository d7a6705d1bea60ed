// How deeply a JSON text is nested: asked before it is read, since readers go down as deep as it does.

/** The deepest thing that is sent, a policy, has fewer. */
const DEEPEST = 32;

/** Whether it is nested too deeply. Brackets within strings are text. */
export function tooDeep(json: string): boolean {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < json.length; i++) {
    const char = json[i];
    if (isText) {
      if (char === '\\') i++;
      else if (char === '"') isText = false;
    } else if (char === '"') isText = true;
    else if (char === '{' || char === '[') {
      if (++depth > DEEPEST) return true;
    } else if (char === '}' || char === ']') depth--;
  }
  return false;
}

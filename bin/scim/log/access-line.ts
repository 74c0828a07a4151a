// Reads a line of the access log, in which the client's path may be unescaped (lib/api/access-log.ts).

/**
 * The fields of a line, or undefined when it is not one. The path comes last and nothing before it is written by the client, so
 * no path can change another field.
 */
export const readAccessLine = (line: string): unknown => {
  const { before, path = '' } = /^(?<before>.*?),"path":"(?<path>.*)"\}$/s.exec(line)?.groups ?? {};
  const fields = parse(`${before}}`);
  if (typeof fields !== 'object' || fields === null) return undefined;
  return { ...fields, path: parse(`"${path}"`) ?? path };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

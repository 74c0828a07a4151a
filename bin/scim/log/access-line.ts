// Reads a line of the access log, in which a client's path may not be escaped (lib/access-log.ts).

/**
 * The fields of a line; undefined for what is no such line. The path is the last, and nothing before it is a client's own
 * text: so whatever is in it, it changes no other field.
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

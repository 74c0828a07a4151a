// What a request to a local server asked for. `new URL(text, base)` takes `//` for a host and throws, which would end the process.

/** Never throws: whatever was sent after the method is a path, also `//`, `*` or a whole URL. */
export const requestUrl = (sent: string | undefined): URL => {
  const text = sent ?? '/';
  return new URL(`http://127.0.0.1${text.startsWith('/') ? '' : '/'}${text}`);
};

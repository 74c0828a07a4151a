// Loaded before a program (`node --import`): refuses connections to other machines, and reports them on standard error.

import { Socket } from 'node:net';

/** The prefix of a line about a refused connection. */
export const LEFT = 'left loopback: ';

const OURS = new Set(['127.0.0.1', '::1', 'localhost', undefined]);

type Target = { readonly host?: string; readonly port?: number; readonly path?: string | null };

/** `connect` takes (port, host), (options), or the normalized form of `net.connect`: an array of options and callback. */
const targetOf = ([first, host]: readonly unknown[]): Target => {
  if (Array.isArray(first)) return targetOf(first);
  if (typeof first === 'object' && first !== null) return first;
  return { port: Number(first), ...(typeof host === 'string' && { host }) };
};

const { connect } = Socket.prototype;
Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
  const { host, port, path } = targetOf(args);
  if (typeof path !== 'string' && !OURS.has(host)) {
    process.stderr.write(`${LEFT}${host}:${port}\n`);
    process.nextTick(() => this.destroy(new Error(`${host} is not this machine.`)));
    return this;
  }
  return Reflect.apply(connect, this, args);
} as typeof connect;

// Every server here listens on 127.0.0.1 only: the run holds tokens and answers anybody who can reach it.

import type { Server } from 'node:http';
import { StartupError } from '../startup-error.ts';

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Accepts no new connection, gives responses in progress `graceMs` to finish, and closes. */
  readonly stop: (graceMs?: number) => Promise<void>;
}

/** Listens on `port` of 127.0.0.1 (0: any free port). Rejects with a `StartupError` when the port is in use. */
export const listenOnLoopback = (server: Server, port: number): Promise<Listening> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new StartupError(`Port ${port} is in use: choose another with --port.`) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const stop = (graceMs = 0) =>
        new Promise<void>((stopped) => {
          server.close(() => stopped());
          server.closeIdleConnections();
          setTimeout(() => server.closeAllConnections(), graceMs).unref();
        });
      resolve({ port: typeof address === 'object' && address ? address.port : port, stop });
    });
  });

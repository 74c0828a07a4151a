// What figures were measured on.

import { cpus } from 'node:os';

export const machine = (): string => {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model ?? 'unknown'}, Node.js ${process.version}, ${process.platform}`;
};

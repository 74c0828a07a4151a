// The emulators that globalSetup starts and globalTeardown ends: Jest loads both in one process.

export const running: { stop(): Promise<void> }[] = [];

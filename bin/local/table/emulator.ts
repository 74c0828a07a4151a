// How an emulator of DynamoDB is started; each has a file of its own beside this one.

/** Decides how the emulator is started on `port` of 127.0.0.1, with its data in `dataFolder`, or discarded at the end. */
export type Emulator = (port: number, dataFolder: string | undefined) => EmulatorStart;

interface EmulatorStart {
  readonly command: readonly [command: string, ...args: string[]];
  /** Called once the emulator answers, before it is used. */
  readonly onAnswer?: () => void;
  /** Called afterwards, and also when the emulator could not be started. */
  readonly onSettled?: () => void;
}

// A function threw, crashed or timed out; the message is what Lambda reports as `errorMessage`.

/** Every invocation without a result rejects with it, also when the function is unknown. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

/** The caller stopped waiting before the function answered. */
export class FunctionTimeout extends FunctionError {}

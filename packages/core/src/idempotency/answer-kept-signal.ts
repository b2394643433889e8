/** Another process was faster under the same idempotency key. Never leaves the directory. */
export class AnswerKeptSignal extends Error {
  override readonly name = 'AnswerKeptSignal'
}

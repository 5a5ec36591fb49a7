/** Why a channel did not take a message, and whether it is worth trying again. */

export interface How {
  /** Nothing that comes later can change it: the message itself, or who sends it, was refused. */
  final: boolean
  /** The channel said when it may be tried again, ms from now. */
  retryAfter?: number | undefined
}

export class SendError extends Error implements How {
  override name = 'SendError'
  readonly final: boolean
  readonly retryAfter: number | undefined

  constructor(message: string, { final, retryAfter }: How) {
    super(message)
    this.final = final
    this.retryAfter = retryAfter
  }

  /** What is not ours to judge may pass: a name that cannot be looked up now, a connection that broke. */
  static from(error: unknown): SendError {
    return error instanceof SendError ? error : new SendError((error as Error).message, { final: false })
  }
}

/** A person's change of rules: in one transaction, and never while an evaluation decides about alerts. */
import { type Pool, type PoolClient, transaction } from '@miniobserv/db'
import { EVALUATION_LOCK } from '../evaluate/lock.ts'
import type { Message } from '../notify/message.ts'

/** Where messages go that must be sent. */
export interface Outbox {
  /** Notes them down in the transaction that they tell of. */
  write(client: PoolClient, messages: readonly Message[], now: number): Promise<unknown>
  /** Sends what is noted; called after the commit. What it leaves, the next tick sends. */
  flush(): unknown
}

export interface Turn {
  client: PoolClient
  /** Who changes something. */
  by: string
  /** Epoch ms. */
  now: number
  tell(messages: readonly Message[]): Promise<unknown>
}

/** @param now read when the turn begins: an evaluation may have taken its time before */
export async function takeTurn<T>(
  { db, now, outbox }: { db: Pool; now: () => number; outbox: Outbox },
  by: string,
  work: (turn: Turn) => Promise<T>
): Promise<T> {
  const result = await transaction(db, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [EVALUATION_LOCK])
    const at = now()
    return work({ client, by, now: at, tell: (messages) => outbox.write(client, messages, at) })
  })
  outbox.flush()
  return result
}

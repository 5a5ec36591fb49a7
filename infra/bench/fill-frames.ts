/** Fills a database with what hosts send, through the writer's own insert, as the minutes would bring it. */
import { type Pool, partitionKeeper, transaction } from '@miniobserv/db'
import { addFrames, insertFrames, noFrames } from '../../services/writer/src/frames.ts'
import { HOURS, MINUTES, rollUpStep } from '../../services/writer/src/rollups.ts'
import { hostValues } from './host-values.ts'

const MINUTE = 60_000

/** Ten minutes of all hosts a transaction, tick by tick; of 60 series each, host 1 and up. @param start epoch ms */
export async function fillFrames(
  db: Pool,
  hosts: number,
  start: number,
  hours: number,
  signal: AbortSignal
): Promise<void> {
  const next = Array.from({ length: hosts }, (_, host) => hostValues(numbers(host + 1)))
  const keeper = partitionKeeper(db)
  for (let minute = 0; minute < hours * 60; minute += 10) {
    signal.throwIfAborted()
    const frames = noFrames()
    for (let tick = 0; tick < 60; tick++) {
      const time = start + minute * MINUTE + tick * 10_000
      for (const [host, values] of next.entries()) addFrames(frames, host + 1, 1, [[time, ...values()]])
    }
    await keeper.ensure(frames.times)
    await transaction(db, (client) => insertFrames(client, frames))
  }
}

/** All minutes and hours that are due. */
export async function rollUpAll(db: Pool, signal: AbortSignal): Promise<void> {
  for (const tier of [MINUTES, HOURS]) {
    while (await rollUpStep(db, partitionKeeper(db), tier, Date.now())) signal.throwIfAborted()
  }
}

/** The same for everybody who measures. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

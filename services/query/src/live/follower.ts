/**
 * Follows one stream for everyone in this process who looks on, beside the writers and without taking anything from
 * them: one reader however many browsers, and none when there are none.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeEntries, type Entry, EntryError, type StreamName } from '@miniobserv/stream'
import type { Redis } from 'ioredis'
import { lookAtStart, lookOn, type Raw, waitOn } from './look.ts'
import { comparePositions, type Position } from './position.ts'
import { type Item, Recent, sizeOf } from './recent.ts'

export interface Listener<T> {
  /** What was heard before may have a hole: load what is stored. What follows joins on to it. */
  reset(): void
  /** What one entry of the stream holds. */
  hear(position: Position, values: readonly T[]): void
}

export interface Follower<T> {
  /**
   * @param after goes on after this, without a reset, where that is still known
   * @returns what ends it
   */
  listen(listener: Listener<T>, after?: Position): () => void
  stop(): Promise<void>
}

export interface FollowerOptions<T> {
  stream: StreamName
  /** Opens a connection of its own, for reads that wait; asked for when somebody looks for the first time. */
  open(): Redis
  /** @throws {EntryError} where nobody can read it */
  decode(batch: Entry): Promise<readonly T[]>
  /** Epoch ms. */
  now(): number
  onError(error: Error): void
}

/** How long a read waits for entries, ms. */
const BLOCK = 500
/** Entries of one read. */
const COUNT = 500
/** Whoever begins gets this much of what came before, ms: what is not stored yet while the page loads what is. */
const OVERLAP = 10_000
/** How long it goes on when nobody looks any more, ms: a page that comes back goes on where it was. */
const LINGER = 60_000
/** How often it makes sure that nothing was missed, ms. */
const CHECK = 1_000
/** Bytes that were read and not handed on yet. Only a process that has no time at all comes to that. */
const MOST_WAITING = 32 * 1024 * 1024
/** After an error, ms. */
const PAUSE = 1_000

export function followStream<T>({ stream, open, decode, now, onError }: FollowerOptions<T>): Follower<T> {
  const listeners = new Set<Listener<T>>()
  /** Those who listen, and those who are about to. */
  let lookers = 0
  let leftAt = 0
  let recent = new Recent('0-0', [])
  let redis: Redis | undefined
  let reading: Promise<void> | undefined
  let begun = Promise.withResolvers<void>()
  let stopping = false

  /** Reading never waits for what is done with it: that is done one after the other, in the order of the stream. */
  let turn = Promise.resolve()
  const inTurn = (task: () => void | Promise<void>): void => {
    turn = turn.then(task).catch(onError)
  }
  let waiting = 0
  /** Counts how often what was waiting had to be given up. */
  let given = 0

  function itemsOf(raw: Raw): Item[] {
    return raw.flatMap(([id, fields]) => {
      try {
        return [{ position: String(id), at: now(), batches: decodeEntries(fields) }]
      } catch {
        return [] // The writer puts it among the dead letters.
      }
    })
  }

  async function valuesOf({ batches }: Item): Promise<T[]> {
    const values: T[] = []
    for (const batch of batches) {
      try {
        for (const value of await decode(batch)) values.push(value)
      } catch (error) {
        if (!(error instanceof EntryError)) onError(error as Error)
      }
    }
    return values
  }

  async function replay(items: readonly Item[], listener: Listener<T>): Promise<void> {
    for (const item of items) listener.hear(item.position, await valuesOf(item))
  }

  async function beginAnew(listener: Listener<T>): Promise<void> {
    listener.reset()
    await replay(recent.since(now() - OVERLAP), listener)
  }

  async function allBeginAnew(): Promise<void> {
    for (const listener of listeners) await beginAnew(listener)
  }

  /** Entries were stored and deleted while this process had no time to read them. */
  function miss(floor: Position): void {
    inTurn(() => {
      recent.missed(floor)
      return allBeginAnew()
    })
  }

  function take(raw: Raw): void {
    for (const item of itemsOf(raw)) {
      const [size, mine] = [sizeOf(item.batches), given]
      waiting += size
      inTurn(async () => {
        if (mine !== given) return
        waiting -= size
        recent.push(item)
        if (listeners.size === 0) return
        const values = await valuesOf(item)
        for (const listener of listeners) listener.hear(item.position, values)
      })
    }
    if (waiting < MOST_WAITING) return
    given++
    waiting = 0
    miss(String(raw.at(-1)?.[0]))
  }

  /**
   * Reads until nobody has looked for a while. The writers delete what they have stored, so an entry may be gone before
   * it was read: it shows in how many were ever added.
   */
  async function read(redis: Redis): Promise<void> {
    const { early, standing } = await lookAtStart(redis, stream, COUNT)
    let { last: position, added } = standing
    inTurn(() => {
      recent = new Recent(position, itemsOf(early))
      return allBeginAnew()
    })
    begun.resolve()
    const heard = (raw: Raw): void => {
      if (added !== undefined) added += raw.length
      position = String(raw.at(-1)?.[0] ?? position)
      take(raw)
    }
    let checkDue = performance.now() + CHECK
    while (!stopping && (lookers > 0 || performance.now() - leftAt < LINGER)) {
      if (performance.now() < checkDue) {
        heard(await waitOn(redis, stream, position, COUNT, BLOCK))
        continue
      }
      checkDue = performance.now() + CHECK
      const { raw, standing } = await lookOn(redis, stream, position, COUNT)
      heard(raw)
      if (raw.length === COUNT) continue // There is more to read first.
      const anew = comparePositions(standing.last, position) < 0
      if (anew || standing.added !== added) miss(standing.last)
      position = standing.last
      added = standing.added
    }
  }

  /** Goes on through every fault of Redis. */
  async function run(): Promise<void> {
    redis ??= open()
    while (!stopping) {
      try {
        return await read(redis)
      } catch (error) {
        if (stopping) return
        onError(error as Error)
        await sleep(PAUSE)
      }
    }
  }

  function wake(): void {
    if (reading || stopping) return
    begun = Promise.withResolvers()
    reading = run().finally(() => {
      reading = undefined
      if (lookers > 0) wake()
    })
  }

  return {
    listen(listener, after) {
      let gone = false
      lookers++
      wake()
      void begun.promise.then(() =>
        inTurn(async () => {
          if (gone) return
          const missing = after === undefined ? undefined : recent.after(after)
          await (missing ? replay(missing, listener) : beginAnew(listener))
          if (!gone) listeners.add(listener)
        })
      )
      return () => {
        if (gone) return
        gone = true
        listeners.delete(listener)
        lookers--
        leftAt = performance.now()
      }
    },
    async stop() {
      stopping = true
      // A read that waits is not waited for.
      redis?.disconnect()
      await reading
    }
  }
}

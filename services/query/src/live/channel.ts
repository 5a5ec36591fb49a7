/** One browser that looks on: what it is sent, as server-sent events, and what becomes of it when it is slow. */
import { PassThrough } from 'node:stream'
import type { Follower } from './follower.ts'
import type { Position } from './position.ts'

/** What is kept for one listener between two events. */
export interface Gathering<T> {
  /** The name of its events. */
  event: string
  /** @returns whether there is something to send */
  add(values: readonly T[]): boolean
  /** Gives what was gathered, as the event's data, and begins again. */
  take(): unknown
}

export interface ChannelOptions<T> {
  follower: Follower<T>
  gathering: Gathering<T>
  /** How long values are gathered for one event, ms. */
  every: number
  /** Where an earlier connection had come to. */
  after: Position | undefined
  /** Whether whoever listens still may: asked now and then. */
  allowed(): Promise<boolean>
}

/** A proxy, and the browser, would take a longer silence for a dead connection, ms. */
const BEAT = 10_000
/** How often it is asked whether the session is still good, ms: the guard itself remembers it for some seconds. */
const RECHECK = 3_000
/** Bytes that wait for a browser. One that is slower than what comes begins anew when it has taken them. */
const MOST_WAITING = 1024 * 1024
/** How long one that was too slow waits for its new beginning, ms. */
const BREATH = 1_000

/**
 * Events: `lines` or `samples`; `reset` where what came before may have a hole, or nothing did: load what is stored,
 * what follows joins on to it; `beat` where nothing else was sent for ten seconds; `end` when the session has ended.
 * Their ids are positions in the stream.
 */
export interface Channel {
  body: PassThrough
  close(): void
}

export function openChannel<T>({ follower, gathering, every, after, allowed }: ChannelOptions<T>): Channel {
  const body = new PassThrough()
  let position: Position | undefined = after
  let sentAt = performance.now()
  let timer: NodeJS.Timeout | undefined
  let leave = (): void => undefined

  function write(event: string, data: unknown, id?: Position): void {
    body.write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`)
    sentAt = performance.now()
    if (body.writableLength <= MOST_WAITING) return
    leave()
    body.once('drain', () => {
      timer = setTimeout(join, BREATH)
    })
  }

  function flush(): void {
    timer = undefined
    write(gathering.event, gathering.take(), position)
  }

  function join(after?: Position): void {
    clearTimeout(timer)
    timer = undefined
    gathering.take()
    const stopListening = follower.listen(
      {
        reset() {
          clearTimeout(timer)
          timer = undefined
          gathering.take()
          write('reset', {})
        },
        hear(at, values) {
          position = at
          if (gathering.add(values)) timer ??= setTimeout(flush, every)
        }
      },
      after
    )
    leave = () => {
      stopListening()
      clearTimeout(timer)
      timer = undefined
    }
  }

  const beat = setInterval(() => {
    if (timer === undefined && performance.now() - sentAt >= BEAT) write('beat', {}, position)
  }, BEAT / 2)
  const check = setInterval(async () => {
    if (await allowed().catch(() => true)) return
    write('end', {})
    close()
  }, RECHECK)

  function close(): void {
    clearInterval(beat)
    clearInterval(check)
    leave()
    clearTimeout(timer)
    body.end()
    // One that takes nothing is not waited for.
    setTimeout(() => body.destroy(), BREATH).unref()
  }

  body.once('close', close)
  body.on('error', () => undefined) // The browser has gone.
  body.write('retry: 1000\n\n')
  join(after)
  return { body, close }
}

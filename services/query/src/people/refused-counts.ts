/**
 * Refused sign-ins in the audit log: counted by hour, reason, address and name. They are written once a second at most, and
 * one row for many beyond a number of names and addresses: a thousand guesses cost little and hide nothing else.
 */
import { type Pool, storableText } from '@miniobserv/db'
import type { RefusedReason } from '@miniobserv/protocol'
import type { Logger } from '@miniobserv/service'
import { networkOf } from './network.ts'

const HOUR = 3_600_000

/** Between two writes, ms. */
const PAUSE = 1_000

/** Rows with a name of their own for one address and hour. */
const MOST_NAMES = 20

/** Rows of one hour, but for the few that count what is beyond. */
const MOST = 1_000

/** As long as a name may be. */
const NAME = 100

interface Counted {
  hour: number
  reason: RefusedReason
  /** Empty: of many addresses, and then `address` is too. */
  origin: string
  /** Empty: of many names, or of nobody knows whom. */
  username: string
  address: string
  method: string
  route: string
  path: string
  status: number
  times: number
  first: number
  last: number
}

/** What is noted of a request. */
export interface Attempted {
  method: string
  url: string
  ip: string
  routeOptions: { url?: string | undefined }
}

export interface RefusedCounts {
  note(request: Attempted, refused: { reason: RefusedReason; username: string; statusCode: number }): void
  /** Writes what has been noted until now. */
  write(): Promise<void>
  /** Writes the rest. */
  stop(): Promise<void>
}

const KEYS = 'select reason, origin, username from audit where reason is not null and hour = $1'

/** In one order, so that copies wait for each other and never in a circle. */
const COUNT = `
  insert into audit (at, username, method, route, path, status, address, hour, reason, origin, times, last_at)
  select to_timestamp(first / 1000.0), username, method, route, path, status, address, to_timestamp(hour / 1000.0),
         reason, origin, times, to_timestamp(last / 1000.0)
  from jsonb_to_recordset($1) as c (first bigint, username text, method text, route text, path text, status smallint,
    address text, hour bigint, reason text, origin text, times int, last bigint)
  order by hour, reason, origin, username
  on conflict (hour, reason, origin, username) where reason is not null
  do update set times = audit.times + excluded.times, last_at = greatest(audit.last_at, excluded.last_at)`

export function countRefused({
  db,
  log,
  now
}: {
  db: Pool
  log: Pick<Logger, 'error'>
  now: () => number
}): RefusedCounts {
  let noted = new Map<string, Counted>()
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()

  const store = async () => {
    const all = [...noted.values()]
    noted = new Map()
    for (const [hour, some] of Map.groupBy(all, (each) => each.hour)) {
      const { rows } = await db.query<Pick<Counted, 'reason' | 'origin' | 'username'>>(KEYS, [new Date(hour)])
      await db.query(COUNT, [JSON.stringify(within(some, rows))])
    }
  }
  const write = () => {
    clearTimeout(timer)
    timer = undefined
    writing = writing
      .then(store)
      .catch((error: Error) => log.error({ err: error }, 'refused sign-ins could not be noted'))
    return writing
  }
  return {
    note({ method, url, ip, routeOptions }, { reason, username, statusCode }) {
      const at = now()
      const path = url.split('?')[0] as string
      add(noted, {
        ...{ hour: at - (at % HOUR), reason, origin: networkOf(ip), address: ip },
        ...{ username: storableText(username).slice(0, NAME).toWellFormed(), times: 1, first: at, last: at },
        ...{ method, route: routeOptions.url ?? path, path, status: statusCode }
      })
      timer ??= setTimeout(write, PAUSE)
    },
    write,
    stop: write
  }
}

const keyOf = ({ reason, origin, username }: Pick<Counted, 'reason' | 'origin' | 'username'>): string =>
  JSON.stringify([reason, origin, username])

/** Many at once are counted together: while the database is slow, this must not grow. */
function add(counts: Map<string, Counted>, one: Counted): void {
  const key = `${one.hour} ${keyOf(one)}`
  const before = counts.get(key)
  if (before) {
    before.times += one.times
    before.last = Math.max(before.last, one.last)
  } else if (counts.size < MOST || one.origin === '') counts.set(key, { ...one })
  else add(counts, { ...one, ...MANY_ADDRESSES })
}

const MANY_ADDRESSES = { origin: '', address: '', username: '' }

/** @param there the rows of this hour so far  @returns the same counts in as many rows as there is room for */
function within(
  counted: readonly Counted[],
  there: readonly Pick<Counted, 'reason' | 'origin' | 'username'>[]
): Counted[] {
  const keys = new Set(there.map(keyOf))
  const names = new Map<string, number>()
  for (const { origin } of there) names.set(origin, (names.get(origin) ?? 0) + 1)
  const kept = new Map<string, Counted>()
  for (const each of counted) {
    const known = (one: Counted) => keys.has(keyOf(one))
    let one = each
    if (!known(one) && (names.get(one.origin) ?? 0) >= MOST_NAMES) one = { ...one, username: '' }
    if (!known(one) && keys.size >= MOST) one = { ...one, ...MANY_ADDRESSES }
    if (!known(one)) {
      keys.add(keyOf(one))
      names.set(one.origin, (names.get(one.origin) ?? 0) + 1)
    }
    add(kept, one)
  }
  return [...kept.values()]
}

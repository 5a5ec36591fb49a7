/** What will go wrong, and when: drawn from the seed before the run, so that a run can be repeated in kind and order. */
import { createRandom, type Random } from './random.ts'
import { KINDS, type Kind } from './supervise.ts'

/** `at`: ms after the faults begin; `which`, from 0 to 1, chooses among those that run at that time. */
export type Fault = { at: number } & (
  | { what: 'kill'; kind: Kind; which: number; downMs: number }
  | { what: 'stop database'; downMs: number }
  | { what: 'stall writer'; which: number; forMs: number }
  | { what: 'fill redis'; forMs: number }
  | { what: 'cut'; count: number }
)

export interface PlanOptions {
  seed: number
  durationMs: number
  /** As the writers have it: a stall is longer, so that a halted writer comes back to entries that another one took. */
  claimAfterMs: number
  /** Kills one gateway every five seconds, and does nothing else. */
  gatewaysOnly?: boolean
}

/** In ten kills: gateways and writers, of which there are several, more often than the stores. */
const BAG: Kind[] = [
  'ingest',
  'ingest',
  'ingest',
  'writer',
  'writer',
  'writer',
  'redis',
  'redis',
  'postgres',
  'postgres'
]

export function planFaults(options: PlanOptions): Fault[] {
  const { seed, durationMs, claimAfterMs } = options
  if (options.gatewaysOnly) return gatewayKills(createRandom(seed, 'kills'), durationMs)
  const stops = databaseStops(createRandom(seed, 'stops'), durationMs)
  const stalls = every(createRandom(seed, 'stalls'), durationMs, [15_000, 40_000], (random) => ({
    what: 'stall writer' as const,
    which: random.next(),
    forMs: Math.round(claimAfterMs * random.between(1.3, 2.5))
  }))
  const fills = every(createRandom(seed, 'fills'), durationMs, [20_000, 60_000], (random) => ({
    what: 'fill redis' as const,
    forMs: Math.round(random.between(3_000, 9_000))
  }))
  const cuts = every(createRandom(seed, 'cuts'), durationMs, [300, 2_500], (random) => ({
    what: 'cut' as const,
    count: 1 + random.below(4)
  }))
  const faults = [
    ...stops,
    ...kills(createRandom(seed, 'kills'), durationMs, stops),
    ...stalls,
    ...fills,
    ...cuts
  ]
  return faults.sort((a, b) => a.at - b.at)
}

type DatabaseStop = Extract<Fault, { what: 'stop database' }>

/** One in three minutes, for a minute; in a shorter run one, for three tenths of it. */
function databaseStops(random: Random, durationMs: number): DatabaseStop[] {
  const count = Math.max(1, Math.round(durationMs / 180_000))
  const share = durationMs / count
  return Array.from({ length: count }, (_, i) => ({
    at: Math.round((i + random.between(0.3, 0.5)) * share),
    what: 'stop database' as const,
    downMs: Math.round(Math.min(60_000, share * 0.3))
  }))
}

/**
 * While the database is stopped it cannot be killed; then it is somebody else's turn. Redis has its turn then for
 * certain, while it alone has what was acknowledged, and so has each writer, which waits with a bulk in hand; as one does
 * right after a kill of the database.
 */
function kills(random: Random, durationMs: number, stops: readonly DatabaseStop[]): Fault[] {
  const draw = (kind: Kind, at: number, which = random.next()): Fault => ({
    at: Math.round(at),
    what: 'kill',
    kind,
    which,
    downMs: Math.round(random.between(100, 3_000))
  })
  const faults = stops.flatMap(({ at, downMs }) => [
    draw('writer', at + downMs * random.between(0.3, 0.4), 0),
    draw('redis', at + downMs * random.between(0.45, 0.55)),
    draw('writer', at + downMs * random.between(0.6, 0.7), 0.99)
  ])
  // The first kinds are all four, so that even a short run kills each.
  let bag: Kind[] = shuffled(KINDS, random)
  for (let at = 1_500; at < durationMs; at += random.between(2_500, 7_500)) {
    const stopped = stops.some((stop) => at > stop.at - 1_000 && at < stop.at + stop.downMs + 3_000)
    if (bag.every((kind) => stopped && kind === 'postgres')) bag.push(...shuffled(BAG, random))
    const place = bag.findIndex((kind) => !stopped || kind !== 'postgres')
    const [kind] = bag.splice(place, 1) as [Kind]
    faults.push(draw(kind, at))
    if (kind === 'postgres' && random.next() < 0.5) faults.push(draw('writer', at + random.between(100, 600)))
    if (bag.length === 0) bag = shuffled(BAG, random)
  }
  return faults
}

function gatewayKills(random: Random, durationMs: number): Fault[] {
  return every(random, durationMs, [5_000, 5_000], () => ({
    what: 'kill' as const,
    kind: 'ingest' as const,
    which: random.next(),
    downMs: Math.round(random.between(500, 3_000))
  }))
}

function every<T extends object>(
  random: Random,
  durationMs: number,
  [least, most]: [number, number],
  draw: (random: Random) => T
): (T & { at: number })[] {
  const all: (T & { at: number })[] = []
  for (let at = random.between(least, most); at < durationMs; at += random.between(least, most)) {
    all.push({ at: Math.round(at), ...draw(random) })
  }
  return all
}

/** Fisher and Yates. */
function shuffled<T>(list: readonly T[], random: Random): T[] {
  const all = [...list]
  for (let i = all.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    ;[all[i], all[j]] = [all[j] as T, all[i] as T]
  }
  return all
}

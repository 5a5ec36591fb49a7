/** Holds what is stored against what was sent, host by host: lost, twice, wrong? */
import type { LogLine } from '@miniobserv/protocol'
import type { HostLedger, Ledger } from './ledger.ts'
import { lineOf, listKey, numberOf, sampleOf, seriesOf } from './values.ts'

export interface StoredFrame {
  /** Epoch ms. */
  time: number
  /** `listKey` of its layout. */
  list: string
  values: (number | null)[]
}

export type StoredLine = Pick<LogLine, 'time' | 'source' | 'message'> & {
  level: string
  attributes: Record<string, unknown>
}

export interface Verdict {
  acknowledgedSamples: number
  acknowledgedLines: number
  storedSamples: number
  storedLines: number
  /** Acknowledged and not there. */
  lost: number
  /** There more than once, acknowledged or not. */
  duplicated: number
  /** There, and never sent like this. */
  wrong: number
  /** Sent, never acknowledged, and there all the same: allowed, the answer was lost. */
  unacknowledgedStored: number
  /** The first few of what must not be. */
  examples: string[]
}

const EXAMPLES = 20

export const emptyVerdict = (): Verdict => ({
  acknowledgedSamples: 0,
  acknowledgedLines: 0,
  storedSamples: 0,
  storedLines: 0,
  lost: 0,
  duplicated: 0,
  wrong: 0,
  unacknowledgedStored: 0,
  examples: []
})

/** Adds what is true of one host to `verdict`; everything is counted in samples (values that are not null) and lines. */
export function judge(
  verdict: Verdict,
  { seed, width }: Pick<Ledger, 'seed' | 'width'>,
  sent: HostLedger,
  frames: readonly StoredFrame[],
  lines: readonly StoredLine[]
): void {
  judgeFrames(verdict, seed, width, sent, frames)
  judgeLines(verdict, seed, sent, lines)
}

function judgeFrames(
  verdict: Verdict,
  seed: number,
  width: number,
  { host, frames: sent }: HostLedger,
  stored: readonly StoredFrame[]
): void {
  const lists = new Map<number, string>()
  const listOf = (variant: number): string => {
    const list = lists.get(variant) ?? listKey(seriesOf(host, variant, width))
    lists.set(variant, list)
    return list
  }
  const expected = (time: number, variant: number) =>
    Array.from({ length: width + 2 * variant }, (_, series) => sampleOf(seed, host, series, time))
  const seen = new Set<number>()
  for (const { time, list, values } of stored) {
    const samples = count(values)
    verdict.storedSamples += samples
    const known = sent.get(time)
    if (!known) note(verdict, 'wrong', samples, `${host}: a frame of ${time} that nobody sent`)
    else if (seen.has(time)) note(verdict, 'duplicated', samples, `${host}: the frame of ${time} again`)
    else if (list !== listOf(known.variant)) {
      note(verdict, 'wrong', samples, `${host}: the frame of ${time} has another layout`)
    } else {
      const wanted = expected(time, known.variant)
      const off =
        Math.max(wanted.length, values.length) - wanted.filter((value, i) => value === values[i]).length
      if (off > 0) note(verdict, 'wrong', off, `${host}: the frame of ${time} has ${off} wrong values`)
      if (!known.acknowledged) verdict.unacknowledgedStored += samples
    }
    seen.add(time)
  }
  for (const [time, { variant, acknowledged }] of sent) {
    if (!acknowledged) continue
    const samples = count(expected(time, variant))
    verdict.acknowledgedSamples += samples
    if (!seen.has(time)) note(verdict, 'lost', samples, `${host}: the frame of ${time}`)
  }
}

function judgeLines(
  verdict: Verdict,
  seed: number,
  { host, lines: sent }: HostLedger,
  stored: readonly StoredLine[]
): void {
  const known = new Map<number, { time: number; acknowledged: boolean }>()
  for (const { first, count, time, acknowledged } of sent) {
    for (let i = 0; i < count; i++) known.set(first + i, { time: time + i, acknowledged })
  }
  const seen = new Set<number>()
  verdict.storedLines += stored.length
  for (const line of stored) {
    const number = numberOf(line.message) ?? Number.NaN
    const wanted = known.get(number)
    if (!wanted) note(verdict, 'wrong', 1, `${host}: a line that nobody sent: ${line.message}`)
    else if (seen.has(number)) note(verdict, 'duplicated', 1, `${host}: line ${number} again`)
    else if (!same(line, lineOf(seed, host, number, wanted.time))) {
      note(verdict, 'wrong', 1, `${host}: line ${number} is ${JSON.stringify(line)}`)
    } else if (!wanted.acknowledged) verdict.unacknowledgedStored++
    seen.add(number)
  }
  for (const [number, { acknowledged }] of known) {
    if (!acknowledged) continue
    verdict.acknowledgedLines++
    if (!seen.has(number)) note(verdict, 'lost', 1, `${host}: line ${number}`)
  }
}

function same(stored: StoredLine, sent: LogLine): boolean {
  return (
    stored.time === sent.time &&
    stored.source === sent.source &&
    stored.level === (sent.level ?? '') &&
    stored.message === sent.message &&
    JSON.stringify(stored.attributes) === JSON.stringify(sent.attributes ?? {})
  )
}

const count = (values: readonly (number | null)[]): number => values.filter((value) => value !== null).length

function note(verdict: Verdict, kind: 'lost' | 'duplicated' | 'wrong', by: number, example: string): void {
  verdict[kind] += by
  if (verdict.examples.length < EXAMPLES) verdict.examples.push(`${kind}: ${example}`)
}

/** Lives through a rule's past: how everything stood from look to look, as evaluations keep it in the database. */
import type { Condition, PreviewAnswer } from '@miniobserv/protocol'
import { type AlertRow, type Standings, standings, type Transition } from '../evaluate/standings.ts'
import { tell } from '../evaluate/tell.ts'
import type { StoredRule } from '../rules/stored.ts'

type Firing = PreviewAnswer['firings'][number]

/** So many of the newest firings are listed. */
const LISTED = 1_000

export interface Replay {
  /** Ids of hosts of which something is pending, fires, or did when its data stopped: a look must go on with them. */
  standing(): ReadonlySet<number>
  /** @param held whether silence proves nothing  @param now epoch ms, later than that of the look before */
  look(now: number, held: boolean, judge: (stand: Standings) => void): void
  found(): Pick<PreviewAnswer, 'total' | 'messages' | 'firings'>
}

export function replayOf(rule: StoredRule): Replay {
  const isWorse = worseFor(rule.condition)
  const open = new Map<string, Firing>()
  let rows: AlertRow[] = []
  let hosts = new Set<number>()
  let over: Firing[] = []
  let total = 0
  let messages = 0

  function note({ from, to, row }: Transition, now: number): void {
    const key = keyOf(row)
    const firing = open.get(key)
    if (from === 'firing' && firing) {
      open.delete(key)
      over.push({ ...firing, to: now })
      if (over.length > 4 * LISTED) over = newest(over)
    }
    if (to !== 'firing') return
    total++
    open.set(key, { host: row.host, labels: row.labels, from: now, to: null, worst: row.value })
  }

  return {
    standing: () => hosts,
    look(now, held, judge) {
      const stand = standings(rule, rows, held, now)
      judge({ ...stand, take: (subject, finding) => stand.take(subject, { ...finding, describe: nothing }) })
      const outcome = stand.finish(() => undefined)
      messages += tell(outcome, () => false, now).length
      for (const transition of outcome.transitions) note(transition, now)
      rows = outcome.rows.flatMap(({ row }) => (matters(row) ? [row] : []))
      hosts = new Set(rows.map(({ hostId }) => hostId))
      for (const row of rows) {
        const firing = row.state === 'firing' ? open.get(keyOf(row)) : undefined
        if (firing && isWorse(row.value, firing.worst)) firing.worst = row.value
      }
    },
    found: () => ({ total, messages, firings: newest([...over, ...open.values()]) })
  }
}

/** Nobody reads what was said at each look; to write it would take a third of the time. */
const nothing = (): string => ''

const keyOf = ({ hostId, key }: AlertRow): string => `${hostId} ${key}`

const newest = (firings: Firing[]): Firing[] => firings.sort((a, b) => b.from - a.from).slice(0, LISTED)

/** What is unknown and never fired stands as if all were well: data that is bad makes it pending or fire all the same. */
const matters = ({ state, quietSince }: AlertRow): boolean => state !== 'unknown' || quietSince !== null

function worseFor(condition: Condition): (value: number | null, than: number | null) => boolean {
  const low = condition.kind === 'threshold' && condition.op.startsWith('<')
  return (value, than) => value !== null && (than === null || (low ? value < than : value > than))
}

/** Samples between two events of one listener: the newest value of each host and series that it asked for. */
import type { LiveSamples } from '@miniobserv/protocol'
import type { LabelFilter } from '../groups.ts'
import type { Gathering } from './channel.ts'
import type { Column, Frame } from './samples.ts'

export interface LiveMetricsQuestion {
  metrics: readonly string[]
  /** Undefined for any. */
  hosts: readonly string[] | undefined
  labels: LabelFilter
  /** Epoch ms. */
  now(): number
}

/** What an agent kept while the server was away comes late; it is not what is now. */
const NEWEST_MS = 5 * 60_000

interface Asked {
  place: number
  column: Column
  /** Equal for equal series, whatever the layout. */
  key: string
}

export function gatherSamples({ metrics, hosts, labels, now }: LiveMetricsQuestion): Gathering<Frame> {
  const named = hosts && new Set(hosts)
  const askedOf = new WeakMap<readonly Column[], Asked[]>()
  let found = new Map<string, { column: Column; values: Map<string, [time: number, value: number]> }>()

  function select(columns: readonly Column[]): Asked[] {
    const asked = columns.flatMap((column, place) => {
      const { metric, unit, labels: has } = column
      const wanted = Object.entries(labels).every(([name, values]) =>
        [values].flat().includes(has[name] ?? '')
      )
      if (!wanted || !metrics.includes(metric)) return []
      return [{ place, column, key: JSON.stringify([metric, unit, has]) }]
    })
    askedOf.set(columns, asked)
    return asked
  }

  return {
    event: 'samples',
    add(frames) {
      for (const { host, time, columns, values } of frames) {
        if (time < now() - NEWEST_MS || (named && !named.has(host))) continue
        for (const { place, column, key } of askedOf.get(columns) ?? select(columns)) {
          const value = values[place] ?? null
          if (value === null) continue
          let series = found.get(key)
          if (!series) {
            series = { column, values: new Map() }
            found.set(key, series)
          }
          const before = series.values.get(host)
          if (before === undefined || before[0] <= time) series.values.set(host, [time, value])
        }
      }
      return found.size > 0
    },
    take(): LiveSamples {
      const series = [...found.values()].map(({ column, values }) => ({
        ...column,
        values: [...values].map(([host, [time, value]]): [string, number, number] => [host, time, value])
      }))
      found = new Map()
      return { series }
    }
  }
}

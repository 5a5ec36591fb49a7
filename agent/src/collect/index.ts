/** One tick: asks every collector and lays their samples side by side as one frame, the columns of which rarely change. */
import type { Series } from '@miniobserv/protocol'
import { cpu } from './cpu.ts'
import { disk } from './disk.ts'
import { filesystem, type Statfs } from './filesystem.ts'
import { load } from './load.ts'
import { memory } from './memory.ts'
import { network } from './network.ts'
import { portable } from './portable.ts'
import { processes } from './process.ts'
import { type Collect, readBelow, type Sample } from './sample.ts'
import { uptime } from './uptime.ts'

/** What the columns are. The same object as long as they stay the same, so that two can be compared with `===`. */
export interface SeriesList {
  readonly key: string
  readonly series: Series[]
}

/** The samples of one tick: value 0 belongs to series 0, and so on. */
export interface Frame {
  list: SeriesList
  values: (number | null)[]
}

export interface CollectorOptions {
  /** As of `process.platform`. */
  platform: string
  /** Where proc and sys are: `/`, where a container has the host's mounted, or a fixture tree. */
  root: string
  /** The agent's samples of itself, in every frame. */
  own?: () => Sample[]
  statfs?: Statfs
  /** Told once for each collector that cannot work here; the others go on. */
  onProblem: (collector: string, error: unknown) => void
}

/** @returns gives one frame for each call; `monotonic` is ms of a clock that never jumps */
export function createCollector(options: CollectorOptions): (monotonic: number) => Promise<Frame> {
  const collectors = options.platform === 'linux' ? linux(options) : portable(options.platform)
  const complained = new Set<string>()
  let list: SeriesList | undefined

  return async (monotonic) => {
    const samples: Sample[] = []
    for (const [name, collect] of Object.entries(collectors)) {
      try {
        samples.push(...(await collect(monotonic)))
      } catch (error) {
        if (!complained.has(name)) options.onProblem(name, error)
        complained.add(name)
      }
    }
    samples.push(...(options.own?.() ?? []))
    const series = samples.map(({ metric, labels }) => ({
      name: metric.name,
      ...(labels && { labels }),
      unit: metric.unit
    }))
    const key = JSON.stringify(series)
    if (list?.key !== key) list = { key, series }
    return { list, values: samples.map(({ value }) => (Number.isFinite(value) ? value : null)) }
  }
}

function linux({ root, statfs }: CollectorOptions): Record<string, Collect> {
  const read = readBelow(root)
  return {
    cpu: cpu(read),
    load: load(read),
    memory: memory(read),
    filesystem: filesystem(read, root, statfs),
    disk: disk(read, root),
    network: network(read, root),
    uptime: uptime(read),
    process: processes(read, root)
  }
}

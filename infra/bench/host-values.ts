/**
 * What a host's agent sends, made up: the same kinds of series in the same order, with counters that grow in whole
 * sectors, packets and ticks, rounded as the agent rounds, and much that hardly ever changes. Most hosts idle.
 */

/** Every ten seconds. */
const SECONDS = 10
const PAGE = 4096

/** Sixty series: those of a Linux host with two disks, two filesystems and one network interface. */
export const SERIES_OF_A_HOST = 60

/** @param random numbers in [0, 1)  @returns what gives the values of the next tick, at each call */
export function hostValues(random: () => number): () => number[] {
  const ratio = (value: number) => Math.round(value * 1e6) / 1e6
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  /** Counted things a second: whole ones, over ten seconds and some milliseconds. */
  const rate = (mean: number, unit = 1) => {
    const counted = Math.max(0, Math.round(mean * SECONDS * (1 + 0.3 * normal())))
    return Math.round(((counted * unit) / (SECONDS + Math.round(2 * normal()) / 1_000)) * 1_000) / 1_000
  }
  const busiest = random() ** 3
  const memory = 2 ** (32 + Math.floor(random() * 4)) - Math.floor(random() * 1e4) * PAGE
  const disks = [2e11, 1e12].map((size) => ({
    size,
    used: Math.floor(size * random() * 0.8),
    reserved: size * 0.05
  }))
  const loads = [0, 0, 0]
  let busy = 0.02
  let cached = memory * 0.3
  let buffers = memory * 0.005
  let used = memory * (0.2 + 0.4 * random())
  let uptime = Math.floor(random() * 1e7)
  let processes = 150 + Math.floor(random() * 200)

  return () => {
    uptime = Math.round((uptime + SECONDS + (random() < 0.1 ? 0.01 : 0)) * 100) / 100
    busy = Math.min(
      0.95,
      Math.max(
        0.005,
        busy + (random() < 0.02 ? random() * busiest : 0.1 * (0.03 + 0.3 * busiest - busy)) + 0.01 * normal()
      )
    )
    for (const [i, minutes] of [1, 5, 15].entries()) {
      const decay = Math.exp(-SECONDS / (60 * minutes))
      loads[i] = (loads[i] ?? 0) * decay + 4 * busy * (1 - decay)
    }
    cached += random() < 0.5 ? Math.round(20 * normal()) * PAGE : 0
    buffers += random() < 0.3 ? PAGE : 0
    used = Math.max(memory * 0.1, used + Math.round(300 * normal()) * PAGE)
    if (random() < 0.2) processes += Math.round(2 * normal())
    const ticks = 4_000 // of four processors at 100 Hz
    const share = (part: number) =>
      ratio(Math.max(0, Math.round(ticks * part * (1 + 0.1 * normal()))) / ticks)
    const [user, system, iowait, interrupt] = [
      share(busy * 0.7),
      share(busy * 0.25),
      share(busy * 0.02),
      share(busy * 0.01)
    ]
    const whole = (value: number) => Math.round(value / PAGE) * PAGE
    const hundredths = (value = 0) => Math.round(value * 100) / 100
    return [
      ...[
        ratio(1 - user - system - iowait - interrupt),
        interrupt,
        iowait,
        0,
        random() < 0.1 ? 0.00025 : 0,
        system,
        user
      ],
      ...[4, ...loads.map(hundredths)],
      ...disks.flatMap((disk, i) => {
        const active = i === 0 ? random() < 0.8 : random() < 0.3
        if (active) disk.used += Math.round(5 * random() * busy) * PAGE
        const free = disk.size - disk.used
        const writes = active ? rate(5 * busy + 0.5) : 0
        const reads = random() < busy ? rate(2) : 0
        return [
          ...[
            reads === 0 ? 0 : rate(reads * 4, PAGE),
            writes === 0 ? 0 : rate(writes * 3, PAGE),
            reads,
            writes
          ],
          ...[
            writes === 0 ? 0 : Math.round(1_000 * busy * 0.05 * random()) / 1_000,
            free - disk.reserved,
            disk.reserved,
            disk.used
          ],
          ratio(disk.used / (disk.size - disk.reserved))
        ]
      }),
      ...[
        memory,
        whole(memory - used),
        whole(buffers),
        whole(cached),
        whole(memory - used - cached - buffers),
        whole(used)
      ],
      ratio(used / memory),
      ...[
        0,
        0,
        rate(2_000 * (0.1 + busy), 1),
        rate(3_000 * (0.1 + busy), 1),
        rate(20 * (0.2 + busy)),
        rate(18 * (0.2 + busy)),
        0,
        0
      ],
      ...[2 ** 31, 0, 0, 0],
      ...[0, 1 + Math.floor(4 * busy * random()), processes],
      ...[uptime, 0, 0, Math.round(2 + normal()), 0, 0, 0, 0, 0]
    ]
  }
}

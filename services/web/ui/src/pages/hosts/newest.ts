/** What every host measured last, however it is told: by an answer about all, or by values as they come. */
import type { LiveSample } from '../../api/live.ts'

export interface Disk {
  /** 0 to 1. */
  value: number
  mountpoint: string
}

/** What is known of one host; null where it never said. */
export interface Now {
  /** Epoch ms of the newest value. */
  time: number
  /** Busy part of all cores, 0 to 1. */
  cpu: number | null
  /** 0 to 1. */
  memory: number | null
  /** The fullest filesystem. */
  disk: Disk | null
  /** Received and sent, all interfaces, bytes a second. */
  network: number | null
}

const MOUNTPOINT = 'system.filesystem.mountpoint'
/** An interface or a filesystem that was not told of for so long is gone. */
const FORGET_MS = 5 * 60_000

interface Part {
  time: number
  value: number
}

interface Parts {
  time: number
  idle: number | null
  memory: number | null
  disks: Map<string, Part>
  interfaces: Map<string, Part>
}

export class Newest {
  readonly #hosts = new Map<string, Parts>()

  take(values: Iterable<LiveSample>): void {
    for (const { host, metric, labels, time, value } of values) {
      const parts = this.#parts(host)
      parts.time = Math.max(parts.time, time)
      if (metric === 'system.memory.utilization') parts.memory = value
      else if (metric === 'system.cpu.utilization') {
        if (labels['cpu.mode'] === 'idle') parts.idle = value
      } else if (metric === 'system.filesystem.utilization') {
        parts.disks.set(labels[MOUNTPOINT] ?? '', { time, value })
      } else if (metric === 'system.network.io') {
        const { 'network.interface.name': name, 'network.io.direction': direction } = labels
        parts.interfaces.set(`${name} ${direction}`, { time, value })
      }
    }
  }

  of(host: string): Now | undefined {
    const parts = this.#hosts.get(host)
    if (!parts) return undefined
    const { time, idle, memory } = parts
    let disk: Disk | null = null
    for (const [mountpoint, part] of fresh(parts.disks, time))
      if (part.value > (disk?.value ?? -1)) disk = { value: part.value, mountpoint }
    let network: number | null = null
    for (const [, part] of fresh(parts.interfaces, time)) network = (network ?? 0) + part.value
    return { time, cpu: idle === null ? null : Math.max(0, 1 - idle), memory, disk, network }
  }

  #parts(host: string): Parts {
    let parts = this.#hosts.get(host)
    if (!parts) {
      parts = { time: 0, idle: null, memory: null, disks: new Map(), interfaces: new Map() }
      this.#hosts.set(host, parts)
    }
    return parts
  }
}

function* fresh(parts: Map<string, Part>, now: number): Iterable<[string, Part]> {
  for (const entry of parts) {
    if (now - entry[1].time < FORGET_MS) yield entry
    else parts.delete(entry[0])
  }
}

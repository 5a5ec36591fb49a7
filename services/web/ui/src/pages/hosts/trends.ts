/** What the hosts' table shows beside the names: the last half hour of each host. */
import type { Points } from '../../charts/picture.ts'

export interface Disk {
  /** 0 to 1. */
  value: number
  mountpoint: string
}

/** By host name. */
export interface Trends {
  from: number
  to: number
  /** 0 to 1. */
  cpu: Map<string, Points>
  memory: Map<string, Points>
  /** The fullest filesystem. */
  disk: Map<string, Disk>
  /** Received and sent bytes a second over all interfaces. */
  network: Map<string, Points>
}

interface HostSeries {
  host?: string
  labels: Record<string, string>
  points: Points
}

export const MOUNTPOINT = 'system.filesystem.mountpoint'

/** What is not idle is busy: one series instead of six. */
export function busy(idle: Points): Points {
  return idle.map(([time, value]) => [time, value === null ? null : Math.max(0, 1 - value)])
}

/** The newest value of a series, whatever its age within the question's time. */
export function newest(points: Points | undefined): number | null {
  if (!points) return null
  for (let i = points.length - 1; i >= 0; i--) {
    const value = points[i]?.[1]
    if (value !== null && value !== undefined) return value
  }
  return null
}

export function fullest(series: readonly HostSeries[]): Map<string, Disk> {
  const found = new Map<string, Disk>()
  for (const { host = '', labels, points } of series) {
    const value = newest(points)
    if (value === null || value <= (found.get(host)?.value ?? -1)) continue
    found.set(host, { value, mountpoint: labels[MOUNTPOINT] ?? '' })
  }
  return found
}

/** Adds up a host's series time by time: interfaces and directions are parts of one sum, which an average is not. */
export function sumByHost(series: readonly HostSeries[]): Map<string, Points> {
  const sums = new Map<string, Map<number, number | null>>()
  for (const { host = '', points } of series) {
    const sum = sums.get(host) ?? new Map<number, number | null>()
    sums.set(host, sum)
    for (const [time, value] of points) {
      const before = sum.get(time) ?? null
      sum.set(time, value === null ? before : (before ?? 0) + value)
    }
  }
  return new Map(
    [...sums].map(([host, sum]) => [
      host,
      [...sum].sort(([a], [b]) => a - b).map(([t, v]): [number, number | null] => [t, v])
    ])
  )
}

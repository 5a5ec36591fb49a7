/** Bytes, operations and busy time of each disk, from /proc/diskstats. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { METRICS } from '@miniobserv/protocol'
import { createRates } from './rates.ts'
import type { Collect, Read, Sample } from './sample.ts'

/** The unit of /proc/diskstats whatever the disk's own sectors are (Documentation/admin-guide/iostats.rst). */
const SECTOR_BYTES = 512

export function disk(read: Read, root: string): Collect {
  const rates = createRates()
  return (at) => {
    const samples: Sample[] = []
    const rows = read('proc/diskstats')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , name]) => name !== undefined && isDisk(root, name))
      .sort(([, , a = ''], [, , b = '']) => (a < b ? -1 : 1))
    for (const row of rows) {
      const device = row[2] ?? ''
      const [reads = 0, , sectorsRead = 0, , writes = 0, , sectorsWritten = 0, , , busyMs = 0] = row
        .slice(3)
        .map(Number)
      const counters = [sectorsRead * SECTOR_BYTES, sectorsWritten * SECTOR_BYTES, reads, writes, busyMs]
      samples.push(...diskSamples(device, rates.of(device, counters, at)))
    }
    rates.settle(at)
    return samples
  }
}

/** @param rates bytes read, bytes written, reads, writes, busy ms: each per second */
export function diskSamples(device: string, rates: (number | null)[]): Sample[] {
  const [bytesRead = null, bytesWritten = null, reads = null, writes = null, busyMs = null] = rates
  const labels = { 'system.device': device }
  const read = { ...labels, 'disk.io.direction': 'read' }
  const write = { ...labels, 'disk.io.direction': 'write' }
  return [
    { metric: METRICS.diskIo, labels: read, value: bytesRead },
    { metric: METRICS.diskIo, labels: write, value: bytesWritten },
    { metric: METRICS.diskOperations, labels: read, value: reads },
    { metric: METRICS.diskOperations, labels: write, value: writes },
    // The kernel counts in its own ticks, so that a busy second can be a little longer than one.
    { metric: METRICS.diskIoTime, labels, value: busyMs === null ? null : Math.min(1, busyMs / 1000) }
  ]
}

/** Hardware behind it: no partition, loop, ram, device mapper or md, all of which would count bytes twice. */
const isDisk = (root: string, name: string): boolean =>
  !/^(sr|fd|st)\d/.test(name) && existsSync(join(root, 'sys/block', name.replaceAll('/', '!'), 'device'))

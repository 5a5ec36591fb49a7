/** Memory and swap, from /proc/meminfo. */
import { METRICS } from '@miniobserv/protocol'
import { type Collect, type Read, ratio, type Sample } from './sample.ts'

/** All in bytes. `cached` is what the kernel gives back when programs need it, reclaimable slab included. */
export interface Memory {
  total: number
  free: number
  buffers: number
  cached: number
  available: number
  swapTotal: number
  swapFree: number
}

export function memory(read: Read): Collect {
  return () => {
    const kilobytes = new Map<string, number>()
    for (const [, name = '', value] of read('proc/meminfo').matchAll(/^([^:]+):\s+(\d+)/gm))
      kilobytes.set(name, Number(value))
    const bytes = (name: string) => (kilobytes.get(name) ?? 0) * 1024
    const free = bytes('MemFree')
    const cached = bytes('Cached') + bytes('SReclaimable')
    return memorySamples({
      total: bytes('MemTotal'),
      free,
      buffers: bytes('Buffers'),
      cached,
      // Kernels before 3.14 do not say.
      available: kilobytes.has('MemAvailable') ? bytes('MemAvailable') : free + cached + bytes('Buffers'),
      swapTotal: bytes('SwapTotal'),
      swapFree: bytes('SwapFree')
    })
  }
}

export function memorySamples(memory: Memory): Sample[] {
  const { total, free, buffers, cached, available, swapTotal, swapFree } = memory
  const states = { used: Math.max(0, total - free - buffers - cached), free, cached, buffers }
  const samples: Sample[] = [
    ...Object.entries(states).map(([state, value]) => ({
      metric: METRICS.memoryUsage,
      labels: { 'system.memory.state': state },
      value
    })),
    { metric: METRICS.memoryUtilization, value: total > 0 ? ratio(1 - available / total) : null },
    { metric: METRICS.memoryLimit, value: total },
    { metric: METRICS.memoryAvailable, value: available },
    { metric: METRICS.pagingUsage, labels: { 'system.paging.state': 'used' }, value: swapTotal - swapFree },
    { metric: METRICS.pagingUsage, labels: { 'system.paging.state': 'free' }, value: swapFree }
  ]
  // A host without swap has no part of it in use.
  if (swapTotal > 0)
    samples.push({ metric: METRICS.pagingUtilization, value: ratio((swapTotal - swapFree) / swapTotal) })
  return samples
}

/** The same metrics on systems without /proc (macOS, Windows), from Node itself and systeminformation. */
import { cpus, loadavg, uptime } from 'node:os'
import { METRICS } from '@miniobserv/protocol'
import { cpuSamples, createShares } from './cpu.ts'
import { diskSamples } from './disk.ts'
import { filesystemSamples } from './filesystem.ts'
import { loadSamples } from './load.ts'
import { memorySamples } from './memory.ts'
import { isReal, networkSamples } from './network.ts'
import { createRates } from './rates.ts'
import type { Collect } from './sample.ts'

/** Loaded at the first tick and only here: on Linux the agent never needs it. */
const library = () => import('systeminformation').then((module) => module.default)

/** @param platform as of `process.platform` */
export function portable(platform: string): Record<string, Collect> {
  const collectors: Record<string, Collect> = {
    cpu: cpu(),
    memory,
    filesystem,
    network: network(),
    uptime: () => [{ metric: METRICS.uptime, value: uptime() }]
  }
  // Windows has no load average, and no disk counters that systeminformation could read.
  return platform === 'win32'
    ? collectors
    : { ...collectors, load: () => loadSamples(loadavg()), disk: disk() }
}

function cpu(): Collect {
  const share = createShares()
  const modes = { user: 'user', nice: 'nice', system: 'sys', idle: 'idle', interrupt: 'irq' } as const
  return () => {
    const cores = cpus()
    const spent = Object.values(modes).map((mode) => cores.reduce((sum, { times }) => sum + times[mode], 0))
    return cpuSamples(Object.keys(modes), share(spent), cores.length)
  }
}

async function memory() {
  const { total, free, buffers, cached, available, swaptotal, swapfree } = await (await library()).mem()
  return memorySamples({ total, free, buffers, cached, available, swapTotal: swaptotal, swapFree: swapfree })
}

async function filesystem() {
  const sizes = await (await library()).fsSize()
  return sizes
    .filter(({ size }) => size > 0)
    .sort((a, b) => (a.mount < b.mount ? -1 : 1))
    .flatMap(({ fs, mount, type, size, used, available }) =>
      filesystemSamples(
        { device: fs, mountpoint: mount, type },
        { blocks: size, bfree: size - used, bavail: available, frsize: 1 }
      )
    )
}

function network(): Collect {
  const rates = createRates()
  return async (at) => {
    const interfaces = await (await library()).networkStats('*')
    const samples = interfaces
      .filter(({ iface }) => isReal(iface))
      .sort((a, b) => (a.iface < b.iface ? -1 : 1))
      .flatMap((each) => {
        const { rx_bytes, tx_bytes, rx_errors, tx_errors, rx_dropped, tx_dropped } = each
        const counters = [rx_bytes, tx_bytes, rx_errors, tx_errors, rx_dropped, tx_dropped]
        const [received = null, sent = null, ...others] = rates.of(each.iface, counters, at)
        return networkSamples(each.iface, [received, sent, null, null, ...others]).filter(
          ({ metric }) => metric !== METRICS.networkPackets // not counted here
        )
      })
    rates.settle(at)
    return samples
  }
}

/** All disks as one: that is what systeminformation gives. */
function disk(): Collect {
  const rates = createRates()
  return async (at) => {
    const si = await library()
    const [bytes, operations] = [await si.fsStats(), await si.disksIO()]
    if (!bytes || !operations) return []
    const counters = [bytes.rx, bytes.wx, operations.rIO, operations.wIO].map(Number)
    return diskSamples('all', rates.of('all', counters, at)).filter(
      ({ metric }) => metric !== METRICS.diskIoTime // not counted here
    )
  }
}

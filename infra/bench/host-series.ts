/** What the columns of `hostValues` are called: those of a Linux host with two disks and one network interface. */
import { METRICS, type Series } from '@miniobserv/protocol'

type Metric = { name: string; unit: string }

const column = (metric: Metric, labels: Record<string, string> = {}): Series => ({ ...metric, labels })
const columns = (metric: Metric, label: string, values: readonly string[], rest = {}): Series[] =>
  values.map((value) => column(metric, { ...rest, [label]: value }))

const DISKS = [
  { device: 'nvme0n1', mountpoint: '/' },
  { device: 'nvme1n1', mountpoint: '/srv' }
]
const MODES = ['idle', 'interrupt', 'iowait', 'nice', 'steal', 'system', 'user']
const DIRECTION = { disk: ['read', 'write'], network: ['receive', 'transmit'] }

const network = (metric: Metric) =>
  columns(metric, 'network.io.direction', DIRECTION.network, { 'network.interface.name': 'eth0' })

/** Sixty, in the order in which `hostValues` gives their values. */
export const HOST_SERIES: readonly Series[] = [
  ...columns(METRICS.cpuUtilization, 'cpu.mode', MODES),
  ...[METRICS.cpuLogicalCount, METRICS.load1m, METRICS.load5m, METRICS.load15m].map((one) => column(one)),
  ...DISKS.flatMap(({ device, mountpoint }) => {
    const disk = { 'system.device': device }
    const filesystem = {
      ...{ ...disk, 'system.filesystem.mountpoint': mountpoint, 'system.filesystem.type': 'ext4' }
    }
    return [
      ...columns(METRICS.diskIo, 'disk.io.direction', DIRECTION.disk, disk),
      ...columns(METRICS.diskOperations, 'disk.io.direction', DIRECTION.disk, disk),
      column(METRICS.diskIoTime, disk),
      ...columns(
        METRICS.filesystemUsage,
        'system.filesystem.state',
        ['free', 'reserved', 'used'],
        filesystem
      ),
      column(METRICS.filesystemUtilization, filesystem)
    ]
  }),
  ...[METRICS.memoryLimit, METRICS.memoryAvailable].map((one) => column(one)),
  ...columns(METRICS.memoryUsage, 'system.memory.state', ['buffers', 'cached', 'free', 'used']),
  column(METRICS.memoryUtilization),
  ...network(METRICS.networkErrors),
  ...network(METRICS.networkIo),
  ...network(METRICS.networkPackets),
  ...network(METRICS.networkDropped),
  ...columns(METRICS.pagingUsage, 'system.paging.state', ['free', 'used']),
  column(METRICS.pagingUtilization),
  column({ name: 'bench.spare', unit: '1' }),
  ...columns(METRICS.processCount, 'process.state', ['blocked', 'running', 'total']),
  ...[METRICS.uptime, METRICS.buffered, METRICS.pointsDropped, METRICS.clockOffset].map((one) => column(one)),
  ...[METRICS.linesDropped, METRICS.logsBehind, METRICS.logsLost, METRICS.retries].map((one) => column(one)),
  column({ name: 'bench.other', unit: '1' })
]

/**
 * The metrics an agent sends, by name, with their units.
 *
 * Names, units and attributes are those of OpenTelemetry's system metrics
 * (https://opentelemetry.io/docs/specs/semconv/system/system-metrics/). Where those define a counter, the agent sends
 * its rate, under the same name with the unit per second: a rate survives a counter reset, and a reader needs no
 * function to draw it.
 */
export const METRICS = {
  /** Labels: cpu.mode (user, nice, system, idle, iowait, interrupt, steal). Parts of all cores together: they add up to 1. */
  cpuUtilization: { name: 'system.cpu.utilization', unit: '1' },
  cpuLogicalCount: { name: 'system.cpu.logical.count', unit: '{cpu}' },
  /** Labels: none. Linux's load averages. */
  load1m: { name: 'system.cpu.load_average.1m', unit: '{thread}' },
  load5m: { name: 'system.cpu.load_average.5m', unit: '{thread}' },
  load15m: { name: 'system.cpu.load_average.15m', unit: '{thread}' },
  /** Labels: system.memory.state (used, free, cached, buffers). They add up to the limit. */
  memoryUsage: { name: 'system.memory.usage', unit: 'By' },
  /** 1 − available / limit: the part that programs cannot get any more. */
  memoryUtilization: { name: 'system.memory.utilization', unit: '1' },
  memoryLimit: { name: 'system.memory.limit', unit: 'By' },
  /** Without swapping: what programs can still get. */
  memoryAvailable: { name: 'system.linux.memory.available', unit: 'By' },
  /** Labels: system.paging.state (used, free). */
  pagingUsage: { name: 'system.paging.usage', unit: 'By' },
  /** Only where there is swap. */
  pagingUtilization: { name: 'system.paging.utilization', unit: '1' },
  /** Labels: system.device, system.filesystem.mountpoint, .type, .state (used, free, reserved). */
  filesystemUsage: { name: 'system.filesystem.usage', unit: 'By' },
  /** The same labels without state. used / (used + free), as df counts. */
  filesystemUtilization: { name: 'system.filesystem.utilization', unit: '1' },
  /** Labels: system.device, disk.io.direction (read, write). */
  diskIo: { name: 'system.disk.io', unit: 'By/s' },
  diskOperations: { name: 'system.disk.operations', unit: '{operation}/s' },
  /** Labels: system.device. The part of the time in which the device was busy, 0 to 1. */
  diskIoTime: { name: 'system.disk.io_time', unit: '1' },
  /** Labels: network.interface.name, network.io.direction (receive, transmit). */
  networkIo: { name: 'system.network.io', unit: 'By/s' },
  networkPackets: { name: 'system.network.packet.count', unit: '{packet}/s' },
  networkErrors: { name: 'system.network.errors', unit: '{error}/s' },
  networkDropped: { name: 'system.network.packet.dropped', unit: '{packet}/s' },
  uptime: { name: 'system.uptime', unit: 's' },
  /** Labels: process.state (running, blocked, and total for all there are). */
  processCount: { name: 'system.process.count', unit: '{process}' },
  /** How much the agent adds to its own clock to agree with the gateway's. */
  clockOffset: { name: 'miniobserv.agent.clock.offset', unit: 'ms' },
  /** What the agent keeps in memory: points that are not cut yet, and batches that are on their way. */
  buffered: { name: 'miniobserv.agent.buffer.size', unit: 'By' },
  /** Since the agent started: points (all series at one time) that had to go because the buffer was full, or were refused. */
  pointsDropped: { name: 'miniobserv.agent.points.dropped', unit: '{point}' },
  /** Since the agent started: lines that the gateway refused. */
  linesDropped: { name: 'miniobserv.agent.lines.dropped', unit: '{line}' },
  /** Bytes that wait in log files: the server is away, or the agent reads less than is written. */
  logsBehind: { name: 'miniobserv.agent.logs.behind', unit: 'By' },
  /** Since the agent started: bytes of log files that were gone (truncated, deleted) before they could be read. */
  logsLost: { name: 'miniobserv.agent.logs.lost', unit: 'By' },
  retries: { name: 'miniobserv.agent.retries', unit: '{retry}' }
} as const

/** A throw-away directory that looks like a Linux host to the collectors. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'miniobserv-agent-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export function write(root: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

export const HOST = {
  'proc/stat': [
    'cpu  1000 100 500 8000 300 20 30 50 40 10',
    'cpu0 500 50 250 4000 150 10 15 25 20 5',
    'cpu1 500 50 250 4000 150 10 15 25 20 5',
    'ctxt 1',
    'procs_running 3',
    'procs_blocked 1',
    ''
  ].join('\n'),
  'proc/loadavg': '0.50 0.40 0.30 1/84 5310\n',
  'proc/uptime': '1021.01 1906.65\n',
  'proc/meminfo': [
    'MemTotal:       1000000 kB',
    'MemFree:         200000 kB',
    'MemAvailable:    600000 kB',
    'Buffers:          50000 kB',
    'Cached:          300000 kB',
    'SReclaimable:     40000 kB',
    'SwapTotal:       100000 kB',
    'SwapFree:         75000 kB',
    ''
  ].join('\n'),
  'proc/1/mountinfo': '27 1 254:0 / / rw,relatime - ext4 /dev/vda1 rw\n',
  'proc/diskstats': diskstats({ vda: [100, 8000, 200, 16000, 500] }),
  'proc/1/net/dev': netdev({ eth0: [1000, 10, 1, 0, 2000, 20, 0, 2] }),
  'proc/1/stat': '',
  'proc/42/stat': '',
  'sys/block/vda/device/model': ''
}

/** [reads, sectors read, writes, sectors written, busy ms] for each device. */
export function diskstats(devices: Record<string, number[]>): string {
  return Object.entries(devices)
    .map(([name, [reads, read, writes, written, busy]]) => {
      return ` 254       0 ${name} ${reads} 9 ${read} 7 ${writes} 9 ${written} 7 0 ${busy} 99 0 0 0 0 0 0\n`
    })
    .join('')
}

/** [bytes, packets, errors, drops] received, then transmitted, for each interface. */
export function netdev(interfaces: Record<string, number[]>): string {
  const rows = Object.entries(interfaces).map(
    ([name, c]) => `${name.padStart(6)}: ${c.slice(0, 4).join(' ')} 0 0 0 0 ${c.slice(4).join(' ')} 0 0 0 0\n`
  )
  return `Inter-|   Receive                                |  Transmit\n face |bytes    packets errs drop\n${rows.join('')}`
}

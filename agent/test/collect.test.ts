import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type CollectorOptions, createCollector, type Frame } from '../src/collect/index.ts'
import { diskstats, HOST, netdev, temporaryDirectory, write } from './tree.ts'

const SPACE = { blocks: 1000, bfree: 400, bavail: 300, frsize: 4096 }

function host(options: Partial<CollectorOptions> = {}) {
  const root = temporaryDirectory()
  write(root, HOST)
  const problems: string[] = []
  const collect = createCollector({
    platform: 'linux',
    root,
    statfs: async () => SPACE,
    onProblem: (collector) => problems.push(collector),
    ...options
  })
  return { root, collect, problems }
}

/** Values by `name{label values}`. */
function flat({ list, values }: Frame): Record<string, number | null> {
  expect(values).toHaveLength(list.series.length)
  return Object.fromEntries(
    list.series.map(({ name, labels }, index) => [
      labels ? `${name}{${Object.values(labels).join(',')}}` : name,
      values[index] ?? null
    ])
  )
}

test('one tick of a host: every metric, with rates null until there are two ticks', async () => {
  const { collect, problems } = host()
  const values = flat(await collect(0))
  expect(problems).toEqual([])
  expect(values).toEqual({
    'system.cpu.utilization{user}': null,
    'system.cpu.utilization{nice}': null,
    'system.cpu.utilization{system}': null,
    'system.cpu.utilization{idle}': null,
    'system.cpu.utilization{iowait}': null,
    'system.cpu.utilization{interrupt}': null,
    'system.cpu.utilization{steal}': null,
    'system.cpu.logical.count': 2,
    'system.cpu.load_average.1m': 0.5,
    'system.cpu.load_average.5m': 0.4,
    'system.cpu.load_average.15m': 0.3,
    'system.memory.usage{used}': 410_000 * 1024,
    'system.memory.usage{free}': 200_000 * 1024,
    'system.memory.usage{cached}': 340_000 * 1024,
    'system.memory.usage{buffers}': 50_000 * 1024,
    'system.memory.utilization': 0.4,
    'system.memory.limit': 1_000_000 * 1024,
    'system.linux.memory.available': 600_000 * 1024,
    'system.paging.usage{used}': 25_000 * 1024,
    'system.paging.usage{free}': 75_000 * 1024,
    'system.paging.utilization': 0.25,
    'system.filesystem.usage{/dev/vda1,/,ext4,used}': 600 * 4096,
    'system.filesystem.usage{/dev/vda1,/,ext4,free}': 300 * 4096,
    'system.filesystem.usage{/dev/vda1,/,ext4,reserved}': 100 * 4096,
    'system.filesystem.utilization{/dev/vda1,/,ext4}': 0.666667,
    'system.disk.io{vda,read}': null,
    'system.disk.io{vda,write}': null,
    'system.disk.operations{vda,read}': null,
    'system.disk.operations{vda,write}': null,
    'system.disk.io_time{vda}': null,
    'system.network.io{eth0,receive}': null,
    'system.network.io{eth0,transmit}': null,
    'system.network.packet.count{eth0,receive}': null,
    'system.network.packet.count{eth0,transmit}': null,
    'system.network.errors{eth0,receive}': null,
    'system.network.errors{eth0,transmit}': null,
    'system.network.packet.dropped{eth0,receive}': null,
    'system.network.packet.dropped{eth0,transmit}': null,
    'system.uptime': 1021.01,
    'system.process.count{running}': 3,
    'system.process.count{blocked}': 1,
    'system.process.count{total}': 2
  })
})

test('CPU modes are parts of the time between two ticks and add up to 1', async () => {
  const { root, collect } = host()
  await collect(0)
  write(root, { 'proc/stat': 'cpu  1400 100 700 9000 500 30 40 130 40 10\ncpu0 1\ncpu1 1\n' })
  const values = flat(await collect(10_000))
  const modes = Object.entries(values).filter(([name]) => name.startsWith('system.cpu.utilization'))
  expect(values['system.cpu.utilization{user}']).toBeCloseTo(400 / 1900, 5)
  expect(values['system.cpu.utilization{interrupt}']).toBeCloseTo(20 / 1900, 5)
  expect(modes).toHaveLength(7)
  expect(modes.reduce((sum, [, value]) => sum + (value ?? Number.NaN), 0)).toBeCloseTo(1, 5)
})

test('iowait taken back by the kernel counts as none; a reset of all CPU counters gives null, then goes on', async () => {
  const { root, collect } = host()
  await collect(0)
  write(root, { 'proc/stat': 'cpu  1100 100 500 8100 290 20 30 50 0 0\n' })
  const back = flat(await collect(10_000))
  expect(back['system.cpu.utilization{iowait}']).toBe(0)
  expect(back['system.cpu.utilization{user}']).toBe(0.5)
  write(root, { 'proc/stat': 'cpu  10 0 10 80 0 0 0 0 0 0\n' })
  expect(flat(await collect(20_000))['system.cpu.utilization{user}']).toBeNull()
  write(root, { 'proc/stat': 'cpu  20 0 10 170 0 0 0 0 0 0\n' })
  expect(flat(await collect(30_000))['system.cpu.utilization{user}']).toBe(0.1)
})

test('rates are per second of the time that really passed', async () => {
  const { root, collect } = host()
  await collect(1_000)
  write(root, {
    'proc/diskstats': diskstats({ vda: [140, 8800, 260, 16080, 2500] }),
    'proc/1/net/dev': netdev({ eth0: [5000, 30, 5, 8, 2400, 24, 4, 2] })
  })
  const values = flat(await collect(5_000))
  expect(values).toMatchObject({
    'system.disk.io{vda,read}': (800 * 512) / 4,
    'system.disk.io{vda,write}': (80 * 512) / 4,
    'system.disk.operations{vda,read}': 10,
    'system.disk.operations{vda,write}': 15,
    'system.disk.io_time{vda}': 0.5,
    'system.network.io{eth0,receive}': 1000,
    'system.network.io{eth0,transmit}': 100,
    'system.network.packet.count{eth0,receive}': 5,
    'system.network.packet.count{eth0,transmit}': 1,
    'system.network.errors{eth0,receive}': 1,
    'system.network.errors{eth0,transmit}': 1,
    'system.network.packet.dropped{eth0,receive}': 2,
    'system.network.packet.dropped{eth0,transmit}': 0
  })
})

test('a counter reset gives null for that tick: no spike, nothing negative', async () => {
  const { root, collect } = host()
  await collect(0)
  write(root, { 'proc/1/net/dev': netdev({ eth0: [50, 11, 1, 0, 2000, 20, 0, 2] }) })
  const reset = flat(await collect(10_000))
  expect(reset['system.network.io{eth0,receive}']).toBeNull()
  expect(reset['system.network.packet.count{eth0,receive}']).toBeNull()
  write(root, { 'proc/1/net/dev': netdev({ eth0: [150, 21, 1, 0, 2000, 20, 0, 2] }) })
  expect(flat(await collect(20_000))['system.network.io{eth0,receive}']).toBe(10)
})

test('a device that comes, goes and comes back changes the series, and starts with null each time', async () => {
  const { root, collect } = host()
  const first = await collect(0)
  const second = await collect(10_000)
  expect(second.list).toBe(first.list)

  write(root, {
    'sys/block/sdb/device/model': '',
    'proc/diskstats': diskstats({ vda: [100, 8000, 200, 16000, 500], sdb: [1, 1, 1, 1, 1] })
  })
  const appeared = await collect(20_000)
  expect(appeared.list).not.toBe(first.list)
  expect(flat(appeared)['system.disk.io{sdb,read}']).toBeNull()
  expect(flat(appeared)['system.disk.io{vda,read}']).toBe(0)
  // Sorted, in whatever order the kernel names them.
  const disks = appeared.list.series.filter(({ name }) => name === 'system.disk.io_time')
  expect(disks.map(({ labels }) => labels?.['system.device'])).toEqual(['sdb', 'vda'])

  write(root, { 'proc/diskstats': HOST['proc/diskstats'] })
  const gone = await collect(30_000)
  expect(gone.list.key).toBe(first.list.key)

  write(root, {
    'proc/diskstats': diskstats({
      sdb: [9_999, 9_999, 9_999, 9_999, 9_999],
      vda: [100, 8000, 200, 16000, 500]
    })
  })
  const back = await collect(40_000)
  expect(back.list.key).toBe(appeared.list.key)
  expect(flat(back)['system.disk.io{sdb,read}']).toBeNull()
})

test('only real disks and interfaces count', async () => {
  const { root, collect } = host()
  const names = ['loop0', 'ram0', 'zram0', 'dm-0', 'md0', 'sr0', 'vda', 'vda1', 'nvme0n1']
  write(root, {
    'proc/diskstats': diskstats(Object.fromEntries(names.map((name) => [name, [1, 1, 1, 1, 1]]))),
    'sys/block/loop0/size': '',
    'sys/block/dm-0/size': '',
    'sys/block/sr0/device/model': '',
    'sys/block/nvme0n1/device/model': '',
    'proc/1/net/dev': netdev(
      Object.fromEntries(
        ['lo', 'veth12ab', 'docker0', 'br-0123456789ab', 'ifb0', 'eth0', 'bond0', 'br0', 'wlp3s0', 'wg0'].map(
          (name) => [name, [1, 1, 1, 1, 1, 1, 1, 1]]
        )
      )
    )
  })
  const { series } = (await collect(0)).list
  const seen = (label: string) => [...new Set(series.map(({ labels }) => labels?.[label]).filter(Boolean))]
  expect(seen('network.interface.name')).toEqual(['bond0', 'br0', 'eth0', 'wg0', 'wlp3s0'])
  const disks = series.filter(({ name }) => name === 'system.disk.io_time')
  expect(disks.map(({ labels }) => labels?.['system.device'])).toEqual(['nvme0n1', 'vda'])
})

test('a part of /proc that is missing costs its own metrics only, and is told once', async () => {
  const { root, collect, problems } = host()
  rmSync(`${root}/proc/diskstats`)
  await collect(0)
  const values = flat(await collect(10_000))
  expect(problems).toEqual(['disk'])
  expect(values['system.uptime']).toBe(1021.01)
})

test("the agent's samples of itself are in every frame", async () => {
  const { collect } = host({ own: () => [{ metric: { name: 'own', unit: '1' }, value: 7 }] })
  expect(flat(await collect(0)).own).toBe(7)
})

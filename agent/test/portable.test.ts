import { expect, test, vi } from 'vitest'
import { createCollector } from '../src/collect/index.ts'

test('without /proc, the same names and labels come through systeminformation', {
  timeout: 20_000
}, async () => {
  const problems: unknown[] = []
  const options = { root: '/', onProblem: (name: string, error: unknown) => problems.push(name, error) }
  const portable = createCollector({ platform: 'darwin', ...options })
  const linux = createCollector({ platform: 'linux', ...options })
  await portable(0)
  const there = await linux(0)
  let here = there
  await vi.waitFor(async () => {
    here = await portable(performance.now())
    expect(here.values[0]).not.toBeNull() // the kernel's CPU counters have moved on
  })
  expect(problems).toEqual([])

  const keys = (frame: typeof here) =>
    new Set(
      frame.list.series.map(({ name, labels, unit }) =>
        JSON.stringify([name, Object.keys(labels ?? {}), unit])
      )
    )
  const unknown = [...keys(here)].filter((key) => !keys(there).has(key))
  expect(unknown).toEqual([])
  const names = new Set(here.list.series.map(({ name }) => name))
  for (const name of [
    'system.cpu.utilization',
    'system.memory.usage',
    'system.filesystem.usage',
    'system.uptime'
  ])
    expect(names).toContain(name)

  const value = (name: string, label?: string) => {
    const at = here.list.series.findIndex(
      (each) =>
        each.name === name && (label === undefined || Object.values(each.labels ?? {}).includes(label))
    )
    return here.values[at] ?? Number.NaN
  }
  const parts = ['used', 'free', 'cached', 'buffers'].map((state) => value('system.memory.usage', state))
  expect(parts.reduce((sum, part) => sum + part)).toBeCloseTo(value('system.memory.limit'), 0)
  const modes = here.list.series.flatMap(({ name }, index) =>
    name === 'system.cpu.utilization' ? [here.values[index] ?? Number.NaN] : []
  )
  expect(modes.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 5)
})

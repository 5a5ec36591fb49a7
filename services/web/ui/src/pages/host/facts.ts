/** What an agent says of its host (`info`), in the order and the words in which people ask for it. */
import type { Host, HostInfo } from '@miniobserv/protocol'
import { formatValue } from '../../format/numbers.ts'
import { duration, MINUTE } from '../../format/time.ts'
import { texts } from '../../texts.ts'

export interface Fact {
  label: string
  value: string
}

const words = texts.host.fact

/** Known facts first; others, which a newer agent may send, under their own name. */
export function facts({ info, labels, clockOffset }: Host): Fact[] {
  const { 'host.cpu.count': count, 'host.cpu.model': model, 'host.memory.bytes': bytes, ...rest } = info
  const { 'os.type': type, 'os.description': os, 'os.kernel': kernel, ...more } = rest
  const { 'host.model': machine, 'host.arch': arch, 'agent.version': agent, ...others } = more
  const known: [string, string][] = [
    [
      words.labels,
      Object.entries(labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(', ')
    ],
    [words.os, text(os ?? type)],
    [words.cpu, typeof count === 'number' ? words.cores(count, text(model)) : text(model)],
    [words.memory, typeof bytes === 'number' ? formatValue(bytes, 'By') : ''],
    [words.kernel, text(kernel)],
    [words.model, text(machine)],
    [words.arch, text(arch)],
    [words.agent, text(agent)],
    // A clock that is off by more is told as something odd.
    [words.clock, clockOffset !== null && Math.abs(clockOffset) < NOTICED ? words.clockRight : ''],
    ...Object.entries(others).map(([name, value]): [string, string] => [name, text(value)])
  ]
  return known.filter(([, value]) => value !== '').map(([label, value]) => ({ label, value }))
}

/** A clock that is off by less is right, ms. */
const NOTICED = 1000

/** Two agents under one name are told for so long after they were last seen together. */
const TWINS_SHOWN = 10 * MINUTE

/** What is not as it should be with a host itself; nothing for most. `now` is epoch ms. */
export function oddities({ clockOffset, twinsSeen }: Host, now: number): Fact[] {
  const odd: Fact[] = []
  if (clockOffset !== null && Math.abs(clockOffset) >= NOTICED) {
    const time = duration(Math.abs(clockOffset))
    odd.push({
      label: words.clock,
      value: clockOffset < 0 ? words.clockAhead(time) : words.clockBehind(time)
    })
  }
  if (twinsSeen !== null && now - twinsSeen < TWINS_SHOWN)
    odd.push({ label: words.twins, value: words.twinsSeen })
  return odd
}

function text(value: HostInfo[string] | undefined): string {
  return value === undefined ? '' : String(value)
}

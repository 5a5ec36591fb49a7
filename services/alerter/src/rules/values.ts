/** Numbers of a rule that can never be reached, or never left. */
import type { Condition, ConditionOf } from '@miniobserv/protocol'
import { refused } from './refused.ts'

/** @throws {ServiceError} 422 */
export function checkValues(condition: Condition): void {
  if (condition.kind === 'forecast') {
    checkNumber('/condition/limit', condition.limit)
    if (isPart(condition.metric)) checkPart('/condition/limit', condition.limit)
  }
  if (condition.kind !== 'threshold') return
  const { metric, value, recover, agg, across } = condition
  checkNumber('/condition/value', value)
  if (recover !== undefined) checkNumber('/condition/recover', recover)
  checkGrouping(condition)
  // How many samples there are, and sums of several filesystems or disks, go beyond 1.
  const sums = agg === 'sum' || (across === 'sum' && metric !== CPU)
  if (isPart(metric) && agg !== 'count' && !sums) {
    checkPart('/condition/value', value)
    if (recover !== undefined) checkPart('/condition/recover', recover)
  }
  checkRecover(condition)
}

const CPU = 'system.cpu.utilization'

/** Whether the metric is a part of a whole, 0 to 1. */
const isPart = (metric: string): boolean =>
  metric.endsWith('.utilization') || metric === 'system.disk.io_time'

function checkNumber(path: string, value: number): void {
  if (Number.isFinite(value)) return
  throw refused('not_a_number', path, `${path.split('/').at(-1)} is ${value}; it takes a finite number`)
}

function checkPart(path: string, value: number): void {
  if (value >= 0 && value <= 1) return
  const meant = value > 1 && value <= 100 ? `; did you mean ${Number((value / 100).toPrecision(6))}?` : ''
  const detail = `${path.split('/').at(-1)} is ${value}, but the metric goes from 0 to 1 (0.9 is 90 %)${meant}`
  throw refused('value_out_of_range', path, detail)
}

function checkGrouping({ across, by }: ConditionOf<'threshold'>): void {
  if (!by || by.length === 0) return
  if (!across) {
    const detail = 'by keeps labels apart where across puts series together; give across too, or leave out by'
    throw refused('by_without_across', '/condition/by', detail)
  }
  if (new Set(by).size < by.length) throw refused('by_twice', '/condition/by', 'by names a label twice')
}

function checkRecover({ op, value, recover }: ConditionOf<'threshold'>): void {
  if (recover === undefined) return
  const above = op.startsWith('>')
  if (above ? recover <= value : recover >= value) return
  const side = above ? 'at or below' : 'at or above'
  const detail = `recover is ${recover}: with ${op} ${value}, it must be ${side} ${value}, or it would never be over`
  throw refused('recover_on_wrong_side', '/condition/recover', detail)
}

/** What a question may choose from; spelled out, so that the protocol's schemas stay out of the bundle. */
import type { Across, Aggregate, Reduction } from '@miniobserv/protocol'

export const AGGREGATES = [
  ...(['avg', 'min', 'max', 'sum', 'last', 'count'] as const),
  ...(['p50', 'p90', 'p95', 'p99'] as const)
] satisfies readonly Aggregate[]

export const ACROSS = ['sum', 'avg', 'min', 'max'] as const satisfies readonly Across[]

export const REDUCTIONS = ['last', 'avg', 'min', 'max'] as const satisfies readonly Reduction[]

export const STEPS = ['10s', '30s', '1m', '5m', '15m', '1h', '6h', '1d'] as const

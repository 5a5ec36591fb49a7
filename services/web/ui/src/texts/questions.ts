/** What the fields say in which people put questions of metrics together. */

export const questions = {
  metric: 'Metric',
  pickMetric: 'Pick a metric',
  name: 'Called',
  hosts: 'Hosts',
  allHosts: 'all hosts',
  hostCount: (count: number) => (count === 1 ? '1 host' : `${count} hosts`),
  filters: 'Labels',
  addFilter: 'Filter by a label',
  anyLabel: 'any label',
  values: (count: number) => (count === 1 ? '1 value' : `${count} values`),
  apart: 'Lines',
  aparts: { each: 'one a series', one: 'one for all', by: 'one for each' },
  by: 'Kept apart by',
  agg: 'Value',
  aggs: {
    avg: 'mean',
    min: 'least',
    max: 'greatest',
    sum: 'sum',
    last: 'last',
    count: 'number of samples',
    p50: 'median',
    p90: '90th percentile',
    p95: '95th percentile',
    p99: '99th percentile'
  },
  across: 'Put together by',
  acrosses: { pool: 'all samples alike', sum: 'sum', avg: 'mean', min: 'least', max: 'greatest' },
  top: 'At most',
  tops: (count: number | null) => (count === null ? 'all' : `greatest ${count}`),
  remove: (what: string) => `Remove ${what}`,
  removeQuestion: (letter: string) => `Remove ${letter}`,
  units: { '1': '%', By: 'bytes', 'By/s': 'bytes/s' } as Record<string, string>,
  pattern: 'pattern',
  emptyValue: '(empty)'
}

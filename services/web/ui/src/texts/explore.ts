/** What Explore says. */
export const explore = {
  search: 'Search metrics',
  metrics: 'Metrics',
  metric: 'Metric',
  unit: 'Unit',
  labels: 'Labels',
  series: 'Series',
  noMetrics: 'No host has sent a metric yet.',
  noSuchMetric: (text: string) => `No metric has “${text}” in its name.`,
  more: (count: number) => `These are the first ${count}: search for the others.`,
  add: 'Add a metric',
  alert: 'Make an alert',
  draw: 'Drawn as',
  draws: { lines: 'Lines', stack: 'Stacked' },
  step: 'Step',
  auto: 'automatic',
  csv: 'CSV',
  nothing: 'No values in this time for what is asked.',
  valuesOf: (title: string) => `Values of ${title}`,
  line: (count: number) => (count === 1 ? '1 line' : `${count} lines`),
  statistics: { last: 'Last', min: 'Least', avg: 'Mean', max: 'Greatest' },
  dashboard: {
    add: 'Add to a dashboard',
    which: 'Dashboard',
    new: 'A new one …',
    name: 'Its name',
    added: 'It is there.',
    open: (name: string) => `Open ${name}`
  }
}

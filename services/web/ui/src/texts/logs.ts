/** What the page of the log lines says. */

const number = new Intl.NumberFormat('en-GB')
const lines = (count: number) => (count === 1 ? '1 line' : `${number.format(count)} lines`)

export const logs = {
  search: 'Search logs',
  host: 'Host',
  allHosts: 'All hosts',
  source: 'Source',
  anySource: 'Any source',
  level: 'Level',
  list: 'Log lines',
  levels: { trace: 'Trace', debug: 'Debug', info: 'Info', warn: 'Warn', error: 'Error', fatal: 'Fatal' },
  noLevel: 'no level',
  new: (count: string) => (count === '1' ? '1 new line' : `${count} new lines`),
  older: 'Load older lines',
  loadingOlder: 'Loading older lines …',
  end: 'No older lines in this time.',
  noneTitle: 'No line matches',
  none: 'Try a longer time, or fewer filters.',
  emptyTitle: 'No log lines in this time',
  empty:
    'Agents send the new lines of the files that LOG_FILES names, as a comma-separated list of paths or globs.',
  clear: 'Clear the filters',
  widen: 'Look at 7 days',

  hints: {
    label: 'Suggestions',
    recent: 'searched before',
    seen: 'seen in these lines',
    syntax: [
      ['"two words"', 'as they stand, in any case'],
      ['-word', 'lines without it'],
      ['level:>=warn', 'this severe or more'],
      ['host:web-*', 'hosts by name'],
      ['source:nginx/*', 'files by name'],
      ['user=eve', 'an attribute’s value']
    ] as const
  },

  histogram: {
    label: (total: string, from: string, to: string) =>
      `${total} by level from ${from} to ${to}. Drag to zoom in, double click to go back.`,
    lines,
    sampled: 'about',
    sampledHint: 'Older lines were counted on a sample, because there are very many.',
    at: (time: string, counts: string) => `${time}: ${counts}`
  },

  tail: {
    pause: 'Pause',
    goOn: 'Go on',
    hint: 'New lines wait until you go on (p)',
    paused: 'Paused',
    live: 'Following',
    liveHint: 'New lines appear by themselves',
    cut: 'Cut off: asking every few seconds'
  },

  download: {
    label: 'Download',
    ndjson: 'NDJSON',
    text: 'Text',
    hint: (most: number, total: number | undefined) =>
      total !== undefined && total > most
        ? `The newest ${number.format(most)} of ${lines(total)}`
        : `All lines of this search, at most the newest ${number.format(most)}`
  },

  detail: {
    attributes: 'Attributes',
    only: 'Only lines with this',
    without: 'Without lines with this',
    onlySource: 'Only this source',
    onlyHost: 'Only this host',
    copyLine: 'Copy the line',
    copyLink: 'Copy a link to it',
    charts: 'Charts of this moment'
  },

  context: {
    show: 'Lines before and after',
    hide: 'Hide the lines around it',
    title: 'The lines around it',
    earlier: 'More before',
    later: 'More after',
    allSources: 'All sources of the host'
  }
}

/** Every text that people read, in one place, so that another language is one more folder; each page's own in texts/. */
import { alerts } from './texts/alerts.ts'
import { charts } from './texts/charts.ts'
import { dashboards } from './texts/dashboards.ts'
import { explore } from './texts/explore.ts'
import { host } from './texts/host.ts'
import { addHost, hosts } from './texts/hosts.ts'
import { linesAround } from './texts/lines-around.ts'
import { logs } from './texts/logs.ts'
import { people } from './texts/people.ts'
import { questions } from './texts/questions.ts'
import { settings } from './texts/settings.ts'

export const texts = {
  product: 'MiniObserv',
  skip: 'Skip to the content',

  pages: {
    hosts: 'Hosts',
    logs: 'Logs',
    explore: 'Explore',
    dashboards: 'Dashboards',
    alerts: 'Alerts',
    settings: 'Settings',
    missing: 'There is no such page'
  },
  missing: { text: 'Nothing is kept at this address.', back: 'Go to the hosts' },
  unloaded: {
    title: 'The page could not be loaded',
    text: 'The server is away, or has become another version since this tab was opened.',
    again: 'Load again'
  },

  top: {
    signOut: 'Sign out',
    keys: 'Keys',
    theme: { system: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' },
    range: 'Time range',
    otherRange: 'Any time',
    from: 'From',
    to: 'To',
    show: 'Show',
    wrongRange: 'The end must lie after the beginning.',
    earlier: 'Earlier',
    later: 'Later',
    live: 'Live',
    liveOn: 'Live: new data appears by itself',
    liveOff: 'Stopped: press to go on live',
    back: 'Back to live',
    navigation: 'Pages'
  },

  errors: {
    unreachable: 'The server cannot be reached.',
    status: (status: number) => `The server answered with status ${status}.`,
    again: 'What is shown may be old. Trying again by itself.',
    againEmpty: 'Trying again by itself.'
  },

  actions: 'Actions',
  copy: { copy: 'Copy', copied: 'Copied' },

  status: { up: 'Up', down: 'Down' },
  severity: { warning: 'high', critical: 'very high' },

  addHost,
  alerts,
  charts,
  dashboards,
  explore,
  host,
  hosts,
  linesAround,
  people,
  questions,
  settings,

  /** Label values of OpenTelemetry, as people say them; one that is not here is shown as it is. */
  labels: {
    user: 'user',
    system: 'system',
    iowait: 'I/O wait',
    nice: 'nice',
    interrupt: 'interrupts',
    steal: 'stolen',
    used: 'used',
    cached: 'cached',
    buffers: 'buffers',
    free: 'free',
    reserved: 'reserved',
    running: 'running',
    blocked: 'blocked',
    total: 'all',
    read: 'read',
    write: 'write',
    receive: 'received',
    transmit: 'sent'
  } as Record<string, string>,

  logs,

  keys: {
    title: 'Keys',
    close: 'Close',
    search: ['/', 'Search'] as const,
    go: (page: string) => `Go to ${page}`,
    others: [
      ['j  k', 'Next and previous row'],
      ['Enter  o', 'Open the row'],
      ['←  →', 'Move along the chart that has the focus'],
      ['p', 'Hold new log lines back, and go on'],
      ['?', 'Show these keys'],
      ['Esc', 'Close, or leave the search']
    ] as const
  },

  zone: (name: string) => `Times are in ${name}.`
}

/** A panel as it begins, before anybody has said what it shows. */
import type { Panel, PanelKind, PanelOf } from '@miniobserv/protocol'
import { newQuestion } from '../../questions/question-url.ts'

/** In the order in which they are offered. */
export const KINDS = [
  'chart',
  'number',
  'table',
  'logs',
  'alerts',
  'text'
] as const satisfies readonly PanelKind[]

/** The metric that everybody has. */
const FIRST_METRIC = 'system.memory.utilization'

const BEGINNINGS: { [K in PanelKind]: () => PanelOf<K> } = {
  chart: () => ({
    ...{ kind: 'chart', title: '', width: 6, draw: 'lines', max: null },
    questions: [newQuestion(FIRST_METRIC)]
  }),
  number: () => ({
    ...{ kind: 'number', title: '', width: 3, reduce: 'last', warning: null, critical: null },
    question: { ...newQuestion(FIRST_METRIC), by: [] }
  }),
  table: () => ({
    ...{ kind: 'table', title: '', width: 6, reduce: 'last' },
    questions: [{ ...newQuestion(FIRST_METRIC), by: ['host'] }]
  }),
  logs: () => ({ kind: 'logs', title: '', width: 6, query: '', hosts: [], levels: [], limit: 50 }),
  text: () => ({ kind: 'text', title: '', width: 6, text: '' }),
  alerts: () => ({ kind: 'alerts', title: '', width: 6, hosts: [] })
}

export const newPanel = <K extends PanelKind>(kind: K): PanelOf<K> => BEGINNINGS[kind]()

/** Whatever the kind, as a panel among others. */
export const anyPanel = (kind: PanelKind): Panel => newPanel(kind)

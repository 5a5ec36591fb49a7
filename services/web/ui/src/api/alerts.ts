/** What the pages ask the alerter for, and tell it: alerts, rules, silences, channels, and what happened. */
import type {
  AlertsAnswer,
  Channel,
  ChannelChange,
  ChannelPreview,
  ChannelsAnswer,
  ChannelText,
  HistoryAnswer,
  PreviewAnswer,
  Route,
  Routes,
  Rule,
  RulesAnswer,
  RuleText,
  SavedRule,
  Severity,
  SilencesAnswer,
  SilenceText
} from '@miniobserv/protocol'
import { request } from './client.ts'

/** Lets a metric that no host has sent yet pass, with a remark. */
const LENIENT = new URLSearchParams({ strict: 'false' })

const within = (signal?: AbortSignal) => (signal ? { signal } : {})

export const listAlerts = (signal?: AbortSignal): Promise<AlertsAnswer> => request('alerts', within(signal))

export const acknowledge = (id: string): Promise<void> =>
  request(`alerts/${id}/acknowledge`, { method: 'POST', body: {} })

export const takeBack = (id: string): Promise<void> =>
  request(`alerts/${id}/acknowledge`, { method: 'DELETE' })

export const listRules = async (signal?: AbortSignal): Promise<Rule[]> =>
  (await request<RulesAnswer>('rules', within(signal))).rules

export const createRule = (rule: RuleText): Promise<SavedRule> =>
  request('rules', { method: 'POST', body: rule, query: LENIENT })

export const changeRule = (id: number, rule: RuleText): Promise<SavedRule> =>
  request(`rules/${id}`, { method: 'PUT', body: rule, query: LENIENT })

export const deleteRule = (id: number): Promise<void> => request(`rules/${id}`, { method: 'DELETE' })

export const previewRule = (rule: RuleText, days: number, signal: AbortSignal): Promise<PreviewAnswer> =>
  request('rules/preview', { method: 'POST', body: { rule, days }, query: LENIENT, signal })

export const listSilences = async (ended: boolean, signal?: AbortSignal) => {
  const query = new URLSearchParams({ ended: String(ended) })
  return (await request<SilencesAnswer>('silences', { query, ...within(signal) })).silences
}

export const createSilence = (silence: SilenceText): Promise<{ id: number }> =>
  request('silences', { method: 'POST', body: silence })

export const deleteSilence = (id: number): Promise<void> => request(`silences/${id}`, { method: 'DELETE' })

export interface HistoryQuestion {
  host: string
  rule: string
  severity: Severity | ''
  cursor?: string
}

export function readHistory(
  { host, rule, severity, cursor }: HistoryQuestion,
  signal?: AbortSignal
): Promise<HistoryAnswer> {
  const query = new URLSearchParams({ limit: '100' })
  for (const [name, value] of Object.entries({ host, rule, severity, cursor })) {
    if (value) query.set(name, value)
  }
  return request('alerts/history', { query, ...within(signal) })
}

export const listChannels = async (signal?: AbortSignal): Promise<Channel[]> =>
  (await request<ChannelsAnswer>('channels', within(signal))).channels

export const createChannel = (channel: ChannelText): Promise<Channel> =>
  request('channels', { method: 'POST', body: channel })

export const changeChannel = (id: number, channel: ChannelChange): Promise<Channel> =>
  request(`channels/${id}`, { method: 'PUT', body: channel })

export const deleteChannel = (id: number): Promise<void> => request(`channels/${id}`, { method: 'DELETE' })

export const testChannel = (id: number): Promise<void> =>
  request(`channels/${id}/test`, { method: 'POST', body: {} })

export const previewChannel = (
  question: { kind: Channel['kind']; template?: string },
  signal: AbortSignal
): Promise<ChannelPreview> => request('channels/preview', { method: 'POST', body: question, signal })

export const readRoutes = async (signal?: AbortSignal): Promise<Route[]> =>
  (await request<Routes>('channels/routes', within(signal))).routes

export const writeRoutes = async (routes: Route[]): Promise<Route[]> =>
  (await request<Routes>('channels/routes', { method: 'PUT', body: { routes } })).routes

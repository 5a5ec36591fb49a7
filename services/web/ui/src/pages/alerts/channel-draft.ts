/** A channel as its form holds it. What is secret comes in empty; left empty, it stays as it is. */
import type { Channel, ChannelChange, ChannelKind, ChannelText } from '@miniobserv/protocol'
import { listOf } from './draft.ts'

export interface ChannelDraft {
  name: string
  enabled: boolean
  kind: ChannelKind
  url: string
  secret: string
  server: string
  from: string
  to: string
  template: string
}

export const channelDraft = (channel?: Channel): ChannelDraft => ({
  ...{ name: channel?.name ?? '', enabled: channel?.enabled ?? true, kind: channel?.kind ?? 'slack' },
  ...{ url: '', secret: '', server: '', template: channel?.template ?? '' },
  ...{ from: channel?.mail?.from ?? '', to: channel?.mail?.to.join(', ') ?? '' }
})

/** For a change: what is empty and secret is not sent. */
export function changeOf({ name, enabled, ...draft }: ChannelDraft): ChannelChange {
  const { kind } = draft
  const url = optional('url', draft.url)
  const template = optional('template', draft.template)
  if (kind === 'email') {
    const mail = { from: draft.from.trim(), to: listOf(draft.to) }
    return {
      ...named(name, enabled),
      config: { kind, ...mail, ...optional('server', draft.server), ...template }
    }
  }
  if (kind === 'webhook') {
    return { ...named(name, enabled), config: { kind, ...url, ...optional('secret', draft.secret) } }
  }
  return { ...named(name, enabled), config: { kind, ...url, ...template } }
}

/** For a new one: what is missing is for the server to say. */
export const textOf = (draft: ChannelDraft): ChannelText => changeOf(draft) as ChannelText

const named = (name: string, enabled: boolean) => ({ name: name.trim(), enabled })

const optional = <K extends string>(member: K, text: string): { [member in K]?: string } =>
  (text.trim() === '' ? {} : { [member]: text.trim() }) as { [member in K]?: string }

/** What one message tells: the same for every channel, kept as JSON beside the note that it must be sent. */
import type { NotificationKind, Severity } from '@miniobserv/protocol'

/** One host or series that the message lists. */
export interface MessageAlert {
  host: string | null
  labels: Record<string, string>
  value: number | null
  /** In one line: what is the matter, or what was. */
  summary: string
  /** Epoch ms: since when it fires, or fired. */
  since: number
}

export interface Message {
  kind: NotificationKind
  /** Of the look that found it, epoch ms. */
  at: number
  rule: { id: number | null; name: string; severity: Severity; note: string; labels: Record<string, string> }
  alerts: MessageAlert[]
}

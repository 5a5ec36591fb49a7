/** The alerter's settings. */
import { SessionSettings } from '@miniobserv/access'
import { Duration } from '@miniobserv/settings'
import Type from 'typebox'
import { NotifierSettings } from './notify/notifier.ts'

export const AlerterSettings = Type.Object({
  ...SessionSettings.properties,
  ...NotifierSettings.properties,
  RULES_FILE: Type.String({
    default: '',
    description: 'YAML with rules of alerts; read anew when it changes'
  }),
  ALERT_INTERVAL: Duration({ default: '30s', description: 'How often all rules are looked at' }),
  HOST_DOWN_AFTER: Duration({ default: '30s', description: 'A host that sent nothing for so long is down' })
})

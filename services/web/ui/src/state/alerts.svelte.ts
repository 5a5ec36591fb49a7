/** What is not ok now: asked for once, however many parts of the page show it. */
import type { Alert, AlertsAnswer } from '@miniobserv/protocol'
import { listAlerts } from '../api/alerts.ts'
import { SECOND } from '../format/time.ts'
import { worstFirst } from '../parts/alert-groups.ts'
import { resource } from './resource.svelte.ts'

class AlertsNow {
  answer = $state.raw<AlertsAnswer | undefined>()
  error = $state.raw<Error | undefined>()
  asked = $state(0)

  readonly firing: Alert[] = $derived(
    worstFirst(this.answer?.alerts.filter(({ state }) => state === 'firing') ?? [])
  )
  /** Those that somebody should hear of. */
  readonly loud: Alert[] = $derived(this.firing.filter(({ silenced }) => !silenced))

  /** After somebody did something about one. */
  reload(): void {
    this.asked++
  }
}

export const alertsNow = new AlertsNow()

/** Keeps it up to date; must be called while a component is made, and lasts as long as that. */
export function watchAlerts(): void {
  const found = resource(
    (signal) => {
      void alertsNow.asked
      return listAlerts(signal)
    },
    { every: () => 10 * SECOND }
  )
  $effect(() => {
    alertsNow.answer = found.data
    alertsNow.error = found.error
  })
}

/** The sections of the settings, in the order of their list: a new one is a new entry. */
import type { Component } from 'svelte'
import { texts } from '../../texts.ts'
import AgentsSection from './AgentsSection.svelte'
import HealthSection from './HealthSection.svelte'
import StorageSection from './StorageSection.svelte'

export interface Section {
  /** As in the URL. */
  id: string
  name: string
  component: Component
}

export const SECTIONS: readonly Section[] = [
  { id: 'agents', name: texts.settings.names.agents, component: AgentsSection },
  { id: 'storage', name: texts.settings.names.storage, component: StorageSection },
  { id: 'health', name: texts.settings.names.health, component: HealthSection }
]

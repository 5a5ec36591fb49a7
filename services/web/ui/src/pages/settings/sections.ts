/** The sections of the settings, in the order of their list: a new one is a new entry. */
import type { Role } from '@miniobserv/protocol'
import type { Component } from 'svelte'
import { texts } from '../../texts.ts'
import AccountSection from './AccountSection.svelte'
import AgentsSection from './AgentsSection.svelte'
import AuditSection from './AuditSection.svelte'
import HealthSection from './HealthSection.svelte'
import SessionsSection from './SessionsSection.svelte'
import StorageSection from './StorageSection.svelte'
import TokensSection from './TokensSection.svelte'
import UsersSection from './UsersSection.svelte'

export interface Section {
  /** As in the URL. */
  id: string
  name: string
  component: Component
  /** Who may see it; everybody where it says nothing. */
  role?: Role
}

export const SECTIONS: readonly Section[] = [
  { id: 'agents', name: texts.settings.names.agents, component: AgentsSection },
  { id: 'storage', name: texts.settings.names.storage, component: StorageSection },
  { id: 'health', name: texts.settings.names.health, component: HealthSection },
  { id: 'account', name: texts.settings.names.account, component: AccountSection },
  { id: 'sessions', name: texts.settings.names.sessions, component: SessionsSection },
  { id: 'users', name: texts.settings.names.users, component: UsersSection, role: 'admin' },
  { id: 'tokens', name: texts.settings.names.tokens, component: TokensSection, role: 'admin' },
  { id: 'audit', name: texts.settings.names.audit, component: AuditSection, role: 'admin' }
]

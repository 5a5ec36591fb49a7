/**
 * The pages by name, in the order of the side bar: one entry is a page's place there, its key after `g`, and what is
 * loaded for each of its addresses when somebody goes there. A new page is a new entry; nothing else names it.
 */
import type { Component } from 'svelte'
import type { AsyncSvelteComponent } from 'svelte-spa-router'
import type { IconName } from '../parts/Icon.svelte'
import { texts } from '../texts.ts'
import AlertsBadge from './AlertsBadge.svelte'
import HealthLamp from './HealthLamp.svelte'

export interface PageEntry {
  path: string
  name: string
  icon: IconName
  /** Comes after `g`. */
  key: string
  /** By what follows the path, as the router writes it: `''`, `/:name`, `/:section?`, `/*`. */
  views: Record<string, AsyncSvelteComponent>
  /** Stands beside the name, and shows itself when there is something to see. */
  badge?: Component
}

export const PAGES: readonly PageEntry[] = [
  {
    ...{ path: '/hosts', name: texts.pages.hosts, icon: 'hosts', key: 'h' },
    views: {
      '': () => import('../pages/hosts/HostsPage.svelte'),
      '/:name': () => import('../pages/host/HostPage.svelte')
    }
  },
  {
    ...{ path: '/logs', name: texts.pages.logs, icon: 'logs', key: 'l' },
    views: { '': () => import('../pages/logs/LogsPage.svelte') }
  },
  {
    ...{ path: '/explore', name: texts.pages.explore, icon: 'explore', key: 'e' },
    views: { '': () => import('../pages/explore/ExplorePage.svelte') }
  },
  {
    ...{ path: '/dashboards', name: texts.pages.dashboards, icon: 'dashboards', key: 'd' },
    views: {
      '': () => import('../pages/dashboards/DashboardsPage.svelte'),
      '/:id': () => import('../pages/dashboards/DashboardPage.svelte')
    }
  },
  {
    ...{ path: '/alerts', name: texts.pages.alerts, icon: 'alerts', key: 'a', badge: AlertsBadge },
    views: {
      '/:section?': () => import('../pages/alerts/AlertsPage.svelte'),
      '/rules/:id': () => import('../pages/alerts/RulePage.svelte')
    }
  },
  {
    ...{ path: '/settings', name: texts.pages.settings, icon: 'settings', key: 's', badge: HealthLamp },
    views: { '/:section?': () => import('../pages/settings/SettingsPage.svelte') }
  }
]

/** Where someone lands who asked for no page. */
export const HOME = '/hosts'

/** The entry that an address belongs to; undefined where there is no such page. */
export function pageAt(path: string): PageEntry | undefined {
  return PAGES.find((page) => path === page.path || path.startsWith(`${page.path}/`))
}

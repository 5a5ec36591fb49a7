/** What the settings ask of the system itself. */
import type { HealthAnswer, StorageAnswer } from '@miniobserv/protocol'
import { request } from './client.ts'

export function getHealth(signal?: AbortSignal): Promise<HealthAnswer> {
  return request('health', signal ? { signal } : {})
}

export function getStorage(signal?: AbortSignal): Promise<StorageAnswer> {
  return request('storage', signal ? { signal } : {})
}

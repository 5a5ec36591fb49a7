/** Who makes a request, as the guard found out. */
import type { Role } from '@miniobserv/protocol'

export interface Session {
  userId: number
  username: string
  /** With an API token: what its scope and its owner's role both allow. */
  role: Role
  /** Epoch ms; null where it is an API token without an end. */
  expires: number | null
  /** The id of the browser's session; undefined where it is an API token. */
  id?: number
  /** The name of the API token, where it is one. */
  token?: string
}

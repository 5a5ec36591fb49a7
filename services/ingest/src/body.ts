/** From the bytes of a body to a value of the shape that the wire asks for, or the error that says where it is not. */
import { ServiceError } from '@miniobserv/service'
import { unpack } from '@miniobserv/stream'
import type { TSchema } from 'typebox'
import type { Validator } from 'typebox/compile'

/** A number that JSON has no word for, put where a value should be: common from other languages' writers. */
const NOT_FINITE = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g

/** @throws {ServiceError} 400 `invalid_json`; a bare NaN or Infinity is left to the check of values, as a string */
export async function parseBody(encoding: string, body: Buffer, limit: number): Promise<unknown> {
  const text = (await unpack(encoding, body, limit)).toString('utf8')
  try {
    return JSON.parse(text)
  } catch (error) {
    try {
      return JSON.parse(text.replace(NOT_FINITE, (token) => (token.startsWith('"') ? token : `"${token}"`)))
    } catch {
      throw new ServiceError(400, 'invalid_json', `the body is not JSON: ${(error as Error).message}`)
    }
  }
}

/** @throws {ServiceError} 422 `invalid_body` with the path of the first thing that is wrong */
export function checkShape<T>(
  validator: Validator<Record<string, TSchema>, TSchema>,
  body: unknown
): asserts body is T {
  if (validator.Check(body)) return
  const [first] = validator.Errors(body)
  const missing = (first?.params as { requiredProperties?: string[] } | undefined)?.requiredProperties?.[0]
  const path = `${first?.instancePath ?? ''}${missing ? `/${missing}` : ''}`
  const what = missing ? 'is missing' : (first?.message ?? 'has the wrong form')
  throw new ServiceError(422, 'invalid_body', `${path || 'the body'} ${what}`, { path })
}

/** The times of a batch must be the host's recent past, in milliseconds. */
export function checkTime(time: unknown, path: () => string, now: number, ahead: number, past: number): void {
  if (!Number.isInteger(time)) {
    throw new ServiceError(422, 'invalid_time', 'a time is a whole number of milliseconds since 1970, UTC', {
      path: path()
    })
  }
  if ((time as number) > now + ahead) {
    const detail = `the time lies ${Math.round(((time as number) - now) / 1000)} s ahead of the gateway's clock`
    throw new ServiceError(422, 'time_in_future', detail, { path: path(), now })
  }
  if ((time as number) < now - past) {
    const detail = 'the time lies further back than anything is kept; times are milliseconds, not seconds'
    throw new ServiceError(422, 'time_too_old', detail, { path: path(), now })
  }
}

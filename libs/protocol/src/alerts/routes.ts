/** Which channels hear of which alerts. */
import Type, { type Static } from 'typebox'
import { Where } from './matching.ts'
import { SEVERITIES } from './severity.ts'

/** Who is told: the first route that matches; without any, every channel that is enabled. */
export const Route = Type.Object(
  {
    severities: Type.Array(Type.Enum([...SEVERITIES]), { default: [], description: 'Empty: all.' }),
    hosts: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { default: ['*'], maxItems: 1000 }),
    labels: Type.Optional(Where),
    channels: Type.Array(Type.Integer(), { maxItems: 100, description: 'Ids; empty: nobody is told.' }),
    goOn: Type.Boolean({ default: false, description: 'Whether later routes are looked at too.' })
  },
  { additionalProperties: false }
)
export type Route = Static<typeof Route>
export const Routes = Type.Object(
  { routes: Type.Array(Route, { maxItems: 200 }) },
  { additionalProperties: false }
)
export type Routes = Static<typeof Routes>

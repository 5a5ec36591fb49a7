/** What the live routes send, one event after the other (text/event-stream); `data` of each is JSON. */
import Type, { type Static } from 'typebox'
import { Labels } from './metrics.ts'
import { FoundLine } from './read.ts'

/** Event `lines`: lines that fit the search, in the order in which they came. */
export const LiveLines = Type.Object({ lines: Type.Array(FoundLine) })
export type LiveLines = Static<typeof LiveLines>

/** Event `samples`: the newest value of each host that sent something, series by series. */
export const LiveSamples = Type.Object({
  series: Type.Array(
    Type.Object({
      metric: Type.String(),
      unit: Type.String(),
      labels: Labels,
      values: Type.Array(
        Type.Tuple([
          Type.String({ description: 'The host.' }),
          Type.Integer({ description: 'Epoch ms.' }),
          Type.Number()
        ])
      )
    })
  )
})
export type LiveSamples = Static<typeof LiveSamples>

/** Moments on the wire. */
import Type from 'typebox'

export const Time = Type.Integer({ description: 'Epoch ms.' })
export const MaybeTime = Type.Union([Time, Type.Null()])

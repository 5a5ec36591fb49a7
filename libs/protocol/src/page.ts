/** Answers that come page by page. */
import Type from 'typebox'

export const Next = Type.Union([Type.String(), Type.Null()], {
  description: 'Opaque: the cursor of the next page, or null.'
})

/** Answers that go on with samples as they come; however many parts of a page show some, they share one connection. */
import type { MetricQuestion } from '@miniobserv/protocol'
import { bounds, refreshEvery, type Window } from '../state/range.ts'
import { type Resource, resource } from '../state/resource.svelte.ts'
import { serverNow } from '../state/server-clock.ts'
import { Tail } from '../state/tail.svelte.ts'
import { type Answers, askAll } from './answers.ts'
import { goneOn, joinFollowed, toFollow } from './go-on.ts'

type Followed = ReturnType<typeof toFollow>

/** The connection of a page. Must be made while a component is. */
export class Feed {
  /** What each part would follow: null for nothing, undefined while it waits for its first answer. */
  #wishes = $state.raw<ReadonlyMap<object, Followed | undefined>>(new Map())
  /** As a text, so that the same hosts are one connection, however often they are answered. */
  readonly #joined = $derived(JSON.stringify(joinFollowed([...this.#wishes.values()])))
  readonly tail: Tail

  constructor(shown: () => Window) {
    this.tail = new Tail(() => JSON.parse(this.#joined) as Followed, shown)
  }

  want(who: object, wish: Followed | undefined): void {
    const before = this.#wishes.get(who)
    if (this.#wishes.has(who) && JSON.stringify(before) === JSON.stringify(wish)) return
    this.#wishes = new Map(this.#wishes).set(who, wish)
  }

  forget(who: object): void {
    this.#wishes = new Map([...this.#wishes].filter(([each]) => each !== who))
  }

  /** Whether what somebody shows goes on by itself. */
  carries(who: object): boolean {
    return this.tail.on && this.#joined !== 'null' && this.#wishes.get(who) != null
  }
}

interface Asked {
  questions: () => readonly MetricQuestion[]
  shown: () => Window
  /** `60s`, `5m`; missing: what suits. */
  step?: () => string | undefined
}

/** Must be made while a component is. Without questions nothing is asked. */
export class LiveAnswers {
  readonly loaded: Resource<Answers | undefined>
  /** The newest picture; what was asked for before stays until the next is there. */
  readonly data: Answers | undefined = $derived(this.#latest())
  readonly #feed: Feed
  readonly #asked: Asked

  constructor(feed: Feed, asked: Asked) {
    this.#feed = feed
    this.#asked = asked
    const { questions, shown, step } = asked
    const every = () => (feed.carries(this) ? feed.tail.reloadEvery : refreshEvery(shown()))
    this.loaded = resource(
      async (signal) =>
        questions().length === 0
          ? undefined
          : await askAll(questions(), { ...bounds(shown(), serverNow()), step: step?.() }, signal),
      {
        every,
        key: () => JSON.stringify([questions(), shown(), step?.()]),
        version: () => (feed.carries(this) ? feed.tail.holes : 0)
      }
    )
    $effect(() => {
      const { data, error } = this.loaded
      feed.want(this, data ? toFollow(questions(), data) : error ? null : undefined)
    })
    $effect(() => () => feed.forget(this))
  }

  #latest(): Answers | undefined {
    const { data, stale } = this.loaded
    if (!data || stale || !this.#feed.carries(this)) return data
    const { questions, shown } = this.#asked
    return goneOn(data, questions(), this.#feed.tail.samples, bounds(shown(), serverNow()).to)
  }
}

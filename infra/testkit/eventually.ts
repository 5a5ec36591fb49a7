/** How tests wait: for a condition, never for a time. */

/**
 * Calls `check` again and again until it stops throwing, and resolves with its value.
 *
 * @throws its last error when it still throws after `within` ms.
 */
export async function eventually<T>(check: () => T | Promise<T>, { within = 10_000 } = {}): Promise<T> {
  const deadline = performance.now() + within
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

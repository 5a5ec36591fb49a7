/** How many requests are under way, for the progress line. */
import { untrack } from 'svelte'

class Activity {
  count = $state(0)

  // Counting reads the number: an effect that sends a request must not run again because of that.
  begin(): void {
    untrack(() => this.count++)
  }

  end(): void {
    untrack(() => this.count--)
  }
}

export const activity = new Activity()

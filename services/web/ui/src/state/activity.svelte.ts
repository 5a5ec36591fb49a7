/** How many requests are under way, for the progress line. */
class Activity {
  count = $state(0)
}

export const activity = new Activity()

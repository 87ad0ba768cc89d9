// Waits for a fact of the real world to become what a test wants.

/** The first text that matches, or after 20 s the last one, for the test to complain of. */
export async function seeUntil(wanted: RegExp, look: () => Promise<string>): Promise<string> {
  const limit = performance.now() + 20_000
  for (;;) {
    const text = await look()
    if (wanted.test(text) || performance.now() > limit) return text
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
}

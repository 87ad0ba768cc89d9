// Pod addresses from 10.66.0.0/16: one after the other, and none a second time.
export class PodAddresses {
  #next = 1

  take(): string {
    if (this.#next > 0xfffe) throw new Error('10.66.0.0/16 has no address left for a pod')
    const number = this.#next
    this.#next += 1
    return `10.66.${number >> 8}.${number & 255}`
  }
}

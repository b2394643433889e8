/** Makes one of a kind, or many. */
export interface Factory<Input, Made> {
  /** @param overrides - What the test does say something about. */
  (overrides?: Partial<Input>): Promise<Made>
  /**
   * One after the other, so that each has the same id every time.
   *
   * @param overrides - For all of them, or for each by its place, from 0.
   */
  createMany(count: number, overrides?: Partial<Input> | ((index: number) => Partial<Input>)): Promise<Made[]>
}

export function factory<Input, Made>(make: (overrides: Partial<Input>) => Promise<Made>): Factory<Input, Made> {
  const one = (overrides: Partial<Input> = {}) => make(overrides)
  return Object.assign(one, {
    async createMany(count: number, overrides: Partial<Input> | ((index: number) => Partial<Input>) = {}) {
      const made: Made[] = []
      for (let index = 0; index < count; index += 1) {
        made.push(await make(typeof overrides === 'function' ? overrides(index) : overrides))
      }
      return made
    },
  })
}

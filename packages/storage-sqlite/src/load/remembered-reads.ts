import type { FileState } from './file-state'

/** Answers at most. */
const most = 1000

/** Answers to one kind of read, each under its key, while nothing that they depend on is written to the file. */
export interface RememberedReads<Answer> {
  /**
   * What the file still has. Asked before the read that finds out: what others write after this is either not in what is
   * read, or makes it another number.
   */
  recall(instanceId: string, key: string): Answer | undefined
  keep(instanceId: string, key: string, answer: Answer): void
}

export function rememberedReads<Answer>(file: FileState): RememberedReads<Answer> {
  let asOf = -1
  let size = 0
  const remembered = new Map<string, Map<string, Answer>>()

  const forget = () => {
    remembered.clear()
    size = 0
  }

  return {
    recall(instanceId, key) {
      const number = file.number()
      if (number !== asOf) {
        forget()
        asOf = number
      }
      return remembered.get(instanceId)?.get(key)
    },
    keep(instanceId, key, answer) {
      if (size >= most) forget()
      const ofInstance = remembered.get(instanceId) ?? new Map<string, Answer>()
      remembered.set(instanceId, ofInstance)
      if (!ofInstance.has(key)) size += 1
      ofInstance.set(key, answer)
    },
  }
}

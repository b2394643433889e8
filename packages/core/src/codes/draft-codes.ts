import type { CommitDraft } from '../commit-draft'
import type { AppendedEvent } from '../events/event'
import { codeKey, codePurposes, concernsCode, evolveCode, type KeptCode } from './code'

/** Codes as they are kept, as far as a decision has read them. */
export type KeptCodes = { readonly [Purpose in (typeof codePurposes)[number]]?: KeptCode | undefined }

/** Stores what `events` make of a user's codes. `before` is only asked for where they count a wrong code. */
export function draftCodes(
  draft: CommitDraft,
  user: { readonly userId: string; readonly isNew: boolean },
  events: readonly AppendedEvent[],
  before: KeptCodes,
): void {
  for (const purpose of codePurposes) {
    const concerning = events.filter((event) => concernsCode(purpose, event))
    let code = before[purpose]
    let ended = false
    for (const event of concerning) {
      code = evolveCode(code, purpose, event)
      ended ||= code === undefined
    }
    const last = concerning.at(-1)
    if (last === undefined) continue
    const key = codeKey(user.userId, purpose)
    // A code that ended and one that came after it are two.
    if (ended && !user.isNew) draft.removeEntries({ key })
    if (code !== undefined) draft.putEntry(key, { json: JSON.stringify(code) }, last)
  }
}

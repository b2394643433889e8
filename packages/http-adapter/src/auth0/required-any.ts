import * as v from 'valibot'

/** Demands at least one of `requirement` among an object's own keys. */
export interface RequiredAnyAction<TInput> extends v.BaseValidation<TInput, TInput, v.BaseIssue<unknown>> {
  readonly type: 'required_any'
  readonly reference: typeof requiredAny
  readonly expects: null
  readonly requirement: readonly string[]
  readonly message: undefined
}

/** Valibot action: an object that has none of the named keys is refused, as a list of one-key alternatives would. */
export function requiredAny<TInput extends object>(...names: readonly string[]): RequiredAnyAction<TInput> {
  return {
    kind: 'validation',
    type: 'required_any',
    reference: requiredAny,
    async: false,
    expects: null,
    requirement: names,
    message: undefined,
    '~run'(dataset, config) {
      const { value } = dataset
      if (dataset.typed && !names.some((name) => Object.hasOwn(dataset.value, name))) {
        v._addIssue(this, 'keys', dataset, config, { input: value })
      }
      return dataset
    },
  }
}

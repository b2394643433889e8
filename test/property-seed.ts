import fc from 'fast-check'

const seed = Number(process.env.FAST_CHECK_SEED ?? 1)

/** The same cases in every run, so that a run that fails can be run again; `FAST_CHECK_SEED` looks at others. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed })

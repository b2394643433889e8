import { expect, it } from 'vitest'
import { keyOfSecret, signWebhook } from './sign-webhook'

// The example of the specification's own libraries.
it('signs as the libraries of Standard Webhooks do', () => {
  const key = keyOfSecret('secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
  const body = '{"test": 2432232314}'
  expect(signWebhook([key], 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, body)).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  )
})

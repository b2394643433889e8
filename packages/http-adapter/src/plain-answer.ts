import type { ExchangeResponse } from './exchange'

const messages = {
  400: 'Bad Request',
  404: 'Not Found',
  408: 'Request Timeout',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
} as const

/** An error that belongs to no vendor: `{"message": "<reason phrase>"}`. */
export function plainAnswer(status: keyof typeof messages): ExchangeResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: messages[status] }),
  }
}

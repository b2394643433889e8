export { sendWebhooks } from './send-webhooks'
export type {
  WebhookData,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookEndpointOptions,
  WebhookEndpointStatus,
  WebhookSender,
  WebhooksOptions,
} from './webhooks'

/** Sending to WebSockets that API Gateway holds. */
import {
  type ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';

/** The sockets of one WebSocket API. */
export interface Sockets {
  /** `gone` when nobody listens at this connection any more. Throttling is retried by the SDK. */
  send(connection: string, text: string): Promise<'sent' | 'gone'>;
}

/** By the management API of a stage; the client has its endpoint. */
export function createSockets(client: ApiGatewayManagementApiClient): Sockets {
  return {
    async send(connection, text) {
      try {
        await client.send(
          new PostToConnectionCommand({ ConnectionId: connection, Data: new TextEncoder().encode(text) }),
        );
        return 'sent';
      } catch (error) {
        if (error instanceof GoneException) return 'gone';
        throw error;
      }
    },
  };
}

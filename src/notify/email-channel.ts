import { createTransport } from 'nodemailer';
import type { SecretValue } from '../model/secret-value.ts';
import { DeliveryError } from '../net/post.ts';
import type { Channel } from './channel.ts';
import { emailText } from './email-text.ts';

export interface EmailChannelOptions {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** `implicit` is TLS from the first byte (RFC 8314), `starttls` refuses a server without it, `none` is for loopback only. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  readonly login?: { readonly user: string; readonly password: SecretValue };
  readonly from: string;
  readonly to: readonly string[];
  readonly timeout: number;
  readonly ca?: string;
}

/** Plain text by SMTP. Certificates are always checked; the address lists come from configuration only. */
export function emailChannel(options: EmailChannelOptions): Channel {
  const { host, port, tls, login, timeout, ca } = options;
  const transport = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password.reveal() } }),
  });
  return {
    id: options.id,
    async send(notice) {
      const { subject, text } = emailText(notice);
      try {
        await transport.sendMail({
          from: options.from,
          to: [...options.to],
          subject,
          text,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Lapse-Key': notice.key.replace(/[^!-~]/g, '_') },
        });
      } catch (error) {
        // What a mail server answers may quote what it was sent.
        const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'SMTP';
        throw new DeliveryError(code);
      }
    },
    close: () => transport.close(),
  };
}

import { z } from 'zod';
import { segmentGlobNarrows } from '../model/segment-glob.ts';
import { globSchema, idSchema, pinnedFields, secureUrlSchema, standsForFields } from './issuer-fields.ts';

/** A rule must name more than the kind of identity: `role/*` is everybody in the account. */
const narrows = (identity: string): boolean => segmentGlobNarrows(identity.slice(identity.indexOf('/') + 1));

const endpointSchema = secureUrlSchema.refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
}, 'expected a URL of a host and nothing else');

/** Identities of AWS, by a signed GetCallerIdentity. */
export const awsIdentitySchema = z.strictObject({
  endpoints: z
    .record(z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'expected a region such as eu-west-1'), endpointSchema)
    .refine((endpoints) => Object.keys(endpoints).length > 0, 'expected at least one region')
    .describe('Region → endpoint of its STS, such as https://sts.eu-west-1.amazonaws.com. No other host is asked.'),
  ...pinnedFields,
  rules: z
    .array(
      z.strictObject({
        id: idSchema,
        account: z.string().regex(/^\d{12}$/, 'expected an account id of twelve digits, in quotes'),
        identity: globSchema
          .refine((identity) => /^(?:role|user|federated-user)\/./.test(identity), 'expected role/… or user/…')
          .refine(narrows, 'this would trust everybody of the account: expected a narrower name')
          .describe('role/NAME (without the path of the role), user/PATH/NAME: exact, or a segment glob.'),
        ...standsForFields,
      }),
    )
    .min(1),
});

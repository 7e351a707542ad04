/** What policies of users answer. */
export const CUSTOM_ENTRYPOINTS = {
  findings: 'lapse/custom/findings',
  alerts: 'lapse/custom/alerts',
  drift: 'lapse/custom/drift',
  policies: 'lapse/custom/policies',
  decision: 'custom/access/decision',
} as const;

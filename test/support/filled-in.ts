/** Fills in what the entries that `bulkhead check --write-exceptions` writes leave open. */
export function filledIn(text: string): string {
  const values = {
    reason: 'closed with the move to single sign-on',
    ticket: 'SEC-1',
    owner: 'platform-team',
    approver: 'ada@example.com',
    approvedOn: '2026-11-20',
    expiresOn: '2027-01-31',
  };
  return Object.entries(values).reduce(
    (all, [name, value]) => all.replaceAll(`${name}: ''`, `${name}: ${value}`),
    text,
  );
}

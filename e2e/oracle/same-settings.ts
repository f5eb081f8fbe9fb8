/** What both clusters are started with, so that a difference in an answer is one of behaviour. */

/** Server settings of both: only what makes the comparison quick. */
export const sameSettings: Record<string, string> = {
  // A join would else wait three seconds for others, in every story of groups.
  'group.initial.rebalance.delay.ms': '0',
};

/** Features whose mechanism Terrarium does not have: the real cluster is formatted with them off, so that it answers as one without. */
export const unfinalisedFeatures: Record<string, number> = {
  'group.version': 0,
  'transaction.version': 0,
  'share.version': 0,
  'streams.version': 0,
};

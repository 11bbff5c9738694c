const SHORTEST_MS = 500;
const LONGEST_MS = 30_000;
const FIRST_SPREAD_MS = 2_000;

/**
 * How long to wait before attempt `attempt` (from 0). The spread doubles each time, and the wait is drawn from all of
 * it, so that the clients of a restarted server come back one by one rather than together.
 */
export function backoffDelay(attempt, random = Math.random) {
  const spread = Math.min(LONGEST_MS, FIRST_SPREAD_MS * 2 ** Math.min(attempt, 10));
  return Math.round(SHORTEST_MS + random() * (spread - SHORTEST_MS));
}

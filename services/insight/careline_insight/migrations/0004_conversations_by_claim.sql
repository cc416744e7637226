-- The gateway sees conversations by its claim alone (careline_gateway/migrations/0010_claims.sql). The policy that showed it all of them is
-- the executor's 0005_claims.sql's, which comes after the gateway's migrations; these here come after both.
DROP POLICY IF EXISTS gateway ON gateway.conversations;

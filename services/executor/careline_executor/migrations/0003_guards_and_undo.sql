-- Cooling-off and rate limits count from when the customer asked; an undo names the entry that it undoes.

ALTER TABLE ledger.entries ADD COLUMN asked_at timestamptz;  -- null: before this was kept; then committed_at has to do
ALTER TABLE ledger.entries ADD COLUMN undoes uuid;

-- Approvals that ended without a write: of whom, and as signed (null: before these were kept).
ALTER TABLE ledger.refusals ADD COLUMN visitor text;
ALTER TABLE ledger.refusals ADD COLUMN customer text;
ALTER TABLE ledger.refusals ADD COLUMN approval jsonb NOT NULL DEFAULT '{}';

CREATE INDEX entries_done ON ledger.entries (tenant, operation, customer, (coalesce(asked_at, committed_at)));
-- Nothing is undone twice, whatever happens at the same time.
CREATE UNIQUE INDEX entries_undone ON ledger.entries (tenant, undoes) WHERE undoes IS NOT NULL;

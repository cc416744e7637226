-- The audit also has who revealed personal data of the ledger, and who settled an outcome that nobody knew. Which actions there are
-- is the business of those who write them: a list here would be one more place to change.

ALTER TABLE privacy.audit DROP CONSTRAINT audit_action_check;
ALTER TABLE privacy.audit ADD CONSTRAINT audit_action_check CHECK (action ~ '^[a-z_]{1,40}$');

-- The gateway shows the ledger to people. It adds to the audit, and reads nothing of it.
GRANT USAGE ON SCHEMA privacy TO careline_gateway;
GRANT INSERT ON privacy.audit TO careline_gateway;

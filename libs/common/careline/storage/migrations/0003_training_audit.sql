-- What leaves for training is audited like what is exported.
ALTER TABLE privacy.audit DROP CONSTRAINT audit_action_check;
ALTER TABLE privacy.audit ADD CONSTRAINT audit_action_check CHECK (action IN ('export', 'erase', 'purge', 'training'));

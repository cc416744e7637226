-- Turns of which the customer was told that nobody knows whether another system has done it: looked for in the ledger until it
-- is known, and then told. A row goes when it was told, or after some days.

CREATE TABLE gateway.doubts (
    tenant       text NOT NULL,
    conversation text NOT NULL,
    turn         text NOT NULL,
    noted_at     timestamptz NOT NULL,
    look_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant, conversation, turn)
);
CREATE INDEX doubts_look ON gateway.doubts (look_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON gateway.doubts TO careline_gateway;

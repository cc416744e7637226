-- One-time codes that visitors were sent: hashed with the gateway's key, one for each conversation. `customer` is null where
-- there was nobody to send it to.

CREATE TABLE gateway.challenges (
    tenant       text NOT NULL,
    conversation text NOT NULL,
    customer     text,
    salt         bytea NOT NULL,
    digest       bytea NOT NULL,
    attempts     integer NOT NULL DEFAULT 0,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant, conversation)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON gateway.challenges TO careline_gateway;
